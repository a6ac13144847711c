package lint

import "strings"

// The guards of the lexicon: in which company an expression is weak.

// counting words make a question, a comparison or a known number of what follows.
var counting = set(`how as so too the one these those first last next than that little only`)

// countless reports that the word counts something: not "how many", "one-to-many",
// "some of the following", "as many as 5".
func countless(s *statement, from, to int) bool {
	if before := s.low(from - 1); counting[before] || before == "to" && s.low(from-2) == "one" {
		return false
	}
	if !s.requirement() || s.inQuotes(from) {
		return false
	}
	if from == s.body && (s.modal < 0 || !binding[s.low(s.modal)]) { // Some users may have: tells of the world
		return false
	}
	if s.low(from) == "some" && !plural(s.low(to)) && !plural(s.low(to+1)) { // some action: any one
		return false
	}
	return s.at(to).kind == letters
}

// beforeNoun reports that the word describes what follows: not "make certain that".
func beforeNoun(s *statement, from, to int) bool {
	next := s.low(to)
	if s.at(to).kind != letters || subordinates[next] || prepositions[next] || conjunctions[next] {
		return false
	}
	switch s.low(from - 1) {
	case "make", "is", "are", "be", "not", "if", "when", "where", "as", "for":
		return false
	}
	return next != "to"
}

func beforeNumber(s *statement, from, to int) bool {
	return s.at(to).kind == number && s.low(from-1) != "information"
}

// terms are set expressions in which a weak word has a defined meaning.
var terms = set(`digits figure figures bit bits byte reporting`)

// notTerm reports that the word stands for itself: neither in a set expression
// nor in a comparison.
func notTerm(s *statement, from, to int) bool {
	before := s.low(from - 1)
	return !terms[s.low(to)] && before != "-" && before != "more" && before != "most" && before != "less"
}

// idioms are words that are harmless before others: "fast forward", "good
// faith", "effective date".
var idioms = map[string]map[string]bool{
	"good":      set(`faith status`),
	"fast":      set(`forward lane charging start`),
	"quick":     set(`search reference link links access start`),
	"rapid":     set(`charging`),
	"small":     set(`scale caps enough`),
	"large":     set(`scale enough`),
	"big":       set(`enough`),
	"effective": set(`date dates from until period on`),
	"rich":      set(`text client media`),
	"detailed":  set(`report reports view views page pages description descriptions design statistics list search log logs level`),
	"clear":     set(`text`),
	"best":      set(`before practice practices effort efforts match`),
	"ultimate":  set(`parent owner authority`),
}

// judgement reports that the adjective praises or blames.
func judgement(s *statement, from, to int) bool {
	low, next, before := s.low(from), s.low(to), s.low(from-1)
	if idioms[low][next] || before == "more" || before == "most" || before == "less" {
		return false
	}
	if from > s.body && s.at(from).capital() && s.at(to).capital() { // a name
		return false
	}
	switch low {
	case "clear": // the verb: "shall clear the form"
		return !binding[before] && before != "to" && before != "," && !conjunctions[before] && !determiners[next]
	case "good": // "a good": goods, or a judgement of something else
		return before != "a" || next == "user"
	case "fast", "quick", "rapid":
		return !s.at(from).capital() && s.low(to+2) != "search"
	case "simple":
		return beForms[before] && (s.endsClause(to) || conjunctions[next]) || next == "and" || before == "and"
	case "small", "large", "big", "huge":
		return before == "too" || before != "of" && before != "as" && next != "to" && !s.at(to).capital() && unmeasured(s, from, to)
	case "detailed":
		return s.at(to).kind == letters && before != "as"
	case "important":
		return s.requirement() && !beForms[before] && s.at(to).kind == letters && !prepositions[next] && next != "to" && next != "that"
	case "familiar":
		return next == "to"
	}
	return true
}

// openEnded reports that nothing says what decides: not "as required by the
// contract", "when needed for the report", "if required to do so".
func openEnded(s *statement, from, to int) bool {
	switch s.low(to) {
	case "by", "in", "under", "for", "to", "on", "from", "fields", "that", "per", "at", "information":
		return false
	}
	if s.low(to-1) == "desired" && s.modal >= 0 && s.person(s.modal) { // the operator decides
		return false
	}
	return s.low(from) != "as" || s.low(from-1) != "same" && s.low(from-1) != "such"
}

// unmeasured reports that no figure stands near, and no "too large for the window".
func unmeasured(s *statement, from, to int) bool {
	if s.low(from) == "too" && (s.low(to) == "to" || s.low(to) == "for" || s.purpose(from)) {
		return false
	}
	for i := max(from-4, 0); i < min(to+8, len(s.words)); i++ {
		if s.words[i].kind == number || numerals[s.low(i)] {
			return false
		}
	}
	return true
}

// purpose reports that "to ensure" stands before i: what follows says why.
func (s *statement) purpose(i int) bool {
	for j := s.body; j+1 < i; j++ {
		if s.low(j) == "to" && s.low(j+1) == "ensure" {
			return true
		}
	}
	return false
}

// notMeasured reports that the word does not rank, and does not introduce an
// explanation: not "most frequently used", not "Usually, branches have".
func notMeasured(s *statement, from, to int) bool {
	if from == s.body && s.low(to) == "," || !s.requirement() {
		return false
	}
	before := s.low(from - 1)
	return before != "most" && before != "how" && before != "more" && before != "as"
}

// inQuotes reports that the word at i begins a quoted expression: somebody
// else's word, or a name that is explained.
func (s *statement) inQuotes(i int) bool {
	switch s.low(i - 1) {
	case "\"", "“", "„", "‘", "'", "«":
		return !s.at(i).spaced
	}
	return false
}

// ownWord reports that the expression is no name in quotation marks, and
// names no fixed times: not "regularly scheduled".
func ownWord(s *statement, from, to int) bool {
	for i := s.body; i <= from; i++ {
		if s.low(i) == s.low(from) && s.inQuotes(i) {
			return false
		}
	}
	return s.low(to) != "scheduled"
}

// promised reports that the state is required, not presupposed: "shall be
// error-free", not "when the transfer is error-free".
func promised(s *statement, from, _ int) bool {
	return s.low(from-1) == "be" || s.low(from-1) == "and" || binding[s.low(from-1)]
}

// noShare reports that no percentage stands in the sentence.
func noShare(s *statement, _, _ int) bool {
	for i := s.body; i < len(s.words); i++ {
		if s.low(i) == "%" || s.low(i) == "percent" {
			return false
		}
	}
	return true
}

// unspecific reports that nothing behind the expression says which event is
// meant: not "if an error occurs while the file is read", "in case of failure
// of the pump".
func unspecific(s *statement, _, to int) bool {
	next := s.low(to)
	return !prepositions[next] && !subordinates[next] && next != "(" && next != ":"
}

// openSet reports that nothing narrows the set: not "all devices of the branch".
func openSet(s *statement, from, to int) bool {
	next := s.low(to)
	if last := s.low(to - 1); (last == "device" || last == "devices") && !reaching[s.low(from-1)] { // those of the system
		return false
	}
	return !prepositions[next] && !subordinates[next] && next != "listed" && next != "named"
}

// reaching words come before the devices on which something has to work.
var reaching = set(`on across with support supports`)

// smallest reports that an amount is asked for and no figure stands near.
func smallest(s *statement, from, to int) bool {
	return s.low(from-1) != "the" && beforeNoun(s, from, to) && unmeasured(s, from, to)
}

// ascribed reports that a quality is all that is required: "shall be secure",
// not "shall be secure against replay", "shall be safe to touch".
func ascribed(s *statement, from, to int) bool {
	before := from - 1
	for before > s.body && (adverb(s.low(before)) || s.low(before) == "highly") {
		before--
	}
	next := s.low(to)
	ends := s.endsClause(to) && next != ":" && next != "(" || conjunctions[next] || next == "that"
	return (s.low(before) == "be" || s.low(before) == "and" && s.low(before-2) == "be") && ends && noFigure(s, to)
}

// noFigure reports that no number follows.
func noFigure(s *statement, from int) bool {
	for i := from; i < len(s.words); i++ {
		if s.words[i].kind == number {
			return false
		}
	}
	return true
}

// superlative reports that the word ranks: not "at best", "best before".
func superlative(s *statement, from, to int) bool {
	return !idioms[s.low(from)][s.low(to)] && !terms[s.low(to)] && s.low(from-1) != "at"
}

// placeholder tells "TBD" from the same letters in another word, and "to be
// defined in" the settings from a decision that is missing.
func placeholder(s *statement, from, to int) bool {
	w := s.words[from]
	switch w.low {
	case "to":
		return s.endsClause(to) && beForms[s.low(from-1)] || s.low(from-1) == "(" || s.low(from-1) == "[" || s.low(from-1) == "<" || strings.HasPrefix(s.low(from-1), "remain") ||
			s.low(to) == "later" || s.low(to) == "at" || s.low(to) == "during"
	case "tbd", "tbc", "tbs", "tbr", "tba", "tbe", "fixme", "xxx", "todo", "to-do":
		return w.text == strings.ToUpper(w.text) || w.low == "tbd" || w.low == "xxx"
	case "yet": // that have yet to be: tells what issues are
		return s.low(from-2) != "that"
	case "yyy", "zzz":
		return w.text == strings.ToUpper(w.text)
	}
	return true
}
