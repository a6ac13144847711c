package preflight_test

import (
	"context"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/preflight"
)

var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

const mark = "preflight" + ":ignore"

func TestACommentAcceptsTheFindingBesideIt(t *testing.T) {
	for _, c := range []struct {
		text     string
		accepted bool
		problem  bool
	}{
		{"# " + mark + " AUTH-01 only the tool uses it\nx = 1\n", true, false},
		{"x = 1  // " + mark + " AUTH-01 only the tool uses it\n", true, false},
		{"/* " + mark + " AUTH-01 until=2027-01-01 only the tool */\n", true, false},
		{"<!-- " + mark + " AUTH-01 a page of the docs -->\n", true, false},
		{"# " + mark + " AUTH-01\nx = 1\n", false, true},
		{"# " + mark + "\nx = 1\n", false, true},
		{"# " + mark + " AUTH-01 until=soon because\n", false, true},
		{"# " + mark + " AUTH-01 the reason until=2026-01-01\nx = 1\n", false, true},
		{"text := \"# " + mark + " AUTH-01 in a string\"\n", false, false},
		{"# write " + mark + " AUTH-01 with a reason\n", false, false},
		{"\n\n# " + mark + " AUTH-01 too far away\n", false, true},
	} {
		list, problems := preflight.Comments("a.py", c.text)
		results := preflight.Run(context.Background(), []check{says(rule("AUTH-01", preflight.Fail, "P1"), preflight.Found(finding(preflight.Fail, "a.py", 1)))}, "", preflight.Options{})
		problems = append(problems, preflight.Suppress(results, list, now)...)
		if got := results[0].State == preflight.StatePass; got != c.accepted {
			t.Errorf("%q: accepted %v, want %v", c.text, got, c.accepted)
		}
		if got := len(problems) > 0; got != c.problem {
			t.Errorf("%q: problems %v", c.text, problems)
		}
	}
}

func TestASuppressionOfTheFileNamesFilesOrFolders(t *testing.T) {
	for _, c := range []struct {
		files string
		want  bool
	}{{"", true}, {"tools/", true}, {"tools/*.py", true}, {"app/", false}, {"*.py", false}} {
		results := preflight.Run(context.Background(), []check{says(rule("AUTH-01", preflight.Fail, "P1"), preflight.Found(finding(preflight.Fail, "tools/a.py", 1)))}, "", preflight.Options{})
		preflight.Suppress(results, []preflight.Suppression{{ID: "AUTH-01", Files: c.files, Reason: "r"}}, now)
		if got := results[0].Findings[0].Suppressed != ""; got != c.want {
			t.Errorf("%q: %v, want %v", c.files, got, c.want)
		}
	}
}

func TestSuppressionsOfUnknownChecksAreTold(t *testing.T) {
	results := preflight.Run(context.Background(), []check{says(rule("AUTH-01", preflight.Fail, "P1"), preflight.Pass(""))}, "", preflight.Options{})
	if p := preflight.Suppress(results, []preflight.Suppression{{ID: "NOPE-01", Reason: "r"}, {ID: "AUTH-01", Reason: "r"}}, now); len(p) != 2 {
		t.Errorf("problems %v, want two", p)
	}
}
