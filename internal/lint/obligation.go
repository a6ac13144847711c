package lint

import "strings"

const (
	sayShall   = "Write “shall” for what is required, or move the wish to where it binds nobody."
	sayDoes    = "Say what the system does instead, or under which condition it does nothing."
	namesDoer  = "Begin with who or what has to do it: “The system shall …”."
	dropDetour = "Write the act itself: “shall …”."
)

// checkObligation reports how the obligation is put: by a modal verb that
// leaves it open, as a negation, or without a subject.
func (r *report) checkObligation(s *statement) {
	for i := s.body; i < len(s.words); i++ {
		if !s.isModal(i) {
			continue
		}
		if s.wish(i) {
			r.add(UnclearObligation, s, i, i+1, "“%s” leaves open whether it has to be done.", sayShall)
		}
		r.checkNegation(s, i)
	}
	if s.subjectless() {
		r.add(MissingSubject, s, s.modal, s.modal+1, "Nobody is named who has to do it.", namesDoer)
	}
	if s.low(s.body) == "no" && s.modal > s.body+1 && s.modal < s.body+8 && binding[s.low(s.modal)] && !amounts[s.low(s.body+1)] && s.mainClause(s.modal) {
		r.add(NegativeStatement, s, s.body, s.body+1, "“%s” says what is not wanted, which no test can show for every case.", sayDoes)
	}
}

// amounts behind "no" make it a bound.
var amounts = set(`more less fewer later longer greater higher lower earlier sooner`)

// subjectless reports that the sentence begins with its modal verb. In small
// letters that is the rest of a sentence which was cut, not a sentence.
func (s *statement) subjectless() bool {
	if s.low(s.body) == "the" && s.modal == s.body+1 {
		return binding[s.low(s.modal)]
	}
	next := s.low(s.body + 1)
	if s.modal != s.body || len(s.words) < s.body+3 || s.low(s.body) == "will" || s.low(len(s.words)-1) == "?" ||
		determiners[next] || pronouns[next] || persons[next] { // Should anyone
		return false
	}
	return (binding[s.low(s.body)] || s.low(s.body) == "can") && (s.words[s.body].capital() || s.body > 0)
}

// wish reports that the modal verb at i leaves open whether the thing is
// required: should anywhere; might, could and may in a
// main clause, as "who may order" tells only what is possible. What a person
// may do is a permission.
func (s *statement) wish(i int) bool {
	switch s.low(i) {
	case "should":
		return s.low(i+1) != "have" && !s.explains(i)
	case "might", "could":
		next := s.low(s.skipAdverbs(i + 1))
		return s.states(i) && !consequences[next]
	case "may":
		next := s.low(i + 1)
		return s.states(i) && next != "only" && next != "not" && !s.person(i) && (s.actorBefore(i) || next == "be" && offered[s.low(i+2)] && !s.actor(i+3))
	}
	return false
}

// consequences are what could happen, rather than be done.
var consequences = set(`present cause complicate lead result`)

// offered is what a requirement leaves to the supplier with "may be".
var offered = set(`provided implemented supported offered included`)

// states reports that the modal verb at i stands in the main clause of a
// sentence that gives no example: not "information that might reveal".
func (s *statement) states(i int) bool {
	for j := i - 1; j >= max(s.body, i-3); j-- {
		if s.low(j) == "that" {
			return false
		}
	}
	example := s.low(s.body) == "for" && (s.low(s.body+1) == "example" || s.low(s.body+1) == "instance")
	return s.mainClause(i) && s.low(i+1) != "have" && !example
}

// explains reports that "how" or "what" before the modal verb at i makes it a question.
func (s *statement) explains(i int) bool {
	for j := i - 1; j >= max(s.body, i-4); j-- {
		if s.low(j) == "how" || s.low(j) == "what" {
			return true
		}
	}
	return false
}

func (r *report) checkNegation(s *statement, i int) {
	if !s.mainClause(i) || s.low(i-1) == "or" || i != s.modal && !s.coordinate(i) {
		return
	}
	switch low := s.low(i); low {
	case "cannot", "can't", "won't", "mustn't", "shouldn't", "shan't":
		r.add(NegativeStatement, s, i, i+1, "“%s” says what is not wanted, which no test can show for every case.", sayDoes)
		return
	case "shall", "must", "will", "should", "can", "may":
		next := s.low(i + 1)
		if next != "not" && next != "never" {
			return
		}
		if s.bound(i+2) || low == "may" && !s.forbids(i) {
			return
		}
		r.add(NegativeStatement, s, i, i+2, "“%s” says what is not wanted, which no test can show for every case.", sayDoes)
	}
}

// forbids reports that "may not" at i forbids: "the clerk may not", "may not
// be used", as "may not always hold" says only what is possible.
func (s *statement) forbids(i int) bool {
	return s.person(i) || s.low(i+2) == "be" && (participle(s.low(s.skipAdverbs(i+3))) || s.low(i+3) == "used")
}

// bound reports that what is negated is a bound, which can be tested as well
// as any other: not exceed, not be less than, not take longer than.
func (s *statement) bound(i int) bool {
	for j := i; j < min(i+7, len(s.words)); j++ {
		switch s.low(j) {
		case "exceed", "than", "only":
			return true
		}
	}
	return s.low(i) == "be" && s.low(i+1) == "limited"
}

// coordinate reports that the modal verb at i stands in a main clause, as far
// as the words before it tell.
func (s *statement) coordinate(i int) bool {
	for j := i - 1; j >= max(s.body, i-6); j-- {
		if subordinates[s.low(j)] {
			return false
		}
		if s.endsClause(j) || s.low(j) == "and" || s.low(j) == "but" {
			return true
		}
	}
	return i-s.body <= 6
}

// weakVerbs do not say what the system does (INCOSE Guide, R3).
var weakVerbs = set(`support handle process manage facilitate accommodate address consider assist improve enhance
	streamline promote encourage attempt strive endeavour endeavor aim try optimise optimize maximise maximize minimise
	minimize leverage deal cater help enable care`)

// checkVerb reports verbs that state no act, and detours to the act.
func (r *report) checkVerb(s *statement) {
	if s.modal < 0 {
		return
	}
	i := s.skipAdverbs(s.modal + 1)
	if to := s.detour(i); to > 0 && !s.person(s.modal) {
		r.add(SuperfluousInfinitive, s, i, to, "“%s” asks for an ability, not for the act.", dropDetour)
		i = to
	}
	low := s.low(i)
	if !weakVerbs[low] || !neverExact[low] && s.specific(i+1) || letting[low] && s.names(i+1, "to") || low == "consider" && s.names(i+1, "as") {
		return
	}
	to := i + 1
	if p := s.low(to); (low == "deal" || low == "assist" || low == "help") && p == "with" || low == "cater" && (p == "for" || p == "to") {
		to++
	}
	switch low {
	case "optimise", "optimize", "maximise", "maximize", "minimise", "minimize", "improve", "enhance", "streamline":
		if low == "improve" && (s.endsClause(to) || prepositions[s.low(to)]) { // will improve in the future
			return
		}
		r.add(NotVerifiable, s, i, to, "No value says when “%s” is reached.", "State the value to reach, with its unit and how it is measured.")
	default:
		r.add(WeakVerb, s, i, to, "“%s” does not say what is done.", "Use the verb of the act, such as store, show, send, calculate, refuse.")
	}
}

// neverExact are weak verbs that no name behind them makes exact.
var neverExact = set(`facilitate attempt strive endeavour endeavor promote encourage cater`)

// letting are weak verbs that say what is done when an act follows: "enable the
// clerk to print".
var letting = set(`enable help assist encourage`)

// names reports that a word stands from i on in the clause.
func (s *statement) names(i int, low string) bool {
	for ; i < len(s.words) && !s.endsClause(i); i++ {
		if s.low(i) == low {
			return true
		}
	}
	return false
}

// specific reports that the object at i is named exactly: TLS 1.3, PDF, at
// least 200 users, the following formats.
func (s *statement) specific(i int) bool {
	for j := i; j < len(s.words) && !s.endsClause(j); j++ {
		w := s.words[j]
		if w.kind == number || numerals[w.low] || w.acronym() || w.capital() || w.low == "following" {
			return true
		}
	}
	return false
}

// person reports that a person is the subject of the modal verb at i.
func (s *statement) person(i int) bool {
	for j := i - 1; j >= max(s.body, i-4); j-- {
		if persons[s.low(j)] {
			return !parts[s.low(i-1)] && !strings.HasSuffix(s.low(i-1), "faces") // the user interfaces
		}
		if prepositions[s.low(j)] || s.endsClause(j) {
			return false
		}
	}
	return false
}

// detours stand where the verb of the act should.
var detours = func() phrasebook {
	b := make(phrasebook)
	b.add(0, `be able to, be capable of, have the ability to, have the capability to, have the capability of, have the capacity to,
		be designed to, be designed so as to, provide the ability to, provide the capability to, provide the capability for,
		provide the means to, provide a means to, provide means to, provide a way to, provide the possibility to, offer the possibility to,
		offer the ability to, provide the functionality to, provide functionality to, have functionality to, be in a position to`, nil)
	return b
}()

// detour returns where the detour that begins at i ends, or 0.
func (s *statement) detour(i int) int {
	if i >= len(s.words) {
		return 0
	}
	if _, to := detours.find(s, i); to > 0 {
		return to
	}
	return s.ability(i)
}

// ability returns where "have an objective capability to" or "provide the user
// with the ability to" that begins at i ends, or 0.
func (s *statement) ability(i int) int {
	if low := s.low(i); low != "have" && low != "provide" {
		return 0
	}
	for j := i + 1; j < min(i+7, len(s.words)-1); j++ {
		low := s.low(j)
		if (low == "ability" || low == "capability") && s.low(j+1) == "to" || low == "means" && s.low(j+1) == "for" {
			return j + 2
		}
		if s.words[j].kind != letters || conjunctions[low] || subordinates[low] || prepositions[low] && low != "with" {
			return 0
		}
	}
	return 0
}
