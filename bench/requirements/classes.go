package main

import (
	"maps"
	"path/filepath"
	"slices"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/requirement/statement"
)

// classResult holds the figures of type classification.
type classResult struct {
	functional map[string]figure     // by set: PROMISE, PROMISE_exp extra
	relabelled map[string]figure     // "functional", "quality" by the relabelling of 2019
	qualities  map[ba.Quality]figure // one against the rest, over the rows that name a characteristic
	labels     map[string]figure     // by one label for each requirement
	projects   map[[2]string]figure  // functional or not, by set and project
}

// byProject returns the figures of a set's projects, in the order of their names.
func (r *classResult) byProject(set string) []figure {
	var list []figure
	for _, key := range slices.SortedFunc(maps.Keys(r.projects), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		if key[0] == set {
			list = append(list, r.projects[key])
		}
	}
	return list
}

// qualityOf is the ISO/IEC 25010 characteristic nearest to a class of the set;
// operational and legal requirements have none.
var qualityOf = map[string]ba.Quality{
	"A": ba.QualityReliability, "FT": ba.QualityReliability, "LF": ba.QualityUsability, "US": ba.QualityUsability,
	"MN": ba.QualityMaintainability, "PE": ba.QualityPerformance, "SC": ba.QualityPerformance,
	"PO": ba.QualityPortability, "SE": ba.QualitySecurity,
}

// isFunctional reports types that count as functional in the sets.
func isFunctional(t ba.RequirementType) bool {
	return slices.Contains([]ba.RequirementType{ba.RequirementFunctional, ba.RequirementData, ba.RequirementBusinessRule}, t)
}

func measureClasses(shared string, faults *log) (classResult, error) {
	r := classResult{map[string]figure{}, map[string]figure{}, map[ba.Quality]figure{}, map[string]figure{}, map[[2]string]figure{}}
	for _, name := range []string{"promise_nfr", "promise_exp_extra"} {
		rows, err := readTable(filepath.Join(shared, "requirements", "functional-and-quality", name+".csv"))
		if err != nil {
			return r, err
		}
		for _, row := range rows {
			r.add(name, row, faults)
		}
	}
	return r, nil
}

func (r *classResult) add(set string, row map[string]string, faults *log) {
	kind, quality := statement.Classify(row["text"])
	f := r.functional[set]
	f.add(row["class"] == "F", isFunctional(kind))
	r.functional[set] = f
	p := r.projects[[2]string{set, row["project"]}]
	p.add(row["class"] == "F", isFunctional(kind))
	r.projects[[2]string{set, row["project"]}] = p
	if row["is_functional"] != "" {
		r.relabel("functional", row["is_functional"] == "1", isFunctional(kind))
		r.relabel("quality", row["is_quality"] == "1", !isFunctional(kind))
	}
	want, named := qualityOf[row["class"]]
	r.label(labelOf(row["class"]), labelOfType(kind, quality))
	if row["class"] != "O" && row["class"] != "L" {
		for _, q := range ba.Qualities {
			f := r.qualities[q]
			f.add(want == q, quality == q)
			r.qualities[q] = f
		}
	}
	if faults.on("classes") && (isFunctional(kind) != (row["class"] == "F") || named && want != quality) {
		faults.printf("%s\t%s %s\t%s\t%s\n", row["class"], kind, quality, row["project"], row["text"])
	}
}

func (r *classResult) relabel(name string, want, got bool) {
	f := r.relabelled[name]
	f.add(want, got)
	r.relabelled[name] = f
}

// other is the label of constraints, interfaces, operational and legal requirements.
const other = "other"

// labels are all labels, for one-against-the-rest figures.
var labels = append([]string{"functional", other}, qualityNames()...)

func qualityNames() []string {
	var names []string
	for _, q := range ba.Qualities {
		names = append(names, string(q))
	}
	return names
}

func labelOf(class string) string {
	if q, named := qualityOf[class]; named {
		return string(q)
	}
	if class == "F" {
		return "functional"
	}
	return other
}

func labelOfType(kind ba.RequirementType, quality ba.Quality) string {
	switch {
	case quality != "":
		return string(quality)
	case isFunctional(kind):
		return "functional"
	}
	return other
}

func (r *classResult) label(want, got string) {
	for _, l := range labels {
		f := r.labels[l]
		f.add(want == l, got == l)
		r.labels[l] = f
	}
}

// weightedF1 is the mean of the labels' F1, weighted by how many there are.
func (r *classResult) weightedF1() float64 {
	sum := 0.0
	for _, f := range r.labels {
		sum += f.f1() * float64(f.truePos+f.falseNeg)
	}
	return sum / float64(r.all())
}

func (r *classResult) all() int {
	n := 0
	for _, f := range r.labels {
		n += f.truePos + f.falseNeg
	}
	return n
}
