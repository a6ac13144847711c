package library

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/extract"
)

// BlocksPerPage is the number of blocks in one page of a document's text: block
// i stands on page i/BlocksPerPage + 1.
const BlocksPerPage = 200

// Block is a piece of a document's text as the viewer shows it. Kind has the
// values of extract.Kind.
type Block struct {
	Index   int        `json:"-"` // in the document, from 0; passages refer to it
	Kind    string     `json:"kind"`
	Level   int        `json:"level,omitempty"`  // of a heading (from 1) or a list item (from 0)
	Header  bool       `json:"header,omitempty"` // a row that names the columns of those below it
	Text    string     `json:"text"`
	Cells   []string   `json:"cells,omitempty"` // of a row
	Locator ba.Locator `json:"locator"`
}

// TextPage is one page of a document's text.
type TextPage struct {
	Document ba.Document // in the version asked for
	Page     int         // from 1
	Pages    int         // 0 for a document without text
	Blocks   []Block
}

// DecodeBlocks reads a stored page of blocks as extraction made it.
func DecodeBlocks(data []byte) ([]extract.Block, error) {
	var blocks []extract.Block
	if err := json.Unmarshal(data, &blocks); err != nil {
		return nil, fmt.Errorf("read a page of a text: %w", err)
	}
	return blocks, nil
}

// Text returns one page of a version's text. Version 0 is the newest, pages
// count from 1 and 0 is the first. A document whose text is not ready has no
// pages; a page after the last is NotFound.
func (s *Service) Text(ctx context.Context, a ba.Actor, id ba.DocumentID, version, page int) (TextPage, error) {
	d, err := s.version(ctx, a, id, version)
	if err != nil {
		return TextPage{}, err
	}
	t := TextPage{Document: d, Page: max(page, 1)}
	if d.Status != ba.DocumentReady {
		return t, nil
	}
	if t.Pages, err = s.Store.BlockPages(ctx, a, id, d.Version); err != nil || t.Pages == 0 {
		return t, err
	}
	data, err := s.Store.BlockPage(ctx, a, id, d.Version, t.Page-1)
	if err != nil {
		return TextPage{}, err
	}
	if err := json.Unmarshal(data, &t.Blocks); err != nil {
		return TextPage{}, fmt.Errorf("read page %d of a text: %w", t.Page, err)
	}
	for i := range t.Blocks {
		t.Blocks[i].Index = (t.Page-1)*BlocksPerPage + i
	}
	return t, nil
}
