package analyst

import "math"

// clash is a contradiction: two passages give different values for one thing.
type clash struct {
	one, other side
}

// side is a unit with the value that it gives.
type side struct {
	ranked
	value quantity
}

// What a unit must hold of the question to contradict another.
const (
	clashCover = 0.5
	clashOwn   = 0.4
)

// topSides is how many of the best values are set against the others.
const topSides = 2

// noValue stands for no place in a unit.
var noValue = quantity{first: -1, last: -1}

// findClash looks for two units of different passages that hold most of the
// question and give different values of the same kind.
func findClash(q *question, all []ranked) *clash {
	sides := q.sides(all)
	for i, a := range sides[:min(len(sides), topSides)] {
		for _, b := range sides[i+1:] {
			if a.src.document == b.src.document && (a.src == b.src || !q.sameRule(a, b) || !contradict(a, b)) || !q.contradict(a, b) {
				continue
			}
			return &clash{a, b}
		}
	}
	return nil
}

// sameRule reports whether two units of one document speak of the same thing
// beyond doubt: both hold all that is asked, apart from the document's name.
func (q *question) sameRule(a, b side) bool {
	core := q.besideName()
	if a.kind == row || b.kind == row || a.list || b.list || len(core) == 0 {
		return false
	}
	for _, t := range core {
		_, inA := a.match(t)
		_, inB := b.match(t)
		if inA == 0 || inB == 0 {
			return false
		}
	}
	return true
}

// sides returns the values of the units that speak of what was asked.
func (q *question) sides(all []ranked) []side {
	var sides []side
	for _, r := range all {
		if r.cover < clashCover || r.own < clashOwn || r.kind == title || r.kind == inquiry {
			continue
		}
		if q.wantsValue() {
			if v, ok := q.bestQuantity(&r); ok {
				sides = append(sides, side{r, v})
			}
			continue
		}
		for _, v := range quantities(r.text(), r.tokens) {
			if r.kind != row && distance(v, r.hits) <= 8 {
				sides = append(sides, side{r, v})
			}
		}
	}
	return sides
}

// contradict reports whether two values are of one kind and differ, and what
// they belong to is the same.
func contradict(a, b side) bool {
	return a.comparable(b.value) && belongTogether(a, b)
}

// contradict is contradict, where two bare counts may answer the same question
// with different nouns: ten media, twelve books.
func (q *question) contradict(a, b side) bool {
	counts := q.wantsValue() && a.value.class == b.value.class && (a.value.unit == "" || b.value.unit == "")
	return (counts || a.comparable(b.value)) && belongTogether(a, b)
}

// belongTogether reports whether two different values are said of one thing:
// the units share most of their words.
func belongTogether(a, b side) bool {
	n, least := sharedWords(a, b), 2
	if a.kind == row || b.kind == row || min(meaningful(a.unit), meaningful(b.unit)) == 1 {
		least = 1 // a row names its thing in a word or two, as a short line does
	}
	return !a.value.same(b.value) && n >= least && 2*n >= min(meaningful(a.unit), meaningful(b.unit)) && sameSubject(a, b)
}

// same reports whether two values are equal, by what is written where one has no unit.
func (q quantity) same(v quantity) bool {
	x, y := q.value, v.value
	if q.unit == "" || v.unit == "" {
		x, y = q.number, v.number
	}
	return math.Abs(x-y) <= 1e-6*math.Abs(x)
}

// comparable reports whether two values may be set against one another.
func (s side) comparable(v quantity) bool {
	switch {
	case s.value.class != v.class && s.value.unit != "" && v.unit != "":
		return false
	case s.value.bound != "" && v.bound != "" && s.value.bound != v.bound:
		return false
	case s.value.unit == v.unit:
		return s.value.unit != "" || s.value.bound != "" && s.value.bound == v.bound
	}
	return s.value.bound != "" && s.value.bound == v.bound && (s.value.unit == "" || v.unit == "")
}

// sharedWords counts the words that carry meaning in both units, without the
// values themselves.
func sharedWords(a, b side) int {
	words := make(map[string]bool)
	for _, t := range a.aroundValue() {
		if !stopWords[t.word] {
			words[t.stem] = true
		}
	}
	shared := 0
	for _, t := range b.aroundValue() {
		if words[t.stem] {
			shared++
			words[t.stem] = false
		}
	}
	return shared
}

// aroundValue returns the words of a side without its value; of a reply, with
// those of the question that it answers.
func (s side) aroundValue() []token {
	var words []token
	for i, t := range s.tokens {
		if i < s.value.first || i > s.value.last {
			words = append(words, t)
		}
	}
	if s.asked != nil {
		words = append(words, s.asked.tokens...)
	}
	return words
}

// sameSubject reports whether no word of the question stands nearer to the one
// value than to the other's, such as "a first visit 30, a follow-up 20".
func sameSubject(a, b side) bool {
	return (a.kind == reply || distance(a.value, a.hits) <= 8) && (b.kind == reply || distance(b.value, b.hits) <= 8)
}
