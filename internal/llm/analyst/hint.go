package analyst

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// hint quotes what the documents already say about an area.
func (t *turn) hint(c *coverage, a *area) (string, bool) {
	if t.talk.mode == ba.ModeMeeting || !t.desk.canSearch() || a.title == "Edge cases" || a.title == "Main flow" {
		return "", true
	}
	found, ready := t.desk.search(a.search)
	if !ready {
		return "", false
	}
	best := a.bestOf(found)
	if best == nil {
		return "", true
	}
	return fmt.Sprintf("\n\nThe documents say on this: %s Does that hold, and what is missing?", ranked{unit: best}.point()), true
}

// bestOf returns the unit that gives most signs of the area, or nil.
func (a *area) bestOf(sources []*source) *unit {
	for _, u := range a.unitsOf(sources, 1) {
		if a.signsIn(u) > 1 {
			return u
		}
	}
	return nil
}

// unitsOf returns up to limit units that belong to the area, those with most
// signs of it first. Rows of a table of users count as one sign.
func (a *area) unitsOf(sources []*source, limit int) []*unit {
	var found []*unit
	for _, s := range sources {
		for _, u := range s.units {
			if a.signsIn(u) > 0 && a.tells(u) && !givesOrders(u) {
				found = append(found, u)
			}
		}
	}
	slices.SortStableFunc(found, func(u, v *unit) int { return cmp.Compare(a.signsIn(v), a.signsIn(u)) })
	return found[:min(len(found), limit)]
}

// signsIn counts how much a unit of a document tells about the area.
func (a *area) signsIn(u *unit) int {
	if u.kind == row && a.title == "Users" && len(u.columns) > 0 && userColumns[strings.ToLower(u.columns[0])] {
		return 3
	}
	headed := a.heads(u)
	if u.kind != sentence || len(u.tokens) < 5 || u.label == "Date" || !a.strongly(u.text()) && !headed {
		return 0
	}
	score, seen, wanted := 0, make(map[string]bool), stemSet(a.search)
	for _, t := range u.tokens {
		if (a.cues[t.word] || wanted[t.stem]) && !seen[t.stem] {
			seen[t.stem] = true
			score++
		}
	}
	score += a.signed(u.text())
	if headed {
		score += 2
	}
	return score
}

// signed returns what a phrase of the area counts. Any step of a process is
// done in order to reach something: that alone is no objective.
func (a *area) signed(text string) int {
	if a.signs == nil {
		return 0
	}
	switch strings.ToLower(a.signs.FindString(text)) {
	case "":
		return 0
	case "so that", "in order to":
		return 1
	}
	return 2
}

// heads reports whether a unit stands under a heading of the area.
func (a *area) heads(u *unit) bool {
	for _, t := range u.sectionTokens() {
		if a.cues[t.word] {
			return true
		}
	}
	return false
}

// least is how many signs of an area a document that is written about it asks
// for. One word will do where it is seldom used for anything else.
func (a *area) least() int {
	if aboutPeople[a.title] || a.title == AreaMeasures || a.title == AreaRisks {
		return 2
	}
	return 1
}

var userColumns = wordSet(`user users role roles actor actors stakeholder stakeholders persona`)
