package self

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/tree"
)

var now = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

// input is a run over a repository of the given files.
func input(t testing.TB, files map[string]string, git check.Git) *Input {
	t.Helper()
	fsys := fstest.MapFS{"README.md": {Data: []byte("# x\n")}}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	tr, err := tree.From(fsys)
	if err != nil {
		t.Fatal(err)
	}
	in, err := check.Load(tr, now)
	if err != nil {
		t.Fatal(err)
	}
	in.Git = git
	return &Input{Repository: in, Now: now}
}

func run(c Check, in *Input) preflight.Result {
	return preflight.Run(context.Background(), []Check{c}, in, preflight.Options{})[0]
}

func result(id, reason string, state preflight.State, optIn bool) preflight.Result {
	return preflight.Result{Rule: &preflight.Rule{ID: id, OptIn: optIn}, ID: id, State: state, Reason: reason}
}

// said are the cases of each check: at least two in which it has something to
// say, and two in which it has not.
func TestEachCheckSpeaksWhereThereIsSomethingToSay(t *testing.T) {
	whole := check.Git{Repository: true}
	gap := func(list ...string) *Input {
		in := input(t, nil, whole)
		in.Incomplete = list
		return in
	}
	results := func(list ...preflight.Result) *Input { return &Input{Results: list, Now: now} }
	suppressions := func(list ...preflight.SuppressionProblem) *Input {
		in := input(t, nil, whole)
		in.Suppressions = list
		return in
	}
	at := func(years, months int) *Input { return &Input{Now: FactsAsOf.AddDate(years, months, 0)} }
	for _, c := range []struct {
		name  string
		check Check
		in    *Input
		says  string // part of a finding's title; empty: nothing to say
	}{
		{"checks without a site", self01, results(result("TLS-01", "no address was given", preflight.StateNotChecked, false)), "1 check not run"},
		{"checks without a folder", self01, results(result("A-01", "x", preflight.StateNotChecked, false), result("B-01", "x", preflight.StateNotChecked, false)), "2 checks not run"},
		{"opt-in checks that nobody asked for", self01, results(result("KEY-09", "not asked for", preflight.StateNotChecked, true)), ""},
		{"a run in which all ran", self01, results(result("A-01", "", preflight.StatePass, false)), ""},

		{"a shallow clone", self02, input(t, nil, check.Git{Repository: true, Shallow: true}), "shallow"},
		{"a partial clone", self02, input(t, nil, check.Git{Repository: true, Partial: true}), "partial"},
		{"submodules", self02, input(t, nil, check.Git{Repository: true, Submodules: []string{"lib/x"}}), "lib/x"},
		{"a file that was too large", self02, gap("dump.sql: larger than 4 MB"), "dump.sql"},
		{"a pointer of Git LFS", self02, input(t, map[string]string{"model.bin": "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"}, whole), "Git LFS"},
		{"a whole clone", self02, input(t, nil, whole), ""},
		{"a folder without git", self02, input(t, nil, check.Git{}), ""},

		{"a broken blueprint", self03, input(t, map[string]string{"render.yaml": "services:\n  - type: web\n   name: x\n"}, whole), "render.yaml"},
		{"a language without an extractor", self03, input(t, map[string]string{"app/main.rb": "puts 1\n"}, whole), "Ruby"},
		{"files that are all understood", self03, input(t, map[string]string{"main.py": "print(1)\n"}, whole), ""},
		{"documents", self03, input(t, map[string]string{"a.md": "x\n"}, whole), ""},

		{"a suppression that ended", self04, suppressions(preflight.SuppressionProblem{File: "a.py", Line: 3, Msg: "the suppression of AUTH-01 ended"}), "ended"},
		{"a suppression without a reason", self04, suppressions(preflight.SuppressionProblem{File: ".preflight.yaml", Msg: "gives no reason"}), "no reason"},
		{"no suppression", self04, suppressions(), ""},
		{"no repository", self04, &Input{Now: now}, ""},

		{"facts of last year", self05, at(1, 0), "days old"},
		{"facts of seven months ago", self05, at(0, 7), "days old"},
		{"facts of today", self05, at(0, 0), ""},
		{"facts of last month", self05, at(0, 1), ""},
	} {
		t.Run(c.check.ID+" and "+c.name, func(t *testing.T) {
			res := run(c.check, c.in)
			if res.Panicked != "" {
				t.Fatal(res.Panicked)
			}
			if (len(res.Findings) > 0) != (c.says != "") || c.says != "" && !strings.Contains(res.Findings[0].Title, c.says) {
				t.Errorf("says %+v, want %q", res.Findings, c.says)
			}
			if res.State == preflight.StatePass {
				t.Error("a check about the run makes rows pass")
			}
		})
	}
}

func TestAnIncompleteCloneKeepsTheRowsAboutSecretsFromPassing(t *testing.T) {
	for _, git := range []check.Git{{Repository: true, Shallow: true}, {Repository: true, Partial: true}} {
		if res := run(self02, input(t, nil, git)); res.State != preflight.StateNotChecked || res.Reason == "" {
			t.Errorf("%+v: %s %q", git, res.State, res.Reason)
		}
	}
}

func TestEveryCheckExplainsItself(t *testing.T) {
	for _, c := range Checks() {
		for _, missing := range preflight.Incomplete(&c.Rule) {
			t.Errorf("%s: %s", c.ID, missing)
		}
	}
}
