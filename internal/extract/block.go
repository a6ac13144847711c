package extract

import "github.com/ba-assistant/ba-assistant/ba"

// Kind says what a block is in its document.
type Kind string

// The kinds of block.
const (
	Paragraph Kind = "paragraph"
	Heading   Kind = "heading"
	ListItem  Kind = "list_item"
	Row       Kind = "row"     // of a table, sheet or CSV file
	Note      Kind = "note"    // footnote, endnote or speaker notes
	Comment   Kind = "comment" // a reviewer's remark, beside the text
	Margin    Kind = "margin"  // page header or footer of a Word file
	Code      Kind = "code"    // preformatted; its white space is kept
	Field     Kind = "field"   // filled-in form field of a PDF, or what was typed onto it
)

// Block is a piece of a document in reading order.
type Block struct {
	Kind    Kind       `json:"kind"`
	Level   int        `json:"level,omitempty"`  // of a heading (from 1) or of a list item (from 0)
	Header  bool       `json:"header,omitempty"` // a row that names the columns of those below it
	Text    string     `json:"text"`             // of a row: its cells that hold something, joined by " | "
	Cells   []string   `json:"cells,omitempty"`  // of a row, in their columns; empty cells are kept between full ones
	Locator ba.Locator `json:"locator"`
}

// Format is the type of a document, decided by its content.
type Format string

// The formats that are read. The values are those of ba.Document.Format.
const (
	PDF      Format = "pdf"
	DOCX     Format = "docx"
	XLSX     Format = "xlsx"
	PPTX     Format = "pptx"
	CSV      Format = "csv"
	TXT      Format = "txt"
	Markdown Format = "md"
	HTML     Format = "html"
)

// Sheet is one sheet of a workbook.
type Sheet struct {
	Name   string `json:"name"`
	Hidden bool   `json:"hidden,omitempty"`
	Rows   int    `json:"rows"` // rows that hold something
}
