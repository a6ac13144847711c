package requirement_test

import (
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func TestAQuoteThatDiffersInOneLetterIsRefused(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	doc := d.document(t, "a.txt", "The system shall  export\ninvoices as PDF.")
	text, err := d.db.SearchedText(ctx, d.viewer, doc.ID, 0)
	ok(t, err)
	r := d.add(t, "The system shall export invoices.")
	if !r.Assumption() {
		t.Error("without a source it is no assumption")
	}
	const words = "The system shall export invoices as PDF."
	link := func(words string) error {
		return second(d.Link(ctx, d.editor, r.ID, requirement.Source{Passage: text[0].ID, Quote: words}))
	}
	for i := range words {
		if words[i] == ' ' {
			continue
		}
		changed := words[:i] + "ß" + words[i+1:]
		if err := link(changed); ba.CodeOf(err) != "quote_not_found" {
			t.Fatalf("%q: %v", changed, err)
		}
	}
	refused(t, "no words", link(""), ba.Invalid)
	ok(t, link(words))
	ok(t, link(words)) // the same again
	r, err = d.Find(ctx, d.viewer, r.ID)
	ok(t, err)
	if len(r.Links) != 1 || r.Links[0].Quote != "The system shall  export\ninvoices as PDF." || r.Assumption() {
		t.Errorf("links %+v", r.Links)
	}
	refused(t, "words that stand in no passage", second(d.LinkIn(ctx, d.editor, r.ID, doc.ID, "as XML")), ba.Invalid)
	r, err = d.LinkIn(ctx, d.editor, r.ID, doc.ID, "invoices as PDF")
	if ok(t, err); len(r.Links) != 2 {
		t.Errorf("links %+v", r.Links)
	}
	r, err = d.Unlink(ctx, d.editor, r.ID, r.Links[0].ID)
	if ok(t, err); len(r.Links) != 1 {
		t.Errorf("links %+v", r.Links)
	}
}

func TestASourceIsOnePlaceInTheProject(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	said := storetest.Ask(t, d.db, d.editor, storetest.Thread(t, d.db, d.editor, d.project, "Talk").ID, "It must print.").Question
	loose := storetest.Ask(t, d.db, d.editor, storetest.Thread(t, d.db, d.editor, "", "Loose").ID, "It must print.").Question
	foreign := storetest.Project(t, d.db, d.editor, "Foreign")
	_, passages := storetest.Document(t, d.db, d.editor, foreign, "f.txt", "It must print.")
	add := func(s requirement.Source) error {
		s.Quote = "It must print."
		_, err := d.Create(ctx, d.editor, d.project, requirement.Patch{Statement: ptr("It must print.")}, s)
		return err
	}
	refused(t, "no place", add(requirement.Source{}), ba.Invalid)
	refused(t, "two places", add(requirement.Source{Passage: passages[0].ID, Message: said.ID}), ba.Invalid)
	refused(t, "a passage of another project", add(requirement.Source{Passage: passages[0].ID}), ba.NotFound)
	refused(t, "a message of no project", add(requirement.Source{Message: loose.ID}), ba.NotFound)
	ok(t, add(requirement.Source{Message: said.ID}))
	all := d.all(t)
	if len(all) != 1 || len(all[0].Links) != 1 || all[0].Links[0].Message != said.ID || all[0].Assumption() {
		t.Errorf("requirements %+v", all)
	}
}

func TestAListIsNarrowedSortedAndGoesOn(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	for i, s := range []string{"Print the invoice.", "Archive the invoice.", "Print the order.", "Delete the order.", "List orders."} {
		r := d.add(t, s)
		_, err := d.Edit(ctx, d.editor, r.ID, requirement.Patch{Priority: &[]ba.Priority{ba.PriorityCould, ba.PriorityMust, "", ba.PriorityMust, ba.PriorityShould}[i]})
		ok(t, err)
	}
	keys := func(f requirement.Filter) string {
		t.Helper()
		var all []string
		for after := ""; ; {
			found, err := d.List(ctx, d.viewer, d.project, f, ba.Page{Limit: 2, After: after})
			ok(t, err)
			for _, r := range found.Items {
				all = append(all, strings.TrimPrefix(r.Key(), "REQ-000"))
			}
			if after = found.Next; after == "" {
				return strings.Join(all, " ")
			}
		}
	}
	for want, f := range map[string]requirement.Filter{
		"1 2 3 4 5": {}, "5 4 3 2 1": {Descending: true}, "1 2": {Text: "INVOICE"}, "3": {Text: "order print"}, "4": {Text: "req-0004"},
		"2 4 5 1 3": {Sort: requirement.ByPriority}, "2 4": {Priority: ba.PriorityMust}, "3 ": {Priority: requirement.Undecided, Text: "print "}, "2 4 5 1 3 ": {Sort: requirement.ByPriority, Assumption: true},
		"2 4 5 1 3  ": {Sort: requirement.ByPriority, Status: ba.RequirementDraft}, "": {Suspect: true}, "4 5 2": {Sort: requirement.ByUpdated, Text: "e", Type: ba.RequirementFunctional, Descending: false, Owner: d.stranger.User},
	} {
		if f.Owner != "" {
			want = ""
		}
		if got := keys(f); got != strings.TrimSpace(want) {
			t.Errorf("%+v: %s, want %s", f, got, want)
		}
	}
	found, err := d.List(ctx, d.viewer, d.project, requirement.Filter{Text: "print"}, ba.Page{Limit: 1})
	if ok(t, err); found.Matching != 2 || found.All != 5 || found.Next == "" {
		t.Errorf("found %+v", found)
	}
	_, err = d.Edit(ctx, d.editor, found.Items[0].ID, requirement.Patch{Statement: ptr("Fold the invoice.")}) // it matches no more
	ok(t, err)
	next, err := d.List(ctx, d.viewer, d.project, requirement.Filter{Text: "print"}, ba.Page{Limit: 1, After: found.Next})
	if ok(t, err); len(next.Items) != 1 || next.Items[0].Number != 3 {
		t.Errorf("after one that changed: %+v", next.Items)
	}
	refused(t, "a token that is none", second(d.List(ctx, d.viewer, d.project, requirement.Filter{}, ba.Page{After: "x"})), ba.Invalid)
}
