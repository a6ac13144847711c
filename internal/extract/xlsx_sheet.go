package extract

import (
	"encoding/xml"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/ba"
)

// sheetReader reads the cells of one sheet.
type sheetReader struct {
	*workbook
	name  string
	rows  table
	full  int // rows that hold something
	row   int // number of the open row
	cells []string
	began bool // the name of the sheet was delivered
}

func (r *sheetReader) read(part string) error {
	err := r.p.each(part, func(x *xmlPart, e xml.StartElement) error {
		if e.Name.Local != "row" {
			return nil
		}
		if n, err := strconv.Atoi(attr(e, "r")); err == nil && n > 0 {
			r.row = n
		} else {
			r.row++
		}
		return r.readRow(x)
	})
	if err != nil {
		return err
	}
	return r.rows.flush()
}

// readRow reads the cells of a row and passes it on where it holds something.
func (r *sheetReader) readRow(x *xmlPart) error {
	r.cells = r.cells[:0]
	column := 0
	err := x.inside(func(t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != "c" {
			return nil
		}
		if c, _ := cellRef(attr(e, "r")); c > 0 {
			column = c - 1
		}
		text, err := r.readCell(x, e)
		if err != nil {
			return err
		}
		if text != "" && column < MaxColumns {
			r.place(column, text)
		}
		column++
		return nil
	})
	if err != nil {
		return err
	}
	if r.row%512 == 0 && r.alive() != nil {
		return r.alive()
	}
	cells := trimCells(r.cells)
	if cells == nil {
		return nil
	}
	r.full++
	return r.rows.add(Block{Kind: Row, Cells: append([]string(nil), cells...), Locator: ba.Locator{Sheet: r.name, Row: r.row}})
}

// place puts text in a column, after empty cells where columns were left out.
func (r *sheetReader) place(column int, text string) {
	for len(r.cells) <= column {
		r.cells = append(r.cells, "")
	}
	r.cells[column] = text
}

// deliver passes a row on, before the first one the name of the sheet.
func (r *sheetReader) deliver(b Block) error {
	if !r.began {
		r.began = true
		if err := r.out.put(Block{Kind: Heading, Level: 1, Text: r.name, Locator: ba.Locator{Sheet: r.name}}); err != nil {
			return err
		}
	}
	return r.out.put(b)
}

// readCell returns what a cell shows.
func (r *sheetReader) readCell(x *xmlPart, c xml.StartElement) (string, error) {
	var value, formula, inline string
	err := x.inside(func(t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if !ok {
			return nil
		}
		var err error
		switch e.Name.Local {
		case "v":
			value, err = x.text()
		case "f":
			formula, err = x.text()
		case "is":
			inline, err = richText(x)
		}
		return err
	})
	if err != nil {
		return "", err
	}
	if value == "" && formula != "" && attr(c, "t") != "str" {
		return "=" + formula, nil
	}
	style, _ := strconv.Atoi(attr(c, "s"))
	return r.show(attr(c, "t"), value, inline, style), nil
}

// show returns the text of a cell of the given type (18.18.11).
func (r *sheetReader) show(kind, value, inline string, style int) string {
	switch kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil || i < 0 || i >= len(r.strings) {
			return ""
		}
		return r.strings[i]
	case "inlineStr":
		return inline
	case "str", "e":
		return unescapeX(value)
	case "b":
		if value == "1" {
			return "TRUE"
		}
		return "FALSE"
	case "d":
		return strings.TrimSuffix(strings.Replace(value, "T", " ", 1), " 00:00:00")
	}
	if style >= 0 && style < len(r.styles) {
		return r.styles[style].show(value, r.is1904)
	}
	return numberFormat{}.show(value, r.is1904)
}

// cellRef returns the column and the row of a reference such as "AB12", both
// from 1, or zeros.
func cellRef(ref string) (column, row int) {
	i := 0
	for ; i < len(ref) && i < 4 && ref[i] >= 'A' && ref[i] <= 'Z'; i++ {
		column = column*26 + int(ref[i]-'A') + 1
	}
	row, err := strconv.Atoi(ref[i:])
	if err != nil || column > MaxColumns {
		return 0, 0
	}
	return column, row
}

// unescapeX turns "_x000D_" into the character (22.9.2.19).
func unescapeX(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if len(s)-i >= 7 && s[i] == '_' && s[i+1] == 'x' && s[i+6] == '_' {
			if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil && utf8.ValidRune(rune(n)) {
				b.WriteRune(rune(n))
				i += 7
				continue
			}
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}
