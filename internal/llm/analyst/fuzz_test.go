package analyst

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

// FuzzAnyMessageHasAnAnswer says anything over any document, after any earlier
// answer: there is a text, it is valid, and it is the same again.
func FuzzAnyMessageHasAnAnswer(f *testing.F) {
	f.Add("How long does it take, and what does it cost?", "Code | Minutes | Price\nA1 |  | 3,50 €\n1.2 Scope\nMara: Ten days? No. Only 5 %.", "**Users (2 of 11):** Who?")
	f.Add("draft user stories about *it*", "REQ-1 The `system` shall: \n- a\n- b", "> \"x\" [1]\n**Finding 1 of 2: a**")
	f.Add("compare a and b", " | \n|\nx | y", "")
	f.Add("½ \xff\x00 借书 how many “", "\"", "[1]")
	f.Fuzz(func(t *testing.T, said, document, before string) {
		if len(said)+len(document)+len(before) > 20_000 {
			return
		}
		s := &shelf{holders: make(map[string]map[int]bool), documents: []prompt.Document{{Document: "a_b*.md", Format: "md", Status: "ready"}}}
		s.put(prompt.Passage{Document: "a_b*.md", Locator: "page 1", Text: strings.ToValidUTF8(document, "")})
		s.put(prompt.Passage{Document: "other.txt", Locator: "Scope", Text: strings.ToValidUTF8(document, "") + " shall 5 days"})
		answer := func() string {
			c := &chat{shelf: s, mode: ba.ModeRefinement}
			c.history = historyOf("start", before)
			return c.say(t, said)
		}
		got := answer()
		if got == "" || !utf8.ValidString(got) {
			t.Fatalf("%q is answered with %q", said, got)
		}
		if again := answer(); again != got {
			t.Fatalf("%q is answered with %q, and then with %q", said, got, again)
		}
	})
}

func TestAMessageAtTheLimitIsAnsweredInShort(t *testing.T) {
	s := library(t)
	for _, said := range []string{
		strings.Repeat("The kiosk shall print a receipt within 5 seconds, and readers can extend loans. ", ba.MaxMessageLen/80),
		strings.Repeat("a", ba.MaxMessageLen),
		strings.Repeat("what is 5 ? ", ba.MaxMessageLen/12),
		strings.Repeat("\"(", ba.MaxMessageLen/2),
	} {
		c := &chat{shelf: s}
		if answer := c.say(t, said); len(answer) == 0 || len(answer) > 20_000 {
			t.Errorf("%.40q is answered with %d bytes", said, len(answer))
		}
	}
}
