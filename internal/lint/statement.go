package lint

import "strings"

// statement is a sentence with what the rules need to know of it.
type statement struct {
	words []word
	body  int  // where the sentence begins behind a bullet, a number or an id
	modal int  // the first modal verb that states an obligation, or -1
	story bool // it has the shape of a user story
}

func newStatement(list []word) *statement {
	s := &statement{words: list, modal: -1}
	s.body = skipLabel(list)
	for i := s.body; i < len(list); i++ {
		if s.isModal(i) {
			s.modal = i
			break
		}
	}
	s.story = isStory(list[s.body:])
	return s
}

// requirement reports whether the sentence says what something or somebody
// shall do.
func (s *statement) requirement() bool {
	return s.modal >= 0 || s.story || s.obliges()
}

// wordsMatter reports whether the words of the sentence matter: it states a
// requirement, says what the system or its users do, or is a fragment such as a
// heading or an item of a list. Other sentences explain, and may be vague.
func (s *statement) wordsMatter() bool {
	if s.story || s.modal >= 0 && binding[s.low(s.modal)] && s.mainClause(s.modal) || s.obliges() || s.low(s.body) == "verify" {
		return !s.aboutText()
	}
	if s.pointsBack() {
		return false
	}
	verb := s.modal
	for i := s.body; i < len(s.words) && verb < 0; i++ {
		if low := s.low(i); beForms[low] && s.low(i-1) != "to" || low == "has" || low == "have" || low == "had" {
			verb = i
		}
	}
	return verb < 0 || s.actorBefore(verb)
}

// pointsBack reports that the sentence goes on about what another one said:
// "This makes it easier".
func (s *statement) pointsBack() bool {
	switch s.low(s.body) {
	case "it", "they":
		return s.modal < 0
	case "this", "these":
		next := s.low(s.body + 1)
		return s.modal < 0 && !parts[next] && !persons[next]
	}
	return false
}

// aboutText reports that the sentence is about the document that it stands in:
// "This section provides few details".
func (s *statement) aboutText() bool {
	switch s.low(s.body) {
	case "this", "these", "the":
		switch s.low(s.body + 1) {
		case "section", "sections", "chapter", "chapters", "paragraph", "appendix", "introduction":
			return true
		}
	}
	return false
}

// actorBefore reports that the subject of the verb at i is the system, a part
// of it, or a person.
func (s *statement) actorBefore(i int) bool {
	j := i - 1
	for j > s.body && adverb(s.low(j)) {
		j--
	}
	return j >= s.body && (persons[s.low(j)] || parts[s.low(j)])
}

// parts are what requirements call the system and its parts.
var parts = set(`system systems application applications app software service services server servers client clients portal website site
	page pages interface module tool platform solution product device program terminal gateway network database report reports
	form screen function feature component api printer ui gui dashboard engine controller list menu message messages search
	export import archive`)

// obliges reports that "needs to", "has to" or "is required to" stands in it.
func (s *statement) obliges() bool {
	for i := s.body; i+1 < len(s.words); i++ {
		switch s.low(i) {
		case "need", "needs", "has", "have", "required", "ought":
			if s.low(i+1) == "to" {
				return true
			}
		}
	}
	return false
}

// low returns the word at i in lower case, and the empty string outside.
func (s *statement) low(i int) string {
	if i < 0 || i >= len(s.words) {
		return ""
	}
	return s.words[i].low
}

// at returns the word at i, and a zero word outside.
func (s *statement) at(i int) word {
	if i < 0 || i >= len(s.words) {
		return word{kind: mark}
	}
	return s.words[i]
}

func (s *statement) isModal(i int) bool {
	low := s.low(i)
	if !modals[low] {
		return false
	}
	switch low {
	case "may": // not the month
		return s.words[i].text == "may" || s.words[i].text == "MAY"
	case "will", "can", "must": // not a last will, a can or a must
		return !articles[s.low(i-1)]
	}
	return true
}

// numbersIt reports that the number at i counts the sentence, and is not the
// first word of it: "3.2.1 The system", "4) The", not "90 % of the orders".
func numbersIt(list []word, i int) bool {
	if strings.Count(list[i].text, ".") > 1 || i+1 >= len(list) {
		return true
	}
	next := list[i+1]
	return next.kind == mark && next.low != "%" && next.low != "°" && next.low != "+" || next.capital()
}

var articles = set(`a an the his her my your our their`)

// skipLabel returns where the sentence begins behind what labels it: a bullet,
// "3.2.1", "a)", "REQ-0042:", "[SRS12]".
func skipLabel(list []word) int {
	if len(list) > 2 && list[0].low == "[" {
		for i := range min(len(list)-1, 6) {
			if list[i].low == "]" {
				return i + 1
			}
		}
	}
	for i := 0; i < min(len(list), 6); i++ {
		w := list[i]
		switch {
		case w.kind == mark && w.low != "(" && w.low != "<" && w.low != "?":
			continue
		case w.kind == number && numbersIt(list, i):
			continue
		case len(w.text) == 1 && i+1 < len(list) && list[i+1].kind == mark && (w.low != "a" && w.low != "i" || list[i+1].low == ")"):
			continue
		case w.kind == letters && hasDigit(w.text):
			continue
		}
		return i
	}
	return 0
}

func hasDigit(s string) bool {
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			return true
		}
	}
	return false
}
