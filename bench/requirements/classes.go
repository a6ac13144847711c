package main

import (
	"path/filepath"
	"slices"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/requirement/statement"
)

// classResult holds the figures of type classification.
type classResult struct {
	functional map[string]figure             // by set: PROMISE, PROMISE_exp extra
	relabelled map[string]figure             // "functional", "quality" by the relabelling of 2019
	qualities  map[ba.Quality]figure         // one against the rest, over the rows that name a characteristic
	confusion  map[string]map[ba.Quality]int // class to what we said
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
	r := classResult{map[string]figure{}, map[string]figure{}, map[ba.Quality]figure{}, map[string]map[ba.Quality]int{}}
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
	if row["is_functional"] != "" {
		r.relabel("functional", row["is_functional"] == "1", isFunctional(kind))
		r.relabel("quality", row["is_quality"] == "1", !isFunctional(kind))
	}
	want, named := qualityOf[row["class"]]
	if r.confusion[row["class"]] == nil {
		r.confusion[row["class"]] = map[ba.Quality]int{}
	}
	r.confusion[row["class"]][quality]++
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
