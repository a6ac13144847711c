package lint

// looser comparatives say nothing without what they are compared with; the
// others (greater, later, longer) often name a bound.
var looser = set(`faster better easier quicker simpler cheaper safer smoother smarter stronger richer nicer cleaner
	friendlier improved enhanced superior slower worse`)

// graded adjectives follow more, less and most.
var graded = set(`efficient effective accurate reliable secure flexible convenient intuitive useful user-friendly
	comfortable robust precise relevant economical powerful attractive responsive transparent consistent scalable stable
	readable understandable detailed quickly easily efficiently effectively accurately reliably appropriate suitable complex
	sophisticated engaging realistic modern frequent frequently complete clear clearly severe restrictive
	stringent difficult accessible`)

// checkComparatives reports comparisons without a measure: "faster", "more
// secure than the old system", but not "faster than 2 s".
func (r *report) checkComparatives(s *statement) {
	for i := s.body; i < len(s.words); i++ {
		to := 0
		switch low := s.low(i); {
		case looser[low] && s.compares(i):
			to = i + 1
		case (low == "more" || low == "less") && graded[s.low(i+1)] && s.low(i-1) != "no":
			to = i + 2
		case degreesOf[low] && s.low(i-1) == "be" && s.low(i+1) != "than" && s.low(i+1) != "or" && (s.endsClause(i+1) || prepositions[s.low(i+1)]):
			to = i + 1
		case degreesOf[low] && s.low(i-1) != "of":
			to = s.ofQuality(i + 1)
		}
		if to == 0 || s.measured(to) {
			continue
		}
		r.add(ComparativeWithoutMeasure, s, i, to, "“%s” names neither what it is compared with nor by how much.", "Give the value to reach, or the value today and the difference.")
	}
}

// degreesOf compare amounts; they are weak before a quality: "higher accuracy",
// not "a higher priority", "the longer side".
var degreesOf = set(`higher greater lower shorter longer larger smaller fewer less more`)

var qualities = set(`accuracy performance quality security availability reliability throughput capacity speed flexibility efficiency
	productivity usability latency cost costs effort errors mistakes precision satisfaction transparency uptime downtime robustness
	scalability bandwidth rates`)

// ofQuality returns where a quality ends that begins at i or one word later, as
// in "higher data quality", or 0.
func (s *statement) ofQuality(i int) int {
	if qualities[s.low(i)] {
		return i + 1
	}
	if qualities[s.low(i+1)] && s.at(i).kind == letters && !prepositions[s.low(i)] && !determiners[s.low(i)] && !conjunctions[s.low(i)] {
		return i + 2
	}
	return 0
}

// compares tells "improved response times" from "has been improved".
func (s *statement) compares(i int) bool {
	switch s.low(i) {
	case "improved", "enhanced":
		before := s.low(i - 1)
		return !beForms[before] && s.at(i+1).kind == letters && !prepositions[s.low(i+1)] && !s.at(i).capital()
	case "better":
		return s.low(i+1) != "half" && s.low(i-1) != "or"
	}
	return true
}

// measured reports that a figure follows within the clause.
func (s *statement) measured(i int) bool {
	for j := i; j < min(i+7, len(s.words)); j++ {
		if s.words[j].kind == number || numerals[s.low(j)] && !s.endsClause(j+1) {
			return true
		}
	}
	return false
}
