package term_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

func TestTheSameWordGivesTheSameTerm(t *testing.T) {
	for _, same := range [][]string{
		{"requirement", "Requirements", "REQUIREMENT", "ＲＥＱＵＩＲＥＭＥＮＴ", "requirement's"},
		{"Straße", "STRASSE", "strasse"},
		{"café", "cafe\u0301", "CAFE"},
		{"Договор", "ДОГОВОР", "договор"},
		{"file", "ﬁle"},
		{"co\u00adoperate", "cooperate"},
		{"user's", "user’s", "users"},
	} {
		want := term.Terms(same[0])
		for _, other := range same[1:] {
			if got := term.Terms(other); !slices.Equal(got, want) {
				t.Errorf("Terms(%q) = %q, want those of %q: %q", other, got, same[0], want)
			}
		}
	}
}

func TestWordsAreCutWhereAReaderWouldCutThem(t *testing.T) {
	for text, want := range map[string][]string{
		"REQ-0042, rev. 3.5":     {"req", "0042", "rev", "3", "5"},
		"LDT_DTA_Status":         {"ldt", "dta", "status"},
		"要求仕様":                   {"要求", "求仕", "仕様"},
		"税":                      {"税"},
		"the user's data":        {"the", "user", "data"},
		"":                       {},
		" -- \"*:^ \n":           {},
		"\xff\xfe broken \xf0":   {"broken"},
		"Zahlung bis 2024-01-31": {"zahlung", "bis", "2024", "01", "31"},
	} {
		if got := term.Terms(text); !slices.Equal(got, want) {
			t.Errorf("Terms(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestTokensSayWhereTheyStandInCodePoints(t *testing.T) {
	text := "Größe: 要求 x"
	runes := []rune(text)
	var got []string
	for tok := range term.Tokens(text) {
		got = append(got, string(runes[tok.Start:tok.End]))
	}
	if want := []string{"Größe", "要求", "x"}; !slices.Equal(got, want) {
		t.Fatalf("tokens cover %q, want %q", got, want)
	}
}

func TestAQueryIsReadAsWordsAndPhrases(t *testing.T) {
	clause := func(s ...string) ba.Clause { return ba.Clause{Terms: s} }
	for query, want := range map[string][]ba.Clause{
		`refund deadline`:                 {clause("refund"), clause("deadlin")},
		`"refund deadline"`:               {clause("refund", "deadlin")},
		`“refund deadline” invoice`:       {clause("refund", "deadlin"), clause("invoic")},
		`what is the refund deadline?`:    {clause("refund"), clause("deadlin")},
		`"to be or not to be"`:            {clause("to", "be", "or", "not", "to", "be")},
		`REQ-0042`:                        {clause("req", "0042")},
		`the`:                             {clause("the")},
		`"unclosed phrase`:                {clause("unclos"), clause("phrase")},
		`-:*"^`:                           nil,
		`""`:                              nil,
		`NEAR(a b) OR col:x AND NOT "y*"`: {clause("near", "a"), clause("b"), clause("col", "x"), clause("y")},
	} {
		got := term.Parse(query)
		if !equal(got, want) {
			t.Errorf("Parse(%q) = %v, want %v", query, got, want)
		}
	}
}

func TestAnyQueryIsSafeAndBounded(t *testing.T) {
	long := strings.Repeat(`emoji 😀 "phrase `, 2_000)
	got := term.Parse(long)
	if len(got) == 0 || len(got) > term.MaxClauses {
		t.Fatalf("a query of %d bytes gives %d clauses, want 1 to %d", len(long), len(got), term.MaxClauses)
	}
	phrase := term.Parse(`"` + strings.Repeat("word ", 300) + `"`)
	if len(phrase) != 1 || len(phrase[0].Terms) > term.MaxClauseTerms {
		t.Fatalf("a long phrase gives %v", phrase)
	}
}

func TestASnippetShowsAndHighlightsWhatWasFound(t *testing.T) {
	text := strings.Repeat("Nothing of interest stands here. ", 30) +
		"Größere refunds are paid within 14 days after the invoice. " + strings.Repeat("More filler follows. ", 30)
	snippet, marks := term.Snippet(text, term.Parse(`refund "14 days" invoices`), 160)
	if n := utf8.RuneCountInString(snippet); n > 170 {
		t.Errorf("the snippet has %d code points, want about 160", n)
	}
	runes := []rune(snippet)
	var words []string
	for _, m := range marks {
		words = append(words, string(runes[m[0]:m[1]]))
	}
	if want := []string{"refunds", "14 days", "invoice"}; !slices.Equal(words, want) {
		t.Errorf("highlighted %q in %q, want %q", words, snippet, want)
	}
	if !strings.HasPrefix(snippet, "… ") || !strings.HasSuffix(snippet, " …") {
		t.Errorf("the cut ends are not marked: %q", snippet)
	}
}

func TestASnippetOfAShortTextIsTheText(t *testing.T) {
	snippet, marks := term.Snippet("Short\n text", term.Parse("absent"), 80)
	if snippet != "Short text" || len(marks) != 0 {
		t.Errorf("got %q %v", snippet, marks)
	}
}

func FuzzParseAndSnippet(f *testing.F) {
	f.Add(`refund "14 days" REQ-1`, "Refunds within 14 days")
	f.Add("\"", "税率表 ﬁle\u0301")
	f.Add("😀 NEAR/3 *", "\xff\x00")
	f.Fuzz(func(t *testing.T, query, text string) {
		clauses := term.Parse(query)
		if len(clauses) > term.MaxClauses {
			t.Fatalf("%d clauses", len(clauses))
		}
		snippet, marks := term.Snippet(text, clauses, 100)
		n, end := utf8.RuneCountInString(snippet), 0
		for _, m := range marks {
			if m[0] < end || m[1] <= m[0] || m[1] > n {
				t.Fatalf("marks %v of a snippet with %d code points", marks, n)
			}
			end = m[1]
		}
	})
}

func equal(a, b []ba.Clause) bool {
	return slices.EqualFunc(a, b, func(x, y ba.Clause) bool { return slices.Equal(x.Terms, y.Terms) })
}

func BenchmarkTerms(b *testing.B) {
	text := strings.Repeat("The system shall send an invoice to the customer within 14 days. ", 50)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		term.Terms(text)
	}
}
