package extract

import (
	"strconv"
	"strings"

	"golang.org/x/net/html/atom"
)

// A row is taken for layout, and its cells for a sequence of blocks, where it
// has one cell, or a cell that holds a heading or more than layoutCell bytes.
const layoutCell = 2_000

// maxOpenTables bounds the tables in tables that are followed; deeper ones are
// read as text.
const maxOpenTables = 64

// cell returns the table whose cell is open, or nil.
func (h *htmlReader) cell() *htmlTable {
	if len(h.tables) == 0 {
		return nil
	}
	if t := h.tables[len(h.tables)-1]; t.inCell {
		return t
	}
	return nil
}

// openTable begins a table. A table inside a cell makes the outer row one of
// layout: what the row held until then is delivered first.
func (h *htmlReader) openTable() error {
	if err := h.flush(); err != nil {
		return err
	}
	if t := h.cell(); t != nil {
		if err := h.layout(t); err != nil {
			return err
		}
	}
	if len(h.tables) >= maxOpenTables {
		return nil
	}
	h.res.Tables++
	h.tables = append(h.tables, &htmlTable{table: table{put: h.out.put}})
	return nil
}

// layout delivers the queued text of an open row as blocks.
func (h *htmlReader) layout(t *htmlTable) error {
	if err := t.table.flush(); err != nil {
		return err
	}
	queued := t.queued
	t.queued = nil
	for i := range t.cells {
		t.cells[i] = ""
	}
	for _, b := range queued {
		if err := h.deliver(b); err != nil {
			return err
		}
	}
	return nil
}

func (h *htmlReader) closeTable() error {
	if len(h.tables) == 0 {
		return h.flush()
	}
	if err := h.closeRow(); err != nil {
		return err
	}
	t := h.tables[len(h.tables)-1]
	h.tables = h.tables[:len(h.tables)-1]
	return t.table.flush()
}

func (h *htmlReader) openRow() error {
	if err := h.closeRow(); err != nil {
		return err
	}
	if len(h.tables) > 0 {
		h.tables[len(h.tables)-1].header = true
	}
	return nil
}

// closeRow delivers the open row.
func (h *htmlReader) closeRow() error {
	if err := h.closeCell(); err != nil {
		return err
	}
	if len(h.tables) == 0 {
		return nil
	}
	t := h.tables[len(h.tables)-1]
	if isLayout(t) {
		err := h.layout(t)
		t.cells = t.cells[:0]
		return err
	}
	row := Block{Kind: Row, Header: t.header, Cells: append([]string(nil), t.cells...), Locator: h.headings.at(Block{}.Locator)}
	t.cells, t.queued = t.cells[:0], nil
	if trimCells(row.Cells) == nil {
		return nil
	}
	return t.table.add(row)
}

// isLayout reports a row that puts text in place rather than in columns.
func isLayout(t *htmlTable) bool {
	full := 0
	for _, c := range t.cells {
		if strings.TrimSpace(c) != "" {
			full++
		}
		if len(c) > layoutCell {
			return true
		}
	}
	for _, b := range t.queued {
		if b.Kind == Heading || b.Kind == Code {
			return true
		}
	}
	return len(t.cells) == 1 || full == 1 && len(t.queued) > 1
}

func (h *htmlReader) openCell(tag atom.Atom, span int) error {
	if err := h.closeCell(); err != nil {
		return err
	}
	if len(h.tables) == 0 {
		return h.begin(Paragraph, 0)
	}
	t := h.tables[len(h.tables)-1]
	if len(t.cells) == 0 {
		t.header = true
	}
	t.header = t.header && tag == atom.Th
	t.spans = span - 1
	if len(t.cells) < MaxColumns {
		t.cells = append(t.cells, "")
	}
	t.inCell = true
	h.kind, h.level = Paragraph, 0
	return nil
}

// closeCell ends the open cell; a cell over several columns is followed by
// empty ones.
func (h *htmlReader) closeCell() error {
	err := h.flush()
	if t := h.cell(); t != nil {
		t.inCell = false
		for ; t.spans > 0 && len(t.cells) < MaxColumns; t.spans-- {
			t.cells = append(t.cells, "")
		}
	}
	return err
}

// htmlAttributes is what is read of a start tag.
type htmlAttributes struct {
	hidden bool
	span   int
	alt    string // what a picture shows, in the author's words
}

// attributes reads the open tag's attributes.
func (h *htmlReader) attributes(more bool) htmlAttributes {
	a := htmlAttributes{span: 1}
	for more {
		var key, val []byte
		key, val, more = h.z.TagAttr()
		switch string(key) {
		case "hidden":
			a.hidden = !strings.EqualFold(string(val), "until-found")
		case "style":
			a.hidden = a.hidden || hidingStyle(string(val))
		case "type":
			a.hidden = a.hidden || strings.EqualFold(string(val), "hidden")
		case "alt":
			a.alt = string(val)
		case "colspan":
			if n, err := strconv.Atoi(string(val)); err == nil && n > 1 {
				a.span = min(n, 100)
			}
		}
	}
	return a
}

// hidingStyle reports a style attribute that takes the element off the page.
func hidingStyle(style string) bool {
	style = strings.ToLower(strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' || r == '\n' || r == '\r' {
			return -1
		}
		return r
	}, style))
	for _, rule := range strings.Split(style, ";") {
		rule = strings.TrimSuffix(rule, "!important")
		if rule == "display:none" || rule == "visibility:hidden" || rule == "mso-hide:all" {
			return true
		}
	}
	return false
}

func headingLevel(tag atom.Atom) int {
	switch tag {
	case atom.H1:
		return 1
	case atom.H2:
		return 2
	case atom.H3:
		return 3
	case atom.H4:
		return 4
	case atom.H5:
		return 5
	case atom.H6:
		return 6
	}
	return 0
}

// leftOut are elements whose text is not text of the page.
var leftOut = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Template: true, atom.Noscript: true, atom.Iframe: true,
	atom.Object: true, atom.Svg: true, atom.Audio: true, atom.Video: true, atom.Canvas: true,
	atom.Noembed: true, atom.Noframes: true,
}

var voidElements = map[atom.Atom]bool{
	atom.Area: true, atom.Base: true, atom.Br: true, atom.Col: true, atom.Embed: true, atom.Hr: true, atom.Img: true,
	atom.Input: true, atom.Link: true, atom.Meta: true, atom.Param: true, atom.Source: true, atom.Track: true, atom.Wbr: true,
}

// impliedEnd are elements that the start of another of them closes.
var impliedEnd = map[atom.Atom]bool{
	atom.P: true, atom.Li: true, atom.Td: true, atom.Th: true, atom.Tr: true, atom.Dt: true, atom.Dd: true, atom.Option: true,
}

// blocks are elements that start and end a paragraph.
var blocks = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Section: true, atom.Article: true, atom.Header: true, atom.Footer: true, atom.Nav: true,
	atom.Aside: true, atom.Main: true, atom.Blockquote: true, atom.Dl: true, atom.Dt: true, atom.Dd: true, atom.Figure: true,
	atom.Figcaption: true, atom.Address: true, atom.Form: true, atom.Fieldset: true, atom.Legend: true, atom.Details: true,
	atom.Summary: true, atom.Hr: true, atom.Caption: true, atom.Body: true, atom.Head: true, atom.Html: true, atom.Center: true,
	atom.Dialog: true, atom.Option: true, atom.Optgroup: true, atom.Select: true, atom.Hgroup: true, atom.Thead: true, atom.Tbody: true, atom.Tfoot: true,
}
