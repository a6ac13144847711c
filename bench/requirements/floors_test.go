package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
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
	if err := run(io.Discard, "", &log{w: os.Stderr}); err == nil || err.Error() != noData {
		t.Errorf("%v", err)
	}
}

func TestTheFiguresBesideTheRepositoryAreOfTheTuningPart(t *testing.T) {
	if tuning, err := isTuningPart(sharedOf(t)); err != nil || !tuning {
		t.Errorf("the labelled data is another part than the one that the rules are tuned on (%v)", err)
	}
}

func TestMistakesOfAPartThatIsKeptApartAreNotShown(t *testing.T) {
	apart := t.TempDir()
	for name := range tuningPart {
		path := filepath.Join(apart, "requirements", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("other documents\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, kind := range []string{"documents", "sentences", "classes", "stories"} {
		var shown strings.Builder
		if err := run(&shown, apart, &log{w: &shown, kind: kind}); !errors.Is(err, errKeptApart) || shown.Len() > 0 {
			t.Errorf("-show %s: %v, and %q", kind, err, shown.String())
		}
	}
	var said strings.Builder
	if tuning, err := printSplit(&said, apart, ""); err != nil || tuning || !strings.Contains(said.String(), "another part than the one for tuning") {
		t.Errorf("the report says %q (%v)", said.String(), err)
	}
}

func TestTotalsOfAPartThatIsKeptApartNameNoDocument(t *testing.T) {
	r := report{totalsOnly: true, documents: []documentResult{{name: "secret.pdf", list: 2, found: 1, candidates: 2, right: 2}, {name: "other.pdf", list: 2, found: 2, candidates: 2, right: 1}},
		sentences: map[string]sentenceResult{"secret.pdf": {}, "other.pdf": {}}}
	var printed strings.Builder
	r.print(&printed)
	if text := printed.String(); strings.Contains(text, ".pdf") || !strings.Contains(text, "Recall 0.75 [0.50, 1.00], precision 0.75 [0.50, 1.00]") {
		t.Errorf("printed:\n%s", text)
	}
}
