package lint

import "strings"

// checkPassive reports the main verb in the passive without an actor: "shall be
// archived". An act that a document or a page receives from a person is as
// unclear as any other; only states are left out.
func (r *report) checkPassive(s *statement) {
	modal := s.mainModal()
	if modal < 0 || !binding[s.low(modal)] && s.low(modal) != "may" {
		return
	}
	i := s.skipAdverbs(modal + 1)
	if s.low(i) != "be" {
		return
	}
	verb := s.skipAdverbs(i + 1)
	if !participle(s.low(verb)) || s.compoundAdjective(verb) || s.actor(verb+1) && !arranged[s.low(verb)] {
		return
	}
	r.add(PassiveWithoutActor, s, i, verb+1, "“%s” does not say who or what does it.", "Name the actor and use the active voice: “The system shall …”.")
}

// arranged is what is done by a criterion: sorted by date.
var arranged = set(`sorted ordered grouped ranked filtered indexed searched multiplied divided increased decreased reduced extended shifted`)

// compoundAdjective reports that the participle at i describes rather than
// tells: "shall be closed source", "be red and lit".
func (s *statement) compoundAdjective(i int) bool {
	return s.at(i).kind != letters || strings.Contains(s.low(i), "-")
}

// actor reports that "by" names who acts, from i to the end of the sentence.
// "by pressing", "by default", "by 10 %" name nobody.
func (s *statement) actor(i int) bool {
	for ; i < len(s.words); i++ {
		if s.low(i) != "by" {
			continue
		}
		next := s.at(i + 1)
		switch {
		case next.kind != letters, strings.HasSuffix(next.low, "ing"), next.low == "default", next.low == "means", next.low == "way", next.low == "using":
			continue
		}
		return true
	}
	return false
}
