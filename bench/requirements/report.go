package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// report is all that was measured.
type report struct {
	documents []documentResult
	sentences map[string]sentenceResult
	classes   classResult
	stories   map[string]storyResult

	totalsOnly bool // of a part that is kept apart
}

func (r *report) print(w io.Writer) {
	r.printDocuments(w)
	printPublished(w, publishedDocuments)
	r.printSentences(w)
	printPublished(w, publishedSentences)
	r.printClasses(w)
	printPublished(w, publishedClasses)
	r.printStories(w)
}

func printPublished(w io.Writer, list []published) {
	fmt.Fprint(w, "| stated elsewhere | data | figure |\n| --- | --- | --- |\n")
	for _, p := range list {
		fmt.Fprintf(w, "| %s | %s | %s |\n", p.who, p.data, p.figure)
	}
	fmt.Fprintln(w)
}

// total adds up the documents.
func (r *report) total() documentResult {
	every := make([]int, len(r.documents))
	for i := range every {
		every[i] = i
	}
	return r.drawn(every)
}

// drawn adds up the documents with these indexes.
func (r *report) drawn(indexes []int) documentResult {
	t := documentResult{name: "all"}
	for _, i := range indexes {
		d := r.documents[i]
		t.list, t.found, t.candidates, t.right = t.list+d.list, t.found+d.found, t.candidates+d.candidates, t.right+d.right
		t.same, t.verbatim, t.blocks, t.took = t.same+d.same, t.verbatim+d.verbatim, t.blocks+d.blocks, t.took+d.took
	}
	return t
}

func (r *report) printDocuments(w io.Writer) {
	fmt.Fprint(w, "\n## Documents to requirements\n\n| document | listed | found | as one | candidates | right | recall | precision | F1 | verbatim |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	shown := r.documents
	if r.totalsOnly {
		shown = nil
	}
	for _, d := range append(slices.Clone(shown), r.total()) {
		fmt.Fprintf(w, "| %s | %d | %d | %d | %d | %d | %.3f | %.3f | %.3f | %d |\n", d.name, d.list, d.found, d.same, d.candidates, d.right,
			d.recall(), d.precision(), harmonic(d.recall(), d.precision()), d.verbatim)
	}
	t := r.total()
	of := func(measure func(documentResult) float64) string {
		return spread(len(r.documents), func(drawn []int) float64 { return measure(r.drawn(drawn)) })
	}
	fmt.Fprintf(w, "\nRecall %.2f %s, precision %.2f %s.\n", t.recall(), of(documentResult.recall), t.precision(), of(documentResult.precision))
	fmt.Fprintf(w, "\n%d blocks in %s of the clock: %.0f blocks/s, without extraction.\n\n", t.blocks, t.took.Round(time.Millisecond), float64(t.blocks)/t.took.Seconds())
}

// allSentences adds up the documents.
func (r *report) allSentences() sentenceResult {
	var all sentenceResult
	for _, s := range r.sentences {
		all.alone, all.within = all.alone.plus(s.alone), all.within.plus(s.within)
	}
	return all
}

func (r *report) printSentences(w io.Writer) {
	fmt.Fprint(w, "## Requirement or not\n\n| document | requirements | others | precision | recall | F1 | macro F1 | accuracy | within: precision | recall | F1 | macro F1 | accuracy |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	var alone, within []figure
	for _, name := range slices.Sorted(maps.Keys(r.sentences)) {
		s := r.sentences[name]
		alone, within = append(alone, s.alone), append(within, s.within)
		if !r.totalsOnly {
			printSentence(w, name, s)
		}
	}
	all := r.allSentences()
	printSentence(w, "all", all)
	of := func(list []figure) string {
		return spread(len(list), func(drawn []int) float64 { return sumOf(list, drawn).f1() })
	}
	fmt.Fprintf(w, "\nF1 alone %.2f %s, within their documents %.2f %s.\n\n", all.alone.f1(), of(alone), all.within.f1(), of(within))
}

func printSentence(w io.Writer, name string, s sentenceResult) {
	fmt.Fprintf(w, "| %s | %d | %d | %s | %s |\n", name, s.alone.truePos+s.alone.falseNeg, s.alone.falsePos+s.alone.trueNeg, s.alone.cells(), s.within.cells())
}

// cells are the five figures of a table.
func (f figure) cells() string {
	return fmt.Sprintf("%.3f | %.3f | %.3f | %.3f | %.3f", f.precision(), f.recall(), f.f1(), f.macroF1(), f.accuracy())
}

func (r *report) printClasses(w io.Writer) {
	fmt.Fprint(w, "## Types\n\n| set | functional F1 | other F1 | macro F1 |\n| --- | ---: | ---: | ---: |\n")
	for _, name := range slices.Sorted(maps.Keys(r.classes.functional)) {
		f := r.classes.functional[name]
		projects := r.classes.byProject(name)
		of := spread(len(projects), func(drawn []int) float64 { return sumOf(projects, drawn).macroF1() })
		fmt.Fprintf(w, "| %s | %.3f | %.3f | %.3f %s |\n", name, f.f1(), f.not().f1(), f.macroF1(), of)
	}
	for _, name := range []string{"functional", "quality"} {
		f := r.classes.relabelled[name]
		fmt.Fprintf(w, "| relabelled: %s | %.3f | %.3f | %.3f |\n", name, f.f1(), f.not().f1(), f.macroF1())
	}
	fmt.Fprintf(w, "\nOne label of nine (functional, the seven characteristics, any other type for O and L): weighted F1 %.3f over %d requirements.\n", r.classes.weightedF1(), r.classes.all())
	fmt.Fprint(w, "\n| characteristic | precision | recall | F1 |\n| --- | ---: | ---: | ---: |\n")
	for _, q := range ba.Qualities {
		f := r.classes.qualities[q]
		fmt.Fprintf(w, "| %s (%d) | %.3f | %.3f | %.3f |\n", q, f.truePos+f.falseNeg, f.precision(), f.recall(), f.f1())
	}
	fmt.Fprintln(w)
}

func (r *report) printStories(w io.Writer) {
	fmt.Fprint(w, "## User stories\n\n| set | stories | found |\n| --- | ---: | ---: |\n")
	for _, name := range slices.Sorted(maps.Keys(r.stories)) {
		s := r.stories[name]
		fmt.Fprintf(w, "| %s | %d | %.3f |\n", name, s.all, share(s.found, s.all))
	}
}
