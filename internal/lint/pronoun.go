package lint

const repeatNoun = "Repeat the noun that is meant."

// checkPronouns reports pronouns that the sentence does not explain, or
// explains in two ways: a statement is read, moved and tested by itself.
func (r *report) checkPronouns(s *statement) {
	if s.outside(s.body) {
		r.add(PronounReference, s, s.body, s.body+1, "“%s” refers to something outside this statement.", repeatNoun)
	}
	for i := s.body + 1; i < len(s.words); i++ {
		if s.ambiguous(i) {
			r.add(PronounReference, s, i, i+1, "“%s” can stand for more than one thing in this statement.", repeatNoun)
		}
	}
}

// outside reports that the pronoun at i is the subject of the obligation, so
// that what it stands for is in another sentence: not "this report shall", "it
// shall be possible to".
func (s *statement) outside(i int) bool {
	switch s.low(i) {
	case "it", "they", "this", "these", "those", "that":
		return binding[s.low(s.skipAdverbs(i+1))] && !s.impersonal(i)
	}
	return false
}

// impersonal reports that the "it" at i stands for what follows: it shall be
// possible to, it is necessary that.
func (s *statement) impersonal(i int) bool {
	if s.low(i) != "it" {
		return false
	}
	for j := i + 1; j < min(i+9, len(s.words)); j++ {
		switch s.low(j) {
		case "takes":
			if j == i+1 {
				return true
			}
		case "possible", "necessary", "impossible", "required", "recommended", "important", "that":
			return true
		}
	}
	return false
}

// ambiguous reports that the pronoun at i follows two things in the singular,
// and that its clause does not tell which of them is meant.
func (s *statement) ambiguous(i int) bool {
	before := s.low(i - 1)
	switch s.low(i) {
	case "it":
		if s.impersonal(i) || s.low(i+1) == "self" {
			return false
		}
		if before == "," && binding[s.low(i+1)] && leading[s.low(s.body)] { // If the train leaves the area, it shall
			return s.things(s.body, i) > 1
		}
		return trailing[before] && s.nearModal(i) && !joined[s.low(i-2)] && s.things(s.body, s.modal) > 0 && s.things(s.modal, i) > 0
	case "its":
		others := 0
		if s.low(i+1) == "own" { // of the subject, where only one thing else is named
			others = 1
		}
		return prepositions[before] && s.nearModal(i) && s.things(s.body, s.modal) > 0 && s.things(s.modal, i-1) > others
	}
	return false
}

// nearModal reports that the modal verb stands before i, in the same breath.
func (s *statement) nearModal(i int) bool {
	const breath = 25
	return s.modal >= 0 && s.modal < i && i-s.modal < breath && binding[s.low(s.modal)]
}

// leading words begin a clause before the main clause, trailing ones a clause behind it.
var (
	leading  = set(`if when once after while where as upon whenever`)
	trailing = set(`if when once as whenever unless because`)
	joined   = set(`or and as same`) // before them: the clause goes on with what it is about
)

// things counts the noun phrases in the singular from i to j that name no
// person: what "it" could stand for.
func (s *statement) things(from, to int) int {
	count := 0
	for i := from; i < to; i++ {
		if !singular[s.low(i)] {
			continue
		}
		head := s.head(i+1, to)
		if head > i && !persons[s.low(head)] && !plural(s.low(head)) {
			count++
			i = head
		}
	}
	return count
}

var singular = set(`a an the each this another`)

// head returns the last word of the noun phrase that begins at i.
func (s *statement) head(i, to int) int {
	for ; i < to; i++ {
		low := s.low(i)
		if s.words[i].kind != letters || prepositions[low] || subordinates[low] || conjunctions[low] || modals[low] || beForms[low] || determiners[low] || adverb(low) || verbsAfterNoun[low] {
			break
		}
	}
	return i - 1
}

var verbsAfterNoun = set(`has have had does do moves goes comes leaves receives sends fails detects`)

func plural(low string) bool {
	return len(low) > 3 && low[len(low)-1] == 's' && low[len(low)-2] != 's' && low[len(low)-2] != 'u' && low != "address" && low != "process"
}
