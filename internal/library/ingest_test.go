package library_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/extract"
	"github.com/ba-assistant/ba-assistant/internal/extract/extracttest"
	"github.com/ba-assistant/ba-assistant/internal/library"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func TestDocumentsOfEveryFormatBecomeReadyAndFound(t *testing.T) {
	d := newDesk(t)
	d.run()
	files := map[string][]byte{
		"brief.pdf":   extracttest.PDF(t, "# Scope\nThe kiosk prints a wombat receipt.", "The second page names the auditor."),
		"brief.docx":  extracttest.DOCX(t, "# Scope", "The kiosk prints a wombat receipt."),
		"prices.xlsx": extracttest.XLSX(t, "Prices", []string{"Item", "Note"}, []string{"Receipt", "wombat paper"}),
		"deck.pptx":   extracttest.PPTX(t, extracttest.Slide{Title: "Scope", Body: []string{"The kiosk prints a wombat receipt."}}),
		"items.csv":   []byte("Item,Note\nReceipt,wombat paper\n"),
		"notes.txt":   []byte("The kiosk prints a wombat receipt.\n"),
		"notes.md":    []byte("# Scope\n\nThe kiosk prints a wombat receipt.\n"),
		"page.html":   []byte("<!doctype html><title>Scope</title><p>The kiosk prints a wombat receipt."),
	}
	ids := map[ba.DocumentID]string{}
	for name, content := range files {
		ids[d.upload(name, content).ID] = name
	}
	for id, name := range ids {
		if doc := d.finished(id); doc.Status != ba.DocumentReady || doc.Passages == 0 || doc.Reason != "" {
			t.Errorf("%s: %+v", name, doc)
		}
		if got := d.original(id, 0); got != string(files[name]) {
			t.Errorf("the original of %s changed: %d bytes of %d", name, len(got), len(files[name]))
		}
	}
	for _, hit := range d.found("wombat") {
		delete(ids, hit.Document)
	}
	if len(ids) > 0 {
		t.Errorf("not found: %v", ids)
	}
	if log := d.log.String(); strings.Contains(log, "wombat") || strings.Contains(log, "notes.") {
		t.Errorf("the log tells of content:\n%s", log)
	}
}

func TestAHitCitesItsPageVerbatimAndLeadsToItsBlocks(t *testing.T) {
	d := newDesk(t)
	d.run()
	sentence := "The auditor signs every refund above fifty euros."
	doc := d.upload("brief.pdf", extracttest.PDF(t, "# Scope\nThe kiosk prints a receipt.", "# Refunds\n"+sentence))
	d.finished(doc.ID)
	hits := d.found("auditor refund")
	if len(hits) != 1 {
		t.Fatalf("%d hits", len(hits))
	}
	hit := hits[0]
	if hit.Locator.Page != 2 || hit.Locator.Heading != "Refunds" || hit.Filename != "brief.pdf" || !strings.Contains(hit.Text, sentence) {
		t.Errorf("%+v", hit.Hit)
	}
	p, err := d.Passage(t.Context(), d.actor, hit.Passage)
	if err != nil {
		t.Fatal(err)
	}
	var covered strings.Builder
	for _, b := range d.blocks(doc.ID, 1)[p.FirstBlock : p.LastBlock+1] {
		covered.WriteString(b.Text + "\n")
	}
	if strings.TrimSpace(covered.String()) != p.Text {
		t.Errorf("blocks %d to %d are %q, the passage is %q", p.FirstBlock, p.LastBlock, covered.String(), p.Text)
	}
}

func TestAQuoteStandsWhereItStandsAndNotWhereItsPassageBegins(t *testing.T) {
	d := newDesk(t)
	d.run()
	doc := d.upload("rules.docx", extracttest.DOCX(t, "# Moving", "A visit may be moved.", "# Cancelling", "A visit may be cancelled for free until noon."))
	d.finished(doc.ID)
	hit := d.found("cancelled noon")[0]
	if hit.Locator.Heading != "Moving" {
		t.Fatalf("the passage begins under %q; the test needs one that takes in two headings", hit.Locator.Heading)
	}
	for quote, want := range map[string]string{
		"A visit may be  cancelled\nfor free": "Cancelling", // found by its first line
		"A visit may be cancelled for free":   "Cancelling",
		"A visit may be moved.":               "Moving",
		"Nothing of the kind":                 "Moving",
	} {
		where, err := d.Place(t.Context(), d.actor, hit.Passage, quote)
		if err != nil || where.Heading != want {
			t.Errorf("%q stands under %q (%v), want %q", quote, where.Heading, err, want)
		}
	}
	if _, err := d.Place(t.Context(), ba.Actor{User: ba.NewID[ba.UserID]()}, hit.Passage, "A visit"); ba.KindOf(err) != ba.NotFound {
		t.Errorf("a stranger was told: %v", err)
	}
}

func TestALongDocumentHasPagesOfBlocksThatAgreeWithItsPassages(t *testing.T) {
	d := newDesk(t)
	d.run()
	var text strings.Builder
	for i := range 3*library.BlocksPerPage - 10 {
		fmt.Fprintf(&text, "Rule number%d says what the kiosk does when coin %d is put in.\n\n", i, i)
	}
	doc := d.finished(d.upload("rules.txt", []byte(text.String())).ID)
	first, err := d.Text(t.Context(), d.actor, doc.ID, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	if first.Pages != 3 || first.Page != 1 || len(first.Blocks) != library.BlocksPerPage {
		t.Errorf("page %d of %d has %d blocks", first.Page, first.Pages, len(first.Blocks))
	}
	hit := d.found("number500")[0]
	p, err := d.Passage(t.Context(), d.actor, hit.Passage)
	if err != nil {
		t.Fatal(err)
	}
	page, err := d.Text(t.Context(), d.actor, doc.ID, 1, p.FirstBlock/library.BlocksPerPage+1)
	if err != nil {
		t.Fatal(err)
	}
	b := page.Blocks[p.FirstBlock%library.BlocksPerPage]
	if b.Index != p.FirstBlock || !strings.HasPrefix(p.Text, b.Text) || b.Locator != p.Locator {
		t.Errorf("block %+v does not begin the passage %+v", b, p)
	}
	if _, err := d.Text(t.Context(), d.actor, doc.ID, 1, 4); ba.KindOf(err) != ba.NotFound {
		t.Errorf("a page after the last: %v", err)
	}
}

func TestWhatCannotBeReadSaysWhyAndStaysDownloadable(t *testing.T) {
	d := newDesk(t)
	d.run()
	cut := extracttest.DOCX(t, "The kiosk prints a receipt.")
	for name, c := range map[string]struct {
		content []byte
		status  ba.DocumentStatus
		code    string
		word    string // in the sentence
	}{
		"locked.pdf":  {extracttest.LockedPDF(t, "orange", "secret"), ba.DocumentRejected, "encrypted", "password"},
		"cut.docx":    {cut[:len(cut)*2/3], ba.DocumentRejected, "damaged", "damaged"},
		"wrong.xlsx":  {extracttest.PDF(t, "A PDF"), ba.DocumentRejected, "mismatch", ".xlsx"},
		"empty.txt":   {nil, ba.DocumentRejected, "empty", "empty"},
		"picture.bmp": {[]byte("BM\x00\x00\x01\x02\xff\xfe\x00\x00binary\x00\x01"), ba.DocumentRejected, "unknown_type", "not read"},
		"scan.pdf":    {extracttest.PDF(t, "", ""), ba.DocumentNoText, "no_text", "OCR"},
	} {
		doc := d.finished(d.upload(name, c.content).ID)
		if doc.Status != c.status || doc.ReasonCode != c.code || !strings.Contains(doc.Reason, c.word) {
			t.Errorf("%s: %s, %s: %q", name, doc.Status, doc.ReasonCode, doc.Reason)
		}
		if got := d.original(doc.ID, 0); got != string(c.content) {
			t.Errorf("the original of %s changed", name)
		}
		if text, err := d.Text(t.Context(), d.actor, doc.ID, 0, 0); err != nil || text.Pages != 0 {
			t.Errorf("%s has %d pages of text, %v", name, text.Pages, err)
		}
	}
}

func TestPagesWithoutTextAreNamed(t *testing.T) {
	d := newDesk(t)
	d.run()
	pages := make([]string, 12)
	for i := range pages {
		if i != 2 && i != 5 && i != 6 {
			pages[i] = fmt.Sprintf("Page %d has a sentence.", i+1)
		}
	}
	doc := d.finished(d.upload("partly.pdf", extracttest.PDF(t, pages...)).ID)
	if doc.Status != ba.DocumentReady || doc.Pages != 12 || doc.EmptyPages != 3 {
		t.Errorf("%+v", doc)
	}
	if len(doc.Notes) == 0 || !strings.HasPrefix(doc.Notes[0], "3 of 12 pages have no text (page 3, 6, 7).") {
		t.Errorf("notes: %q", doc.Notes)
	}
}

func TestThePreviousVersionIsFoundUntilTheNextIsReady(t *testing.T) {
	d := newDesk(t)
	stop := d.run()
	doc := d.upload("rule.txt", []byte("The fee is walnut."))
	d.finished(doc.ID)
	stop()
	if _, err := d.UploadVersion(t.Context(), d.actor, doc.ID, "rule.txt", strings.NewReader("The fee is hazelnut.")); err != nil {
		t.Fatal(err)
	}
	if len(d.found("walnut")) != 1 || len(d.found("hazelnut")) != 0 {
		t.Error("the version that is not read yet replaced the one before")
	}
	d.run()
	d.finished(doc.ID)
	if len(d.found("walnut")) != 0 || len(d.found("hazelnut")) != 1 {
		t.Error("the new version did not replace the one before")
	}
	if _, err := d.UploadVersion(t.Context(), d.actor, doc.ID, "rule.pdf", strings.NewReader("no PDF \x00\x01\x02")); err != nil {
		t.Fatal(err)
	}
	if got := d.finished(doc.ID); got.Status != ba.DocumentRejected || got.Version != 3 {
		t.Errorf("%+v", got)
	}
	if len(d.found("hazelnut")) != 1 {
		t.Error("a version that was rejected took the one before away")
	}
	if got := d.original(doc.ID, 1); got != "The fee is walnut." {
		t.Errorf("version 1 is %q", got)
	}
}

func TestAChildThatIsKilledIsReplaced(t *testing.T) {
	var attempts atomic.Int32
	killed, healthy := newSupervisor(suicideVerb), newSupervisor(childVerb)
	d := newDesk(t, soon, func(deps *library.Deps) {
		deps.Extractor = extractorFunc(func(ctx context.Context, in extract.Input) (extract.Result, error) {
			if attempts.Add(1) <= 2 {
				return killed.Extract(ctx, in)
			}
			return healthy.Extract(ctx, in)
		})
	})
	d.run()
	doc := d.finished(d.upload("notes.txt", []byte("The kiosk prints a receipt.")).ID)
	if doc.Status != ba.DocumentReady || doc.Passages != 1 || attempts.Load() != 3 {
		t.Errorf("after %d attempts: %+v", attempts.Load(), doc)
	}
	if len(d.found("kiosk")) != 1 {
		t.Error("the text is not found once")
	}
}

// soon makes the pauses between attempts lie in the past.
func soon(deps *library.Deps) {
	deps.Clock = func() time.Time { return time.Now().Add(-50 * time.Second) }
}

func TestADocumentThatFailsForOurReasonsIsGivenUpInTheEnd(t *testing.T) {
	var attempts atomic.Int32
	d := newDesk(t, soon, func(deps *library.Deps) {
		deps.Extractor = extractorFunc(func(context.Context, extract.Input) (extract.Result, error) {
			attempts.Add(1)
			return extract.Result{}, errors.New("no more processes")
		})
	})
	d.run()
	doc := d.finished(d.upload("notes.txt", []byte("The kiosk prints a receipt.")).ID)
	if doc.Status != ba.DocumentRejected || doc.ReasonCode != library.CodeGivenUp || attempts.Load() != 5 {
		t.Errorf("after %d attempts: %+v", attempts.Load(), doc)
	}
	if d.original(doc.ID, 0) != "The kiosk prints a receipt." {
		t.Error("the original changed")
	}
}

func TestARestartInTheMiddleLosesAndDoublesNothing(t *testing.T) {
	text := manyRules(2500)
	first := newDesk(t, func(deps *library.Deps) {
		healthy := deps.Extractor
		deps.Extractor = extractorFunc(func(ctx context.Context, in extract.Input) (extract.Result, error) {
			n, take := 0, in.Block
			in.Block = func(b extract.Block) error {
				if n++; n == 2000 { // after some text was stored
					<-ctx.Done()
					return ctx.Err()
				}
				return take(b)
			}
			return healthy.Extract(ctx, in)
		})
	})
	stop := first.run()
	doc := first.upload("rules.txt", []byte(text))
	first.untilStored(doc.ID)
	stop()
	second := openDesk(t, first.db, first.actor, first.project)
	second.run()
	got := second.finished(doc.ID)
	if got.Status != ba.DocumentReady {
		t.Fatalf("%+v", got)
	}
	blocks := second.blocks(doc.ID, 1)
	if len(blocks) != 2500 || blocks[2499].Index != 2499 {
		t.Errorf("%d blocks", len(blocks))
	}
	for _, n := range []string{"number0", "number1234", "number2499"} {
		if hits := second.found(n); len(hits) != 1 {
			t.Errorf("%s is found %d times", n, len(hits))
		}
	}
}

func manyRules(n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "Rule number%d says what the kiosk does when a coin is put in. It is long enough to fill several passages of the document.\n\n", i)
	}
	return text.String()
}

// untilStored waits until a part of the text lies in the database.
func (d *desk) untilStored(id ba.DocumentID) {
	d.t.Helper()
	d.until(id, "stored in part", func(ba.Document) bool {
		n, err := d.db.BlockPages(d.t.Context(), d.actor, id, 1)
		if err != nil {
			d.t.Fatal(err)
		}
		return n > 0
	})
}

func TestAClaimThatRanOutIsTakenOverAndTheOldOneIsFenced(t *testing.T) {
	d := newDesk(t)
	doc := d.upload("notes.txt", []byte("The kiosk prints a receipt."))
	old, found, err := d.db.ClaimJob(t.Context(), "crashed", time.Now().Add(-time.Second))
	if err != nil || !found || old.Document != doc.ID {
		t.Fatalf("%+v, %v, %v", old, found, err)
	}
	d.run()
	if got := d.finished(doc.ID); got.Status != ba.DocumentReady {
		t.Errorf("%+v", got)
	}
	err = d.db.AddText(t.Context(), old, nil, nil, map[int][]byte{0: []byte("[]")})
	if ba.KindOf(err) != ba.Conflict {
		t.Errorf("the old claim still writes: %v", err)
	}
}

func TestADocumentDeletedWhileItIsReadIsLeft(t *testing.T) {
	begun, deleted := make(chan struct{}), make(chan struct{})
	d := newDesk(t, func(deps *library.Deps) {
		healthy := deps.Extractor
		deps.Extractor = extractorFunc(func(ctx context.Context, in extract.Input) (extract.Result, error) {
			if in.Name == "doomed.txt" {
				close(begun)
				<-deleted
			}
			return healthy.Extract(ctx, in)
		})
	})
	d.run()
	doomed := d.upload("doomed.txt", []byte("The kiosk prints a receipt."))
	<-begun
	if err := d.Delete(t.Context(), d.actor, doomed.ID); err != nil {
		t.Fatal(err)
	}
	close(deleted)
	next := d.upload("next.txt", []byte("The kiosk prints a bill."))
	if got := d.finished(next.ID); got.Status != ba.DocumentReady {
		t.Errorf("%+v", got)
	}
	if hits := d.found("kiosk"); len(hits) != 1 || hits[0].Document != next.ID {
		t.Errorf("%d hits", len(hits))
	}
}

func TestProgressIsShownWhileADocumentIsRead(t *testing.T) {
	shown := make(chan struct{})
	d := newDesk(t, func(deps *library.Deps) {
		deps.Extractor = extractorFunc(func(ctx context.Context, in extract.Input) (extract.Result, error) {
			in.Progress(ba.Progress{Done: 3, Total: 8})
			<-shown
			return extract.Result{Format: extract.TXT, Blocks: 1}, in.Block(extract.Block{Kind: extract.Paragraph, Text: "Done."})
		})
	})
	d.run()
	doc := d.upload("slow.txt", []byte("x"))
	d.until(doc.ID, "shown as 3 of 8", func(doc ba.Document) bool { return doc.Progress == ba.Progress{Done: 3, Total: 8} })
	close(shown)
	d.finished(doc.ID)
}

func TestManyDocumentsAreReadByFewWorkers(t *testing.T) {
	var now, most atomic.Int32
	d := newDesk(t, func(deps *library.Deps) {
		deps.Workers = 3
		deps.Extractor = extractorFunc(func(ctx context.Context, in extract.Input) (extract.Result, error) {
			n := now.Add(1)
			defer now.Add(-1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			src := extract.Source{Name: in.Name, Data: []byte(collect(t, in.Pieces)), Progress: in.Progress}
			return extract.Extract(ctx, src, in.Block)
		})
	})
	d.run()
	var ids []ba.DocumentID
	for i := range 30 {
		ids = append(ids, d.upload(fmt.Sprintf("note%d.txt", i), []byte(manyRules(20))).ID)
	}
	for _, id := range ids {
		if doc := d.finished(id); doc.Status != ba.DocumentReady {
			t.Errorf("%+v", doc)
		}
	}
	if most.Load() > 3 {
		t.Errorf("%d documents at once", most.Load())
	}
}

func TestTheTextOfAnotherProjectIsNotFound(t *testing.T) {
	d := newDesk(t)
	d.run()
	doc := d.upload("notes.txt", []byte("The kiosk prints a receipt."))
	d.finished(doc.ID)
	hit := d.found("kiosk")[0]
	stranger := storetest.User(t, d.db, "eve")
	if _, err := d.Text(t.Context(), stranger, doc.ID, 0, 0); ba.KindOf(err) != ba.NotFound {
		t.Errorf("text: %v", err)
	}
	if _, err := d.Passage(t.Context(), stranger, hit.Passage); ba.KindOf(err) != ba.NotFound {
		t.Errorf("passage: %v", err)
	}
	if _, _, err := d.Content(t.Context(), stranger, doc.ID, 0); ba.KindOf(err) != ba.NotFound {
		t.Errorf("content: %v", err)
	}
	if _, err := d.Search(t.Context(), stranger, library.SearchInput{Project: d.project, Text: "kiosk"}); ba.KindOf(err) != ba.NotFound {
		t.Errorf("search: %v", err)
	}
}

func TestDocumentsAreReadOnPostgreSQLToo(t *testing.T) {
	db := storetest.Postgres(t)
	a := storetest.User(t, db, "ada")
	d := openDesk(t, db, a, storetest.Project(t, db, a, "Payments"))
	d.run()
	doc := d.finished(d.upload("rules.txt", []byte(manyRules(300))).ID)
	if doc.Status != ba.DocumentReady || len(d.blocks(doc.ID, 1)) != 300 || len(d.found("number299")) != 1 {
		t.Errorf("%+v, %d blocks", doc, len(d.blocks(doc.ID, 1)))
	}
}
