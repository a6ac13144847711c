package lint

const splitIt = "Make a statement of each, so that each can be checked, prioritised and traced."

// checkCompound reports a second obligation in the same sentence: a second
// modal verb in a main clause, or a second verb behind the same one.
func (r *report) checkCompound(s *statement) {
	if s.modal < 0 || !binding[s.low(s.modal)] || !s.mainClause(s.modal) {
		return
	}
	for i := s.modal + 1; i < len(s.words); i++ {
		if binding[s.low(i)] && s.isModal(i) {
			if from := s.joint(s.modal, i); from > 0 {
				r.add(CompoundStatement, s, from, i+1, "The sentence states a second requirement here.", splitIt)
				return
			}
			return
		}
	}
	r.checkVerbs(s)
}

// mainClause reports that no condition or relative clause is still open at i.
func (s *statement) mainClause(i int) bool {
	j := i - 1
	if conjunctions[s.low(j)] { // the subject is that of the clause before
		if s.relative(j) {
			return false
		}
	}
	for ; j >= s.body; j-- {
		switch s.low(j) {
		case ",", ";", ":", "then", ".", ")":
			return true
		}
		if subordinates[s.low(j)] && s.low(j) != "that" && s.low(j-1) != "such" {
			return false
		}
	}
	return true
}

// mainModal returns the first modal verb that stands in a main clause, or -1.
func (s *statement) mainModal() int {
	for i := max(s.modal, 0); i < len(s.words); i++ {
		if s.isModal(i) && s.mainClause(i) {
			return i
		}
	}
	return -1
}

// relative reports that the clause before the conjunction at i describes the
// subject of the sentence, which no verb of its own precedes: "jobs that must
// run on one node, and cannot be split".
func (s *statement) relative(i int) bool {
	for j := s.body + 1; j < i; j++ {
		if s.low(j) == "that" || s.low(j) == "which" || s.low(j) == "who" {
			return s.words[j-1].kind == letters && !subordinates[s.low(j-1)] && !subordinates[s.low(j+1)]
		}
		if modals[s.low(j)] {
			return false
		}
	}
	return false
}

// joint returns where "and" or a semicolon joins the clause of the second modal
// verb to that of the first, or 0 where it is a clause of another kind.
func (s *statement) joint(first, second int) int {
	for j := second - 1; j > first; j-- {
		switch low := s.low(j); {
		case subordinates[low], low == ".":
			return 0
		case low == "and", low == "but", low == ";":
			if s.low(j-1) == "and" || s.low(j-1) == "(" || second-j > 9 {
				return 0
			}
			for n := j + 1; n < second; n++ {
				if subordinates[s.low(n)] {
					return 0
				}
			}
			return j
		}
	}
	return 0
}

// acts are verbs that no noun shares its form with, so that "and" before one
// joins a second act.
var acts = set(`accept acknowledge activate add adjust allow append apply approve assign authenticate authorise authorize
	calculate cancel capture check choose classify close collect compare compress compute configure confirm convert create
	deactivate decrypt delete deliver detect determine disable discard display download edit email enable encrypt enforce
	enter erase evaluate execute export extract forward generate hide identify ignore import include inform initiate insert install
	invoke issue list maintain merge modify notify offer open perform permit present prevent print prompt provide publish receive
	recognise recognize reject remind remove rename render replace reply resolve restore retain retrieve return save scan select
	send show specify start stop store submit suspend terminate track transfer transmit trigger unlock update upload
	validate verify view warn write`)

// both are verbs that are nouns as well; an object behind one tells.
var both = set(`archive book change charge check close delay dispatch file filter group highlight label link lock log mark
	measure move name order park pay place plan print query rank rate read record reduce release repeat report request reserve
	reset review scan schedule search set share sort test transport update use watch`)

// checkVerbs reports "shall create invoices and send them": a second act behind
// the same modal verb.
func (r *report) checkVerbs(s *statement) {
	verb := s.skipAdverbs(s.modal + 1)
	if low := s.low(verb); low == "be" || s.at(verb).kind != letters || low == "not" {
		return
	}
	for i := verb + 1; i+1 < len(s.words); i++ {
		low := s.low(i)
		if subordinates[low] || low == ";" || low == ":" || low == "(" || low == "to" && acts[s.low(i+1)] {
			return
		}
		if low != "and" && low != "or" {
			continue
		}
		next := s.skipAdverbs(i + 1)
		if (acts[s.low(next)] || both[s.low(next)]) && s.takesObject(next) {
			r.add(CompoundStatement, s, i, next+1, "The sentence asks for a second act here.", splitIt)
			return
		}
	}
}

// takesObject reports that the verb at i has an object: it is no noun in a list.
func (s *statement) takesObject(i int) bool {
	next := s.low(i + 1)
	return determiners[next] || pronouns[next] || next == "them" || next == "it"
}
