package analyst

import (
	"cmp"
	"slices"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

// The areas of the discovery framework by which documents are made.
const (
	AreaObjective   = "Objective"
	AreaUsers       = "Users"
	AreaFlow        = "Main flow"
	AreaPains       = "Current pains"
	AreaMeasures    = "Success measures"
	AreaCompliance  = "Compliance"
	AreaStakeholder = "Stakeholders"
	AreaProcesses   = "Processes and interfaces"
	AreaConstraints = "Constraints"
	AreaRisks       = "Risks"
	AreaEdges       = "Edge cases"
)

// Ask returns the question that an area is asked with, and what documents are
// searched for it. Both are empty for a title that is no area's.
func Ask(title string) (question, search string) {
	if a := areaNamed(title); a != nil {
		return a.ask, a.search
	}
	return "", ""
}

// Exchange is what a person wrote in a conversation and what was answered,
// which may be nothing.
type Exchange struct{ Said, Answer string }

// Told returns the person's own sentences in a conversation, by the titles of
// the areas that they tell about, in the order in which they were said.
func Told(conversation []Exchange) map[string][]string {
	var t talk
	for i, e := range conversation {
		if i == len(conversation)-1 {
			t.asked = tidy(e.Said)
			break
		}
		t.past = append(t.past, exchange{said: tidy(e.Said), answer: e.Answer})
	}
	told := make(map[string][]string)
	for a, facts := range t.covered().facts {
		told[a.title] = facts
	}
	return told
}

// Piece is a verbatim part of a passage, with the passage's place among those given.
type Piece struct {
	Passage int
	Quote   string
}

// Stated returns what passages tell about an area, the most telling first, of
// each passage two pieces at most.
func Stated(title string, passages []prompt.Passage, limit int) []Piece {
	a := areaNamed(title)
	if a == nil {
		return nil
	}
	type found struct {
		Piece
		signs int
	}
	var all []found
	for i, p := range passages {
		units := a.unitsOf([]*source{newSource(p)}, 2)
		for _, u := range units {
			if q := verbatim(u); q != "" && a.signsIn(u) >= a.least() {
				all = append(all, found{Piece{i, q}, a.signsIn(u)})
			}
		}
	}
	slices.SortStableFunc(all, func(x, y found) int { return cmp.Compare(y.signs, x.signs) })
	pieces := make([]Piece, 0, limit)
	for _, f := range all {
		known := slices.ContainsFunc(pieces, func(p Piece) bool { return p.Quote == f.Quote })
		if !known && len(pieces) < limit {
			pieces = append(pieces, f.Piece)
		}
	}
	return pieces
}

// Answering returns what passages say on a question or topic, the best first,
// as verbatim pieces.
func Answering(topic string, passages []prompt.Passage, limit int) []Piece {
	q := readQuestion(topic, nil)
	sources := make([]*source, len(passages))
	place := make(map[*source]int, len(passages))
	for i, p := range passages {
		sources[i] = newSource(p)
		place[sources[i]] = i
	}
	var pieces []Piece
	for _, r := range rank(q, sources) {
		if len(pieces) == limit {
			break
		}
		if r.kind == title || r.kind == inquiry || r.kind == header || r.own == 0 || givesOrders(r.unit) {
			continue
		}
		piece := Piece{place[r.src], verbatim(r.unit)}
		if piece.Quote != "" && !slices.Contains(pieces, piece) {
			pieces = append(pieces, piece)
		}
	}
	return pieces
}

// Quoted returns a text that is not ours in quotation marks, so that Markdown
// shows it as it is written.
func Quoted(s string) string { return quoted(s) }

// Escape returns a text that is not ours so that Markdown shows it as it is written.
func Escape(s string) string { return escape(s) }

// Cell is Escape for a cell of a table.
func Cell(s string) string { return escapeCell(s) }

// Story returns a statement as the sentence of a user story, in Markdown. What
// the statement does not say stays open in it. It is false for a statement that
// names nobody who does something.
func Story(statement string) (string, bool) {
	d, ok := takeApart(statement)
	if !ok || d.passive() {
		return "", false
	}
	return d.wish(), true
}

// Criterion returns a statement as Given, When and Then, in Markdown, with "…"
// where the statement says nothing. It is false as Story is.
func Criterion(statement string) (ba.Criterion, bool) {
	d, ok := takeApart(statement)
	if !ok {
		return ba.Criterion{}, false
	}
	given, when, then := d.parts()
	return ba.Criterion{Given: given, When: when, Then: then}, true
}

// Limit returns the value in a statement that is a limit, as it is written.
func Limit(statement string) (string, bool) {
	d, ok := takeApart(statement)
	if !ok {
		return "", false
	}
	return d.limit()
}
