package extract

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Result is what is known of a document after its blocks were delivered. Counts
// that do not apply to the format are zero.
type Result struct {
	Format           Format   `json:"format"`
	Pages            int      `json:"pages,omitempty"`              // pages, slides or sheets
	EmptyPages       int      `json:"empty_pages,omitempty"`        // those without text
	EmptyPageNumbers []int    `json:"empty_page_numbers,omitempty"` // the first MaxListedPages of them, from 1
	Sheets           []Sheet  `json:"sheets,omitempty"`
	Tables           int      `json:"tables,omitempty"`
	Rows             int      `json:"rows,omitempty"`      // of a CSV file: rows that hold something
	Columns          int      `json:"columns,omitempty"`   // of a CSV file: the longest row
	Encoding         string   `json:"encoding,omitempty"`  // of a text format, as named by the WHATWG Encoding Standard; "utf-8-sig" with a byte order mark
	Delimiter        string   `json:"delimiter,omitempty"` // of a CSV file
	Warnings         []string `json:"warnings,omitempty"`  // sentences for the person, at most MaxWarnings
	Blocks           int      `json:"blocks"`
	Chars            int      `json:"chars"` // Unicode code points in all blocks

	Elapsed    time.Duration `json:"-"` // of the child process on the clock; set by the Supervisor
	Processor  time.Duration `json:"-"` // time of the child process on a processor
	PeakMemory int64         `json:"-"` // of the child process in bytes; zero where it is not measured
}

// NoText reports whether the document holds no text at all, with a sentence
// that says so and what to do.
func (r Result) NoText() (string, bool) {
	switch {
	case r.Blocks > 0:
		return "", false
	case r.Format == PDF:
		return fmt.Sprintf("This PDF holds no text: its %s are pictures, as from a scanner. Run it through text recognition (OCR) and upload the result.", count(r.Pages, "page")), true
	case r.Format == PPTX:
		return fmt.Sprintf("The %s hold no text, only pictures or drawings. Upload a version with text, or describe the slides in a message.", count(r.Pages, "slide")), true
	case r.Format == XLSX:
		return fmt.Sprintf("The %s of this workbook hold no text or numbers. Check that it is the right file.", count(r.Pages, "sheet")), true
	}
	return "The file holds no text. Check that it is the right file.", true
}

// Notes returns sentences for the person about what was not read: first the
// pages without text, then the warnings. It is empty where all is well.
func (r Result) Notes() []string {
	var notes []string
	if r.EmptyPages > 0 && r.Blocks > 0 {
		notes = append(notes, r.emptyPagesNote())
	}
	return append(notes, r.Warnings...)
}

func (r Result) emptyPagesNote() string {
	noun, hint := "page", " Scanned pages need text recognition (OCR) first."
	switch r.Format {
	case PPTX:
		noun, hint = "slide", ""
	case XLSX:
		noun, hint = "sheet", ""
	}
	verb := "have"
	if r.EmptyPages == 1 {
		verb = "has"
	}
	return fmt.Sprintf("%d of %s %s no text (%s %s).%s", r.EmptyPages, count(r.Pages, noun), verb, noun, r.listEmpty(), hint)
}

func (r Result) listEmpty() string {
	parts := make([]string, 0, len(r.EmptyPageNumbers)+1)
	for _, n := range r.EmptyPageNumbers {
		parts = append(parts, strconv.Itoa(n))
	}
	list := strings.Join(parts, ", ")
	if more := r.EmptyPages - len(r.EmptyPageNumbers); more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}

// count returns "1 page" or "3 pages".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// emptyPage records that page n (from 1) has no text.
func (r *Result) emptyPage(n int) {
	r.EmptyPages++
	if len(r.EmptyPageNumbers) < MaxListedPages {
		r.EmptyPageNumbers = append(r.EmptyPageNumbers, n)
	}
}

// warn records a sentence once, up to MaxWarnings.
func (r *Result) warn(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	if len(r.Warnings) >= MaxWarnings {
		return
	}
	for _, w := range r.Warnings {
		if w == s {
			return
		}
	}
	r.Warnings = append(r.Warnings, s)
}
