package analyst

import (
	"fmt"
	"strings"
)

// report answers "summary": the areas with what is known of each.
func report(t *turn) (string, bool) {
	c := t.talk.covered()
	if !c.begun() {
		return "Nothing of the framework is covered yet. Tell me what is to be built, or say \"start discovery\" and I ask.", true
	}
	known := len(areas) - len(c.open())
	var b strings.Builder
	fmt.Fprintf(&b, "**%d of %d areas are covered.**\n\n| Area | State | In your words |\n| --- | --- | --- |", known, len(areas))
	for i := range areas {
		a := &areas[i]
		state, words := "open", ""
		switch {
		case has(c, a):
			state, words = "covered", wordsInCell(c.facts[a])
		case c.skipped[a]:
			state = "left open"
		}
		fmt.Fprintf(&b, "\n| %s | %s | %s |", a.title, state, words)
	}
	if len(c.notes) > 0 {
		b.WriteString("\n\nAlso noted: " + wordsInCell(c.notes))
	}
	if a := c.next(); a != nil {
		return b.String() + "\n\n" + t.ask(c, a), true
	}
	return b.String() + "\n\n" + closing(c), true
}

// maxCellFacts bounds how many sentences a cell of the overview holds.
const maxCellFacts = 3

func wordsInCell(facts []string) string {
	parts := make([]string, 0, maxCellFacts)
	for _, f := range facts[:min(len(facts), maxCellFacts)] {
		parts = append(parts, strings.ReplaceAll(own(f, 140), "|", `\|`))
	}
	s := strings.Join(parts, " ")
	if more := len(facts) - maxCellFacts; more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}
