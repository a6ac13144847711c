package statement

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// marks at the end of a statement say how important it is.
var marks = map[string]ba.Priority{
	"must": ba.PriorityMust, "should": ba.PriorityShould, "could": ba.PriorityCould, "won't": ba.PriorityWont, "wont": ba.PriorityWont,
	"m": ba.PriorityMust, "s": ba.PriorityShould, "c": ba.PriorityCould, "w": ba.PriorityWont, "o": ba.PriorityCould, "i": "",
	"mandatory": ba.PriorityMust, "optional": ba.PriorityCould, "essential": ba.PriorityMust, "desirable": ba.PriorityShould,
}

var (
	lowWish = phrasesOf(`nice to have, could, may, optionally, is optional, would be nice, nice to have, if possible`)
	wishes  = phrasesOf(`nice to have, be nice, would be good, would be great, if possible, optionally`)
	wont    = phrasesOf(`out of scope, will not be part of, not in this release, won't be`)
)

// markOf returns where the mark at the end of a statement begins.
func markOf(text string) (at int, p ba.Priority, marked bool) {
	at = strings.LastIndexAny(text, "([")
	if at <= 0 || len(text)-at > 14 {
		return len(text), "", false
	}
	p, marked = marks[strings.ToLower(strings.Trim(text[at:], "()[]. "))]
	return at, p, marked
}

// withoutMark returns a statement without the identifier and the mark at its end.
func withoutMark(text string) string {
	_, end := tailIdentifier(text)
	text = text[:end]
	if at, _, marked := markOf(text); marked {
		return strings.TrimRight(text[:at], " ")
	}
	return text
}

// priorityOf returns a statement without its mark of importance, and what its
// words or the mark say.
func priorityOf(text string) (string, ba.Priority) {
	if open, p, marked := markOf(text); marked {
		return strings.TrimRight(text[:open], " "), p
	}
	words := wordsOf(text)
	m := modalOf(words)
	switch {
	case isStory(words):
		return text, ""
	case wont.in(words):
		return text, ba.PriorityWont
	case m.force >= needForce:
		return text, ba.PriorityMust
	case m.force == shouldForce && wishes.in(words):
		return text, ba.PriorityCould
	case m.force == shouldForce:
		return text, ba.PriorityShould
	case m.force == canForce && words[m.at].s != "can" && words[m.at].s != "cannot" && lowWish.in(words):
		return text, ba.PriorityCould
	}
	return text, ""
}
