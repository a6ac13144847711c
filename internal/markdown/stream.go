package markdown

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// Change is the new HTML of one block. An empty HTML takes the block away.
type Change struct {
	Index int
	HTML  string
}

// Stream renders a text that grows. Only the part that can still change is
// parsed again. It is not safe for concurrent use.
type Stream struct {
	cite Citer
	text []byte
	from int      // offset of the first block that is parsed again
	kept int      // blocks before it
	sent []string // HTML of every block as last returned
}

// NewStream returns an empty Stream; cite may be nil, as for RenderCited.
func NewStream(cite Citer) *Stream { return &Stream{cite: cite} }

// Write appends text and returns the blocks that changed, in order. The last
// block is shown as if its unfinished marks were finished.
func (s *Stream) Write(text string) []Change {
	s.text = append(s.text, text...)
	return s.render(completed)
}

// Replace drops what came and begins again with text. It returns all blocks.
func (s *Stream) Replace(text string) []Change {
	s.text, s.from, s.kept = []byte(text), 0, 0
	shown := len(s.sent)
	s.sent = slices.Repeat([]string{"\x00"}, shown)
	return s.render(completed)
}

// Close renders the last block as it stands: no more text follows.
func (s *Stream) Close() []Change {
	return s.render(func(text string) string { return text })
}

func (s *Stream) render(finish func(string) string) []Change {
	tail := string(s.text[s.from:])
	out := engine()(finish(tail), s.cite)
	changes := s.compare(out.blocks)
	s.advance(out)
	return changes
}

// compare returns how blocks differ from what was sent and remembers them.
func (s *Stream) compare(blocks []Block) []Change {
	var changes []Change
	for i, b := range blocks {
		index := s.kept + i
		switch {
		case index >= len(s.sent):
			s.sent = append(s.sent, b.HTML)
		case s.sent[index] == b.HTML:
			continue
		default:
			s.sent[index] = b.HTML
		}
		changes = append(changes, Change{index, b.HTML})
	}
	for index := s.kept + len(blocks); index < len(s.sent); index++ {
		if s.sent[index] != "" {
			s.sent[index] = ""
			changes = append(changes, Change{index, ""})
		}
	}
	return changes
}

// advance keeps the blocks that no later word can change: those before the
// last block that begins after an empty line and is itself followed by one.
// What the completion adds or cuts lies behind the last empty line, and a
// block that began there on a whole line has ended all that came before it.
func (s *Stream) advance(out parsed) {
	text := s.text[s.from:]
	settled := bytes.LastIndex(text, emptyLine)
	kept, from, before := 0, 0, 0
	for i, start := range out.starts {
		// The parser may not know where a block begins, or name the place of
		// the paragraph that a table was cut from: such a block ends nothing.
		if start <= before || start > settled {
			continue
		}
		before = start
		// Positions count the text as valid UTF-8, so they hold up to the first fault.
		if i > 0 && bytes.HasSuffix(text[:start], emptyLine) && utf8.Valid(text[from:start]) {
			kept, from = i, start
		}
	}
	s.kept += kept
	s.from += from
}

var emptyLine = []byte("\n\n")
