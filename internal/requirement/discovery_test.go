package requirement_test

import (
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

// found returns the area with the title.
func found(t testing.TB, areas []requirement.Discovered, title string) requirement.Discovered {
	t.Helper()
	for _, a := range areas {
		if a.Title == title {
			return a
		}
	}
	t.Fatalf("there is no area %q", title)
	return requirement.Discovered{}
}

func TestTheDiscoveryOfAConversationNamesWhatSaidSo(t *testing.T) {
	d := newDesk(t)
	thread := storetest.Thread(t, d.db, d.editor, d.project, "Kick-off")
	asked := storetest.Ask(t, d.db, d.editor, thread.ID, "Hello! Our goal is to cut the calls at reception by half. The GDPR applies.")
	storetest.Answer(t, d.db, asked, "Which budget is there? The budget is a constraint.")
	r := d.add(t, "The system shall export its data to the accounting system.")
	areas, err := d.Discovery(t.Context(), d.viewer, thread.ID)
	ok(t, err)
	goal, law := found(t, areas, "Objective"), found(t, areas, "Compliance")
	if goal.Message != asked.Question.ID || goal.Quote != "Our goal is to cut the calls at reception by half." || law.Message != asked.Question.ID {
		t.Errorf("the goal is %+v, the law %+v", goal, law)
	}
	by := 0
	for _, area := range areas {
		if area.Requirement == r.ID && area.Key == "REQ-0001" && area.Message == "" {
			by++
		}
		if area.Touched != (area.Quote != "") {
			t.Errorf("%s is touched without a quote, or the other way round: %+v", area.Title, area)
		}
	}
	if by == 0 {
		t.Error("the requirement says nothing of any area")
	}
	if open := found(t, areas, "Risks"); open.Touched || open.Question == "" {
		t.Errorf("risks are %+v", open)
	}
	d.add(t, "The system shall export its log to the accounting system.")
	again, err := d.Discovery(t.Context(), d.viewer, thread.ID)
	ok(t, err)
	for i, area := range again {
		if area != areas[i] {
			t.Errorf("a later requirement changes what is said of an area: %+v, was %+v", area, areas[i])
		}
		if area.Requirement != "" && area.Quote != r.Statement {
			t.Errorf("%s quotes %q of %q", area.Title, area.Quote, r.Statement)
		}
	}
	_, err = d.AddNote(t.Context(), d.editor, d.project, requirement.NotePatch{Kind: ptr(ba.NoteAssumption), Text: ptr("The main risk is that the vendor is late.")}, "")
	ok(t, err)
	areas, err = d.Discovery(t.Context(), d.viewer, thread.ID)
	ok(t, err)
	if risk := found(t, areas, "Risks"); risk.Note == "" {
		t.Errorf("risks are %+v", risk)
	}
	_, err = d.Discovery(t.Context(), d.stranger, thread.ID)
	refused(t, "a stranger", err, ba.NotFound)
}

func TestALooseConversationIsDiscoveredByItselfAlone(t *testing.T) {
	d := newDesk(t)
	thread := storetest.Thread(t, d.db, d.editor, "", "Idea")
	areas, err := d.Discovery(t.Context(), d.editor, thread.ID)
	ok(t, err)
	for _, area := range areas {
		if area.Touched {
			t.Errorf("%s is touched by nothing", area.Title)
		}
	}
	storetest.Ask(t, d.db, d.editor, thread.ID, "Our goal is to cut the calls at reception by half.")
	areas, err = d.Discovery(t.Context(), d.editor, thread.ID)
	ok(t, err)
	if !found(t, areas, "Objective").Touched {
		t.Error("the goal is not heard")
	}
}
