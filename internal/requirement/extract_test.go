package requirement_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

const first = `# Booking

The system shall let patients cancel an appointment until 24 hours before it begins.

Patients like the colour green.

The system must send a reminder to the patient 2 hours before an appointment.`

const again = `# Minutes

The system shall let the patients cancel an appointment until 24 hours before it begins.

The system shall send a reminder to the patient 3 hours before an appointment.`

func TestWhatTwoDocumentsSayIsOneRequirementWithTwoSources(t *testing.T) {
	d := newDesk(t)
	d.document(t, "a.txt", first)
	d.document(t, "b.txt", again)
	done := d.extract(t, requirement.Selection{})
	if done.Sources != 2 || len(done.Added) != 3 || done.Linked != 1 {
		t.Errorf("done: %+v", done)
	}
	all := d.all(t)
	if len(all) != 3 || len(all[0].Links) != 2 || len(all[1].Links) != 1 || len(all[2].Links) != 1 {
		t.Fatalf("requirements %+v", all)
	}
	for _, r := range all {
		r, err := d.Find(t.Context(), d.viewer, r.ID)
		ok(t, err)
		for _, l := range r.Links {
			p, err := d.db.Passage(t.Context(), d.viewer, l.Passage)
			ok(t, err)
			if !strings.Contains(p.Text, l.Quote) || l.State != ba.LinkVerified || l.Filename == "" || r.Assumption() {
				t.Errorf("%s: link %+v", r.Key(), l)
			}
		}
	}
}

func TestExtractionTwiceAddsNothingAndIdsStay(t *testing.T) {
	d := newDesk(t)
	doc := d.document(t, "a.txt", first)
	before := d.extract(t, requirement.Selection{Documents: []ba.DocumentID{doc.ID}}).Added
	if len(before) != 2 {
		t.Fatalf("added %+v", before)
	}
	edited := "Patients can call off appointments."
	_, err := d.Edit(t.Context(), d.editor, before[0].ID, requirement.Patch{Statement: &edited})
	ok(t, err)
	for range 2 {
		if done := d.extract(t, requirement.Selection{}); len(done.Added) != 0 || done.Linked != 0 || done.Known != 2 {
			t.Errorf("again: %+v", done)
		}
	}
	doc = d.version(t, doc, strings.ReplaceAll(first, "Patients like the colour green.", "Patients like the colour blue."))
	if done := d.extract(t, requirement.Selection{}); len(done.Added) != 0 || done.Linked != 0 || done.Known != 2 {
		t.Errorf("after a new version: %+v", done)
	}
	all := d.all(t)
	if len(all) != 2 || all[0].ID != before[0].ID || all[0].Statement != edited || all[1].ID != before[1].ID {
		t.Errorf("requirements %+v", all)
	}
}

func TestExtractionsAtOnceMakeNoDoubles(t *testing.T) {
	d := newDesk(t)
	d.document(t, "a.txt", first)
	d.document(t, "b.txt", again)
	var runs sync.WaitGroup
	for range 4 {
		runs.Go(func() {
			if _, err := d.Extract(t.Context(), d.editor, d.project, requirement.Selection{}); err != nil {
				t.Error(err)
			}
		})
	}
	runs.Wait()
	if all := d.all(t); len(all) != 3 {
		t.Errorf("%d requirements: %+v", len(all), all)
	}
}

func TestWhatPeopleSaidIsASourceAndAnAnswerIsNone(t *testing.T) {
	d := newDesk(t)
	thread := storetest.Thread(t, d.db, d.editor, d.project, "Kick-off")
	start := storetest.Ask(t, d.db, d.editor, thread.ID, "The system shall export invoices every night. What else?")
	storetest.Answer(t, d.db, start, "The system shall also archive them.")
	done := d.extract(t, requirement.Selection{Threads: []ba.ThreadID{thread.ID}})
	if len(done.Added) != 1 {
		t.Fatalf("added %+v", done.Added)
	}
	r, err := d.Find(t.Context(), d.viewer, done.Added[0].ID)
	ok(t, err)
	if l := r.Links[0]; l.Message != start.Question.ID || l.Filename != "Kick-off" || !strings.HasPrefix(l.Quote, "The system shall export invoices every night") {
		t.Errorf("link %+v", l)
	}
}

func TestOnlySourcesOfTheProjectAreRead(t *testing.T) {
	d := newDesk(t)
	foreign := storetest.Project(t, d.db, d.editor, "Foreign")
	doc, _ := storetest.Document(t, d.db, d.editor, foreign, "f.txt", "The system shall not be seen.")
	thread := storetest.Thread(t, d.db, d.editor, "", "Loose")
	refused(t, "a document of another project", second(d.Extract(t.Context(), d.editor, d.project, requirement.Selection{Documents: []ba.DocumentID{doc.ID}})), ba.NotFound)
	refused(t, "a loose conversation", second(d.Extract(t.Context(), d.editor, d.project, requirement.Selection{Threads: []ba.ThreadID{thread.ID}})), ba.NotFound)
	refused(t, "a viewer", second(d.Extract(t.Context(), d.viewer, d.project, requirement.Selection{})), ba.Forbidden)
	refused(t, "a stranger", second(d.Extract(t.Context(), d.stranger, d.project, requirement.Selection{})), ba.NotFound)
}
