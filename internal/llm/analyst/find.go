package analyst

import (
	"slices"
	"strings"
)

// outcome is how well the documents answer a question.
type outcome int

const (
	nothing  outcome = iota // no passage holds what was asked about
	near                    // passages speak of it, but do not answer
	leftOpen                // the documents themselves ask it
	answered                // a passage answers
)

// finding is what the documents give for a question.
type finding struct {
	q        *question
	outcome  outcome
	evidence []ranked // what to quote, the best first
	absent   []qterm  // what no passage holds
	open     []ranked // what the documents themselves leave open
	clash    *clash   // where two passages give different values
	denial   *denial  // where one passage denies what another says
}

// The shares of a question that a unit must hold: with its surroundings, and
// by itself.
const (
	enoughCover = 0.6
	enoughOwn   = 0.3
	someCover   = 0.45
	mostAbsent  = 0.3 // share of the question that may be missing everywhere
)

// find looks for the answer in the passages.
func find(q *question, sources []*source) finding {
	f := finding{q: q}
	s := newScale(q, sources)
	missing := 0.0
	for i, t := range q.terms {
		if s.absent[i] && !t.generic {
			f.absent = append(f.absent, t)
			missing += s.weights[i] / s.total
		}
	}
	all := q.fitting(q.within(rank(q, sources)))
	if len(all) == 0 {
		return f
	}
	f.evidence = q.choose(all)
	if rows := q.listRows(all); len(rows) > 0 && !q.perDocument {
		f.evidence = rows
	}
	if q.kind != meaning {
		f.open = openPoints(q, all)
	}
	f.outcome = q.judge(f.evidence, missing)
	if f.outcome >= near && len(f.open) > 0 && f.evidence[0].kind == inquiry && f.evidence[0].unit == f.open[0].unit {
		f.outcome = leftOpen
	}
	if f.outcome == answered {
		if q.kind != meaning {
			f.clash = findClash(q, all)
		}
		f.evidence = f.withClash()
		f.denial = findDenial(f.evidence)
	}
	return f
}

// within leaves only the documents that the question names, where one of them
// speaks of the matter.
func (q *question) within(all []ranked) []ranked {
	var inside []ranked
	for _, r := range all {
		if slices.Contains(q.documents, r.src.document) {
			inside = append(inside, r)
		}
	}
	if len(inside) > 0 && inside[0].cover >= someCover {
		return inside
	}
	return all
}

// fittingMargin is how far below the best unit one may rank that holds the
// value which the best lacks.
const fittingMargin = 0.35

// fitting moves the best unit to the front that has the value that is asked
// for, and leaves no word of the question out.
func (q *question) fitting(all []ranked) []ranked {
	if len(all) == 0 || (all[0].fits || !q.wantsValue()) && all[0].blank == 0 {
		return all
	}
	for i, r := range all {
		if r.score < all[0].score-fittingMargin {
			break
		}
		if (r.fits || !q.wantsValue()) && r.blank == 0 && r.cover >= enoughCover && r.own >= enoughOwn {
			return append([]ranked{r}, slices.Delete(slices.Clone(all), i, i+1)...)
		}
	}
	return all
}

// judge decides whether the evidence answers.
func (q *question) judge(evidence []ranked, missing float64) outcome {
	if len(evidence) == 0 {
		return nothing
	}
	best := evidence[0]
	switch {
	case missing > mostAbsent, best.cover < someCover:
		return nothing
	case best.cover < enoughCover, best.own < enoughOwn:
		return near
	case q.wantsValue() && !q.soft && !best.fits:
		return near
	case best.blank > 0 && !q.carried && (len(q.contentTerms()) <= 3 || q.leavesOutName(best)):
		return near
	}
	return answered
}

// leavesOutName reports whether nothing in or around a unit says a name that the
// question holds.
func (q *question) leavesOutName(r ranked) bool {
	for _, t := range q.contentTerms() {
		if _, cover := r.match(t); t.proper && cover == 0 && r.around(t, q) == 0 {
			return true
		}
	}
	return false
}

// denies reports whether a unit holds a word that turns a statement round.
func (u *unit) denies() bool {
	return slices.ContainsFunc(u.tokens, func(t token) bool { return negations[t.word] })
}

var openRE = lazily(`(?i)\bopen (?:points?|questions?|issues?|items?)\b|\bto be (?:agreed|decided|defined|determined|confirmed|clarified)\b|\btb[dc]\b|(?:^|\b(?:is|are|was|were|been) )not (?:yet )?(?:discussed|decided|agreed|defined)\b|\bundecided\b|\bstill to be\b`)

// maxOpen bounds how many open points an answer names.
const maxOpen = 2

// openPoints returns what the documents leave open about the question.
func openPoints(q *question, all []ranked) []ranked {
	var open []ranked
	for _, r := range all {
		where := r.section()
		if r.kind == title || r.kind == row || r.kind == reply || r.own < 0.5 || r.cover < 0.75 || isQuoted(r, open) {
			continue
		}
		if openRE.MatchString(r.text()) || openRE.MatchString(where) && (r.kind == inquiry || strings.Contains(r.text(), "?")) {
			open = append(open, r)
		}
		if len(open) == maxOpen {
			break
		}
	}
	return open
}
