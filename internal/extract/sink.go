package extract

import (
	"strings"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/ba"
)

// sink normalises, splits, counts and limits the blocks of one document before
// they go to the caller.
type sink struct {
	emit  func(Block) error
	res   *Result
	bytes int
	cells int
}

// put delivers a block. Empty ones are left out.
func (s *sink) put(b Block) error {
	switch b.Kind {
	case Row:
		return s.putRow(b)
	case Code:
		b.Text = cleanCode(b.Text)
	case Heading:
		b.Text = oneLine(b.Text)
	default:
		b.Text = clean(b.Text)
	}
	if strings.TrimSpace(b.Text) == "" {
		return nil
	}
	if len(b.Text) <= MaxBlockChars {
		return s.send(b)
	}
	for _, piece := range cutText(b.Text, MaxBlockChars) {
		b.Text = piece
		if err := s.send(b); err != nil {
			return err
		}
	}
	return nil
}

// putRow delivers a row, as several rows of the same locator where its text is
// longer than a block may be.
func (s *sink) putRow(b Block) error {
	cells := trimCells(b.Cells)
	s.cells += len(cells)
	if s.cells > MaxCells {
		return reject(TooLarge, "The tables of this file have more than 5,000,000 cells. Remove what is not needed, or split the file.")
	}
	if cells == nil {
		return nil
	}
	size := 0
	for _, c := range cells {
		size += len(c) + 3
	}
	if size <= MaxBlockChars {
		b.Cells, b.Text = cells, joinCells(cells)
		return s.send(b)
	}
	return s.splitRow(b, cells)
}

func (s *sink) splitRow(b Block, cells []string) error {
	part, size := make([]string, len(cells)), 0
	flush := func() error {
		if size == 0 {
			return nil
		}
		b.Cells = append([]string(nil), trimCells(part)...)
		b.Text = joinCells(b.Cells)
		clear(part)
		size = 0
		return s.send(b)
	}
	for i, c := range cells {
		for _, piece := range cutText(c, MaxBlockChars/2) {
			n := utf8.RuneCountInString(piece) + 3
			if size+n > MaxBlockChars || part[i] != "" {
				if err := flush(); err != nil {
					return err
				}
			}
			if piece != "" {
				part[i] = piece
				size += n
			}
		}
	}
	return flush()
}

func (s *sink) send(b Block) error {
	s.res.Blocks++
	s.bytes += len(b.Text)
	if s.res.Blocks > MaxBlocks || s.bytes > MaxText {
		return reject(TooLarge, "The file holds more text than can be read (128 MB). Split it into smaller files.")
	}
	s.res.Chars += utf8.RuneCountInString(b.Text)
	return s.emit(b)
}

// trimCells cleans the cells and drops the empty ones at the end; nil where
// none holds anything.
func trimCells(cells []string) []string {
	last := -1
	for i, c := range cells {
		cells[i] = clean(c)
		if cells[i] != "" {
			last = i
		}
	}
	if last < 0 {
		return nil
	}
	return cells[:last+1]
}

// joinCells is the readable form of a row.
func joinCells(cells []string) string {
	var b strings.Builder
	for _, c := range cells {
		if c == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(" | ")
		}
		b.WriteString(c)
	}
	return b.String()
}

// headings tracks the nearest heading for locators.
type headings struct{ current string }

func (h *headings) set(text string) { h.current = shorten(oneLine(text), MaxHeading) }

// at returns l with the nearest heading.
func (h *headings) at(l ba.Locator) ba.Locator {
	l.Heading = h.current
	return l
}

// shorten returns s cut to max code points, with an ellipsis where it was cut.
func shorten(s string, max int) string {
	if utf8.RuneCountInString(s) <= max {
		return s
	}
	n := 0
	for i := range s {
		if n == max-1 {
			return strings.TrimRight(s[:i], " ") + "…"
		}
		n++
	}
	return s
}
