package lint

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// example is a text with which a rule is tested: one statement or a set.
type example struct {
	weak       bool
	statements []string
}

func (e example) findings() []Finding {
	if len(e.statements) == 1 {
		return Text(e.statements[0])
	}
	var list []Finding
	var set []Statement
	for i, text := range e.statements {
		set = append(set, Statement{Name: fmt.Sprintf("statement %d", i+1), Text: text})
	}
	for _, f := range Set(set) {
		list = append(list, f.Finding)
	}
	return list
}

// readExamples returns the examples of each rule.
func readExamples(t *testing.T) map[string][]example {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "sentences.txt"))
	if err != nil {
		t.Fatal(err)
	}
	examples := make(map[string][]example)
	rule := ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		switch {
		case line == "", strings.HasPrefix(line, "# "):
		case strings.HasPrefix(line, "## "):
			rule = line[3:]
		case strings.HasPrefix(line, "+ "), strings.HasPrefix(line, "- "):
			examples[rule] = append(examples[rule], example{line[0] == '+', strings.Split(line[2:], " ¦ ")})
		default:
			t.Fatalf("neither weak nor sound: %q", line)
		}
	}
	return examples
}

func TestEveryRuleTellsWeakSentencesFromSoundOnes(t *testing.T) {
	const enough = 15
	examples := readExamples(t)
	for _, r := range Rules() {
		weak, sound := 0, 0
		seen := make(map[string]bool)
		for _, e := range examples[r.ID] {
			text := strings.Join(e.statements, " ¦ ")
			if seen[text] {
				t.Errorf("%s: twice: %q", r.ID, text)
			}
			seen[text] = true
			if e.weak {
				weak++
			} else {
				sound++
			}
			if found(r.ID, e.findings()) != e.weak {
				t.Errorf("%s: found %v, want %v: %q", r.ID, !e.weak, e.weak, text)
			}
		}
		if weak < enough || sound < enough {
			t.Errorf("%s: %d weak and %d sound sentences; it takes %d of each", r.ID, weak, sound, enough)
		}
	}
}
