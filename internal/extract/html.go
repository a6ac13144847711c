package extract

import (
	"errors"
	"io"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// readHTML delivers headings, paragraphs, list items, table rows and
// preformatted text, with the nearest heading. It reads tokens and builds no
// tree, so that depth costs nothing. A picture is
// read as its alternative text. Scripts, style rules, comments and what a style
// attribute hides are left out; style sheets are not evaluated.
func (j *job) readHTML() error {
	h := &htmlReader{job: j, z: html.NewTokenizer(j.text(sniffHTML(j.src.Data)))}
	h.z.SetMaxBuf(MaxHTMLToken)
	for n := 0; ; n++ {
		kind := h.z.Next()
		if n%4096 == 0 && j.alive() != nil {
			return j.alive()
		}
		if kind == html.ErrorToken {
			return h.end(h.z.Err())
		}
		if err := h.token(kind); err != nil {
			return err
		}
	}
}

// htmlReader is the state between two tokens.
type htmlReader struct {
	*job
	z      *html.Tokenizer
	hidden hiddenElement
	text   strings.Builder // of the open block
	kind   Kind
	level  int
	lists  int // open lists
	pre    int // open preformatted elements
	tables []*htmlTable
}

// hiddenElement is the outermost element whose text is left out.
type hiddenElement struct {
	tag   atom.Atom
	name  string
	depth int // of elements with the same name; zero outside
}

// htmlTable is a table that is open.
type htmlTable struct {
	table  table
	cells  []string
	inCell bool
	header bool // the row has nothing but th
	spans  int  // columns that the open cell covers beyond the first
	queued []Block
}

func (h *htmlReader) end(err error) error {
	if errors.Is(err, html.ErrBufferExceeded) {
		return reject(TooLarge, "The web page has a tag or text of more than 4 MB without an end. Save it as plain text or PDF and upload that.")
	}
	if err != io.EOF {
		return damaged(HTML, err)
	}
	for len(h.tables) > 0 {
		if err := h.closeTable(); err != nil {
			return err
		}
	}
	return h.flush()
}

func (h *htmlReader) token(kind html.TokenType) error {
	switch kind {
	case html.TextToken:
		if h.hidden.depth == 0 {
			h.write(string(h.z.Text()))
		}
	case html.StartTagToken, html.SelfClosingTagToken:
		name, more := h.z.TagName()
		tag := atom.Lookup(name)
		return h.open(tag, string(name), more, kind == html.SelfClosingTagToken)
	case html.EndTagToken:
		name, _ := h.z.TagName()
		return h.close(atom.Lookup(name), string(name))
	}
	return nil
}

// write appends text to the open block; white space is normalised unless it is
// preformatted.
func (h *htmlReader) write(s string) {
	if h.pre == 0 {
		s = strings.Map(func(r rune) rune {
			if r == '\n' || r == '\r' || r == '\t' || r == '\f' {
				return ' '
			}
			return r
		}, s)
	}
	h.text.WriteString(s)
}

// open handles a start tag.
func (h *htmlReader) open(tag atom.Atom, name string, more, selfClosing bool) error {
	if h.hidden.depth > 0 {
		h.openHidden(tag, name, selfClosing)
		if h.hidden.depth > 0 {
			return nil
		}
	}
	attrs := h.attributes(more)
	if leftOut[tag] || attrs.hidden {
		if !voidElements[tag] && !selfClosing {
			h.hidden = hiddenElement{tag: tag, name: name, depth: 1}
		}
		return nil
	}
	if level := headingLevel(tag); level > 0 {
		return h.begin(Heading, level)
	}
	switch tag {
	case atom.Br:
		h.text.WriteByte('\n')
	case atom.Ul, atom.Ol, atom.Menu, atom.Dir:
		h.lists++
		return h.flush()
	case atom.Li:
		return h.begin(ListItem, max(h.lists-1, 0))
	case atom.Pre, atom.Listing, atom.Xmp:
		h.pre++
		return h.begin(Code, 0)
	case atom.Table:
		return h.openTable()
	case atom.Tr:
		return h.openRow()
	case atom.Td, atom.Th:
		return h.openCell(tag, attrs.span)
	case atom.Title:
		return h.begin(Heading, 1)
	case atom.Img:
		h.write(" " + attrs.alt + " ")
	default:
		if blocks[tag] {
			return h.begin(Paragraph, 0)
		}
	}
	return nil
}

// openHidden follows elements inside a hidden one, and ends it where a hidden
// paragraph, cell or item is closed by the start of another.
func (h *htmlReader) openHidden(tag atom.Atom, name string, selfClosing bool) {
	switch {
	case name == h.hidden.name && impliedEnd[tag]:
		h.hidden.depth = 0
	case h.hidden.tag == atom.P && closesParagraph(tag):
		h.hidden.depth = 0
	case name == h.hidden.name && !selfClosing:
		h.hidden.depth++
	}
}

// closesParagraph reports the start tags that end an open paragraph (HTML
// Standard, 13.2.6.4.7).
func closesParagraph(tag atom.Atom) bool {
	switch tag {
	case atom.Table, atom.Ul, atom.Ol, atom.Menu, atom.Dir, atom.Li, atom.Pre, atom.Listing, atom.Xmp:
		return true
	}
	return blocks[tag] || headingLevel(tag) > 0
}

// close handles an end tag.
func (h *htmlReader) close(tag atom.Atom, name string) error {
	if h.hidden.depth > 0 {
		if name == h.hidden.name {
			h.hidden.depth--
		} else if (tag == atom.Table || tag == atom.Tr) && impliedEnd[h.hidden.tag] || tag == atom.Body {
			h.hidden.depth = 0
		}
		return nil
	}
	switch tag {
	case atom.Ul, atom.Ol, atom.Menu, atom.Dir:
		h.lists = max(h.lists-1, 0)
		return h.flush()
	case atom.Pre, atom.Listing, atom.Xmp:
		err := h.flush()
		h.pre = max(h.pre-1, 0)
		return err
	case atom.Table:
		return h.closeTable()
	case atom.Tr:
		return h.closeRow()
	case atom.Td, atom.Th:
		return h.closeCell()
	}
	if blocks[tag] || headingLevel(tag) > 0 || tag == atom.Li || tag == atom.Title {
		return h.flush()
	}
	return nil
}

// begin ends the open block and starts one of the given kind.
func (h *htmlReader) begin(kind Kind, level int) error {
	if err := h.flush(); err != nil {
		return err
	}
	h.kind, h.level = kind, level
	return nil
}

// flush ends the open block. Inside a table cell it becomes a line of the cell.
func (h *htmlReader) flush() error {
	kind, level, text := h.kind, h.level, h.text.String()
	h.kind, h.level = Paragraph, 0
	h.text.Reset()
	if strings.TrimSpace(text) == "" {
		return nil
	}
	b := Block{Kind: kind, Level: level, Text: text}
	if t := h.cell(); t != nil {
		t.cells[len(t.cells)-1] += "\n" + text
		t.queued = append(t.queued, b)
		return nil
	}
	return h.deliver(b)
}

func (h *htmlReader) deliver(b Block) error {
	if b.Kind == Heading {
		return h.heading(b.Level, b.Text, b.Locator)
	}
	if b.Kind == "" {
		b.Kind = Paragraph
	}
	b.Locator = h.headings.at(b.Locator)
	return h.out.put(b)
}
