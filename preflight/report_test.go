package preflight_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/preflight"
)

// rule is a complete rule for tests.
func rule(id string, level preflight.Level, rows ...string) preflight.Rule {
	return preflight.Rule{ID: id, Title: "Something is wrong with " + id, Level: level, Rows: rows, Sources: []preflight.Source{preflight.Repo}, Why: "People notice.", Fix: "Repair it:\n  make repair", Verify: "Look again.", FixCost: "5 minutes", Cost: preflight.High, Detect: "d", Bad: "b", Good: "g"}
}

type check = preflight.Check[string]

func says(r preflight.Rule, out preflight.Outcome) check {
	return check{Rule: r, Run: func(context.Context, string) preflight.Outcome { return out }}
}

func finding(level preflight.Level, file string, line int) preflight.Finding {
	return preflight.Finding{Level: level, Path: "render.yaml: api", Detail: "How it joins.", Evidence: []preflight.Evidence{{File: file, Line: line, Excerpt: "KEY = ****", Note: "here"}}}
}

func report(t testing.TB) *preflight.Report {
	t.Helper()
	checks := []check{
		says(rule("AUTH-01", preflight.Fail, "P1"), preflight.Found(finding(preflight.Fail, "app/auth.py", 7))),
		says(rule("SEC-03", preflight.Fail, "P2", "V2"), preflight.Found(preflight.Finding{Level: preflight.Fail, Evidence: []preflight.Evidence{{File: ".env", Line: 1, Commit: "0123456789abcdef0123", Excerpt: "A = ****"}}})),
		says(rule("TLS-03", preflight.Warn, "P8"), preflight.Found(preflight.Finding{Level: preflight.Warn, Evidence: []preflight.Evidence{{Request: "GET https://app.example.com/ -> 200"}}})),
		says(rule("OPS-01", preflight.Question, "G1"), preflight.Ask("Is it registered?", "Look.")),
		says(rule("DATA-01", preflight.Fail, "P3"), preflight.NotChecked("no repository was given")),
		says(rule("RUN-03", preflight.Info, "P10"), preflight.Found(finding(preflight.Info, "Dockerfile", 1))),
		says(rule("CORS-01", preflight.Fail, "P4"), preflight.Pass("looked at")),
		says(rule("WEB-01", preflight.Fail, "P5"), preflight.NotApplicable("no front end")),
	}
	r := preflight.NewReport(preflight.Run(context.Background(), checks, "", preflight.Options{}), []preflight.Given{{Source: preflight.Repo, Given: true, Seen: "3 files"}, {Source: preflight.Live, Reason: "no address was given"}})
	r.Time = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	r.Tool = preflight.Tool{Name: "preflight", Version: "1.2.3"}
	return r
}

func human(t testing.TB, r *preflight.Report, o preflight.HumanOptions) string {
	t.Helper()
	var b strings.Builder
	if err := r.WriteHuman(&b, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTheVerdictComesFirstAndThenWhatToDoInOrder(t *testing.T) {
	text := human(t, report(t), preflight.HumanOptions{Width: 90})
	if !strings.HasPrefix(text, "Not ready: 2 blockers, 1 warning, 1 question; 1 check not run (1 source not given)\n") {
		t.Errorf("the text begins with %q", text[:90])
	}
	last := -1
	for _, want := range []string{"SEC-03", "AUTH-01", "TLS-03", "Is it registered?", "Good to know", "The ten pitfalls", "All other rows", "preflight explain SEC-03"} {
		at := strings.Index(text, want)
		if at <= last {
			t.Errorf("%q is not there, or not behind what comes before it:\n%s", want, text)
		}
		last = at
	}
	for _, line := range strings.Split(text, "\n") {
		if len([]rune(line)) > 90 {
			t.Errorf("a line is longer than the terminal is wide: %q", line)
		}
	}
}

func TestEveryRowOfTheStudyHasAState(t *testing.T) {
	r := report(t)
	want := map[string]preflight.State{"P1": preflight.StateFail, "P2": preflight.StateFail, "P3": preflight.StateNotChecked, "P4": preflight.StatePass, "P5": preflight.StateNotApplicable, "G1": preflight.StateQuestion}
	if len(r.Rows) != len(preflight.Rows()) {
		t.Fatalf("%d rows, want %d", len(r.Rows), len(preflight.Rows()))
	}
	for _, row := range r.Rows {
		if s, ok := want[row.ID]; ok && row.State != s {
			t.Errorf("%s is %s, want %s", row.ID, row.State, s)
		}
		if row.State == preflight.StatePass && len(row.Passed) == 0 {
			t.Errorf("%s passes and nobody looked", row.ID)
		}
	}
}

func TestColourIsForTerminalsOnly(t *testing.T) {
	if text := human(t, report(t), preflight.HumanOptions{}); strings.Contains(text, "\x1b") {
		t.Error("escape sequences without colour")
	}
	if text := human(t, report(t), preflight.HumanOptions{Colour: true}); !strings.Contains(text, "\x1b[31;1mBLOCKER 1") {
		t.Error("no colour where it was asked for")
	}
}

func TestHostileTextIsShownAsData(t *testing.T) {
	evil := "a\x1b]0;owned\x07\x1b[2J\u202egnp.\xff\r\nb.py"
	f := preflight.Finding{Level: preflight.Fail, Title: "In " + evil, Path: evil, Detail: evil, Fix: evil, Evidence: []preflight.Evidence{{File: evil, Line: 1, Excerpt: evil, Note: evil}}}
	r := preflight.NewReport(preflight.Run(context.Background(), []check{says(rule("AUTH-01", preflight.Fail, "P1"), preflight.Found(f))}, "", preflight.Options{}), nil)
	for name, write := range map[string]func(io.Writer) error{
		"human":    func(w io.Writer) error { return r.WriteHuman(w, preflight.HumanOptions{}) },
		"json":     r.WriteJSON,
		"sarif":    func(w io.Writer) error { return r.WriteSARIF(w, false) },
		"junit":    func(w io.Writer) error { return r.WriteJUnit(w, false) },
		"markdown": r.WriteMarkdown,
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		if bytes.ContainsAny(b.Bytes(), "\x1b\x07\r\xff") {
			t.Errorf("%s passes control characters on: %q", name, b.String())
		}
		if name != "json" && strings.Contains(b.String(), "\u202e") {
			t.Errorf("%s passes direction characters on", name)
		}
	}
}

func TestJSONHasTheFieldsOfTheContract(t *testing.T) {
	var b bytes.Buffer
	if err := report(t).WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Schema   int
		Verdict  map[string]any
		Findings []map[string]any
		Checks   []map[string]any
		Rows     []map[string]any
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Schema != preflight.SchemaVersion || len(got.Findings) != 5 || len(got.Checks) != 8 || len(got.Rows) == 0 {
		t.Fatalf("schema %d, %d findings, %d checks, %d rows", got.Schema, len(got.Findings), len(got.Checks), len(got.Rows))
	}
	for _, f := range got.Findings {
		for _, key := range []string{"id", "rows", "level", "state", "path", "evidence", "title", "fingerprint"} {
			if _, ok := f[key]; !ok {
				t.Errorf("a finding lacks %s: %v", key, f)
			}
		}
	}
	if e := got.Findings[1]["evidence"].([]any)[0].(map[string]any); e["file"] != "app/auth.py" || e["line"] != float64(7) {
		t.Errorf("evidence is %v", e)
	}
}

func TestAReportIsABaseline(t *testing.T) {
	var b bytes.Buffer
	if err := report(t).WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	known, err := preflight.ReadBaseline(&b)
	if err != nil {
		t.Fatal(err)
	}
	moved := finding(preflight.Fail, "app/auth.py", 70) // the same text, further down
	other := finding(preflight.Fail, "app/login.py", 7)
	results := preflight.Run(context.Background(), []check{says(rule("AUTH-01", preflight.Fail, "P1"), preflight.Found(moved, other))}, "", preflight.Options{})
	preflight.Known(results, known)
	r := preflight.NewReport(results, nil)
	if r.Verdict.Fails != 1 || r.Verdict.Baseline != 1 {
		t.Errorf("%d fails and %d known, want one of each", r.Verdict.Fails, r.Verdict.Baseline)
	}
}

func TestWhatIsNoReportIsNoBaseline(t *testing.T) {
	for _, text := range []string{"", "[]", "{}", `{"schema": 99, "findings": []}`, "<xml>"} {
		if _, err := preflight.ReadBaseline(strings.NewReader(text)); err == nil {
			t.Errorf("%q is taken for a baseline", text)
		}
	}
}

func TestOnlyWhatAChangeTouchedCounts(t *testing.T) {
	commit := preflight.Finding{Level: preflight.Fail, Evidence: []preflight.Evidence{{File: "gone.py", Commit: "abc"}}}
	old := preflight.Finding{Level: preflight.Fail, Evidence: []preflight.Evidence{{File: "gone.py", Commit: "def"}}, Key: "old"}
	live := preflight.Finding{Level: preflight.Fail, Evidence: []preflight.Evidence{{Request: "GET https://a.b/"}}}
	results := preflight.Run(context.Background(), []check{says(rule("SEC-03", preflight.Fail, "P2"), preflight.Found(finding(preflight.Fail, "a.py", 1), finding(preflight.Fail, "b.py", 1), commit, old, live))}, "", preflight.Options{})
	preflight.OnlyIn(results, map[string]bool{"a.py": true, "abc": true})
	if r := preflight.NewReport(results, nil); r.Verdict.Fails != 3 || r.Verdict.Baseline != 2 {
		t.Errorf("%d fails and %d known, want 3 and 2", r.Verdict.Fails, r.Verdict.Baseline)
	}
}

func TestJUnitFailsOnBlockersAndSkipsWhatDidNotRun(t *testing.T) {
	var b bytes.Buffer
	if err := report(t).WriteJUnit(&b, false); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Skipped  int `xml:"skipped,attr"`
	}
	if err := xml.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Tests != 8 || got.Failures != 2 || got.Skipped != 3 {
		t.Errorf("%+v, want 8 tests, 2 failures, 3 skipped", got)
	}
	b.Reset()
	if err := report(t).WriteJUnit(&b, true); err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(b.Bytes(), &got); err != nil || got.Failures != 3 {
		t.Errorf("strict: %+v (%v), want 3 failures", got, err)
	}
}

func TestMarkdownIsAChecklistWithoutMarkupFromTheRepository(t *testing.T) {
	f := finding(preflight.Fail, "a`b|c.py", 3)
	f.Title = "<img src=x> [link](https://a.b) @everyone *x*"
	r := preflight.NewReport(preflight.Run(context.Background(), []check{says(rule("AUTH-01", preflight.Fail, "P1"), preflight.Found(f))}, "", preflight.Options{}), nil)
	var b bytes.Buffer
	if err := r.WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	if !strings.Contains(text, "- [ ] **AUTH-01**") || !strings.Contains(text, "| P10 |") {
		t.Errorf("no checklist, or no rows:\n%s", text)
	}
	for _, bad := range []string{"<img", "[link](", "@everyone", "a`b"} {
		if strings.Contains(text, bad) {
			t.Errorf("%q is markup:\n%s", bad, text)
		}
	}
}

func TestExitCodesSayWhatHappened(t *testing.T) {
	one := func(out preflight.Outcome) *preflight.Report {
		return preflight.NewReport(preflight.Run(context.Background(), []check{says(rule("AUTH-01", preflight.Fail, "P1"), out)}, "", preflight.Options{}), nil)
	}
	warning := one(preflight.Found(finding(preflight.Warn, "a", 1)))
	broken := one(preflight.Pass(""))
	broken.Errors = append(broken.Errors, "the history could not be read")
	for name, c := range map[string]struct {
		report *preflight.Report
		strict bool
		want   int
	}{
		"a pass":             {one(preflight.Pass("")), true, 0},
		"a blocker":          {one(preflight.Found(finding(preflight.Fail, "a", 1))), false, 1},
		"a warning":          {warning, false, 0},
		"a warning, strict":  {warning, true, 1},
		"an unread source":   {broken, false, 3},
		"a question, strict": {one(preflight.Ask("x?", "")), true, 0},
	} {
		if got := c.report.ExitCode(c.strict); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestACheckThatPanicsTakesNobodyAlong(t *testing.T) {
	bad := check{Rule: rule("MAN-01", preflight.Fail, "P10"), Run: func(context.Context, string) preflight.Outcome { panic("boom") }}
	r := preflight.NewReport(preflight.Run(context.Background(), []check{bad, says(rule("AUTH-01", preflight.Fail, "P1"), preflight.Pass(""))}, "", preflight.Options{}), nil)
	if r.ExitCode(false) != 3 || len(r.Errors) != 1 || !strings.Contains(r.Errors[0], "MAN-01") {
		t.Errorf("exit %d, errors %v", r.ExitCode(false), r.Errors)
	}
	if r.Checks[0].State != preflight.StateNotChecked || r.Checks[1].State != preflight.StatePass {
		t.Errorf("states %s and %s", r.Checks[0].State, r.Checks[1].State)
	}
}

func TestMeasurementsReplaceGuesses(t *testing.T) {
	run := func(c ...check) []preflight.Result {
		return preflight.Run(context.Background(), c, "", preflight.Options{})
	}
	guess := rule("CORS-03", preflight.Fail, "S7")
	measured := guess
	measured.Measures = true
	static := rule("TLS-11", preflight.Info, "P8")
	static.YieldsTo = []string{"TLS-03"}
	found := preflight.Found(finding(preflight.Fail, "main.py", 4))
	for name, c := range map[string]struct {
		live preflight.Outcome
		want preflight.State
	}{
		"a measured pass":          {preflight.Pass("asked"), preflight.StatePass},
		"a measured fault":         {preflight.Found(preflight.Finding{Level: preflight.Fail}), preflight.StateFail},
		"nothing determined":       {preflight.NotChecked("no answer"), preflight.StateFail},
		"nothing that it is about": {preflight.NotApplicable("no API"), preflight.StateFail},
	} {
		got := preflight.Merge(run(says(guess, found)), run(says(measured, c.live)))
		if len(got) != 1 || got[0].State != c.want {
			t.Errorf("%s: %+v, want %s", name, got, c.want)
		}
	}
	got := preflight.Merge(run(says(static, preflight.Found(finding(preflight.Info, "main.py", 1)))), run(says(rule("TLS-03", preflight.Warn, "P8"), preflight.Pass(""))))
	if got[0].State != preflight.StateNotApplicable || len(got[0].Findings) != 0 {
		t.Errorf("the guess stays: %+v", got[0])
	}
}

func TestARowFailsOnlyByFindingsThatNameIt(t *testing.T) {
	f := finding(preflight.Warn, "a", 1)
	f.Rows = []string{"D3"}
	r := preflight.NewReport(preflight.Run(context.Background(), []check{says(rule("DATA-08", preflight.Fail, "P3", "D3"), preflight.Found(f))}, "", preflight.Options{}), nil)
	for _, row := range r.Rows {
		switch {
		case row.ID == "P3" && row.State != preflight.StatePass:
			t.Errorf("P3 is %s", row.State)
		case row.ID == "D3" && (row.State != preflight.StateFail || row.Level != preflight.Warn):
			t.Errorf("D3 is %s at %s", row.State, row.Level)
		}
	}
}
