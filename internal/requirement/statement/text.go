package statement

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/internal/extract"
)

// FindText returns the requirement statements of a message or of a passage. Each
// line is read as a paragraph, an item, a heading ("# ") or a table row (cells
// joined by " | "). Spans are in bytes of the text; First and Last are 0.
func FindText(text string) []Candidate {
	var blocks []extract.Block
	var starts []int
	at := 0
	for line := range strings.Lines(text) {
		// A block keeps the white space around its words, so that places add up.
		blocks = append(blocks, blockOf(strings.TrimSuffix(line, "\n")))
		starts = append(starts, at)
		at += len(line)
	}
	found := Find(blocks)
	for i := range found {
		c := &found[i]
		c.Start += starts[c.First]
		c.End += starts[c.First]
		if c.Lead != nil {
			c.Lead = &Span{0, c.Lead.Start + starts[c.Lead.Block], c.Lead.End + starts[c.Lead.Block]}
		}
		c.First, c.Last = 0, 0
	}
	return found
}

// blockOf tells from its marks what a line is; a blank one is no text.
func blockOf(line string) extract.Block {
	b := extract.Block{Kind: extract.Paragraph, Text: line}
	trimmed := strings.TrimSpace(line)
	switch {
	case trimmed == "":
		b.Kind = extract.Margin
	case strings.HasPrefix(trimmed, "#"):
		b.Kind = extract.Heading
		b.Level = len(trimmed) - len(strings.TrimLeft(trimmed, "#"))
	case strings.Contains(line, " | "):
		b.Kind = extract.Row
		for _, c := range strings.Split(line, " | ") {
			b.Cells = append(b.Cells, strings.Trim(c, " \t\r|"))
		}
	case listMark(trimmed) > 0:
		b.Kind = extract.ListItem
	}
	return b
}

// Is reports whether a sentence, taken alone, states a requirement, and by
// which rule.
func Is(sentence string) (Rule, bool) {
	r := setting{alone: true}.judge(sentence, wordsOf(sentence))
	return r, r != ""
}
