package markdown

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// closer walks over the inline text of one unfinished block and knows which
// marks are open.
type closer struct {
	text string
	pos  int
	open []mark // of emphasis, outermost first
	cut  int    // where to cut an unfinished link, or -1
	tail string // what replaces the part that was cut, or is appended
}

// mark is an opening run of *, _ or ~ and where its content begins.
type mark struct {
	run   string
	begin int
}

func newCloser(text string) *closer { return &closer{text: text, cut: -1} }

// finish returns the text with its open marks closed.
func (c *closer) finish() string {
	for c.pos < len(c.text) && c.cut < 0 {
		switch ch := c.text[c.pos]; ch {
		case '\\':
			c.pos += 2
		case '`':
			c.code()
		case '[':
			c.link()
		case '*', '_', '~':
			c.emphasis(ch)
		default:
			c.pos++
		}
	}
	out := c.text
	if c.cut >= 0 {
		out = c.text[:c.cut]
	}
	return c.closeEmphasis(out + c.tail)
}

// closeEmphasis appends the ends of open marks, or takes a mark away that has
// nothing after it yet.
func (c *closer) closeEmphasis(out string) string {
	for i := len(c.open) - 1; i >= 0; i-- {
		trimmed := strings.TrimRight(out, " \t\n")
		if len(trimmed) <= c.open[i].begin {
			out = strings.TrimSuffix(trimmed, c.open[i].run)
			continue
		}
		out = trimmed + c.open[i].run
	}
	return out
}

func (c *closer) code() {
	run := runLength(c.text[c.pos:], '`')
	ticks := c.text[c.pos : c.pos+run]
	rest := c.text[c.pos+run:]
	if end := strings.Index(rest, ticks); end >= 0 {
		c.pos += run + end + run
		return
	}
	c.cut, c.tail = len(c.text), ticks
	if trimmed := strings.TrimRight(rest, "`"); strings.TrimSpace(trimmed) == "" {
		c.cut, c.tail = c.pos, ""
	} else if trimmed != rest {
		c.cut = c.pos + run + len(trimmed) // part of the closing mark has come
	}
}

// link steps over a whole link or bracket; an unfinished one ends the walk.
func (c *closer) link() {
	rest := c.text[c.pos+1:]
	end := strings.IndexByte(rest, ']')
	if end < 0 {
		c.cut = c.pos
		if strings.Trim(rest, "0123456789 ") != "" {
			c.tail = newCloser(rest).finish()
		}
		c.dropBang()
		return
	}
	after := rest[end+1:]
	if number, _ := citationNumber([]byte(c.text[c.pos:])); number > 0 && after == "" {
		c.pos += end + 2
		return
	}
	if after != "" && after[0] != '(' || strings.Contains(after, ")") {
		c.pos++ // the words of a link may hold marks of their own
		return
	}
	c.cut, c.tail = c.pos, newCloser(rest[:end]).finish()
	c.dropBang()
}

// dropBang takes the exclamation mark of an image away with its bracket.
func (c *closer) dropBang() {
	if c.cut > 0 && c.text[c.cut-1] == '!' {
		c.cut--
	}
}

func (c *closer) emphasis(ch byte) {
	run := runLength(c.text[c.pos:], ch)
	found := mark{c.text[c.pos : c.pos+run], c.pos + run}
	before, _ := utf8.DecodeLastRuneInString(c.text[:c.pos])
	after, _ := utf8.DecodeRuneInString(c.text[c.pos+run:])
	c.pos += run
	atEnd := c.pos >= len(c.text)
	if n := len(c.open); n > 0 && strings.HasPrefix(c.open[n-1].run, found.run) && !unicode.IsSpace(before) {
		if c.open[n-1].run = c.open[n-1].run[run:]; c.open[n-1].run == "" {
			c.open = c.open[:n-1]
		}
		return
	}
	opens := before == utf8.RuneError || unicode.IsSpace(before) || unicode.IsPunct(before)
	if opens && run <= 3 && (atEnd || !unicode.IsSpace(after)) && (ch != '~' || run == 2) {
		c.open = append(c.open, found)
	}
}

func runLength(s string, ch byte) int {
	n := 0
	for n < len(s) && s[n] == ch {
		n++
	}
	return n
}
