package main

import (
	"io"
	"os"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

// floors are a little below what docs/requirements-extraction.md states, so
// that a rule which costs more than it gives is noticed.
func TestTheFiguresOfTheRulesStayAboveTheirFloors(t *testing.T) {
	shared := sharedOf(t)
	r, err := measure(shared, &log{w: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	all := r.total()
	s := r.allSentences()
	for _, f := range []struct {
		what       string
		got, floor float64
	}{
		{"recall of documents", all.recall(), 0.91},
		{"precision of documents", all.precision(), 0.80},
		{"F1 of sentences alone", s.alone.f1(), 0.80},
		{"F1 of sentences within their documents", s.within.f1(), 0.82},
		{"macro F1 of functional or not, PROMISE", r.classes.functional["promise_nfr"].macroF1(), 0.84},
		{"macro F1 of functional or not, further projects", r.classes.functional["promise_exp_extra"].macroF1(), 0.80},
		{"F1 of security", r.classes.qualities[ba.QualitySecurity].f1(), 0.72},
		{"F1 of performance", r.classes.qualities[ba.QualityPerformance].f1(), 0.78},
		{"stories of backlogs", share(r.stories["backlogs"].found, r.stories["backlogs"].all), 0.98},
	} {
		if f.got < f.floor {
			t.Errorf("%s: %.3f, floor %.3f", f.what, f.got, f.floor)
		}
	}
	if all.verbatim != all.candidates || all.candidates == 0 {
		t.Errorf("%d of %d quotes are verbatim", all.verbatim, all.candidates)
	}
}

// sharedOf returns the folder of the labelled data. Elsewhere than in CI the
// test is skipped without it.
func sharedOf(t *testing.T) string {
	t.Helper()
	shared, err := sharedFolder()
	if err == nil {
		return shared
	}
	if testenv.CI() {
		t.Fatalf("CI must not skip: %v", err)
	}
	t.Skip(err)
	return ""
}

func TestWithoutTheLabelledDataTheCommandSaysWhereItLies(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := run(io.Discard, &log{w: os.Stderr}); err == nil || err.Error() != noData {
		t.Errorf("%v", err)
	}
}
