package analyst

import (
	"cmp"
	"math"
	"slices"
)

// ranked is a unit with how well it fits a question.
type ranked struct {
	*unit
	score float64
	cover float64 // share of the question's weight that the unit and its surroundings hold
	own   float64 // share that the unit itself holds
	about bool    // it stands in a section about what was asked
	fits  bool    // it holds the kind of value that was asked for
	blank int     // content words of the question that not even its passage holds
	hits  []int   // its tokens that the question holds
}

// How much a term counts that stands in the unit itself as another word, in the
// headings above it, in the sentences beside it, in the rest of the passage.
const (
	altCover      = 0.8
	contextCover  = 0.75
	besideCover   = 0.5
	askedCover    = 0.75 // in the question that it answers
	passageCover  = 0.25
	documentCover = 0.5
	labelCover    = 0.9 // in front of its colon
	namedCover    = 0.8 // in the name of a document that the question resembles
)

// aboutBonus is what a unit gains in rank that stands in a section about the question.
const aboutBonus = 0.1

// scale is how the terms of a question weigh among the passages found: a word
// that few of them hold tells more.
type scale struct {
	q       *question
	weights []float64
	absent  []bool // no passage holds the term
	total   float64
}

func newScale(q *question, sources []*source) scale {
	s := scale{q: q, weights: make([]float64, len(q.terms)), absent: make([]bool, len(q.terms))}
	n := float64(len(sources))
	for i, t := range q.terms {
		df := 0.0
		for _, src := range sources {
			if src.holds(t) {
				df++
			}
		}
		s.absent[i] = df == 0
		w := t.weight * (1 + math.Log((n+1)/(df+1))/math.Log(n+2))
		if t.proper {
			w *= 1.3
		}
		s.weights[i] = w
		s.total += w
	}
	return s
}

// holds reports whether the passage or its surroundings hold the term, in this
// or other words.
func (s *source) holds(t qterm) bool {
	if s.holdsAll(t.stems) {
		return true
	}
	for _, a := range t.alts {
		if s.holdsAll(a.stems) {
			return true
		}
	}
	return false
}

func (s *source) holdsAll(stems []string) bool {
	for _, x := range stems {
		if !s.stems[x] && !s.context[x] {
			return false
		}
	}
	return true
}

// rank returns the units of the passages, the best first.
func rank(q *question, sources []*source) []ranked {
	s := newScale(q, sources)
	var all []ranked
	seen := make(map[string]bool)
	for _, src := range sources {
		for _, u := range src.units {
			key := src.document + "\x00" + u.text()
			if u.kind == header || seen[key] || givesOrders(u) {
				continue
			}
			seen[key] = true
			if r := s.rank(u); r.own > 0 {
				all = append(all, r)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b ranked) int { return cmp.Compare(b.score, a.score) })
	return all
}

// rank scores one unit.
func (s scale) rank(u *unit) ranked {
	r := ranked{unit: u}
	if s.total == 0 {
		return r
	}
	for i, t := range s.q.terms {
		share := s.weights[i] / s.total
		at, cover := u.match(t)
		r.hits = append(r.hits, at...)
		r.own += share * max(cover, u.named(t, s.q))
		cover = max(cover, u.around(t, s.q))
		r.cover += share * cover
		if cover == 0 && !t.generic {
			r.blank++
		}
	}
	slices.Sort(r.hits)
	if r.about = s.isAbout(u); r.about {
		r.own = min(1, r.own+sectionOwn)
	}
	if r.about {
		r.score = aboutBonus
	}
	r.score += pairBonus * float64(min(2, s.q.pairsIn(u)))
	r.score += r.cover + 0.15*r.own + closeness(r.hits) + s.q.shape(u)
	bonus, fits := s.q.fit(&r)
	r.score, r.fits = r.score+bonus, fits
	return r
}

// pairBonus is what a unit gains for two words side by side, as in the question.
const pairBonus = 0.12

// sectionOwn is what a unit gains that stands in a section about the question.
const sectionOwn = 0.3

// isAbout reports whether the heading above a unit names most of what was asked.
func (s scale) isAbout(u *unit) bool {
	if u.kind != sentence && u.kind != reply {
		return false
	}
	said, all := 0.0, 0.0
	heading := u.sectionTokens()
	for i, t := range s.q.terms {
		if t.generic {
			continue
		}
		all += s.weights[i]
		if len(findStems(heading, t.stems)) > 0 {
			said += s.weights[i]
		}
	}
	return said > 0 && said >= 0.6*all
}
