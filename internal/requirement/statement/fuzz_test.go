package statement_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/extract"
	"github.com/ba-assistant/ba-assistant/internal/requirement/statement"
)

// FuzzFind holds what the package promises for any input: quotes are verbatim,
// spans lie inside, and a second look gives the same.
func FuzzFind(f *testing.F) {
	for _, s := range []string{
		"The system shall:\na) send a reminder;\nb) block the card.",
		"# Requirements\n\nFR-1 | The system must log in users within 2 s (M) | Rationale",
		"3.1 Scope\n3.1.1 Wenn der Akku leer ist, muss das Gerät warnen.\r\n• x",
		"As a user, I want to pay, so that I own it. Rationale: none.\n\n- must must shall\n  - (a)",
		"If a: b, the ’TCS’ shall. (M) Title\n1. shall:\n2. \xff must be\n",
	} {
		f.Add(s, uint16(0))
		f.Add(s, uint16(0x3a51))
	}
	f.Fuzz(func(t *testing.T, text string, kinds uint16) {
		for _, c := range statement.FindText(text) {
			checkFields(t, c)
			if text[c.Start:c.End] != c.Quote {
				t.Fatalf("the span gives %q, the quote is %q", text[c.Start:c.End], c.Quote)
			}
			if c.Lead != nil {
				_ = text[c.Lead.Start:c.Lead.End]
			}
		}
		blocks := blocksOf(text, kinds)
		found := statement.Find(blocks)
		for i, c := range found {
			checkFields(t, c)
			checkPlace(t, blocks, c)
			if c.SameAs >= i {
				t.Fatalf("candidate %d is the same as %d", i, c.SameAs)
			}
		}
		if again := statement.Find(blocks); !reflect.DeepEqual(found, again) {
			t.Fatal("a second look gives something else")
		}
	})
}

// blocksOf makes a block of each line; kinds chooses what they are.
func blocksOf(text string, kinds uint16) []extract.Block {
	all := []extract.Kind{extract.Paragraph, extract.Heading, extract.ListItem, extract.Row, extract.Margin, extract.Note}
	var blocks []extract.Block
	for i, line := range strings.Split(text, "\n") {
		b := extract.Block{Kind: all[(i+int(kinds>>(i%12)))%len(all)], Text: line, Level: i % 4, Locator: ba.Locator{Page: i / 5}}
		if b.Kind == extract.Row {
			b.Cells = strings.Split(line, " | ")
			b.Header = kinds%3 == 0
		}
		blocks = append(blocks, b)
	}
	return blocks
}

func checkPlace(t *testing.T, blocks []extract.Block, c statement.Candidate) {
	t.Helper()
	var texts []string
	for _, b := range blocks[c.First : c.Last+1] {
		texts = append(texts, b.Text)
	}
	if joined := strings.Join(texts, "\n"); joined[c.Start:c.End] != c.Quote {
		t.Fatalf("the span gives %q, the quote is %q", joined[c.Start:c.End], c.Quote)
	}
	if c.Lead != nil {
		if c.Lead.Block < 0 || c.Lead.Block >= len(blocks) {
			t.Fatalf("the lead %+v is outside", c.Lead)
		}
	}
}

func checkFields(t *testing.T, c statement.Candidate) {
	t.Helper()
	switch {
	case c.Text == "" || c.Quote == "" || strings.TrimSpace(c.Quote) != c.Quote:
		t.Fatalf("text %q, quote %q", c.Text, c.Quote)
	case strings.ContainsAny(c.Text, "\n\r"):
		t.Fatalf("the statement %q has several lines", c.Text)
	case !c.Type.Valid() || c.Quality != "" && !c.Quality.Valid() || c.Priority != "" && !c.Priority.Valid():
		t.Fatalf("type %q, quality %q, priority %q", c.Type, c.Quality, c.Priority)
	case (c.Type == ba.RequirementQuality) != (c.Quality != ""):
		t.Fatalf("type %q with quality %q", c.Type, c.Quality)
	case c.Rule.Reason() == "" || c.Pattern == "":
		t.Fatalf("rule %q, pattern %q", c.Rule, c.Pattern)
	case (c.Pattern == statement.Ubiquitous) != (len(c.Conditions) == 0):
		t.Fatalf("pattern %q with conditions %v", c.Pattern, c.Conditions)
	}
}
