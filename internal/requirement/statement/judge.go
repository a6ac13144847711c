package statement

import "strings"

// setting is what is known of a sentence besides its words.
type setting struct {
	alone      bool    // nothing is known of its surroundings
	identified bool    // the document gives it an identifier
	named      bool    // the identifier has letters: it numbers requirements, not sections
	column     bool    // it stands in a column of requirements
	section    section // in which it stands
}

// judge returns the rule by which a sentence is a requirement, or the empty Rule.
func (s setting) judge(text string, words []word) Rule {
	if len(words) < minWords || s.section == apart && !s.named || strings.HasSuffix(text, "?") || isContents(text) {
		return ""
	}
	if isStory(words) {
		return RuleStory
	}
	if leftOut(text, words) {
		return ""
	}
	if r := s.modalRule(text, words); r != "" {
		return r
	}
	return s.plainRule(text, words)
}

// minWords is the length below which nothing is a statement.
const minWords = 4

// modalRule judges by the verb of obligation.
func (s setting) modalRule(text string, words []word) Rule {
	m := modalOf(words)
	if s.section == apart && m.force < shallForce {
		return ""
	}
	if m.force == noForce {
		if obligesElsewhere(words) {
			return RuleLanguage
		}
		return ""
	}
	about := subjectOf(text, words, m.at)
	switch {
	case m.force == needForce && !about.paper && !about.purpose:
		return RuleNeed
	case m.force == shallForce && !about.paper:
		return RuleObligation
	case m.force == shallForce && (about.system || about.name):
		return RuleObligation
	case about.self:
		return "" // "We should meet on Monday."
	case m.force == shouldForce && !about.paper:
		return RuleWish
	case s.section == scenario:
		return ""
	case about.paper || s.alone && opensCondition(words):
		return ""
	case m.force == willForce && (about.system || about.user || about.name && !s.alone || s.firm() || actsNext(words, m)):
		return RuleFuture
	case m.force == canForce && (about.system || about.user || s.firm() || actsNext(words, m)):
		return RuleAbility
	}
	return ""
}

// actsNext reports a short subject and an action: "The kiosk can print ...".
func actsNext(words []word, m modal) bool {
	return m.at <= 5 && m.next < len(words) && verbs[words[m.next].s]
}

// opensCondition reports a sentence that begins with when, if or once: with a
// weak verb it tells how something goes on.
func opensCondition(words []word) bool { return openerAt(words, 0) != "" }

// firm reports surroundings that make a weak sentence a requirement.
func (s setting) firm() bool { return s.identified || s.column || s.section == requirements }

// plainRule judges a sentence without a verb of obligation.
func (s setting) plainRule(text string, words []word) Rule {
	switch {
	case s.section == apart:
		return ""
	case words[0].s == "verify" && (words[1].s == "that" || s.identified), verifies.at(words, 0) > 0:
		return RuleVerify
	case s.column && !isTitleCase(text, words):
		return RuleColumn
	case s.identified && s.section == requirements && isClause(words):
		return RuleIdentified
	case s.section != scenario && isPresent(text, words):
		return RulePresent
	}
	return ""
}

// isTitleCase reports a few words with capitals, which name a group of requirements.
func isTitleCase(text string, words []word) bool {
	if len(words) > 12 {
		return false
	}
	for _, w := range words {
		if w.letter() && len(w.s) > 3 && !capital(text[w.start:]) {
			return false
		}
	}
	return true
}

// acts are what systems do, in the present tense.
var acts = setOf(`provides allows supports displays enables stores validates sends receives shows generates creates updates deletes
	prompts notifies lets requires uses includes contains maintains records returns processes handles manages calculates accepts rejects
	informs presents prints saves loads searches lists offers ensures checks verifies monitors controls performs executes sorts filters
	automatically enforces restricts limits prevents retrieves requests exports imports converts tracks logs runs works restarts issues`)

// isClause reports a verb at the beginning, or one that says what something is
// or does.
func isClause(words []word) bool {
	if verbs[words[0].s] && len(words) > 5 {
		return true
	}
	for _, w := range words[1:min(len(words), 20)] {
		if w.s == "is" || w.s == "are" || w.s == "has" || acts[w.s] {
			return len(words) > 5
		}
	}
	return false
}

// isPresent reports "The system provides ...".
func isPresent(text string, words []word) bool {
	if words[0].s == "ability" && words[1].s == "to" {
		return true
	}
	for i := 1; i < len(words) && i <= 6; i++ {
		w := words[i].s
		if sides[w] || relatives[w] || !words[i].letter() {
			return false
		}
		if !acts[w] {
			continue
		}
		about := subjectOf(text, words, i)
		return (about.system || about.name) && !about.paper
	}
	return false
}

// isStory reports "As a ... I want ..." and "As a ... I need ...".
func isStory(words []word) bool {
	if words[0].s != "as" {
		return false
	}
	wish := phrasesOfStory.find(words)
	return wish > 1 && wish <= 25
}

var phrasesOfStory = phrasesOf(`i want, i can, i need, i would like, i'd like, i should, i must, i will, i am able, i wish, i expect, i have`)
