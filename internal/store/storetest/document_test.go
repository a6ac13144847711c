package storetest_test

import (
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

func TestADocumentsTextIsFoundAllAtOnceWhenItIsComplete(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		m := newTeam(t, e.New(t, clock.Set))
		db, ctx := m.db, t.Context()
		d := storetest.Upload(t, db, m.editor, m.project, "spec.txt", []byte("original"))
		job := storetest.Claim(t, db, d.ID)
		if job.Project != m.project || job.Version != 1 || job.Filename != "spec.txt" || job.Size != 8 || job.Epoch != 1 {
			t.Errorf("job %+v", job)
		}
		want := []ba.Passage{
			{ID: ba.NewID[ba.PassageID](), Document: d.ID, Version: 1, Seq: 0, FirstBlock: 0, LastBlock: 2, Locator: ba.Locator{Page: 1, Heading: "Scope"}, Text: "An invoice."},
			{ID: ba.NewID[ba.PassageID](), Document: d.ID, Version: 1, Seq: 1, FirstBlock: 3, LastBlock: 3, Locator: ba.Locator{Sheet: "Prices", Row: 7}, Text: "Another invoice, überfällig 😀."},
		}
		for i, p := range want {
			ok(t, db.AddText(ctx, job, []ba.Passage{p}, [][]string{term.Terms(p.Text)}, map[int][]byte{i: []byte("page " + p.Text)}))
			ok(t, db.JobProgress(ctx, job, ba.Progress{Done: i + 1, Total: 2}, clock.Now().Add(time.Minute)))
		}
		if d := must(db.Document(ctx, m.viewer, d.ID))(t); d.Progress != (ba.Progress{Done: 2, Total: 2}) || d.Status != ba.DocumentProcessing {
			t.Errorf("document %+v", d)
		}
		if hits := search(t, db, m.viewer, m.project, "invoice"); len(hits) != 0 {
			t.Errorf("found before it is complete: %q", hits)
		}
		done := ba.Extraction{Format: "xlsx", Status: ba.DocumentReady, Pages: 2, EmptyPages: 1, Notes: []string{"One page has no text."}, Passages: 2}
		ok(t, db.FinishJob(ctx, job, done))
		got := must(db.Document(ctx, m.viewer, d.ID))(t)
		if got.Format != "xlsx" || got.Status != ba.DocumentReady || got.Pages != 2 || got.EmptyPages != 1 || got.Passages != 2 || len(got.Notes) != 1 || got.Notes[0] != done.Notes[0] {
			t.Errorf("document %+v", got)
		}
		if hits := search(t, db, m.viewer, m.project, "invoice"); len(hits) != 2 {
			t.Errorf("found %q", hits)
		}
		for _, p := range want {
			if got := must(db.Passage(ctx, m.viewer, p.ID))(t); got != p {
				t.Errorf("passage %+v, want %+v", got, p)
			}
		}
		if n := must(db.BlockPages(ctx, m.viewer, d.ID, 1))(t); n != 2 {
			t.Errorf("%d pages of blocks", n)
		}
		if page := must(db.BlockPage(ctx, m.viewer, d.ID, 1, 1))(t); string(page) != "page "+want[1].Text {
			t.Errorf("page of blocks %q", page)
		}
		refused(t, "a page that is not there", second(db.BlockPage(ctx, m.viewer, d.ID, 1, 2)), ba.NotFound)
		if n := must(db.BlockPages(ctx, m.viewer, d.ID, 2))(t); n != 0 {
			t.Errorf("%d pages of a version that is not there", n)
		}
	})
}

func TestThePassagesAroundOneAreThoseOfItsVersion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		d, old := storetest.Document(t, db, m.editor, m.project, "a.txt", "0", "1", "2", "3", "4")
		storetest.Extract(t, db, storetest.UploadVersion(t, db, m.editor, d, "a.txt", []byte("x")), "new 0", "new 1", "new 2")
		storetest.Document(t, db, m.editor, m.project, "b.txt", "other 0", "other 1", "other 2")
		texts := func(at, before, after int) (texts []string) {
			for _, p := range must(db.PassagesAround(ctx, m.viewer, old[at].ID, before, after))(t) {
				texts = append(texts, p.Text)
			}
			return texts
		}
		sameItems(t, "in the middle", texts(2, 1, 1), []string{"1", "2", "3"})
		sameItems(t, "at the start", texts(0, 3, 1), []string{"0", "1"})
		sameItems(t, "at the end", texts(4, 0, 1000), []string{"4"})
		sameItems(t, "below zero", texts(3, -5, -5), []string{"3"})
	})
}

func TestARejectedVersionLeavesTheOneBeforeItSearchable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		d, _ := storetest.Document(t, db, m.editor, m.project, "a.txt", "The invoice.")
		d2 := storetest.UploadVersion(t, db, m.editor, d, "broken.pdf", []byte("x"))
		job := storetest.Claim(t, db, d2.ID)
		ok(t, db.FinishJob(ctx, job, ba.Extraction{Format: "pdf", Status: ba.DocumentRejected, ReasonCode: "document_damaged", Reason: "The file is damaged."}))
		got := must(db.Document(ctx, m.viewer, d.ID))(t)
		if got.Version != 2 || got.Status != ba.DocumentRejected || got.ReasonCode != "document_damaged" || got.Reason != "The file is damaged." {
			t.Errorf("document %+v", got)
		}
		sameItems(t, "the search", search(t, db, m.viewer, m.project, "invoice"), []string{"The invoice."})
		if got := must(read(db.Pieces(ctx, m.viewer, d.ID, 2)))(t); string(got) != "x" {
			t.Errorf("the rejected original is %q", got)
		}
	})
}

func TestARejectedVersionKeepsNothingOfItsText(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, url := e.NewAt(t)
		m, ctx := newTeam(t, db), t.Context()
		d, _ := storetest.Document(t, db, m.editor, m.project, "a.txt", "The invoice.")
		storetest.Document(t, db, m.editor, m.project, "b.txt", "Another text.")
		before := counts(t, url)
		d2 := storetest.UploadVersion(t, db, m.editor, d, "broken.pdf", []byte("x"))
		job := storetest.Claim(t, db, d2.ID)
		for n := range 3 {
			p := ba.Passage{ID: ba.NewID[ba.PassageID](), Document: d.ID, Version: 2, Seq: n, Text: "Half of an invoice."}
			ok(t, db.AddText(ctx, job, []ba.Passage{p}, [][]string{term.Terms(p.Text)}, map[int][]byte{n: []byte("blocks")}))
		}
		ok(t, db.FinishJob(ctx, job, ba.Extraction{Format: "pdf", Status: ba.DocumentRejected, ReasonCode: "document_damaged"}))
		for _, table := range []string{"passages", "entries", "terms", "block_pages"} {
			if n := counts(t, url)[table]; n != before[table] {
				t.Errorf("%d rows in %s, want %d", n, table, before[table])
			}
		}
		sameItems(t, "the search", search(t, db, m.viewer, m.project, "invoice"), []string{"The invoice."})
		d3 := storetest.UploadVersion(t, db, m.editor, d2, "whole.txt", []byte("x"))
		storetest.Extract(t, db, d3, "The whole invoice.")
		sameItems(t, "the search after a good version", search(t, db, m.viewer, m.project, "invoice"), []string{"The whole invoice."})
	})
}

func TestAnOlderClaimOfAJobWritesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		db, url := e.NewAt(t, clock.Set)
		m, ctx := newTeam(t, db), t.Context()
		d := storetest.Upload(t, db, m.editor, m.project, "a.txt", []byte("x"))
		late, claimed, err := db.ClaimJob(ctx, "first", clock.Now().Add(time.Minute))
		if ok(t, err); !claimed {
			t.Fatal("there is no job")
		}
		passage := func(text string) ([]ba.Passage, [][]string) {
			return []ba.Passage{{ID: ba.NewID[ba.PassageID](), Document: d.ID, Version: 1, Text: text}}, [][]string{term.Terms(text)}
		}
		p, terms := passage("half of the text")
		ok(t, db.AddText(ctx, late, p, terms, map[int][]byte{0: []byte("blocks")}))
		if _, claimed, err = db.ClaimJob(ctx, "second", clock.Now().Add(time.Minute)); err != nil || claimed {
			t.Fatalf("a job that somebody holds was given away: %v", err)
		}
		clock.Add(2 * time.Minute)
		now, claimed, err := db.ClaimJob(ctx, "second", clock.Now().Add(time.Minute))
		if ok(t, err); !claimed || now.Epoch != late.Epoch+1 {
			t.Fatalf("the job of a dead worker: %+v", now)
		}
		if n := counts(t, url); n["passages"] != 0 || n["entries"] != 0 || n["terms"] != 0 || n["block_pages"] != 0 {
			t.Errorf("the dead worker's text is left: %v", n)
		}
		refused(t, "text of the older claim", db.AddText(ctx, late, p, terms, nil), ba.Conflict)
		refused(t, "progress of the older claim", db.JobProgress(ctx, late, ba.Progress{}, clock.Now()), ba.Conflict)
		refused(t, "the end of the older claim", db.FinishJob(ctx, late, ba.Extraction{Status: ba.DocumentReady}), ba.Conflict)
		p, terms = passage("the whole text")
		ok(t, db.AddText(ctx, now, p, terms, map[int][]byte{0: []byte("blocks")}))
		ok(t, db.FinishJob(ctx, now, ba.Extraction{Status: ba.DocumentReady}))
		refused(t, "a second end", db.FinishJob(ctx, now, ba.Extraction{Status: ba.DocumentReady}), ba.Conflict)
		sameItems(t, "the search", search(t, db, m.viewer, m.project, "text"), []string{"the whole text"})
	})
}

func TestEachJobIsGivenToOneWorkerTheOldestFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		m := newTeam(t, e.New(t, clock.Set))
		const jobs = 8
		var first ba.DocumentID
		for i := range jobs {
			d := storetest.Upload(t, m.db, m.editor, m.project, "a.txt", []byte("x"))
			if clock.Add(time.Second); i == 0 {
				first = d.ID
			}
		}
		if job, _, err := m.db.ClaimJob(t.Context(), "first", clock.Now().Add(anHour)); err != nil || job.Document != first {
			t.Errorf("the first job is of %s (%v), want %s", job.Document, err, first)
		}
		got := make([]ba.Job, 2*jobs)
		claimed := make([]bool, len(got))
		for _, err := range atOnce(len(got), func(i int) (err error) {
			for range jobs { // a worker that met a locked row asks again, as its loop does
				if got[i], claimed[i], err = m.db.ClaimJob(t.Context(), "worker", clock.Now().Add(anHour)); claimed[i] || err != nil {
					return err
				}
			}
			return nil
		}) {
			ok(t, err)
		}
		seen := map[ba.DocumentID]bool{first: true}
		for i, j := range got {
			if claimed[i] && seen[j.Document] {
				t.Errorf("document %s was given to two workers", j.Document)
			}
			if claimed[i] {
				seen[j.Document] = true
			}
		}
		if len(seen) != jobs {
			t.Errorf("%d of %d jobs were given away", len(seen), jobs)
		}
	})
}

func TestADeletedDocumentIsGoneWithAllItsRows(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, url := e.NewAt(t)
		m, ctx := newTeam(t, db), t.Context()
		before := counts(t, url)
		d, passages := storetest.Document(t, db, m.editor, m.project, "a.txt", "An invoice.", "Another.")
		storetest.Extract(t, db, storetest.UploadVersion(t, db, m.editor, d, "a.txt", []byte("x")), "An invoice again.")
		waiting := storetest.Upload(t, db, m.editor, m.project, "b.txt", []byte("y"))
		ok(t, db.DeleteDocument(ctx, m.editor, waiting.ID))
		if _, claimed, err := db.ClaimJob(ctx, "worker", time.Now().Add(anHour)); claimed || err != nil {
			t.Errorf("the job of a deleted document was given away (%v)", err)
		}
		ok(t, db.DeleteDocument(ctx, m.editor, d.ID))
		refused(t, "the document", second(db.Document(ctx, m.editor, d.ID)), ba.NotFound)
		refused(t, "its passage", second(db.Passage(ctx, m.editor, passages[0].ID)), ba.NotFound)
		refused(t, "again", db.DeleteDocument(ctx, m.editor, d.ID), ba.NotFound)
		if hits := search(t, db, m.editor, m.project, "invoice"); len(hits) != 0 {
			t.Errorf("found %q", hits)
		}
		for table, n := range counts(t, url) {
			if n != before[table] {
				t.Errorf("%s has %d rows, want %d", table, n, before[table])
			}
		}
	})
}

// A deletion, or a new version, that a crash cut short is finished later.
func TestRowsThatACrashLeftAreRemovedLater(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, url := e.NewAt(t)
		m, ctx := newTeam(t, db), t.Context()
		raw := storetest.Raw(t, url)
		before := counts(t, url)
		gone, _ := storetest.Document(t, db, m.editor, m.project, "a.txt", "An invoice.")
		kept, _ := storetest.Document(t, db, m.editor, m.project, "b.txt", "A kept invoice.")
		must(raw.ExecContext(ctx, "UPDATE documents SET deleted_at = 1, garbage = 1, indexed = 0 WHERE id = $1", string(gone.ID)))(t)
		sameItems(t, "after the crash", search(t, db, m.editor, m.project, "invoice"), []string{"A kept invoice."})
		refused(t, "the half-deleted document", second(db.Document(ctx, m.editor, gone.ID)), ba.NotFound)

		d2 := storetest.UploadVersion(t, db, m.editor, kept, "b.txt", []byte("x"))
		storetest.Extract(t, db, d2, "A newer invoice.")
		must(raw.ExecContext(ctx, "INSERT INTO entries (kind, document_id, version, thread_id, item_id) VALUES ('passage', $1, 1, '', 'left')", string(kept.ID)))(t)
		must(raw.ExecContext(ctx, "UPDATE documents SET garbage = 1 WHERE id = $1", string(kept.ID)))(t)
		ok(t, db.SweepUploads(ctx, time.Time{}))
		after := counts(t, url)
		for table, more := range map[string]int{"documents": 1, "document_versions": 2, "passages": 2, "pieces": 2, "entries": 1, "terms": 1} {
			if after[table] != before[table]+more {
				t.Errorf("%s has %d rows, want %d", table, after[table], before[table]+more)
			}
		}
		var garbage int
		ok(t, raw.QueryRowContext(ctx, "SELECT count(*) FROM documents WHERE garbage = 1").Scan(&garbage))
		if garbage != 0 {
			t.Errorf("%d documents still wait", garbage)
		}
		sameItems(t, "in the end", search(t, db, m.editor, m.project, "invoice"), []string{"A newer invoice."})
	})
}
