package lint

// checkPronouns reports pronouns that nothing in the sentence explains: a
// statement is read, sorted and tested by itself.
func (r *report) checkPronouns(s *statement) {
	i := s.body
	first := s.low(i)
	switch first {
	case "it", "they", "this", "these", "those", "that":
	default:
		return
	}
	if !s.standsAlone(i) {
		return
	}
	r.add(PronounReference, s, i, i+1, "“%s” refers to something outside this statement.", "Repeat the noun that is meant.")
}

// standsAlone reports that the pronoun at i is the subject itself and refers to
// something: not "this report", "it shall be possible to".
func (s *statement) standsAlone(i int) bool {
	next := s.skipAdverbs(i + 1)
	if !modals[s.low(next)] && !beForms[s.low(next)] && s.low(next) != "has" && s.low(next) != "have" && s.low(next) != "includes" && s.low(next) != "means" {
		return false
	}
	if s.low(i) != "it" {
		return true
	}
	for j := next + 1; j < min(next+6, len(s.words)); j++ {
		switch s.low(j) { // it shall be possible to, it must be ensured that
		case "to", "that", "for", "possible", "necessary":
			return false
		}
	}
	return true
}
