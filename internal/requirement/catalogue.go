package requirement

import (
	"slices"
	"strings"
	"unicode"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/quote"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

// catalogue is what is known of a project's requirements while sources are
// read: which statements there are, and which quotes have a requirement.
type catalogue struct {
	basis  int // numbers given when it was read
	bySaid map[string]ba.RequirementID
	quoted map[string]ba.RequirementID
	links  map[ba.RequirementID]int
}

func newCatalogue(basis int, all []ba.Requirement) *catalogue {
	c := &catalogue{basis: basis, bySaid: make(map[string]ba.RequirementID, len(all)), quoted: make(map[string]ba.RequirementID),
		links: make(map[ba.RequirementID]int, len(all))}
	for i := range all {
		c.add(all[i])
	}
	return c
}

// add notes a requirement; of two that say the same, the first stays.
func (c *catalogue) add(r ba.Requirement) {
	if key := gist(r.Statement); c.bySaid[key] == "" {
		c.bySaid[key] = r.ID
	}
	c.links[r.ID] += len(r.Links)
}

// note remembers what a requirement quotes. The text that stands in a suspect
// quote's place belongs to it too, until somebody has looked at it.
func (c *catalogue) note(id ba.RequirementID, l ba.Link) {
	c.quoted[quoteKey(l, l.Quote)] = id
	if l.Now != "" {
		c.quoted[quoteKey(l, l.Now)] = id
	}
}

// quoteKey tells apart what is quoted: the same words of one document, wherever
// they stand in it, or of one message.
func quoteKey(l ba.Link, words string) string {
	return string(l.Document) + string(l.Message) + "\x00" + quote.Flat(words)
}

// gist is what two statements have in common that say the same in nearly the
// same words: the stems of their words whatever their order, without articles
// and the like. Numbers, denials and the force of must, should and may count:
// statements that differ in one of them are no duplicates.
func gist(statement string) string {
	var words []string
	for _, w := range term.Terms(statement) {
		if force, is := forces[w]; is {
			w = force
		}
		if !fillers[w] && strings.ContainsFunc(w, isWordRune) {
			words = append(words, w)
		}
	}
	slices.Sort(words)
	return strings.Join(slices.Compact(words), " ")
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// forces are the terms of words that oblige equally.
var forces = map[string]string{"shall": "must", "must": "must", "should": "should", "may": "may", "can": "may", "could": "could"}

// fillers are the terms of words that change nothing in a requirement.
var fillers = termSet("a an the this that these those each every any of to be is are it its there please also")

func termSet(words string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range term.Terms(words) {
		set[w] = true
	}
	return set
}
