package wire

import (
	"regexp"
	"strings"

	"github.com/ba-assistant/ba-assistant/internal/llm"
)

const (
	maxMsg     = 400 // bytes of a provider's text that are kept
	keyPiece   = 6   // bytes of the key that make a piece of it
	talkPiece  = 12  // bytes of the conversation that make a quote
	quoted     = "[quote]"
	maxScanned = 4 << 10
)

// masked is how providers show a key that they refuse: "sk-****abcd".
var masked = regexp.MustCompile(`\S*\*{2,}\S*`)

// scrub makes a provider's text fit for a log: short, on one line, without the
// key or parts of it, and without what it quotes of the conversation.
func scrub(msg string, key Key, req llm.Request) string {
	if msg == "" {
		return ""
	}
	msg = strings.Join(strings.Fields(msg[:min(len(msg), maxScanned)]), " ")
	msg = cover(msg, keyPiece, hidden, key.Reveal())
	msg = masked.ReplaceAllString(msg, hidden)
	msg = cover(msg, talkPiece, quoted, said(req)...)
	return strings.ToValidUTF8(msg[:min(len(msg), maxMsg)], "")
}

// said returns what people, documents and models said in a request.
func said(req llm.Request) []string {
	texts := []string{req.System}
	for _, m := range req.Messages {
		texts = append(texts, m.Text)
		for _, c := range m.ToolCalls {
			texts = append(texts, string(c.Arguments))
		}
		for _, r := range m.ToolResults {
			texts = append(texts, r.Text)
		}
	}
	return texts
}

// cover replaces every part of msg that shares a piece of n bytes with one of
// the sources.
func cover(msg string, n int, with string, sources ...string) string {
	pieces := make(map[string]bool)
	for i := 0; i+n <= len(msg); i++ {
		pieces[msg[i:i+n]] = false
	}
	for _, s := range sources {
		for i := 0; i+n <= len(s); i++ {
			if _, ok := pieces[s[i:i+n]]; ok {
				pieces[s[i:i+n]] = true
			}
		}
	}
	var b strings.Builder
	for i, until := 0, 0; i < len(msg); i++ {
		if i+n <= len(msg) && pieces[msg[i:i+n]] {
			if i >= until {
				b.WriteString(with)
			}
			until = i + n
		}
		if i >= until {
			b.WriteByte(msg[i])
		}
	}
	return b.String()
}
