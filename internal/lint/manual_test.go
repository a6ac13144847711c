package lint

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

var update = flag.Bool("update", false, "write the part of the manual that lists the rules")

const manualMark = "<!-- The part below is written by go test ./internal/lint -update from the catalogue of rules. -->\n"

func TestTheManualExplainsEveryRule(t *testing.T) {
	path := filepath.Join(testenv.Root(t), "docs", "requirements-quality.md")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, _, found := strings.Cut(string(data), manualMark)
	if !found {
		t.Fatalf("%s does not hold the mark behind which the rules are listed", path)
	}
	want := head + manualMark + rulesPart()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if string(data) != want {
		t.Errorf("%s is out of date: run go test ./internal/lint -update", path)
	}
}

func rulesPart() string {
	titles := map[Scope]string{ScopeStatement: "Of a statement", ScopeStory: "Of a user story", ScopeSet: "Of several statements together"}
	var b strings.Builder
	scope := Scope("")
	for _, r := range Rules() {
		if r.Scope != scope {
			scope = r.Scope
			fmt.Fprintf(&b, "\n### %s\n", titles[scope])
		}
		fmt.Fprintf(&b, "\n**%s** (`%s`). %s\n\n", r.Name, r.ID, r.Explanation)
		fmt.Fprintf(&b, "- weak: %s\n- better: %s\n- source: %s\n", quotedLines(r.Example), quotedLines(r.Fix), r.Source)
	}
	return b.String()
}

func quotedLines(text string) string {
	return "*" + strings.ReplaceAll(text, "\n", "* and *") + "*"
}
