package analyst

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// question returns the line that asks about the area.
func (a *area) question(mode ba.Mode) string {
	if mode == ba.ModeMeeting {
		return a.mark(false) + a.brief
	}
	return a.mark(false) + a.ask
}

// hear answers a message that tells something: it plays back what was noted,
// checks it against the documents, and asks the next question.
func hear(t *turn) (string, bool) {
	before, after := t.talk.coveredBefore(), t.talk.covered()
	asked, probe := askedIn(t.talk.lastAnswer())
	check, ready := t.checkStatement()
	if !ready {
		return "", false
	}
	blocks := []string{t.playBack(before, after, asked)}
	if l := languageOf(t.talk.asked); l != nil {
		blocks = []string{l.remark(), blocks[0]}
	}
	if check != "" {
		blocks = append(blocks, check)
	}
	if asked == nil && !before.begun() && t.talk.lastAnswer() != "" && !has(after, &areas[0]) {
		return strings.Join(append(blocks, "Ask on, or say \"start discovery\" and I lead you through what must be known."), "\n\n"), true
	}
	next, ready := t.nextQuestion(after, asked, probe)
	if !ready {
		return "", false
	}
	return strings.Join(append(blocks, next), "\n\n"), true
}

func has(c *coverage, a *area) bool { return len(c.facts[a]) > 0 }

// coveredBefore is covered without the last message.
func (t *talk) coveredBefore() *coverage {
	if len(t.past) == 0 {
		return (&talk{}).covered()
	}
	return (&talk{past: t.past[:len(t.past)-1], asked: t.past[len(t.past)-1].said}).covered()
}

// maxPlayed bounds how many areas are played back.
const maxPlayed = 4

// playBack says what was noted, in the person's own words.
func (t *turn) playBack(before, after *coverage, asked *area) string {
	type noted struct {
		a     *area
		facts []string
	}
	var list []noted
	for i := range areas {
		a := &areas[i]
		if fresh := after.facts[a][min(len(before.facts[a]), len(after.facts[a])):]; len(fresh) > 0 {
			if a == asked {
				list = append([]noted{{a, fresh}}, list...)
				continue
			}
			list = append(list, noted{a, fresh})
		}
	}
	switch {
	case len(list) == 0 && len(after.notes) > len(before.notes):
		return "Noted: " + own(strings.Join(after.notes[len(before.notes):], " "), 240)
	case len(list) == 0:
		return "I had noted that already."
	case len(list) == 1:
		return fmt.Sprintf("Noted under **%s**: %s", list[0].a.title, playedFacts(list[0].facts))
	}
	lines := make([]string, 0, len(list))
	for _, n := range list[:min(len(list), maxPlayed)] {
		lines = append(lines, fmt.Sprintf("- **%s**: %s", n.a.title, playedFacts(n.facts)))
	}
	if more := len(list) - maxPlayed; more > 0 {
		lines = append(lines, fmt.Sprintf("- and something for %d more areas (say \"summary\" to see all)", more))
	}
	return "Noted:\n\n" + strings.Join(lines, "\n")
}

func playedFacts(facts []string) string {
	s := own(facts[0], 160)
	if more := len(facts) - 1; more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}

// nextQuestion asks for precision about what was just said, or for the next area.
func (t *turn) nextQuestion(c *coverage, asked *area, probe bool) (string, bool) {
	if asked != nil && !probe && !c.probed[asked] && t.talk.mode != ba.ModeMeeting {
		if q := t.probe(c, asked); q != "" {
			return q, true
		}
	}
	a := c.next()
	if a == nil {
		return closing(c), true
	}
	hint, ready := t.hint(c, a)
	if !ready {
		return "", false
	}
	lead := ""
	if a == asked && !probe {
		lead = fmt.Sprintf("That says nothing yet about %s.\n\n", strings.ToLower(a.title))
	}
	return lead + t.ask(c, a) + hint, true
}

// ask returns the question about an area; for the edge cases with proposals
// that fit what was said.
func (t *turn) ask(c *coverage, a *area) string {
	q := a.question(t.talk.mode)
	if a.title != "Edge cases" {
		return q
	}
	cases := edgeCases(c.described(), edgesAsked(t.talk.mode))
	if len(cases) == 0 {
		return q
	}
	return q + " From what you said, these come to mind:\n\n" + numbered(cases) + "\n\nAnswer the ones that matter, or say \"skip\"."
}

func edgesAsked(mode ba.Mode) int {
	if mode == ba.ModeMeeting {
		return 3
	}
	return 5
}

// probe asks for precision: a vague word, or a measure without a number.
func (t *turn) probe(c *coverage, a *area) string {
	for _, s := range factsIn(t.talk.asked) {
		for _, tok := range tokenise(s) {
			if ask, ok := vagueWords[tok.word]; ok && tok.word != "many" && tok.word != "some" && tok.word != "often" {
				return a.mark(true) + fmt.Sprintf("You said %s. %s", quoted(s[tok.start:tok.end]), ask)
			}
		}
	}
	if a.title == "Success measures" && has(c, a) && !holdsNumber(t.talk.asked) {
		return a.mark(true) + "Which number would show it, what is it today, and what should it be by when?"
	}
	return ""
}

func holdsNumber(s string) bool {
	return strings.ContainsAny(s, "0123456789") || len(quantities(s, tokenise(s))) > 0
}

// begin starts the discovery, or goes on with it.
func begin(t *turn) (string, bool) {
	c := t.talk.covered()
	a := c.next()
	if a == nil {
		return closing(c), true
	}
	hint, ready := t.hint(c, a)
	if !ready {
		return "", false
	}
	lead := fmt.Sprintf("I ask about %d areas, one question at a time. Answer as you talk; one answer may cover several. \"skip\" leaves a point open, \"summary\" shows where we stand.", len(areas))
	if c.begun() {
		lead = "We go on where we stand."
	}
	return lead + "\n\n" + t.ask(c, a) + hint, true
}

// skip leaves the open question open and asks the next.
func skip(t *turn) (string, bool) {
	if f, ok := openFinding(t.talk.lastAnswer()); ok {
		return t.nextFinding(fmt.Sprintf("Left open: finding %d.", f))
	}
	c := t.talk.covered()
	asked, _ := askedIn(t.talk.lastAnswer())
	lead := "Fine, that stays open."
	if asked != nil && c.skipped[asked] {
		lead = fmt.Sprintf("Left open: **%s**. It stands on the list of open points.", asked.title)
	}
	a := c.next()
	if a == nil {
		return lead + "\n\n" + closing(c), true
	}
	if asked == nil && !c.begun() {
		return lead + " Ask on, or say \"start discovery\".", true
	}
	hint, ready := t.hint(c, a)
	if !ready {
		return "", false
	}
	return lead + "\n\n" + t.ask(c, a) + hint, true
}

// goOn goes on with whatever was going on.
func goOn(t *turn) (string, bool) {
	if _, ok := openFinding(t.talk.lastAnswer()); ok {
		return t.nextFinding("")
	}
	c := t.talk.covered()
	asked, _ := askedIn(t.talk.lastAnswer())
	if asked == nil && !c.begun() {
		if t.talk.mode == ba.ModeRefinement && t.desk.canSearch() {
			return t.nextFinding("")
		}
		return begin(t)
	}
	if asked != nil {
		return "Then please answer this, or say \"skip\":\n\n" + t.ask(c, asked), true
	}
	return begin(t)
}

// closing says that all areas were asked about.
func closing(c *coverage) string {
	text := "We have been through all areas."
	if open := c.open(); len(open) > 0 {
		text += " Left open: " + strings.Join(open, ", ") + "."
	}
	return text + " Say \"summary\" to see everything, or \"draft user stories\", \"draft acceptance criteria\", \"draft a BRD outline\"."
}

// open returns the titles of the areas of which nothing is known.
func (c *coverage) open() []string {
	var titles []string
	for i := range areas {
		if len(c.facts[&areas[i]]) == 0 {
			titles = append(titles, areas[i].title)
		}
	}
	return titles
}

// all returns everything that the person said, in the order of the areas.
func (c *coverage) all() []string {
	var facts []string
	seen := make(map[string]bool)
	for i := range areas {
		for _, f := range c.facts[&areas[i]] {
			if !seen[f] {
				seen[f] = true
				facts = append(facts, f)
			}
		}
	}
	for _, f := range c.notes {
		if !seen[f] {
			seen[f] = true
			facts = append(facts, f)
		}
	}
	return facts
}

// described returns what was said about the thing itself, without targets and
// constraints of the project.
func (c *coverage) described() []string {
	var facts []string
	for _, f := range c.all() {
		if !isFact(c, "Success measures", f) && !isFact(c, "Constraints", f) {
			facts = append(facts, f)
		}
	}
	return facts
}

func isFact(c *coverage, title, f string) bool { return slices.Contains(c.facts[areaNamed(title)], f) }

func numbered(items []string) string {
	lines := make([]string, len(items))
	for i, s := range items {
		lines[i] = fmt.Sprintf("%d. %s", i+1, s)
	}
	return strings.Join(lines, "\n")
}
