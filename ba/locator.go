package ba

import "strconv"

// Locator says where in a document a piece of text stands. The fields that make
// sense depend on the format: a page of a PDF, a slide of a presentation (Page),
// a sheet and row of a workbook, a heading of a word-processor document or web
// page, a line of a text file. A zero field is unknown or does not apply.
type Locator struct {
	Page    int    `json:"page,omitempty"`    // page or slide, counted from 1
	Sheet   string `json:"sheet,omitempty"`   // name of the sheet
	Row     int    `json:"row,omitempty"`     // first row in the sheet or CSV file, counted from 1
	Heading string `json:"heading,omitempty"` // nearest heading above
	Line    int    `json:"line,omitempty"`    // first line of a text file, counted from 1
}

// String returns the locator in the words of a citation, such as "page 3" or
// "Sheet Prices, row 12", and the empty string where nothing is known.
func (l Locator) String() string {
	switch {
	case l.Sheet != "" && l.Row > 0:
		return "sheet " + l.Sheet + ", row " + strconv.Itoa(l.Row)
	case l.Sheet != "":
		return "sheet " + l.Sheet
	case l.Page > 0:
		return "page " + strconv.Itoa(l.Page)
	case l.Heading != "":
		return l.Heading
	case l.Row > 0:
		return "row " + strconv.Itoa(l.Row)
	case l.Line > 0:
		return "line " + strconv.Itoa(l.Line)
	}
	return ""
}
