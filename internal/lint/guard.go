package lint

import "strings"

// The guards of the lexicon: in which company an expression is weak.

// countless reports that the word counts something: not "how many", "one-to-many",
// "some of the following", "as many as 5".
func countless(s *statement, from, to int) bool {
	switch s.low(from - 1) {
	case "how", "as", "so", "too", "to", "the", "one", "these", "those", "first", "last", "next", "than", "and", "that", "little", "only":
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

// named are things of which there is a detailed one by name.
var named = set(`report reports view views page pages description descriptions design statistics list search log logs level`)

func notTerm(s *statement, from, to int) bool {
	before := s.low(from - 1) // more and most make a comparison of it
	return !terms[s.low(to)] && before != "-" && before != "more" && before != "most" && before != "less"
}

// judgement reports that the adjective praises or blames: not "fast forward",
// "clear the form", "quick search", "simple search", "good faith".
func judgement(s *statement, from, to int) bool {
	next, before := s.low(to), s.low(from-1)
	if before == "more" || before == "most" || before == "less" {
		return false
	}
	switch s.low(from) {
	case "clear":
		return !binding[before] && before != "to" && before != "and" && !determiners[next] && next != "text" && before != "or" && before != ","
	case "good":
		return next != "faith" && before != "a" || next == "user"
	case "fast", "quick", "rapid":
		return next != "forward" && next != "reference" && next != "links" && next != "link" && next != "search" && next != "lane" && next != "access" && next != "start" && next != "charging" && !s.at(from).capital() && s.low(to+2) != "search"
	case "simple":
		return beForms[before] && (s.endsClause(to) || conjunctions[next]) || next == "and" || before == "and"
	case "small", "large", "big", "huge":
		return before != "of" && !s.at(to).capital() && next != "scale" && next != "caps" && next != "enough" && unmeasured(s, from, to) || before == "too"
	case "effective":
		return next != "date" && next != "dates" && next != "from" && next != "until" && next != "period" && next != "on"
	case "rich":
		return next != "text" && next != "client" && next != "media"
	case "detailed":
		return s.at(to).kind == letters && before != "as" && !named[next]
	case "important":
		return before != "is" && before != "are" && before != "most" && s.at(to).kind == letters && !prepositions[next] && next != "to" && next != "that"
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
	return s.low(from) != "as" || s.low(from-1) != "same" && s.low(from-1) != "such"
}

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
		return s.at(to).kind != number && s.low(to) != "of"
	}
	return true
}

// unmeasured reports that no figure stands near, and no "too large for the window".
func unmeasured(s *statement, from, to int) bool {
	if s.low(from) == "too" && (s.low(to) == "to" || s.low(to) == "for") {
		return false
	}
	for i := max(from-4, 0); i < min(to+8, len(s.words)); i++ {
		if s.words[i].kind == number || numerals[s.low(i)] {
			return false
		}
	}
	return true
}

// notMeasured reports that the word does not rank, and does not introduce an
// explanation: not "most frequently used", not "Usually, branches have".
func notMeasured(s *statement, from, to int) bool {
	if from == s.body && s.low(to) == "," {
		return false
	}
	before := s.low(from - 1)
	return before != "most" && before != "how" && before != "more" && before != "as"
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
func openSet(s *statement, _, to int) bool {
	next := s.low(to)
	return !prepositions[next] && !subordinates[next] && next != "listed" && next != "named"
}

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
	ends := s.endsClause(to) && next != ":" && next != "(" || conjunctions[next]
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

func superlative(s *statement, from, to int) bool {
	next := s.low(to)
	switch s.low(from) {
	case "best":
		return next != "before" && next != "practice" && next != "practices" && next != "effort" && next != "efforts" && next != "match" && s.low(from-1) != "at"
	case "ultimate":
		return next != "parent" && next != "owner"
	}
	return true
}

// placeholder tells "TBD" from the same letters in another word, and "to be
// defined in" the settings from a decision that is missing.
func placeholder(s *statement, from, to int) bool {
	w := s.words[from]
	switch w.low {
	case "to":
		return s.endsClause(to) && beForms[s.low(from-1)] || s.low(from-1) == "(" || s.low(from-1) == "[" || s.low(from-1) == "<" ||
			s.low(to) == "later" || s.low(to) == "at" || s.low(to) == "during"
	case "tbd", "tbc", "tbs", "tbr", "tba", "tbe", "fixme", "xxx", "todo", "to-do":
		return w.text == strings.ToUpper(w.text) || w.low == "tbd" || w.low == "xxx"
	case "yyy", "zzz":
		return w.text == strings.ToUpper(w.text)
	}
	return true
}

// vagueReference reports that no name or number says what is referred to.
func vagueReference(s *statement, from, to int) bool {
	for i := to; i < min(to+8, len(s.words)); i++ {
		w := s.words[i]
		if w.kind == number || w.acronym() {
			return false
		}
	}
	switch s.low(from) {
	case "latest", "newest", "current", "most":
		if s.low(to-1) == "version" || s.low(to-1) == "versions" || s.low(to-1) == "of" {
			return beforeProduct(s, to)
		}
	case "international", "national", "existing", "common", "legal", "safety", "local", "government":
		return complies(s, from)
	}
	return true
}

// complies reports that the reference is one that something has to follow.
func complies(s *statement, from int) bool {
	for i := max(0, from-6); i < from; i++ {
		switch s.low(i) {
		case "comply", "complies", "complying", "compliant", "compliance", "conform", "conforms", "conformance", "accordance", "according", "adhere", "adheres", "meet", "meets", "satisfy", "follow", "follows", "fulfil", "fulfill":
			return true
		}
	}
	return false
}

// beforeProduct reports that a version of some named product is meant.
func beforeProduct(s *statement, to int) bool {
	for i := to; i < min(to+5, len(s.words)); i++ {
		if s.words[i].capital() {
			return true
		}
	}
	return false
}
