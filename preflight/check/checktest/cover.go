package checktest

import (
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

// Cover fails for every check that lacks a text, or a suite with at least two
// faulty and two fine cases, or whose own examples don't show what they claim.
// Manual questions need only their texts and one case of each kind.
func Cover(t *testing.T, checks []check.Check, suites []Suite) {
	t.Helper()
	byID := map[string]Suite{}
	for _, s := range suites {
		if _, ok := byID[s.Check.ID]; ok {
			t.Errorf("%s has two suites", s.Check.ID)
		}
		byID[s.Check.ID] = s
	}
	for _, c := range checks {
		for _, missing := range preflight.Incomplete(&c.Rule) {
			t.Errorf("%s: %s", c.ID, missing)
		}
		need := 2
		if c.Level == preflight.Question {
			need = 1
		}
		if s := byID[c.ID]; len(s.Faulty) < need || len(s.Fine) < need {
			t.Errorf("%s has %d faulty and %d fine cases, want %d of each", c.ID, len(s.Faulty), len(s.Fine), need)
		}
		examples(t, c)
	}
}

// examples runs a check on the trees of its own texts.
func examples(t *testing.T, c check.Check) {
	t.Helper()
	if !strings.Contains(c.Bad, "-- ") || !strings.Contains(c.Good, "-- ") {
		return
	}
	if res := Run(t, c, Case{Files: c.Bad}); len(res.Findings) == 0 {
		t.Errorf("%s does not find its own bad example: %s", c.ID, describe(res))
	}
	if res := Run(t, c, Case{Files: c.Good}); res.State == preflight.StateFail {
		t.Errorf("%s objects to its own good example: %s", c.ID, describe(res))
	}
}
