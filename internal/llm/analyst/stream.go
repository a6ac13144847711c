package analyst

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// writer yields the deltas of one call.
type writer struct {
	ctx   context.Context
	pace  time.Duration
	wait  llm.Wait
	yield func(llm.Delta, error) bool
	input int64 // words of the request
}

// calls asks for tools.
func (w writer) calls(calls []llm.ToolCall) {
	var output int64
	for _, c := range calls {
		output += countWords(string(c.Arguments))
		if !w.yield(llm.Delta{Kind: llm.DeltaToolCall, ToolCall: c}, nil) {
			return
		}
	}
	w.stop(output, llm.StopTools, "tools")
}

// text yields the answer word by word, at most limit of them where it is set.
func (w writer) text(text string, limit int) {
	var output int64
	for text != "" {
		if limit > 0 && output >= int64(limit) {
			w.stop(output, llm.StopLength, "length")
			return
		}
		if err := w.wait(w.ctx, w.pace); err != nil {
			w.yield(llm.Delta{}, err)
			return
		}
		var piece string
		piece, text = nextPiece(text)
		output++
		if !w.yield(llm.Delta{Kind: llm.DeltaText, Text: piece}, nil) {
			return
		}
	}
	w.stop(output, llm.StopEnd, "end")
}

func (w writer) stop(output int64, s llm.Stop, reason string) {
	if err := w.ctx.Err(); err != nil {
		w.yield(llm.Delta{}, err)
		return
	}
	usage := ba.Usage{InputTokens: w.input, OutputTokens: output}
	if w.yield(llm.Delta{Kind: llm.DeltaUsage, Usage: usage}, nil) {
		w.yield(llm.Delta{Kind: llm.DeltaStop, Stop: s, StopReason: reason}, nil)
	}
}

// maxPiece bounds a piece of text without spaces, in bytes.
const maxPiece = 80

// nextPiece cuts a word with the space after it from the front of s.
func nextPiece(s string) (piece, rest string) {
	inSpace := false
	for i, r := range s {
		switch space := unicode.IsSpace(r); {
		case space:
			inSpace = true
		case inSpace && i > 0, i >= maxPiece:
			return s[:i], s[i:]
		}
	}
	return s, ""
}

// rest returns what of the answer is still to be sent after begun. Where the
// documents changed in between, so that the answer is another one, it says so
// and gives the whole of it.
func rest(text, begun string) string {
	if begun == "" {
		return text
	}
	if after, ok := strings.CutPrefix(text, begun); ok {
		return after
	}
	if at, ok := matchApartFromNumbers(text, begun); ok {
		return text[at:]
	}
	return "\n\n---\n\nWhat I found has changed since the part above was written. Here is the whole answer again.\n\n" + text
}

// matchApartFromNumbers reports whether begun begins text when citation numbers
// are disregarded: a continued turn may number its passages anew. It returns
// the place in text where begun ends.
func matchApartFromNumbers(text, begun string) (int, bool) {
	i, j := 0, 0
	for j < len(begun) {
		if n, m := citation(text[i:]), citation(begun[j:]); n > 0 && m > 0 {
			i, j = i+n, j+m
			continue
		}
		if i >= len(text) || text[i] != begun[j] {
			return 0, false
		}
		i, j = i+1, j+1
	}
	for i < len(text) && !utf8.RuneStart(text[i]) {
		i++
	}
	return i, true
}

// citation returns the length of a citation such as "[12]" at the start of s, or zero.
func citation(s string) int {
	end := strings.IndexByte(s, ']')
	if len(s) < 3 || s[0] != '[' || end < 2 || end > 4 {
		return 0
	}
	for _, c := range s[1:end] {
		if c < '0' || c > '9' {
			return 0
		}
	}
	return end + 1
}

// countRequest returns the words of all that a request carries.
func countRequest(req llm.Request) int64 {
	n := countWords(req.System)
	for _, m := range req.Messages {
		n += countWords(m.Text)
		for _, c := range m.ToolCalls {
			n += countWords(string(c.Arguments))
		}
		for _, r := range m.ToolResults {
			n += countWords(r.Text)
		}
	}
	return n
}

// countWords counts runs without white space; a run without spaces counts once
// for each maxPiece bytes, as it is sent.
func countWords(s string) int64 {
	var n int64
	for word := range strings.FieldsSeq(s) {
		n += int64((len(word) + maxPiece - 1) / maxPiece)
	}
	return n
}
