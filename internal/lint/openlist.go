package lint

// unlisted reports that no list follows that names what is counted, as in "is a
// member of a number of groups:".
func unlisted(s *statement, _, _ int) bool { return s.low(len(s.words)-1) != ":" }

// listEnd reports that the list is left open: not "and more than", "and such a",
// "and others shall".
func listEnd(s *statement, from, to int) bool {
	last := s.low(to - 1)
	switch last {
	case "more":
		return s.endsClause(to)
	case "others", "similar", "such", "rest":
		return s.endsClause(to) || last == "similar" && s.at(to).kind == letters && !prepositions[s.low(to)]
	case "minimum":
		return s.low(to) == ":" || s.includes(from-2, min(to+8, len(s.words)))
	case "to":
		return s.low(to-2) != "be" || s.includes(from-6, from)
	}
	return true
}

// includes reports that a list is introduced between the words.
func (s *statement) includes(from, to int) bool {
	for i := max(from, s.body); i < to; i++ {
		if includings[s.low(i)] {
			return true
		}
	}
	return false
}

var includings = set(`include includes including contain contains containing comprise comprises`)

// required reports that the sentence states an obligation.
func required(s *statement, _, _ int) bool { return s.requirement() }

// afterModal reports that the word stands behind the verb of obligation.
func afterModal(s *statement, from, _ int) bool { return binding[s.low(from-1)] }
