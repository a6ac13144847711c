package requirement_test

import (
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func TestCoverageSaysWhatIsMissingOnBothSides(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	covered := d.document(t, "a.txt", first)
	open := d.document(t, "b.txt", "# Reminders\n\nThe system shall send an invoice by mail.\n\nThe system must comply with the GDPR.")
	d.extract(t, requirement.Selection{Documents: []ba.DocumentID{covered.ID}})
	lonely := d.add(t, "The system shall be built on paper.")
	_, err := d.AddNote(ctx, d.editor, d.project, requirement.NotePatch{Kind: ptr(ba.NoteQuestion), Text: ptr("Which paper?"), Requirement: &lonely.ID}, "")
	ok(t, err)
	c, err := d.Coverage(ctx, d.viewer, d.project)
	ok(t, err)
	if c.Requirements != 3 || c.Assumptions != 1 || c.Suspect != 0 || c.Blocking != 1 || len(c.Questions) != 1 {
		t.Errorf("coverage %+v", c)
	}
	if stating, done := c.Passages(); stating != 2 || done != 1 || c.Documents[0].Covered != 1 || c.Documents[1].Covered != 0 || c.Documents[1].Statements != 2 {
		t.Errorf("documents %+v", c.Documents)
	}
	list, err := d.Uncovered(ctx, d.viewer, d.project, "", ba.Page{})
	if ok(t, err); len(list.Items) != 1 || list.Items[0].Document != open.ID || list.Items[0].Statements != 2 {
		t.Errorf("uncovered %+v", list.Items)
	}
	refused(t, "a stranger", second(d.Coverage(ctx, d.stranger, d.project)), ba.NotFound)
}

func TestAnAreaIsTouchedByRequirementsNotesAndWhatPeopleSay(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	touched := func(title string) bool {
		t.Helper()
		c, err := d.Coverage(ctx, d.viewer, d.project)
		ok(t, err)
		for _, a := range c.Areas {
			if a.Title == title {
				if a.Question == "" {
					t.Errorf("%s has no question", title)
				}
				return a.Touched
			}
		}
		t.Fatalf("no area %s", title)
		return false
	}
	for title, do := range map[string]func(){
		"Compliance": func() { d.add(t, "The system shall comply with the GDPR.") },
		"Stakeholders": func() {
			_, err := d.AddNote(ctx, d.editor, d.project, requirement.NotePatch{Kind: ptr(ba.NoteDecision), Text: ptr("The sponsor decides.")}, "")
			ok(t, err)
		},
		"Risks": func() {
			thread := storetest.Thread(t, d.db, d.editor, d.project, "Talk")
			storetest.Ask(t, d.db, d.editor, thread.ID, "The biggest risk is that nobody uses it.")
		},
	} {
		if touched(title) {
			t.Errorf("%s is touched before anything was said", title)
		}
		if do(); !touched(title) {
			t.Errorf("%s is not touched", title)
		}
	}
}

func TestTheMatrixShowsWhichSourceARequirementRestsOn(t *testing.T) {
	d := newDesk(t)
	a, b := d.document(t, "a.txt", first), d.document(t, "b.txt", again)
	d.extract(t, requirement.Selection{})
	ok(t, d.db.DeleteDocument(t.Context(), d.editor, b.ID))
	m, err := d.Matrix(t.Context(), d.viewer, d.project, requirement.Filter{}, ba.Page{})
	ok(t, err)
	column := map[ba.DocumentID]int{}
	for i, s := range m.Sources {
		column[s.Document] = i
	}
	if len(m.Sources) != 2 || m.Sources[column[a.ID]].Name != "a.txt" || m.Sources[column[b.ID]].Name != "" {
		t.Fatalf("sources %+v", m.Sources)
	}
	for i, r := range m.Items {
		inA, inB := m.Cells[i][column[a.ID]], m.Cells[i][column[b.ID]]
		if inA.Links+inB.Links != len(r.Links) || inB.Suspect != inB.Links || inA.Suspect != 0 {
			t.Errorf("%s: %+v, %+v", r.Key(), inA, inB)
		}
	}
	only, err := d.Matrix(t.Context(), d.viewer, d.project, requirement.Filter{Document: a.ID}, ba.Page{})
	if ok(t, err); len(only.Items) != 2 {
		t.Errorf("of one document: %+v", only.Items)
	}
}
