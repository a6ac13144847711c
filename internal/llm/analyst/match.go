package analyst

import (
	"slices"
	"strings"
)

// match returns the tokens of the unit that say the term, and how well.
func (u *unit) match(t qterm) (at []int, cover float64) {
	if at = spread(findStems(u.tokens, t.stems), len(t.stems)); len(at) > 0 {
		return at, u.worth(at[0])
	}
	for _, a := range t.alts {
		found := spread(findStems(u.tokens, a.stems), len(a.stems))
		if len(found) == 0 {
			continue
		}
		if at = append(at, found...); a.same {
			cover = max(cover, 1)
		}
		cover = max(cover, altCover)
	}
	if len(at) > 0 {
		cover *= u.worth(at[0])
	}
	return at, cover
}

// worth is less than one for a word in the remarks of a row: what a row is
// about stands in its other cells.
func (u *unit) worth(at int) float64 {
	if u.kind != row {
		return 1
	}
	for _, w := range wordsOf(u.columnOf(u.cellAt(u.tokens[at].start))) {
		if remarkColumns[w] {
			return 0.6
		}
	}
	return 1
}

var remarkColumns = wordSet(`remark remarks comment comments note notes rationale`)

// spread names every token of sequences of length n that begin at the given places.
func spread(begins []int, n int) []int {
	if n == 1 {
		return begins
	}
	var at []int
	for _, b := range begins {
		for i := range n {
			at = append(at, b+i)
		}
	}
	return at
}

// around returns how well the surroundings of the unit say the term.
func (u *unit) around(t qterm, q *question) float64 {
	best := 0.0
	said := func(tokens []token, worth float64) {
		if worth <= best {
			return
		}
		if len(findStems(tokens, t.stems)) > 0 {
			best = worth
			return
		}
		for _, a := range t.alts {
			if len(findStems(tokens, a.stems)) > 0 {
				best = max(best, worth*altCover)
			}
		}
	}
	said(u.sectionTokens(), contextCover)
	said(u.labelTokens(), labelCover)
	said(u.columnTokens(), contextCover)
	if slices.Contains(q.resembling, u.src.document) {
		said(u.src.nameTokens, namedCover)
	} else {
		said(u.src.nameTokens, documentCover)
	}
	if u.asked != nil {
		said(u.asked.tokens, 0.95)
	}
	if p := u.beside(-1); p != nil && p.kind == inquiry {
		said(p.tokens, askedCover)
	} else if p != nil {
		said(p.tokens, besideCover)
	}
	if p := u.beside(+1); p != nil && u.kind != inquiry {
		said(p.tokens, besideCover*0.8)
	}
	if best < passageCover && u.src.holds(t) {
		best = passageCover
	}
	return best
}

// beside returns the unit before or after, or nil. A row's neighbours speak of
// other things.
func (u *unit) beside(step int) *unit {
	i := u.index + step
	if u.kind == row || u.kind == reply || i < 0 || i >= len(u.src.units) || u.src.units[i].kind == row {
		return nil
	}
	return u.src.units[i]
}

// named returns how well a term is said by what belongs to the unit as much as
// its own words: the question that a reply answers, the column of a cell that
// holds something.
func (u *unit) named(t qterm, q *question) float64 {
	if u.label != "" {
		if _, cover := (&unit{kind: title, tokens: u.labelTokens()}).match(t); cover > 0 {
			return cover * labelCover
		}
	}
	switch {
	case u.kind == reply:
		_, cover := u.asked.match(t)
		return cover * 0.95
	case u.kind == row && q.kind == listing:
		for i, name := range u.columns {
			if u.columnOf(i) == "" || u.cells[i] == "" || denies(u.cells[i]) {
				continue
			}
			if tokens := u.src.kept(name); len(tokens) > 0 {
				if _, cover := (&unit{kind: header, tokens: tokens}).match(t); cover > 0 {
					return cover * contextCover
				}
			}
		}
	}
	return 0
}

// denies reports whether a cell says no.
func denies(cell string) bool {
	switch strings.ToLower(cell) {
	case "no", "n", "false", "-", "–", "none", "never", "0", "n/a":
		return true
	}
	return false
}

// closeness rewards hits that stand near one another.
func closeness(hits []int) float64 {
	near := 0
	for i := 1; i < len(hits); i++ {
		if d := hits[i] - hits[i-1]; d > 0 && d <= 3 {
			near++
		}
	}
	return min(0.12, 0.04*float64(near))
}

// shape rewards and punishes what a unit is, whatever it is about.
func (q *question) shape(u *unit) float64 {
	s := 0.0
	n := len(u.tokens)
	switch {
	case u.kind == title:
		s -= 0.3
	case u.kind == inquiry:
		s -= 0.25
	case n < 4 && u.kind != row:
		s -= 0.15
	case n > 60:
		s -= 0.08
	case n > 35:
		s -= 0.04
	}
	if strings.Contains(u.text(), "....") || strings.Contains(u.text(), ". . .") {
		s -= 0.4 // a table of contents
	}
	switch {
	case u.list && q.wantsValue():
		s -= 0.3 // the item alone says it better
	case u.list:
		s -= 0.06
	}
	if q.obliged && u.obliges() {
		s += 0.08
	}
	if slices.Contains(q.documents, u.src.document) {
		s += 0.25
	}
	if len(q.resembling) > 0 && !slices.Contains(q.resembling, u.src.document) {
		s -= 0.1
	}
	return s
}

// obliges reports whether the unit says what must or may be.
func (u *unit) obliges() bool {
	for _, t := range u.tokens {
		switch t.word {
		case "shall", "must", "should", "may", "needs", "required", "requires":
			return true
		}
	}
	return false
}
