package extract

import (
	"errors"
	"math"
	"unicode/utf8"

	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"
)

// errTooManyChars says that a page holds more characters than a page may.
var errTooManyChars = errors.New("too many characters on a page")

// pdfGlyph is a character on a page. Its box is turned so that the text runs
// along x and the next line has a smaller y, whatever its direction on the page.
type pdfGlyph struct {
	r              rune
	x0, x1, y0, y1 float64
	turn           int  // quarter turns of the text
	blank          bool // white space; its box says nothing
}

// hyphenMark is what PDFium gives for a hyphen at the end of a line whose word
// goes on in the next.
const hyphenMark = '\x02'

// pdfPage is what is known of one page.
type pdfPage struct {
	lines  []pdfLine
	chars  int // visible characters
	broken int // of these, without a meaning in Unicode
}

// readPage returns the lines of page i, from 0, in the order in which they were
// set.
func (d *pdfDocument) readPage(i int) (pdfPage, error) {
	opened, err := d.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: d.page(i)})
	if err != nil {
		return pdfPage{}, err
	}
	text := opened.TextPage
	count, err := d.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: text})
	if err != nil {
		return pdfPage{}, err
	}
	if count.Count > MaxPageChars {
		return pdfPage{}, errTooManyChars
	}
	page, err := d.linesOf(i, text)
	if err != nil {
		return pdfPage{}, err
	}
	_, err = d.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: text})
	return page, err
}

func (d *pdfDocument) linesOf(i int, text references.FPDF_TEXTPAGE) (pdfPage, error) {
	chars, err := d.GetPageTextStructured(&requests.GetPageTextStructured{Page: d.page(i), Mode: requests.GetPageTextStructuredModeChars})
	if err != nil {
		return pdfPage{}, err
	}
	page := cutLines(chars.Chars)
	for k := range page.lines {
		d.measure(text, &page.lines[k])
	}
	return page, nil
}

// measure finds the size and weight of a line by its first character. PDFium
// does not know them for every font; the height of the letters must do then.
func (d *pdfDocument) measure(text references.FPDF_TEXTPAGE, l *pdfLine) {
	l.size = max((l.y1-l.y0)*1.2, 1)
	size, err := d.FPDFText_GetFontSize(&requests.FPDFText_GetFontSize{TextPage: text, Index: l.first})
	if err != nil {
		return
	}
	matrix, err := d.FPDFText_GetMatrix(&requests.FPDFText_GetMatrix{TextPage: text, Index: l.first})
	if err != nil {
		return
	}
	scaled := size.FontSize * math.Hypot(float64(matrix.Matrix.C), float64(matrix.Matrix.D))
	if scaled > 1 && scaled < 1000 {
		l.size = scaled
	}
	weight, err := d.FPDFText_GetFontWeight(&requests.FPDFText_GetFontWeight{TextPage: text, Index: l.first})
	l.bold = err == nil && weight.FontWeight >= 650
}

// cutLines cuts the characters of a page at their line ends.
func cutLines(chars []*responses.GetPageTextStructuredChar) pdfPage {
	var p pdfPage
	start := 0
	var line []pdfGlyph
	end := func(next int) {
		if l, ok := newLine(line, start); ok {
			p.lines = append(p.lines, l)
		}
		line, start = line[:0], next
	}
	for i, c := range chars {
		r, _ := utf8.DecodeRuneInString(c.Text)
		g := glyph(r, c)
		switch {
		case c.Text == "":
			p.chars, p.broken = p.chars+1, p.broken+1
			continue
		case r == '\r' || r == '\n':
			end(i + 1)
			continue
		case !g.blank && len(line) > 0 && !line[len(line)-1].blank && line[len(line)-1].turn != g.turn:
			end(i)
		}
		line = append(line, g)
		if !g.blank {
			p.chars++
		}
		if meaningless(r) {
			p.broken++
		}
		if r == hyphenMark {
			end(i + 1)
		}
	}
	end(len(chars))
	return p
}

// meaningless reports characters that a font without a Unicode table leaves.
func meaningless(r rune) bool {
	return r == utf8.RuneError || r >= 0xE000 && r <= 0xF8FF || r < ' ' && r != hyphenMark && r != '\t'
}

// glyph turns a character's box by its angle, in quarter turns.
func glyph(r rune, c *responses.GetPageTextStructuredChar) pdfGlyph {
	b := c.PointPosition
	g := pdfGlyph{r: r, blank: class(r) == blank || class(r) == lineBreak}
	g.turn = int(math.Round(c.Angle/(math.Pi/2))) & 3
	switch g.turn {
	case 0:
		g.x0, g.x1, g.y0, g.y1 = b.Left, b.Right, b.Bottom, b.Top
	case 1:
		g.x0, g.x1, g.y0, g.y1 = b.Bottom, b.Top, -b.Right, -b.Left
	case 2:
		g.x0, g.x1, g.y0, g.y1 = -b.Right, -b.Left, -b.Top, -b.Bottom
	case 3:
		g.x0, g.x1, g.y0, g.y1 = -b.Top, -b.Bottom, b.Left, b.Right
	}
	return g
}
