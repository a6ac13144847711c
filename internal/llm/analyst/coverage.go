package analyst

import (
	"fmt"
	"strings"
)

// coverage is what is known of each area, worked out from the conversation.
type coverage struct {
	facts   map[*area][]string // the person's own sentences
	skipped map[*area]bool     // left open on purpose
	probed  map[*area]bool     // asked for precision once
	notes   []string           // answers to other questions of ours
}

// markRE finds the line in which an answer of ours asks about an area.
var markRE = lazily(`(?m)^\*\*([A-Z][a-z ]+) \(\d+ of \d+\)(, more precisely)?:\*\* `)

// mark is the beginning of the line that asks about an area.
func (a *area) mark(probe bool) string {
	if probe {
		return fmt.Sprintf("**%s (%d of %d), more precisely:** ", a.title, a.number(), len(areas))
	}
	return fmt.Sprintf("**%s (%d of %d):** ", a.title, a.number(), len(areas))
}

// askedIn returns the area that an answer asks about, or nil, and whether it
// asks for precision.
func askedIn(answer string) (a *area, probe bool) {
	all := markRE.FindAllStringSubmatch(answer, -1)
	if len(all) == 0 {
		return nil, false
	}
	last := all[len(all)-1]
	return areaNamed(last[1]), last[2] != ""
}

// covered reads the whole conversation, the question included.
func (t *talk) covered() *coverage {
	c := &coverage{facts: make(map[*area][]string), skipped: make(map[*area]bool), probed: make(map[*area]bool)}
	answer := ""
	for _, e := range t.past {
		c.add(e.said, answer)
		answer = e.answer
	}
	c.add(t.asked, answer)
	return c
}

// add takes a message, given the answer of ours before it.
func (c *coverage) add(said, answer string) {
	asked, probe := askedIn(answer)
	if asked != nil && probe {
		c.probed[asked] = true
	}
	_, finding := openFinding(answer)
	switch intentOf(said, asked != nil || finding) {
	case states:
		if finding && asked == nil {
			c.notes = append(c.notes, factsIn(said)...)
			return
		}
		c.assign(said, asked)
	case asks:
		c.assignStatements(said)
	case skips:
		if asked != nil && len(c.facts[asked]) == 0 {
			c.skipped[asked] = true
		}
	}
}

// assign files the sentences of a message under their areas. What belongs to
// none belongs to the area that was asked about, or to the objective where a
// conversation begins.
func (c *coverage) assign(said string, asked *area) {
	var homeless []string
	for _, s := range factsIn(said) {
		found := areasOf(s)
		switch {
		case asked != nil && (asked.claims(s) || thinly(found, s)) && !(ruleless[asked.title] && isRule(s)) && !contains(found, asked):
			found = append(found, asked)
		case len(found) == 0 && isRule(s) && (asked == nil || ruleless[asked.title]) && len(c.facts) > 0:
			found = append(found, areaNamed("Main flow"))
		}
		for _, a := range found {
			c.note(a, s)
		}
		if len(found) == 0 {
			homeless = append(homeless, s)
		}
	}
	home := asked
	if home == nil && len(c.facts) == 0 {
		home = &areas[0]
	}
	for _, s := range homeless {
		if home == nil {
			c.notes = append(c.notes, s)
			continue
		}
		c.note(home, s)
	}
}

// thinly reports whether a sentence belongs to other areas than the one that
// was asked about for a single word only. It is an answer then as well: "the
// head of the station reads the results" tells who uses it.
func thinly(found []*area, s string) bool {
	for _, a := range found {
		if a.weight(s) > 1 {
			return false
		}
	}
	return len(found) > 0
}

// ruleless are the areas that a rule ("patients can cancel until ...") says
// nothing about, even where it holds one of their words.
var ruleless = map[string]bool{"Users": true, "Current pains": true, "Success measures": true, "Stakeholders": true}

// isRule reports whether a sentence says who may or must do what.
func isRule(s string) bool {
	d, ok := takeApart(s)
	return ok && !d.isAim() && !useRE.MatchString(d.action)
}

var useRE = lazily(`(?i)^(?:use|access|log ?in|sign in|work with|see it|decide|approve|agree)\b`)

// assignStatements files what a message tells beside its question.
func (c *coverage) assignStatements(said string) {
	for _, s := range factsIn(said) {
		if strings.HasSuffix(s, "?") || looksLikeQuestion(s, false) {
			continue
		}
		for _, a := range areasOf(s) {
			c.note(a, s)
		}
	}
}

func (c *coverage) note(a *area, s string) {
	for _, have := range c.facts[a] {
		if have == s {
			return
		}
	}
	c.facts[a] = append(c.facts[a], s)
	delete(c.skipped, a)
}

// next returns the first area of which nothing is known, or nil.
func (c *coverage) next() *area {
	for i := range areas {
		if a := &areas[i]; len(c.facts[a]) == 0 && !c.skipped[a] {
			return a
		}
	}
	return nil
}

// begun reports whether anything was said that belongs to the framework.
func (c *coverage) begun() bool { return len(c.facts) > 0 || len(c.skipped) > 0 }

// maxFacts bounds how many sentences of one message are filed.
const maxFacts = 60

// factsIn returns the sentences of what a person wrote, line by line.
func factsIn(said string) []string {
	var facts []string
	for line := range strings.Lines(said) {
		line = strings.TrimSpace(line)
		if m := bulletRE.FindString(line); m != "" {
			line = line[len(m):]
		}
		line = strings.TrimSpace(courtesyStartRE.ReplaceAllString(line, ""))
		for _, span := range sentences(line) {
			s := line[span[0]:span[1]]
			if len(wordsOf(s)) > 0 && len(facts) < maxFacts {
				facts = append(facts, s)
			}
		}
	}
	return facts
}

var courtesyStartRE = lazily(`(?i)^(?:hi|hello|hey|good (?:morning|afternoon|evening))\b(?: there| all| everyone)?[,!.]*\s+`)

// areasOf returns the areas that a sentence gives signs of, in order.
func areasOf(s string) []*area {
	var found []*area
	for i := range areas {
		if areas[i].strongly(s) {
			found = append(found, &areas[i])
		}
	}
	return found
}

// strongly reports whether a sentence belongs to an area whatever was asked.
func (a *area) strongly(s string) bool {
	cues, signs := a.cuesIn(s), a.signs != nil && a.signs.MatchString(s)
	switch a.title {
	case "Main flow": // "then" alone tells nothing
		return cues >= 2 || signs && cues >= 1
	case "Users": // a role alone is only mentioned; a number of them, or several, tell of users
		return cues >= 2 || cues >= 1 && (signs || usersRE.MatchString(s))
	}
	return signs || cues >= 1
}

// weight tells how much of a sentence speaks for the area: a phrase counts
// more than a word.
func (a *area) weight(s string) int {
	if a.signs != nil && a.signs.MatchString(s) {
		return 2 + a.cuesIn(s)
	}
	return a.cuesIn(s)
}

func (a *area) cuesIn(s string) int {
	cues := 0
	for _, w := range wordsOf(s) {
		if a.cues[w] {
			cues++
		}
	}
	return cues
}

var usersRE = lazily(`(?i)\b(?:used by|users? (?:are|is|will)|use it|uses it|will use|using it|log(?:s)? in|access)\b|\b\d[\d,.]*\s+(?:\p{L}+\s){0,2}(?:users|customers|patients|clients|employees|people|agents|staff|members|students)\b`)

// claims reports whether a sentence gives any sign of an area that was asked about.
func (a *area) claims(s string) bool {
	for _, w := range wordsOf(s) {
		if a.cues[w] {
			return true
		}
	}
	return a.signs != nil && a.signs.MatchString(s)
}

func contains(list []*area, a *area) bool {
	for _, x := range list {
		if x == a {
			return true
		}
	}
	return false
}
