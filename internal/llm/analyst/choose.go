package analyst

import "strings"

// choose takes the units to quote: the best one, those that come close to it,
// and the best one of each further document, for its view.
func (q *question) choose(all []ranked) []ranked {
	if q.perDocument {
		return q.bestOfEach(all)
	}
	best := all[0]
	margin := 0.22
	if q.broad {
		margin = 0.35
	}
	var chosen []ranked
	perSource := make(map[*source]int)
	for _, r := range all {
		if len(chosen) == q.wanted() || r.score < best.score-margin {
			break
		}
		if len(chosen) > 0 && (!q.adds(r, chosen) || perSource[r.src] == 2 && !q.broad) {
			continue
		}
		perSource[r.src]++
		chosen = append(chosen, r)
	}
	return q.otherViews(all, chosen)
}

// bestOfEach takes the best unit of every document that speaks of what was asked.
func (q *question) bestOfEach(all []ranked) []ranked {
	chosen := all[:1:1]
	seen := map[string]bool{all[0].src.document: true}
	for _, r := range all[1:] {
		if len(chosen) == maxNamed {
			break
		}
		if seen[r.src.document] || r.own < enoughOwn || r.kind == inquiry {
			continue
		}
		seen[r.src.document] = true
		chosen = append(chosen, r)
	}
	return chosen
}

// otherViews adds what documents say that are not yet quoted. Of a section that
// is about the question as a whole, it takes what shares most words with the
// best unit.
func (q *question) otherViews(all, chosen []ranked) []ranked {
	best := chosen[0]
	seen := make(map[string]bool)
	for _, r := range chosen {
		seen[r.src.document] = true
	}
	for _, r := range all {
		if len(chosen) >= q.wanted() || r.score < best.score-otherMargin {
			break
		}
		if seen[r.src.document] {
			continue
		}
		view, bestShared := ranked{}, -1
		for _, o := range all {
			if o.src.document != r.src.document || o.score < r.score-0.1 || !q.adds(o, chosen) || (o.cover < enoughCover || o.own < otherOwn) && !o.about {
				continue
			}
			if n := sharedWords(side{ranked: best, value: noValue}, side{ranked: o, value: noValue}) + weightOf(o.fits); n > bestShared {
				view, bestShared = o, n
			}
		}
		seen[r.src.document] = true
		if bestShared >= 0 {
			chosen = append(chosen, view)
		}
	}
	return chosen
}

// otherOwn is what the view of another document must hold by itself.
const otherOwn = 0.5

func weightOf(fits bool) int {
	if fits {
		return 2
	}
	return 0
}

// otherMargin is how far below the best unit the best one of another document
// may rank to be quoted beside it.
const otherMargin = 0.65

// adds reports whether a unit says something about the question that the chosen
// ones do not say.
func (q *question) adds(r ranked, chosen []ranked) bool {
	best := chosen[0]
	switch {
	case r.own < enoughOwn, r.cover < someCover && !r.about, r.kind == title, r.kind == inquiry:
		return false
	case (q.wantsValue() || q.kind == meaning) && best.fits && !r.fits:
		return false
	case r.kind == row && best.kind == row && q.wantsValue() && r.own < best.own-0.1:
		return false
	}
	for _, c := range chosen {
		if r.overlaps(c.unit) {
			return false
		}
	}
	return r.kind == row || !alike(r, chosen)
}

// alike reports whether a unit says nearly the same words as one that was chosen.
func alike(r ranked, chosen []ranked) bool {
	words := make(map[string]bool)
	for _, t := range r.tokens {
		words[t.stem] = true
	}
	for _, c := range chosen {
		if r.denies() != c.denies() {
			continue
		}
		both, other := 0, make(map[string]bool)
		for _, t := range c.tokens {
			if !other[t.stem] && words[t.stem] {
				both++
			}
			other[t.stem] = true
		}
		if union := len(words) + len(other) - both; both*10 >= union*8 {
			return true
		}
	}
	return false
}

// isQuoted reports whether a unit or one with the same words is in the list.
func isQuoted(r ranked, list []ranked) bool {
	for _, have := range list {
		if have.unit == r.unit || strings.EqualFold(have.text(), r.text()) {
			return true
		}
	}
	return false
}

// withClash makes sure that both sides of a contradiction are quoted first.
func (f *finding) withClash() []ranked {
	if f.clash == nil {
		return f.evidence
	}
	first := []ranked{f.clash.one.ranked, f.clash.other.ranked}
	if !f.q.wantsValue() && !isQuoted(f.evidence[0], first) {
		first = append([]ranked{f.evidence[0]}, first...)
	}
	for _, r := range f.evidence {
		if !isQuoted(r, first) {
			first = append(first, r)
		}
	}
	return first[:min(len(first), max(f.q.wanted(), 3))]
}

// wanted is how many units an answer quotes at most, by the kind of question.
func (q *question) wanted() int {
	switch q.kind {
	case listing:
		if !q.broad {
			return 4
		}
		return 8
	case topic, reasonKind, mannerKind:
		return 4
	case meaning:
		return 2
	}
	return 3
}
