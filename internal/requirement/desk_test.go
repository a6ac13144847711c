package requirement_test

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/budget/budgettest"
	"github.com/ba-assistant/ba-assistant/internal/export"
	"github.com/ba-assistant/ba-assistant/internal/extract"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

// desk is the service over a real store, and the people around it.
type desk struct {
	*requirement.Service
	db                              *store.DB
	owner, editor, viewer, stranger ba.Actor
	project                         ba.ProjectID
}

func newDesk(t testing.TB, models ...requirement.Model) *desk {
	t.Helper()
	clock := storetest.NewClock()
	d := &desk{db: storetest.New(t, clock.Set)}
	s, err := requirement.New(requirement.Deps{Store: d.db, Blocks: blocksIn, Rows: export.Read, Models: models, Budget: budgettest.Free(t, d.db, "recorded"), Clock: clock.Now, Log: slog.New(slog.DiscardHandler)})
	ok(t, err)
	d.Service = s
	d.owner, d.editor = storetest.User(t, d.db, "olga"), storetest.User(t, d.db, "emil")
	d.viewer, d.stranger = storetest.User(t, d.db, "vera"), storetest.User(t, d.db, "stan")
	d.project = storetest.Project(t, d.db, d.owner, "Checkout")
	storetest.Member(t, d.db, d.owner, d.project, d.editor, ba.RoleEditor)
	storetest.Member(t, d.db, d.owner, d.project, d.viewer, ba.RoleViewer)
	return d
}

func blocksIn(data []byte) (blocks []extract.Block, err error) {
	return blocks, json.Unmarshal(data, &blocks)
}

// document stores a text as an upload that was read: paragraphs are separated
// by empty lines, headings begin with "# ".
func (d *desk) document(t testing.TB, name, text string) ba.Document {
	t.Helper()
	v := storetest.Upload(t, d.db, d.editor, d.project, name, []byte(text))
	d.read(t, v, text)
	return v
}

// version stores a new version of a document.
func (d *desk) version(t testing.TB, v ba.Document, text string) ba.Document {
	t.Helper()
	v = storetest.UploadVersion(t, d.db, d.editor, v, v.Filename, []byte(text))
	d.read(t, v, text)
	return v
}

func (d *desk) read(t testing.TB, v ba.Document, text string) {
	t.Helper()
	job := storetest.Claim(t, d.db, v.ID)
	var blocks []extract.Block
	var passages []ba.Passage
	var terms [][]string
	cutter := extract.Cutter{Emit: func(p extract.Passage) error {
		passages = append(passages, ba.Passage{ID: ba.NewID[ba.PassageID](), Document: v.ID, Version: v.Version, Seq: len(passages),
			FirstBlock: p.FirstBlock, LastBlock: p.LastBlock, Locator: p.Locator, Text: p.Text})
		terms = append(terms, term.Terms(p.Text))
		return nil
	}}
	for i, paragraph := range strings.Split(text, "\n\n") {
		b := extract.Block{Kind: extract.Paragraph, Text: strings.TrimSpace(paragraph), Locator: ba.Locator{Line: i + 1}}
		if heading, is := strings.CutPrefix(b.Text, "# "); is {
			b.Kind, b.Level, b.Text = extract.Heading, 1, heading
		}
		blocks = append(blocks, b)
		ok(t, cutter.Add(b))
	}
	ok(t, cutter.Flush())
	page, err := json.Marshal(blocks)
	ok(t, err)
	ok(t, d.db.AddText(t.Context(), job, passages, terms, map[int][]byte{0: page}))
	ok(t, d.db.FinishJob(t.Context(), job, ba.Extraction{Format: "txt", Status: ba.DocumentReady, Passages: len(passages)}))
	ok(t, d.SurveyAll(t.Context()))
}

// add stores a requirement by hand.
func (d *desk) add(t testing.TB, statement string) ba.Requirement {
	t.Helper()
	r, err := d.Create(t.Context(), d.editor, d.project, requirement.Patch{Statement: &statement})
	ok(t, err)
	return r
}

func (d *desk) all(t testing.TB) []ba.Requirement {
	t.Helper()
	all, err := d.db.Requirements(t.Context(), d.viewer, d.project)
	ok(t, err)
	return all
}

func (d *desk) extract(t testing.TB, sel requirement.Selection) requirement.Extraction {
	t.Helper()
	done, err := d.Extract(t.Context(), d.editor, d.project, sel)
	ok(t, err)
	return done
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t testing.TB, what string, err error, kind ba.Kind) {
	t.Helper()
	if err == nil || ba.KindOf(err) != kind {
		t.Errorf("%s: error is %v, want the kind %v", what, err, kind)
	}
}

func second[T any](_ T, err error) error { return err }

func ptr[T any](v T) *T { return &v }
