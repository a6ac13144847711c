package storetest_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func TestARequirementComesBackAsItWasStored(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		m := newTeam(t, e.New(t, clock.Set))
		d, passages := storetest.Document(t, m.db, m.editor, m.project, "a.txt", "The system shall export invoices.")
		in := storetest.NewRequirement("The system shall export invoices.", storetest.Quote(d, passages[0], "shall export invoices"))
		in.Type, in.Quality, in.Priority, in.Status, in.Owner = ba.RequirementQuality, ba.QualitySecurity, ba.PriorityMust, ba.RequirementReviewed, m.viewer.User
		in.Rationale, in.Criteria = "Auditors ask.", []ba.Criterion{{Given: "a", When: "b", Then: "c"}}
		in.Waivers = []ba.Waiver{{Rule: "passive", Reason: "It is clear who.", By: m.editor.User}}
		added := must(m.db.ChangeRequirements(t.Context(), m.editor, ba.RequirementChange{Project: m.project, Add: []ba.Requirement{in}}))(t)
		got := must(m.db.Requirement(t.Context(), m.viewer, added[0].ID))(t)
		if got.Key() != "REQ-0001" || got.Version != 1 || got.CreatedBy != m.editor.User || got.UpdatedBy != m.editor.User || !got.CreatedAt.Equal(clock.Now().Truncate(time.Millisecond)) {
			t.Errorf("what the store gave: %+v", got)
		}
		link := got.Links[0]
		if link.Quote != "shall export invoices" || link.Hash != ba.QuoteHash(link.Quote) || link.State != ba.LinkVerified || link.Filename != "a.txt" || link.Locator != passages[0].Locator {
			t.Errorf("link %+v", link)
		}
		in.Number, in.Project, in.Version, in.Links = 1, m.project, 1, got.Links
		in.CreatedBy, in.UpdatedBy, in.CreatedAt, in.UpdatedAt = got.CreatedBy, got.UpdatedBy, got.CreatedAt, got.UpdatedAt
		if fmt.Sprint(in) != fmt.Sprint(got) {
			t.Errorf("got  %+v\nwant %+v", got, in)
		}
		listed := must(m.db.Requirements(t.Context(), m.viewer, m.project))(t)
		if len(listed) != 1 || listed[0].Statement != in.Statement || len(listed[0].Links) != 1 || listed[0].Links[0].Passage != passages[0].ID || listed[0].Assumption() {
			t.Errorf("in the list: %+v", listed)
		}
		ok(t, m.db.OpenLinks(t.Context(), m.viewer, m.project, listed))
		if fmt.Sprint(listed[0].Links) != fmt.Sprint(got.Links) {
			t.Errorf("opened for a list: %+v, want %+v", listed[0].Links, got.Links)
		}
	})
}

func TestTheSourcesOfAPageAreThoseOfItsRequirements(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		ctx := t.Context()
		d, passages := storetest.Document(t, m.db, m.editor, m.project, "a.txt", "The system shall export invoices. It shall print them.")
		storetest.Requirement(t, m.db, m.editor, m.project, "It shall export.", storetest.Quote(d, passages[0], "shall export invoices"), storetest.Quote(d, passages[0], "The system"))
		storetest.Requirement(t, m.db, m.editor, m.project, "Nobody said so.")
		storetest.Requirement(t, m.db, m.editor, m.project, "It shall print.", storetest.Quote(d, passages[0], "shall print them"))
		page := must(m.db.Requirements(ctx, m.viewer, m.project))(t)
		page[0], page[2] = page[2], page[0]
		ok(t, m.db.OpenLinks(ctx, m.viewer, m.project, page))
		for _, r := range page {
			if alone := must(m.db.Requirement(ctx, m.viewer, r.ID))(t); fmt.Sprint(r.Links) != fmt.Sprint(alone.Links) {
				t.Errorf("%s has %+v on a page, and %+v by itself", r.Key(), r.Links, alone.Links)
			}
		}
		other := storetest.Project(t, m.db, m.owner, "Other")
		ok(t, m.db.OpenLinks(ctx, m.owner, other, page))
		for _, r := range page {
			if len(r.Links) > 0 {
				t.Errorf("another project has %+v", r.Links)
			}
		}
	})
}

func TestOutlinesSayAllThatIsNotSealed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		ctx := t.Context()
		d, passages := storetest.Document(t, m.db, m.editor, m.project, "a.txt", "The system shall export invoices.")
		for range 3 {
			storetest.Requirement(t, m.db, m.editor, m.project, "It shall.", storetest.Quote(d, passages[0], "shall export invoices"))
		}
		all := must(m.db.Requirements(ctx, m.viewer, m.project))(t)
		outlines := must(m.db.RequirementOutlines(ctx, m.viewer, m.project))(t)
		if len(outlines) != 3 {
			t.Fatalf("%d outlines", len(outlines))
		}
		for i, o := range outlines {
			want := all[i]
			if want.Statement, want.Rationale, want.Criteria, want.Waivers = "", "", nil, nil; fmt.Sprint(o) != fmt.Sprint(want) {
				t.Errorf("outline %+v\nwant    %+v", o, want)
			}
		}
		ok(t, m.db.DeleteRequirements(ctx, m.editor, m.project, []ba.RequirementID{all[1].ID}))
		filled := must(m.db.FillRequirements(ctx, m.viewer, m.project, []ba.Requirement{outlines[2], outlines[1], outlines[0]}))(t)
		if fmt.Sprint(filled) != fmt.Sprint([]ba.Requirement{all[2], all[0]}) {
			t.Errorf("filled %+v\nof %+v", filled, all)
		}
		other := storetest.Project(t, m.db, m.owner, "Other")
		if theirs := must(m.db.FillRequirements(ctx, m.owner, other, outlines))(t); len(theirs) != 0 {
			t.Errorf("another project has %+v", theirs)
		}
	})
}

func TestStandingCountsWhatTheListSays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		ctx := t.Context()
		if s := must(m.db.Standing(ctx, m.viewer, m.project))(t); s != (ba.Standing{}) {
			t.Errorf("of an empty project: %+v", s)
		}
		kept, one := storetest.Document(t, m.db, m.editor, m.project, "a.txt", "The system shall export invoices.")
		gone, two := storetest.Document(t, m.db, m.editor, m.project, "b.txt", "The system shall send invoices.")
		add := func(status ba.RequirementStatus, areas uint32, links ...ba.Link) ba.Requirement {
			r := storetest.NewRequirement("It shall.", links...)
			r.Status, r.Areas = status, areas
			return must(m.db.ChangeRequirements(ctx, m.editor, ba.RequirementChange{Project: m.project, Add: []ba.Requirement{r}}))(t)[0]
		}
		stays, goes := storetest.Quote(kept, one[0], "shall export"), storetest.Quote(gone, two[0], "shall send")
		approved := add(ba.RequirementApproved, 1, stays)
		both := add(ba.RequirementDraft, 1<<10, storetest.Quote(kept, one[0], "export invoices"), goes)
		add(ba.RequirementDraft, 1, storetest.Quote(gone, two[0], "send invoices"))
		add(ba.RequirementRejected, 0)
		for _, about := range []ba.RequirementID{approved.ID, both.ID, both.ID, ""} {
			storetest.Note(t, m.db, m.editor, m.project, about, "By whom?")
		}
		ok(t, m.db.DeleteDocument(ctx, m.editor, gone.ID))
		want := ba.Standing{Requirements: 4, Approved: 1, Assumptions: 2, Suspect: 2, Blocking: 2, Areas: 1 | 1<<10}
		if got := must(m.db.Standing(ctx, m.viewer, m.project))(t); got != want {
			t.Errorf("standing %+v, want %+v", got, want)
		}
		if names := must(m.db.SourceNames(ctx, m.viewer, m.project))(t); len(names) != 1 || names[kept.ID] != "a.txt" {
			t.Errorf("names %v", names)
		}
		if _, err := m.db.Standing(ctx, m.stranger, m.project); ba.KindOf(err) != ba.NotFound {
			t.Errorf("a stranger: %v", err)
		}
	})
}

func TestANumberIsNeverGivenTwice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		ctx := t.Context()
		first := storetest.Requirement(t, m.db, m.editor, m.project, "One")
		second := storetest.Requirement(t, m.db, m.editor, m.project, "Two")
		ok(t, m.db.DeleteRequirements(ctx, m.editor, m.project, []ba.RequirementID{first.ID, second.ID}))
		if r := storetest.Requirement(t, m.db, m.editor, m.project, "Three"); r.Number != 3 {
			t.Errorf("after two that were deleted comes %s", r.Key())
		}
		other := storetest.Project(t, m.db, m.owner, "Other")
		if r := storetest.Requirement(t, m.db, m.owner, other, "One"); r.Number != 1 {
			t.Errorf("another project begins with %s", r.Key())
		}
		errs := atOnce(8, func(i int) error {
			list := []ba.Requirement{storetest.NewRequirement("a"), storetest.NewRequirement("b"), storetest.NewRequirement("c")}
			_, err := m.db.ChangeRequirements(ctx, m.editor, ba.RequirementChange{Project: m.project, Add: list})
			return err
		})
		if n := failures(t, errs); len(n) > 0 {
			t.Fatalf("failures %v", n)
		}
		var numbers []int
		for _, r := range must(m.db.Requirements(ctx, m.viewer, m.project))(t) {
			numbers = append(numbers, r.Number)
		}
		if len(numbers) != 25 || len(slices.Compact(slices.Clone(numbers))) != 25 || numbers[24] != 27 {
			t.Errorf("numbers %v", numbers)
		}
		if given := must(m.db.RequirementNumbers(ctx, m.viewer, m.project))(t); given != 27 {
			t.Errorf("%d numbers were given", given)
		}
	})
}

func TestOfTwoEditsOfOneVersionOneIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		ctx := t.Context()
		r, other := storetest.Requirement(t, m.db, m.editor, m.project, "As it was"), storetest.Requirement(t, m.db, m.editor, m.project, "Other")
		edit := func(r ba.Requirement, statement string) error {
			r.Statement = statement
			_, err := m.db.ChangeRequirements(ctx, m.owner, ba.RequirementChange{Project: m.project, Edit: []ba.Requirement{r}})
			return err
		}
		errs := atOnce(6, func(i int) error { return edit(r, fmt.Sprint("Edit ", i)) })
		if n := failures(t, errs); n[ba.Conflict] != 5 {
			t.Errorf("of six edits, refused: %v", n)
		}
		both := ba.RequirementChange{Project: m.project, Edit: []ba.Requirement{other, r}} // r is of an old version
		_, err := m.db.ChangeRequirements(ctx, m.editor, both)
		refused(t, "two edits of which one is late", err, ba.Conflict)
		if got := must(m.db.Requirement(ctx, m.viewer, other.ID))(t); got.Version != 1 {
			t.Error("half of a change was stored")
		}
		r = must(m.db.Requirement(ctx, m.viewer, r.ID))(t)
		ok(t, edit(r, "Last"))
		history := must(m.db.RequirementVersions(ctx, m.viewer, r.ID))(t)
		if len(history) != 3 || history[0].Statement != "Last" || history[0].Version != 3 || history[1].Statement != r.Statement ||
			history[2].Statement != "As it was" || history[2].UpdatedBy != m.editor.User || history[0].UpdatedBy != m.owner.User {
			t.Errorf("history %+v", history)
		}
	})
}

func TestWhatWasWorkedOutOnAnOlderListIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		errs := atOnce(5, func(i int) error {
			basis := 0
			_, err := m.db.ChangeRequirements(t.Context(), m.editor, ba.RequirementChange{Project: m.project, Basis: &basis, Add: []ba.Requirement{storetest.NewRequirement("Same")}})
			return err
		})
		if n := failures(t, errs); n[ba.Conflict] != 4 {
			t.Errorf("of five on the same basis, refused: %v", n)
		}
	})
}

func TestMoreThanAProjectHoldsIsRefusedWhole(t *testing.T) {
	if testing.Short() {
		t.Skip("stores ten thousand rows")
	}
	m := newTeam(t, storetest.New(t))
	add := func(n int) error {
		list := make([]ba.Requirement, n)
		for i := range list {
			list[i] = storetest.NewRequirement(fmt.Sprint("The system shall ", i))
		}
		_, err := m.db.ChangeRequirements(t.Context(), m.editor, ba.RequirementChange{Project: m.project, Add: list})
		return err
	}
	ok(t, add(ba.MaxRequirements-1))
	refused(t, "two where one fits", add(2), ba.TooLarge)
	ok(t, add(1))
	if n := len(must(m.db.Requirements(t.Context(), m.viewer, m.project))(t)); n != ba.MaxRequirements {
		t.Errorf("%d requirements are listed", n)
	}
}

func TestALinkIsToWhatStandsInTheProjectNow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		ctx := t.Context()
		r := storetest.Requirement(t, m.db, m.editor, m.project, "One")
		foreign := storetest.Project(t, m.db, m.editor, "Foreign")
		fd, fp := storetest.Document(t, m.db, m.editor, foreign, "f.txt", "A secret.")
		loose := storetest.Ask(t, m.db, m.editor, storetest.Thread(t, m.db, m.editor, "", "Loose").ID, "A loose word.")
		d, old := storetest.Document(t, m.db, m.editor, m.project, "a.txt", "It was so.")
		d = storetest.UploadVersion(t, m.db, m.editor, d, "a.txt", []byte("b"))
		current := storetest.Extract(t, m.db, d, "It is so.")
		add := func(l ba.Link) error {
			_, err := m.db.ChangeRequirements(ctx, m.editor, ba.RequirementChange{Project: m.project, Link: []ba.AddedLink{{Requirement: r.ID, Link: l}}})
			return err
		}
		refused(t, "a passage of another project", add(storetest.Quote(fd, fp[0], "secret")), ba.NotFound)
		refused(t, "a message outside of the project", add(storetest.Said(*loose.Question, "loose")), ba.NotFound)
		refused(t, "a passage of an older version", add(storetest.Quote(d, old[0], "so")), ba.Conflict)
		link := storetest.Quote(d, current[0], "is so")
		ok(t, add(link))
		link.ID = ba.NewID[ba.LinkID]()
		ok(t, add(link)) // the same again
		got := must(m.db.Requirement(ctx, m.viewer, r.ID))(t)
		if len(got.Links) != 1 {
			t.Fatalf("links %+v", got.Links)
		}
		link = got.Links[0]
		link.Quote, link.State, link.Now = "It is", ba.LinkSuspect, "It was"
		ok(t, m.db.UpdateLink(ctx, m.editor, r, link))
		if got := must(m.db.Requirement(ctx, m.viewer, r.ID))(t).Links[0]; got.Quote != "It is" || got.Now != "It was" || got.State != ba.LinkSuspect {
			t.Errorf("link %+v", got)
		}
		ok(t, m.db.DeleteLink(ctx, m.editor, r, link.ID))
		refused(t, "to remove it again", m.db.DeleteLink(ctx, m.editor, r, link.ID), ba.NotFound)
	})
}

func TestALinkWhoseSourceIsDeletedIsSuspect(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		ctx := t.Context()
		d, p := storetest.Document(t, m.db, m.editor, m.project, "a.txt", "It is so.")
		thread := storetest.Thread(t, m.db, m.editor, m.project, "Talk")
		said := storetest.Ask(t, m.db, m.editor, thread.ID, "We said so.")
		r := storetest.Requirement(t, m.db, m.editor, m.project, "One", storetest.Quote(d, p[0], "It is so."), storetest.Said(*said.Question, "We said so."))
		if n := len(must(m.db.DocumentLinks(ctx, m.viewer, d.ID))(t)) + len(must(m.db.ThreadLinks(ctx, m.viewer, thread.ID))(t)); n != 2 {
			t.Errorf("%d links to the two sources", n)
		}
		ok(t, m.db.DeleteDocument(ctx, m.editor, d.ID))
		forget(t, m.db, m.editor, thread.ID)
		got := must(m.db.Requirement(ctx, m.viewer, r.ID))(t)
		for _, l := range got.Links {
			if l.State != ba.LinkSuspect || l.Quote == "" || l.Now != "" {
				t.Errorf("link %+v", l)
			}
		}
		if len(got.Links) != 2 || !got.Assumption() || !got.Suspect() {
			t.Errorf("requirement %+v", got)
		}
	})
}

func TestANoteIsKeptAndChangedAgainstItsVersion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		ctx := t.Context()
		r := storetest.Requirement(t, m.db, m.editor, m.project, "One")
		about, general := storetest.Note(t, m.db, m.editor, m.project, r.ID, "Which currency?"), storetest.Note(t, m.db, m.editor, m.project, "", "Who pays?")
		n := about
		n.Answer, n.Resolved = "Euro.", true
		ok(t, m.db.UpdateNote(ctx, m.editor, n))
		refused(t, "a second change of the same version", m.db.UpdateNote(ctx, m.editor, n), ba.Conflict)
		got := must(m.db.NotesAbout(ctx, m.viewer, m.project, r.ID))(t)
		if len(got) != 1 || got[0].Answer != "Euro." || !got[0].Resolved || got[0].Version != 2 || got[0].Text != "Which currency?" {
			t.Errorf("notes %+v", got)
		}
		foreign := storetest.Project(t, m.db, m.editor, "Foreign")
		refused(t, "a note about another project's requirement",
			m.db.AddNote(ctx, m.editor, ba.Note{ID: ba.NewID[ba.NoteID](), Project: foreign, Requirement: r.ID, Kind: ba.NoteQuestion, Text: "x"}), ba.NotFound)
		ok(t, m.db.DeleteRequirements(ctx, m.editor, m.project, []ba.RequirementID{r.ID}))
		if all := must(m.db.Notes(ctx, m.viewer, m.project))(t); len(all) != 1 || all[0].ID != general.ID {
			t.Errorf("what is left: %+v", all)
		}
		ok(t, m.db.DeleteNote(ctx, m.editor, m.project, general.ID))
		refused(t, "a note that was deleted", second(m.db.Note(ctx, m.viewer, general.ID)), ba.NotFound)
	})
}
