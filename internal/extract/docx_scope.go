package extract

import (
	"encoding/xml"
	"strconv"
)

// docxScope is what holds paragraphs: a note, a text box, a table with its open
// row and cell. Paragraphs outside of any belong to the body.
type docxScope struct {
	kind  string // the element's name
	note  string // key of a note: its kind and id
	carry string // text of a paragraph whose mark was deleted

	rows    *table // of a table
	cells   []string
	inCell  bool
	deleted bool // the row, by a tracked change
	header  bool // the row is repeated on every page
	span    int  // columns of the open cell beyond the first
}

// scope returns the innermost open scope, or nil for the body.
func (d *docxReader) scope() *docxScope {
	if len(d.scopes) == 0 {
		return nil
	}
	return &d.scopes[len(d.scopes)-1]
}

func (d *docxReader) startScope(e xml.StartElement) error {
	s := d.scope()
	switch e.Name.Local {
	case "footnote", "endnote", "comment":
		d.scopes = append(d.scopes, docxScope{kind: e.Name.Local, note: e.Name.Local + " " + attr(e, "id")})
	case "txbxContent":
		d.scopes = append(d.scopes, docxScope{kind: "txbxContent"})
	case "tbl":
		if d.inBody {
			d.res.Tables++
		}
		d.scopes = append(d.scopes, docxScope{kind: "tbl", rows: &table{}})
	case "tr":
		if s != nil && s.kind == "tbl" {
			s.cells, s.deleted, s.header = nil, false, false
		}
	case "trPr":
		return d.readRowProps(s)
	case "tc":
		if s != nil && s.kind == "tbl" && len(s.cells) < MaxColumns {
			s.cells = append(s.cells, "")
			s.inCell, s.span = true, 0
		}
	case "tcPr":
		return d.readCellProps(s)
	}
	return nil
}

// readRowProps reads w:trPr.
func (d *docxReader) readRowProps(s *docxScope) error {
	return d.x.inside(func(t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if !ok || s == nil {
			return nil
		}
		switch e.Name.Local {
		case "trPrChange":
			return d.x.skip()
		case "del":
			s.deleted = true
		case "tblHeader":
			s.header = !isOff(attr(e, "val"))
		case "gridBefore":
			n, _ := strconv.Atoi(attr(e, "val"))
			s.cells = make([]string, min(max(n, 0), 100))
		}
		return nil
	})
}

// readCellProps reads w:tcPr.
func (d *docxReader) readCellProps(s *docxScope) error {
	return d.x.inside(func(t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if !ok || s == nil {
			return nil
		}
		switch e.Name.Local {
		case "tcPrChange":
			return d.x.skip()
		case "gridSpan":
			n, _ := strconv.Atoi(attr(e, "val"))
			s.span = min(max(n-1, 0), 1_000)
		}
		return nil
	})
}

func (d *docxReader) endScope(name string, deliver func(Block) error) error {
	s := d.scope()
	if s == nil {
		return nil
	}
	switch name {
	case "tc":
		if s.kind == "tbl" && s.inCell {
			d.giveCarry()
			for ; s.span > 0 && len(s.cells) < MaxColumns; s.span-- {
				s.cells = append(s.cells, "")
			}
			s.inCell = false
		}
	case "tr":
		if s.kind == "tbl" && !s.deleted {
			return d.endRow(s, deliver)
		}
	case s.kind:
		return d.closeScope(deliver)
	}
	return nil
}

// endRow passes the open row to its table, which delivers it outside.
func (d *docxReader) endRow(s *docxScope, deliver func(Block) error) error {
	row := Block{Kind: Row, Header: s.header, Cells: s.cells}
	s.cells = nil
	if trimCells(row.Cells) == nil {
		return nil
	}
	outer := len(d.scopes) - 1
	s.rows.put = func(b Block) error { return d.giveTo(outer, b, deliver) }
	return s.rows.add(row)
}

// closeScope ends a table, text box or note.
func (d *docxReader) closeScope(deliver func(Block) error) error {
	d.giveCarry()
	s := d.scopes[len(d.scopes)-1]
	if s.rows != nil && s.rows.put != nil {
		if err := s.rows.flush(); err != nil {
			return err
		}
	}
	if s.carry != "" {
		if err := d.give(Block{Kind: Paragraph, Text: s.carry}, deliver); err != nil {
			return err
		}
	}
	d.scopes = d.scopes[:len(d.scopes)-1]
	return nil
}

// give hands a block to the innermost scope.
func (d *docxReader) give(b Block, deliver func(Block) error) error {
	return d.giveTo(len(d.scopes), b, deliver)
}

// giveTo hands a block to the scope at the given depth: a cell takes its text
// as a line, a text box keeps it until the paragraph that anchors it has ended,
// a note and the body deliver it.
func (d *docxReader) giveTo(depth int, b Block, deliver func(Block) error) error {
	if depth == 0 {
		return deliver(b)
	}
	switch s := &d.scopes[depth-1]; s.kind {
	case "tbl":
		text := b.Text
		if b.Kind == Row {
			text = joinCells(b.Cells)
		}
		if text != "" && s.inCell && len(s.cells) > 0 {
			s.cells[len(s.cells)-1] += "\n" + text
		}
		return nil
	case "txbxContent":
		if n := len(d.paras); n > 0 {
			d.paras[n-1].after = append(d.paras[n-1].after, b)
			return nil
		}
		return d.giveTo(depth-1, b, deliver)
	}
	return deliver(b)
}

// carry keeps the text of a paragraph whose mark was deleted for the next one.
func (d *docxReader) carry(text string) {
	if s := d.scope(); s != nil {
		s.carry += text
		return
	}
	d.bodyCarry += text
}

func (d *docxReader) takeCarry() string {
	at := &d.bodyCarry
	if s := d.scope(); s != nil {
		at = &s.carry
	}
	text := *at
	*at = ""
	return text
}

// giveCarry ends a cell whose last paragraph mark was deleted.
func (d *docxReader) giveCarry() {
	s := d.scope()
	if s.kind == "tbl" && s.inCell && len(s.cells) > 0 && s.carry != "" {
		s.cells[len(s.cells)-1] += "\n" + d.takeCarry()
	}
}
