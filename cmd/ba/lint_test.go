package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/app"
	"github.com/ba-assistant/ba-assistant/internal/extract"
	"github.com/ba-assistant/ba-assistant/internal/lint"
)

// TestMain lets the test be the child process that reads a document.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == app.ExtractVerb {
		os.Exit(extract.ChildMain(os.Stdin, os.Stdout))
	}
	os.Exit(m.Run())
}

// run executes a command line and returns what it wrote and its exit code.
func run(t *testing.T, stdin string, args ...string) (string, int) {
	t.Helper()
	root := newRoot()
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetIn(strings.NewReader(stdin))
	root.SetArgs(args)
	err := root.ExecuteContext(t.Context())
	return out.String(), exitCode(err)
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLintNamesLineAndColumnOfEachFinding(t *testing.T) {
	path := write(t, "spec.md", "# Export\n\nOverview of several formats.\n\n- Größe: the system shall import several files.\n")
	out, code := run(t, "", "lint", path)
	if want := path + ":5:34: " + lint.VagueWord + ": “several”"; code != exitFailure || !strings.HasPrefix(out, want) {
		t.Errorf("exit %d, %q; want %q", code, out, want)
	}
	if strings.Count(out, "\n") != 1 {
		t.Errorf("a sentence that states no requirement was checked: %q", out)
	}
	if out, _ := run(t, "", "lint", "--all", path); strings.Count(out, "\n") != 2 {
		t.Errorf("--all leaves sentences out: %q", out)
	}
}

func TestLintLeavesCodeInMarkdownAlone(t *testing.T) {
	out, code := run(t, "", "lint", write(t, "spec.md", "```\nThe system shall keep several copies.\n```\n\nThe system shall read the field `several`.\n"))
	if code != 0 || out != "" {
		t.Errorf("exit %d, %q", code, out)
	}
}

func TestLintReadsTheStandardInputAndWritesJSON(t *testing.T) {
	out, code := run(t, "The system shall be user-friendly.", "lint", "--json", "-")
	var got struct{ Items []finding }
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != exitFailure || len(got.Items) != 1 {
		t.Fatalf("exit %d, %v, %q", code, err, out)
	}
	if f := got.Items[0]; f.File != "stdin" || f.Line != 1 || f.Column != 21 || f.Text != "user-friendly" || f.Rule != lint.SubjectiveWord {
		t.Errorf("%+v", f)
	}
}

func TestLintReadsOtherDocumentsAndNamesThePlace(t *testing.T) {
	page := "<html><body><h1>Import</h1><p>The system shall keep several copies.</p></body></html>"
	out, code := run(t, "", "lint", write(t, "spec.html", page))
	if code != exitFailure || !strings.Contains(out, "spec.html:Import: "+lint.VagueWord) {
		t.Errorf("exit %d, %q", code, out)
	}
}

func TestLintLeavesOutWhatIsDisabled(t *testing.T) {
	out, code := run(t, "The system shall be user-friendly.", "lint", "--disable", lint.SubjectiveWord, "-")
	if code != 0 || out != "" {
		t.Errorf("exit %d, %q", code, out)
	}
	if _, code := run(t, "", "lint", "--disable", "no-such-rule", "-"); code != exitUsage {
		t.Errorf("an unknown rule: exit %d", code)
	}
	if _, code := run(t, "", "lint"); code != exitUsage {
		t.Errorf("no file: exit %d", code)
	}
}

func TestLintListsEveryRuleWithItsSource(t *testing.T) {
	out, code := run(t, "", "lint", "--rules")
	if code != 0 {
		t.Errorf("exit %d", code)
	}
	for _, r := range lint.Rules() {
		if !strings.Contains(out, r.ID) || !strings.Contains(out, r.Source) {
			t.Errorf("%s or its source is missing", r.ID)
		}
	}
}
