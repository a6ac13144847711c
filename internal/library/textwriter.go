package library

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/extract"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

// A batch is what one transaction stores.
const (
	batchPassages = 64
	batchPages    = 8
)

// textWriter stores the blocks of one document as pages for the viewer, and as
// passages with their terms for the search.
type textWriter struct {
	ctx      context.Context
	store    Store
	job      ba.Job
	cutter   extract.Cutter
	blocks   []Block // of the open page
	page     int     // number of the open page, from 0
	passages int

	batch []ba.Passage
	terms [][]string
	pages map[int][]byte
}

func newTextWriter(ctx context.Context, store Store, j ba.Job) *textWriter {
	w := &textWriter{ctx: ctx, store: store, job: j, pages: map[int][]byte{}}
	w.cutter.Emit = w.addPassage
	return w
}

// add takes the next block.
func (w *textWriter) add(b extract.Block) error {
	w.blocks = append(w.blocks, Block{Kind: string(b.Kind), Level: b.Level, Header: b.Header, Text: b.Text, Cells: b.Cells, Locator: b.Locator})
	if len(w.blocks) == BlocksPerPage {
		if err := w.endPage(); err != nil {
			return err
		}
	}
	return w.cutter.Add(b)
}

// finish stores what is left.
func (w *textWriter) finish() error {
	if err := w.cutter.Flush(); err != nil {
		return err
	}
	if len(w.blocks) > 0 {
		if err := w.endPage(); err != nil {
			return err
		}
	}
	return w.write()
}

func (w *textWriter) endPage() error {
	data, err := json.Marshal(w.blocks)
	if err != nil {
		return fmt.Errorf("encode a page of blocks: %w", err)
	}
	w.pages[w.page] = data
	w.page++
	w.blocks = w.blocks[:0]
	return w.writeWhere(len(w.pages) >= batchPages)
}

func (w *textWriter) addPassage(p extract.Passage) error {
	w.batch = append(w.batch, ba.Passage{
		ID: ba.NewID[ba.PassageID](), Document: w.job.Document, Version: w.job.Version, Seq: w.passages,
		FirstBlock: p.FirstBlock, LastBlock: p.LastBlock, Locator: p.Locator, Text: p.Text,
	})
	w.terms = append(w.terms, term.Terms(p.Text))
	w.passages++
	return w.writeWhere(len(w.batch) >= batchPassages)
}

func (w *textWriter) writeWhere(full bool) error {
	if !full {
		return nil
	}
	return w.write()
}

// write stores the batch.
func (w *textWriter) write() error {
	if len(w.batch) == 0 && len(w.pages) == 0 {
		return nil
	}
	if err := w.store.AddText(w.ctx, w.job, w.batch, w.terms, w.pages); err != nil {
		return err
	}
	w.batch, w.terms = w.batch[:0], w.terms[:0]
	clear(w.pages)
	return nil
}
