package export

import (
	"io"
	"slices"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Format is a kind of file that is written. The values are those of the
// parameter "format".
type Format string

// The formats.
const (
	Markdown Format = "md"
	HTML     Format = "html"
	DOCX     Format = "docx"
	PDF      Format = "pdf"
	XLSX     Format = "xlsx"
	CSV      Format = "csv"
	Jira     Format = "jira"
	ReqIF    Format = "reqif"
)

// Formats lists the formats in the order in which people see them.
var Formats = []Format{DOCX, PDF, XLSX, CSV, Jira, ReqIF, HTML, Markdown}

// about is what is known of a format.
type about struct {
	label, hint, media, extension string
	write                         func(io.Writer, Input, Options) error
}

// describe is a function and not a table: the writers refer to it.
func describe(f Format) about {
	switch f {
	case DOCX:
		return about{"Word", "Headings, tables and footnotes as Word knows them; can be edited and read back.", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx", writeDOCX}
	case PDF:
		return about{"PDF", "To read and print, with bookmarks.", "application/pdf", ".pdf", writePDF}
	case XLSX:
		return about{"Excel", "Requirements, acceptance criteria and matrix; can be edited and read back.", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx", writeXLSX}
	case ReqIF:
		return about{"ReqIF", "For requirements tools such as DOORS, Polarion and Jama; can be read back.", "application/xml", ".reqif", writeReqIF}
	case CSV:
		return about{"CSV", "One table as plain text; can be edited and read back.", "text/csv; charset=utf-8", ".csv", writeCSV}
	case Jira:
		return about{"CSV for Jira", "Issues for Jira's CSV import.", "text/csv; charset=utf-8", ".csv", writeJira}
	case HTML:
		return about{"Web page", "One file for any browser; prints well.", "text/html; charset=utf-8", ".html", writeHTML}
	case Markdown:
		return about{"Markdown", "Plain text for wikis and repositories.", "text/markdown; charset=utf-8", ".md", writeMarkdown}
	}
	return about{}
}

// Valid reports whether f is one of the formats.
func (f Format) Valid() bool { return slices.Contains(Formats, f) }

// Label returns the name for people, such as "Word".
func (f Format) Label() string { return describe(f).label }

// Hint returns a sentence that says what the format is good for.
func (f Format) Hint() string { return describe(f).hint }

// MediaType returns the value for Content-Type.
func (f Format) MediaType() string { return describe(f).media }

// Extension returns the ending of the file's name with its dot.
func (f Format) Extension() string { return describe(f).extension }

// Tabular reports a format that holds requirements only: the text of the
// sections is not in it.
func (f Format) Tabular() bool { return slices.Contains([]Format{XLSX, CSV, Jira, ReqIF}, f) }

// Table is one of the tables of requirements.
type Table string

// The tables. The empty Table is TableRequirements.
const (
	TableRequirements Table = "requirements"
	TableCriteria     Table = "criteria"
	TableMatrix       Table = "matrix" // requirement by source
)

// Tables lists the tables in the order in which people see them.
var Tables = []Table{TableRequirements, TableCriteria, TableMatrix}

// Options are what a person may choose. The zero Options are good.
type Options struct {
	Table Table  // of CSV
	BOM   bool   // begin CSV with a byte order mark, which Excel needs to read it as UTF-8
	Fonts *Fonts // of PDF; nil means the built-in one
}

// Write writes in as a file of the format. An error of kind Invalid says that
// the format cannot carry what is in it (see Check), Unsupported that there is
// no such format; others are those of w.
func Write(w io.Writer, f Format, in Input, opts Options) error {
	write := describe(f).write
	if write == nil {
		return ba.E(ba.Unsupported, "There is no export of that format. Choose one of Word, PDF, Excel, CSV, ReqIF, web page or Markdown.")
	}
	if problems := Check(in, f, opts); Blocked(problems) {
		return problemError(problems)
	}
	return write(w, in, opts)
}
