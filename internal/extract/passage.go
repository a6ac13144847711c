package extract

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Sizes of passages in code points; an ideograph counts for three, as what it
// says is about a word. 1,500 are some 250 English words.
const (
	passageSize  = 1_500 // a passage this long takes no further block
	passageMost  = 2_400
	passageLeast = 100 // a shorter one goes on over a heading
)

// Passage is a piece of a document that can be found and cited. Text is the
// blocks' own, one under the other; rows of a table come after the row that
// names their columns, even where that stands outside of the passage.
type Passage struct {
	Text       string
	Locator    ba.Locator // of its first block
	FirstBlock int        // counted from 0 in the document
	LastBlock  int
}

// Cutter cuts the blocks of a document into passages: at headings, at the ends of
// pages and sheets, so that the locator holds for the whole, and within long
// blocks at sentence ends. A sentence that goes on over the end of a page stays
// whole. The zero value with Emit set is ready for one document.
type Cutter struct {
	Emit func(Passage) error

	index  int // of the next block
	open   Passage
	text   strings.Builder
	size   int
	last   Block
	header Block // names the columns of the rows that come
	margin map[string]bool
}

// Add takes the next block. Page heads and feet that came before are left out:
// they would be found once for each page.
func (c *Cutter) Add(b Block) error {
	i := c.index
	c.index++
	if b.Kind == Margin && c.known(b.Text) {
		return nil
	}
	c.follow(b)
	if c.breaks(b) {
		if err := c.Flush(); err != nil {
			return err
		}
	}
	for _, piece := range pieces(c.textOf(b)) {
		if c.size >= passageSize || c.size >= passageLeast && c.size+weight(piece) > passageMost {
			if err := c.Flush(); err != nil {
				return err
			}
		}
		c.write(b, i, piece)
	}
	c.last = b
	return nil
}

// Flush ends the open passage. It is called once more after the last block.
func (c *Cutter) Flush() error {
	if c.size == 0 {
		return nil
	}
	c.open.Text = c.text.String()
	p := c.open
	c.text.Reset()
	c.open, c.size = Passage{}, 0
	return c.Emit(p)
}

// known reports whether a page head or foot came before; numbers don't count.
func (c *Cutter) known(text string) bool {
	key := edgeKey(text)
	if c.margin[key] {
		return true
	}
	if c.margin == nil {
		c.margin = map[string]bool{}
	}
	if len(c.margin) < MaxListedPages {
		c.margin[key] = true
	}
	return false
}

// follow keeps the row that names the columns, until its table is over.
func (c *Cutter) follow(b Block) {
	switch {
	case b.Kind != Row || b.Locator.Sheet != c.last.Locator.Sheet || len(b.Cells) > len(c.header.Cells):
		c.header = Block{}
	}
	if b.Kind == Row && b.Header {
		c.header = b
	}
}

// breaks reports whether b begins a passage of its own.
func (c *Cutter) breaks(b Block) bool {
	switch {
	case c.size == 0:
		return false
	case b.Locator.Sheet != c.open.Locator.Sheet:
		return true
	case b.Locator.Page != c.open.Locator.Page:
		begun := b.Locator.Page == c.last.Locator.Page // the rest of a sentence was taken
		return begun || b.Kind == Heading || c.last.Kind != Paragraph || !goesOn(c.last.Text, b.Text)
	case b.Kind == Heading && c.last.Kind != Heading:
		return c.size >= passageLeast
	}
	return false
}

func (c *Cutter) write(b Block, index int, text string) {
	if c.size == 0 {
		c.open = Passage{Locator: b.Locator, FirstBlock: index}
		if b.Kind == Row && !b.Header && c.header.Text != "" && weight(c.header.Text) < passageSize/3 {
			c.append(c.textOf(c.header))
		}
	}
	c.append(text)
	c.open.LastBlock = index
}

// maxAligned is how many columns a row may have whose empty cells are kept.
const maxAligned = 24

// textOf returns the text of a block. Under a row that names the columns, a row
// keeps its empty cells ("D01 | Late fee |  | 50 %"), so that a reader can tell
// which column each value is of; those at its end are left out.
func (c *Cutter) textOf(b Block) string {
	if b.Kind != Row || c.header.Text == "" || len(c.header.Cells) > maxAligned || !slices.Contains(b.Cells, "") {
		return b.Text
	}
	return strings.Join(b.Cells, " | ")
}

func (c *Cutter) append(text string) {
	if c.text.Len() > 0 {
		c.text.WriteByte('\n')
	}
	c.text.WriteString(text)
	c.size += weight(text)
}

// pieces cuts a long block at sentence ends.
func pieces(text string) []string {
	w := weight(text)
	if w <= passageSize {
		return []string{text}
	}
	n := utf8.RuneCountInString(text)
	return cutText(text, max(n*passageSize/w, passageSize/3))
}

// weight is the size of a text as the limits count it.
func weight(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x2E80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
			n += 2
		}
	}
	return n
}
