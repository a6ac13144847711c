package extract

import (
	"math"
	"strings"
)

// pdfLine is a line of text on a page, turned like its glyphs.
type pdfLine struct {
	text           string
	first          int // index on the page of its first visible character
	x0, x1, y0, y1 float64
	turn           int
	size           float64 // of the font in points
	bold           bool
	hyphen         bool      // it ends within a word; the hyphen itself is left out
	cells          []pdfCell // what gaps part the line into, at least one
	tabular        bool      // a gap is wide: no space between words
	wordWidth      float64   // of its first word
}

// pdfCell is a part of a line between wide gaps.
type pdfCell struct {
	text   string
	x0, x1 float64
}

// Gaps in heights of the letters: cellGap may part cells where the lines around
// agree, wideGap is wider than a space between words can be.
const (
	cellGap = 1.3
	wideGap = 2.2
)

// newLine makes a line of glyphs; start is the index of the first on the page.
// It reports false where nothing is visible.
func newLine(glyphs []pdfGlyph, start int) (pdfLine, bool) {
	l := pdfLine{first: -1}
	for i, g := range glyphs {
		if g.blank {
			continue
		}
		if l.first < 0 {
			l = pdfLine{first: start + i, x0: g.x0, x1: g.x1, y0: g.y0, y1: g.y1, turn: g.turn}
		}
		l.x0, l.x1 = min(l.x0, g.x0), max(l.x1, g.x1)
		l.y0, l.y1 = min(l.y0, g.y0), max(l.y1, g.y1)
	}
	if l.first < 0 {
		return l, false
	}
	if last := len(glyphs) - 1; glyphs[last].r == hyphenMark {
		l.hyphen = true
		glyphs = glyphs[:last]
	}
	glyphs = dropFalseSpaces(glyphs, (l.y1-l.y0)*0.08)
	l.wordWidth = firstWord(glyphs)
	l.fill(glyphs)
	return l, strings.TrimSpace(l.text) != ""
}

// dropFalseSpaces leaves out the spaces that PDFium made up, which have no width,
// between letters that touch: kerned text is full of them.
func dropFalseSpaces(glyphs []pdfGlyph, touch float64) []pdfGlyph {
	out := make([]pdfGlyph, 0, len(glyphs))
	for i, g := range glyphs {
		if g.blank && g.x0 == g.x1 && i > 0 && i+1 < len(glyphs) && !glyphs[i-1].blank && !glyphs[i+1].blank &&
			direction(glyphs[i-1].r) != toLeft && math.Abs(glyphs[i+1].x0-glyphs[i-1].x1) < touch {
			continue
		}
		out = append(out, g)
	}
	return out
}

// firstWord returns the width of the first word.
func firstWord(glyphs []pdfGlyph) float64 {
	x0, x1, begun := 0.0, 0.0, false
	for _, g := range glyphs {
		if g.blank && begun {
			break
		}
		if !g.blank {
			if !begun {
				x0, begun = g.x0, true
			}
			x1 = g.x1
		}
	}
	return x1 - x0
}

// fill sets the text of a line and its cells.
func (l *pdfLine) fill(glyphs []pdfGlyph) {
	if mostlyRightToLeft(glyphs) {
		l.text = rightToLeft(glyphs)
		l.cells = []pdfCell{{l.text, l.x0, l.x1}}
		return
	}
	height := l.y1 - l.y0
	var whole strings.Builder
	var cell cellWriter
	begun, turned := false, false // turned: inside a word that runs to the left
	for _, g := range glyphs {
		was := turned
		turned = !g.blank && direction(g.r) == toLeft || g.blank && turned
		if gap := g.x0 - cell.x1; !g.blank && begun && !was && !turned && gap > cellGap*height {
			l.tabular = l.tabular || gap > wideGap*height
			cell.end()
			whole.WriteByte(' ')
		}
		begun = begun || !g.blank
		whole.WriteRune(g.r)
		cell.write(g)
	}
	cell.end()
	l.text, l.cells = whole.String(), cell.done
	if len(l.cells) > maxCells {
		l.cells, l.tabular = []pdfCell{{l.text, l.x0, l.x1}}, false
	}
}

// cellWriter collects cells glyph by glyph.
type cellWriter struct {
	pdfCell
	buf  strings.Builder
	done []pdfCell
}

func (c *cellWriter) write(g pdfGlyph) {
	if !g.blank {
		if strings.TrimSpace(c.buf.String()) == "" {
			c.x0 = g.x0
		}
		c.x1 = g.x1
	}
	c.buf.WriteRune(g.r)
}

func (c *cellWriter) end() {
	if c.text = strings.TrimSpace(c.buf.String()); c.text != "" {
		c.done = append(c.done, c.pdfCell)
	}
	c.buf.Reset()
}
