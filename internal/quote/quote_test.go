package quote_test

import (
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/quote"
)

func TestAQuoteIsFoundWhateverTheSpacesAndLineEnds(t *testing.T) {
	for _, c := range []struct{ text, words, want string }{
		{"The system shall  export\n\tinvoices.", "shall export invoices", "shall  export\n\tinvoices"},
		{"A  b", " A b ", "A  b"},
		{"Grüße an\u00a0alle", "Grüße an alle", "Grüße an\u00a0alle"},
		{"costs 500 EUR", "costs 500", "costs 500"},
		{"at 1.5. Then", "at 1.5", "at 1.5"},
		{"系统必须导出发票", "必须导出", "必须导出"},
		{"limit is 500, limit is 50", "limit is 50", "limit is 50"},
	} {
		start, end, found := quote.Find(c.text, c.words)
		if !found || c.text[start:end] != c.want {
			t.Errorf("%q in %q: %v, %d to %d", c.words, c.text, found, start, end)
		}
	}
}

func TestWhatIsNotThereLetterByLetterIsNotFound(t *testing.T) {
	for _, c := range []struct{ text, words string }{
		{"The system shall export invoices.", "the system shall export"},
		{"The system shall export invoices.", "shall export invoice"},
		{"The system shall export invoices.", "shall exporT invoices"},
		{"limit is 500", "limit is 50"}, {"limit is 1.5", "limit is 1"}, {"limit is 1,000", "limit is 1"},
		{"1,500 users", "500 users"}, {"from 10:30", "from 10"}, {"unable to pay", "able to pay"},
		{"one two", "one  ... two"}, {"a", ""}, {"...", "..."}, {"", "a"}, {"a\xffb", "a"},
	} {
		if _, _, found := quote.Find(c.text, c.words); found {
			t.Errorf("%q was found in %q", c.words, c.text)
		}
	}
}

func FuzzAQuoteIsAPieceOfItsText(f *testing.F) {
	f.Add("The  limit is\n500.", "limit is 500")
	f.Add("1.5", "1")
	f.Fuzz(func(t *testing.T, text, words string) {
		start, end, found := quote.Find(text, words)
		if !found {
			return
		}
		if start < 0 || end > len(text) || start >= end || quote.Flat(text[start:end]) != quote.Flat(words) {
			t.Errorf("%d to %d of %q for %q", start, end, text, words)
		}
	})
}
