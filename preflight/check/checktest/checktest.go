// Package checktest tests checks on small repositories written as text: the
// faulty ones must be found, those that only look like it must not. It owns
// the demand that every check shows both outcomes and has all its texts.
package checktest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/tree"
)

// Now is the time at which fixtures are checked.
var Now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// Case is one repository.
type Case struct {
	Name  string
	Files string             // "-- path --" before each file, as in a txtar archive
	Edit  func(*check.Input) // what files cannot say: names, git, answers

	// For faulty cases. A zero value is not compared.
	Level preflight.Level // of the worst finding; zero: the level of the rule
	At    string          // "file:line" of a piece of evidence
	Says  string          // part of title or detail of a finding
	Path  string          // deployment path of a finding

	// For fine cases: the state expected; zero accepts everything but fail.
	State preflight.State
}

// Suite is a check and its cases.
type Suite struct {
	Check  check.Check
	Faulty []Case // at least two, in different styles
	Fine   []Case // at least two that look like it
}

// Run tests all cases of a suite.
func (s Suite) Run(t *testing.T) {
	t.Helper()
	for _, c := range s.Faulty {
		t.Run(s.Check.ID+" finds "+c.Name, func(t *testing.T) { s.mustFind(t, c) })
	}
	for _, c := range s.Fine {
		t.Run(s.Check.ID+" accepts "+c.Name, func(t *testing.T) {
			res := Run(t, s.Check, c)
			if res.State == preflight.StateFail || c.State != "" && res.State != c.State {
				t.Errorf("state %s, want %s\n%s", res.State, orNotFail(c.State), describe(res))
			}
		})
	}
}

// Join returns suites with the cases of more added to those of the same check.
func Join(suites, more []Suite) []Suite {
	at := map[string]int{}
	for i := range suites {
		at[suites[i].Check.ID] = i
	}
	for _, s := range more {
		i, ok := at[s.Check.ID]
		if !ok {
			suites = append(suites, s)
			continue
		}
		suites[i].Faulty = append(suites[i].Faulty, s.Faulty...)
		suites[i].Fine = append(suites[i].Fine, s.Fine...)
	}
	return suites
}

func orNotFail(s preflight.State) string {
	if s == "" {
		return "anything but fail"
	}
	return string(s)
}

func (s Suite) mustFind(t *testing.T, c Case) {
	t.Helper()
	res := Run(t, s.Check, c)
	want := c.Level
	if want == 0 {
		want = s.Check.Level
	}
	if len(res.Findings) == 0 || res.Level != want {
		t.Fatalf("found %d at level %s, want level %s\n%s", len(res.Findings), res.Level, want, describe(res))
	}
	for _, f := range res.Findings {
		if c.matches(f) {
			return
		}
	}
	t.Errorf("no finding at %q, path %q, that says %q\n%s", c.At, c.Path, c.Says, describe(res))
}

func (c Case) matches(f preflight.Finding) bool {
	if c.Path != "" && f.Path != c.Path || !strings.Contains(f.Title+" "+f.Detail, c.Says) {
		return false
	}
	if c.At == "" {
		return true
	}
	for _, e := range f.Evidence {
		if fmt.Sprintf("%s:%d", e.File, e.Line) == c.At {
			return true
		}
	}
	return false
}

// Run runs one check on one case.
func Run(t testing.TB, c check.Check, cs Case) preflight.Result {
	t.Helper()
	in := Input(t, cs.Files)
	if cs.Edit != nil {
		cs.Edit(in)
	}
	res := preflight.Run(context.Background(), []check.Check{c}, in, preflight.Options{})[0]
	if res.Panicked != "" {
		t.Fatalf("the check panicked: %s", res.Panicked)
	}
	return res
}

// Input reads a repository written as text. All its files are tracked.
func Input(t testing.TB, files string) *check.Input {
	t.Helper()
	fsys, tracked := fstest.MapFS{}, []string{}
	for name, text := range Files(files) {
		fsys[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
		tracked = append(tracked, name)
	}
	tr, err := tree.From(fsys)
	if err != nil {
		t.Fatal(err)
	}
	tr.SetTracked(tracked)
	in, err := check.Load(tr, Now)
	if err != nil {
		t.Fatal(err)
	}
	in.Git = check.Git{Repository: true}
	return in
}

// Files splits an archive into its files. Text before the first header is ignored.
func Files(archive string) map[string]string {
	out := map[string]string{}
	name := ""
	for line := range strings.Lines(archive) {
		trimmed := strings.TrimRight(line, "\r\n")
		if len(trimmed) > 6 && strings.HasPrefix(trimmed, "-- ") && strings.HasSuffix(trimmed, " --") {
			name = strings.TrimSpace(trimmed[3 : len(trimmed)-3])
			out[name] = ""
			continue
		}
		if name != "" {
			out[name] += line
		}
	}
	return out
}

func describe(res preflight.Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s is %s (%s) %s\n", res.ID, res.State, res.Level, res.Reason)
	for _, f := range res.Findings {
		fmt.Fprintf(&b, "  %s [%s] %s: %s\n", f.Level, f.Path, f.Title, f.Detail)
		for _, e := range f.Evidence {
			fmt.Fprintf(&b, "    %s:%d %s (%s)\n", e.File, e.Line, e.Excerpt, e.Note)
		}
	}
	return b.String()
}
