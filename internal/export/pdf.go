package export

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"github.com/ba-assistant/ba-assistant/ba"
)

// The measures of an A4 page in points, and the colours.
const (
	pdfWidth, pdfHeight            = 595.28, 841.89
	pdfLeft, pdfTop, pdfBottom     = 56.7, 76.0, 66.0
	pdfText                        = pdfWidth - 2*pdfLeft
	pdfBody, pdfSmall, pdfLeading  = 10.0, 8.5, 1.42
	pdfInk, pdfQuiet, pdfAccent    = 0x1B2430, 0x5A6675, 0x1F4E79
	pdfRule, pdfShade, pdfWhite    = 0xD5DBE3, 0xEEF2F7, 0xFFFFFF
	pdfIndent, pdfQuote, pdfGutter = 20.0, 14.0, 4.2
)

// writePDF writes a PDF with real text in embedded fonts, of which only the
// used glyphs are kept, with bookmarks, links and page numbers. It is laid out
// twice: the second time the pages of the headings are known.
func writePDF(w io.Writer, in Input, opts Options) (err error) {
	defer func() { // the library panics on what it does not expect
		if cause := recover(); cause != nil {
			err = ba.Wrap(ba.Internal, "The PDF could not be made. Choose Word, and tell your administrator.", fmt.Errorf("pdf: %v", cause))
		}
	}()
	fonts := opts.Fonts
	if fonts == nil {
		fonts = defaultFonts()
	}
	first := newPDF(&in, fonts, nil)
	first.document()
	second := newPDF(&in, fonts, first)
	second.document()
	return second.f.Output(w)
}

// pdfWriter lays out a document from top to bottom.
type pdfWriter struct {
	f     *fpdf.Fpdf
	doc   *document
	fonts *Fonts
	y     float64
	known *pdfWriter // of the layout before: its pages; nil in the first

	pages map[string]int // of a heading, by its anchor
	links map[string]int // places in the document
	names map[*fontFace]string
	depth int // of the last bookmark
	total int
}

func newPDF(in *Input, fonts *Fonts, known *pdfWriter) *pdfWriter {
	p := &pdfWriter{f: fpdf.New("P", "pt", "A4", ""), doc: compose(in), fonts: fonts, known: known, pages: map[string]int{}, links: map[string]int{}, names: map[*fontFace]string{}, depth: -1}
	p.f.SetAutoPageBreak(false, 0)
	p.f.SetMargins(0, 0, 0)
	p.f.SetCatalogSort(true)
	at := in.Date
	if at.IsZero() {
		at = time.Unix(0, 0)
	}
	p.f.SetCreationDate(at.UTC())
	p.f.SetModificationDate(at.UTC())
	p.f.SetTitle(oneLine(in.Title), true)
	p.f.SetSubject(oneLine(in.Project), true)
	p.f.SetAuthor(in.Author, true)
	p.f.SetCreator("BA Assistant", true)
	p.f.SetProducer("BA Assistant", true)
	p.f.SetLang(in.language())
	return p
}

func (p *pdfWriter) document() {
	p.titlePage()
	p.contents()
	p.newPage()
	for i, b := range p.doc.blocks {
		p.block(b, i)
	}
	p.sources()
	p.total = p.f.PageNo()
}

// font selects a font in the size of a style.
func (p *pdfWriter) font(s textStyle) {
	name := p.names[s.face]
	if name == "" {
		name = "f" + strconv.Itoa(len(p.names))
		p.names[s.face] = name
		p.f.AddUTF8FontFromBytes(name, "", s.face.data)
	}
	p.f.SetFont(name, "", s.size)
}

func rgb(color int) (r, g, b int) { return color >> 16, color >> 8 & 0xFF, color & 0xFF }

// newPage begins a page with its header and footer.
func (p *pdfWriter) newPage() {
	p.f.AddPage()
	p.y = pdfTop
	if p.f.PageNo() == 1 {
		return
	}
	style := textStyle{size: 8, color: pdfQuiet}
	p.pair(pdfTop-36, style, oneLine(p.doc.in.Title), oneLine(p.doc.in.Project))
	p.rule(pdfTop-20, pdfRule, 0.6)
	number := "Page " + strconv.Itoa(p.f.PageNo())
	if p.known != nil {
		number += " of " + strconv.Itoa(p.known.total)
	}
	p.pair(pdfHeight-pdfBottom+26, style, p.doc.in.edition(), number)
}

// pair writes a text at the left and one at the right margin; the left one is
// cut where both do not fit.
func (p *pdfWriter) pair(y float64, style textStyle, left, right string) {
	end := p.single(right, style)
	p.draw(pdfLeft+pdfText-end.width, y, end)
	begin := fill(p.words(textRuns(left), style), max(pdfText-end.width-20, 60))
	p.draw(pdfLeft, y, begin[0])
}

// single is a text on one line, however long.
func (p *pdfWriter) single(text string, style textStyle) line {
	return fill(p.words(textRuns(text), style), 1e6)[0]
}

func (p *pdfWriter) rule(y float64, color int, width float64) {
	p.f.SetDrawColor(rgb(color))
	p.f.SetLineWidth(width)
	p.f.Line(pdfLeft, y, pdfLeft+pdfText, y)
}

// room begins a page where less than the height is left.
func (p *pdfWriter) room(height float64) {
	if p.y+height > pdfHeight-pdfBottom && p.y > pdfTop {
		p.newPage()
	}
}

// paragraph writes runs from left to width.
func (p *pdfWriter) paragraph(runs []run, style textStyle, left, width float64) {
	for _, l := range fill(p.words(runs, style), width) {
		p.room(style.size * pdfLeading)
		p.draw(left, p.y, l)
		p.y += style.size * pdfLeading
	}
}

// draw writes a line whose top is at y.
func (p *pdfWriter) draw(x, y float64, l line) {
	for _, s := range l.segments() {
		p.segment(x, y, s)
		x += s.width
	}
}

func (p *pdfWriter) segment(x, y float64, s segment) {
	st := s.style
	base := y + st.size*1.05
	if st.note > 0 {
		base = y + st.size*0.95
	}
	p.font(st)
	p.f.SetTextColor(rgb(st.color))
	if st.code {
		p.f.SetFillColor(rgb(pdfShade))
		p.f.Rect(x-0.5, y+st.size*0.12, s.width+1, st.size*1.22, "F")
	}
	p.glyphs(x, base, s)
	p.decorate(x, base, s)
}

// glyphs writes the text, slanted for italics and thickened where there is no
// bold font.
func (p *pdfWriter) glyphs(x, base float64, s segment) {
	if s.style.italic {
		p.f.TransformBegin()
		p.f.TransformSkewX(11, x, base)
		defer p.f.TransformEnd()
	}
	if s.style.fake {
		p.f.SetDrawColor(rgb(s.style.color))
		p.f.SetLineWidth(s.style.size * 0.022)
		p.f.SetTextRenderingMode(2)
		defer p.f.SetTextRenderingMode(0)
	}
	p.f.Text(x, base, s.text)
}

// decorate strikes text out, and makes links.
func (p *pdfWriter) decorate(x, base float64, s segment) {
	st := s.style
	if st.strike || st.href != "" {
		at := base + st.size*0.12
		if st.strike {
			at = base - st.size*0.28
		}
		p.f.SetDrawColor(rgb(st.color))
		p.f.SetLineWidth(0.5)
		p.f.Line(x, at, x+s.width, at)
	}
	top, height := base-st.size*0.95, st.size*1.25
	switch {
	case st.href != "":
		p.f.LinkString(x, top, s.width, height, st.href)
	case st.note > 0:
		p.f.Link(x, top, s.width, height, p.link("source "+strconv.Itoa(st.note)))
	}
}

// link returns the link to a place, which may be set later.
func (p *pdfWriter) link(place string) int {
	if p.links[place] == 0 {
		p.links[place] = p.f.AddLink()
	}
	return p.links[place]
}

// titlePage is project, title and what a reader wants to know first.
func (p *pdfWriter) titlePage() {
	p.newPage()
	in := p.doc.in
	p.y = 250
	if in.Project != "" {
		p.paragraph(textRuns(strings.ToUpper(oneLine(in.Project))), textStyle{size: 11, color: pdfQuiet}, pdfLeft, pdfText)
		p.y += 8
	}
	p.paragraph(textRuns(oneLine(in.Title)), textStyle{size: 27, color: pdfAccent, bold: true}, pdfLeft, pdfText)
	p.y += 12
	p.rule(p.y, pdfAccent, 2.6)
	p.y += 26
	for _, f := range in.facts() {
		p.room(40)
		p.draw(pdfLeft, p.y, p.single(f.name, textStyle{size: pdfBody, color: pdfQuiet}))
		p.paragraph(textRuns(f.value), textStyle{size: pdfBody, color: pdfInk}, pdfLeft+90, pdfText-90)
		p.y += 4
	}
}

// contents lists the headings with their pages.
func (p *pdfWriter) contents() {
	list := p.doc.headings(3)
	if len(list) < 2 {
		return
	}
	p.newPage()
	p.paragraph(textRuns("Contents"), textStyle{size: 17, color: pdfAccent, bold: true}, pdfLeft, pdfText)
	p.y += 8
	if len(p.doc.notes) > 0 {
		list = append(list, block{kind: blockHeading, level: 1, runs: textRuns(notesHeading), anchor: "sources"})
	}
	for _, b := range list {
		p.contentsEntry(b)
	}
}

func (p *pdfWriter) contentsEntry(b block) {
	style := textStyle{size: pdfBody, color: pdfInk, bold: b.level == 1}
	if b.level == 1 {
		p.y += 5
	}
	left := pdfLeft + float64(b.level-1)*16
	number := "0"
	if p.known != nil {
		number = strconv.Itoa(p.known.pages[b.anchor])
	}
	end := p.single(number, textStyle{size: pdfBody, color: pdfInk})
	lines := fill(p.words(withoutNotes(b.runs), style), pdfLeft+pdfText-left-40)
	p.room(float64(len(lines)) * style.size * 1.55)
	top := p.y
	for _, l := range lines {
		p.draw(left, p.y, l)
		p.y += style.size * 1.55
	}
	last := p.y - style.size*1.55
	p.draw(pdfLeft+pdfText-end.width, last, end)
	p.dots(left+lines[len(lines)-1].width+6, pdfLeft+pdfText-end.width-6, last+style.size*1.05)
	p.f.Link(left, top, pdfText-(left-pdfLeft), p.y-top, p.link(b.anchor))
}

// dots draws the line that leads the eye to a number.
func (p *pdfWriter) dots(from, to, y float64) {
	if to-from < 10 {
		return
	}
	p.f.SetDrawColor(rgb(pdfRule))
	p.f.SetLineWidth(0.8)
	p.f.SetDashPattern([]float64{0.8, 2.6}, 0)
	p.f.Line(from, y, to, y)
	p.f.SetDashPattern(nil, 0)
}

// notesHeading is the heading of the notes: a document may have a section of
// its own that is called "Sources".
const notesHeading = "Notes: where each statement comes from"

// sources lists the notes.
func (p *pdfWriter) sources() {
	if len(p.doc.notes) == 0 {
		return
	}
	p.heading(block{kind: blockHeading, level: 1, runs: textRuns(notesHeading), anchor: "sources"})
	style := textStyle{size: 9, color: pdfInk}
	for i, note := range p.doc.notes {
		p.room(style.size * pdfLeading * 2)
		p.f.SetLink(p.link("source "+strconv.Itoa(i+1)), p.y, -1)
		number := p.single(strconv.Itoa(i+1), textStyle{size: 9, color: pdfAccent})
		p.draw(pdfLeft+16-number.width, p.y, number)
		p.paragraph(textRuns(note), style, pdfLeft+24, pdfText-24)
		p.y += 3
	}
}
