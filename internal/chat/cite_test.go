package chat

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/ba"
)

func TestMarksAreReadAsThePageReadsThem(t *testing.T) {
	for text, want := range map[string][]int{
		"So [1] and [23][4].":           {1, 23, 4},
		"End [999]":                     {999},
		"[0] [01] [1000] [2026] [x] []": nil,
		"[1](https://example.com) [2]":  {2},
		"`a[1]` and [2]":                {2},
		"```\na[1]\n```\nthen [2]":      {2},
		"~~~ go\na[1]\n~~~\n[3]":        {3},
		"[1\n2] [[3]]":                  {3},
		"in [5":                         nil,
	} {
		var got []int
		for _, k := range marksIn(text, true) {
			got = append(got, k.n)
			if text[k.start] != '[' || text[k.end-1] != ']' {
				t.Errorf("%q: the mark is %q", text, text[k.start:k.end])
			}
		}
		if len(got) != len(want) || !equal(got, want) {
			t.Errorf("%q has the marks %v, want %v", text, got, want)
		}
	}
	if got := marksIn("So [1]", false); got != nil {
		t.Errorf("a mark that may still become a link is one: %v", got)
	}
}

func equal(a, b []int) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestAQuoteIsVerbatimInThePassage(t *testing.T) {
	passage := "Refunds are paid within ten\n  working days after the return. Fees of the bank are borne by the customer!\n\nParcels arrive on Mondays (v2.1 of the plan)."
	for before, want := range map[string]string{
		`Refunds take "ten working days" `:                                    "ten\n  working days",
		`Refunds take “within ten working days”, `:                            "within ten\n  working days",
		`Die Frist ist „ten working days“ `:                                   "ten\n  working days",
		`Le délai : « ten working days ». `:                                   "ten\n  working days",
		`It says **"Parcels arrive on Mondays"** `:                            "Parcels arrive on Mondays",
		`"Fees of the bank are borne by the customer!" `:                      "Fees of the bank are borne by the customer!",
		`It says "Parcels arrive on Mondays." `:                               "Parcels arrive on Mondays",
		`The customer pays the bank's fees `:                                  "Fees of the bank are borne by the customer!",
		`He said "something else entirely" about parcels on Mondays `:         "Parcels arrive on Mondays (v2.1 of the plan).",
		`First about parcels. The fees of the bank are for the customer. [1]`: "Fees of the bank are borne by the customer!",
		``: "Refunds are paid within ten\n  working days after the return.",
	} {
		got := quoteFor(before, passage)
		if got != want {
			t.Errorf("%q is quoted as %q, want %q", before, got, want)
		}
	}
}

func TestAQuoteStaysWithinItsRow(t *testing.T) {
	passage := "Item | Rule | Level\nV6.1 | Verify the cipher. See the guide. | 2\nV6.2 | Verify the nonce. It is used once. | 3"
	if got := quoteFor("The nonce is used once ", passage); got != "V6.2 | Verify the nonce. It is used once. | 3" {
		t.Errorf("got %q", got)
	}
}

func TestALongRowIsQuotedInPart(t *testing.T) {
	row := strings.Repeat("wide cell ", 100)
	passage := "Head | Row\n" + row + "\nTotal | 12 EUR"
	if got := quoteFor("The total is 12 EUR ", passage); got != "Total | 12 EUR" {
		t.Errorf("quoted %q", got)
	}
	if got := quoteFor("a wide cell ", passage); utf8.RuneCountInString(got) > maxQuote || !strings.Contains(passage, got) || got == "" {
		t.Errorf("quoted %q", got)
	}
}

func FuzzAQuoteIsAlwaysInItsPassage(f *testing.F) {
	f.Add(`He said "ten  days" [1]`, "Ten. ten\n days!  \n\n x")
	f.Add("„ä“ [2]", "\u2028ä。b 。")
	f.Fuzz(func(t *testing.T, before, passage string) {
		if !utf8.ValidString(passage) {
			t.Skip()
		}
		if got := quoteFor(before, passage); !strings.Contains(passage, got) || utf8.RuneCountInString(got) > maxStatement {
			t.Errorf("%q quotes %q of %q", before, got, passage)
		}
	})
}

func FuzzCitationsDoNotDependOnThePieces(f *testing.F) {
	f.Add("So [1] and `[2]` [2](x) [3]", uint8(3))
	f.Fuzz(func(t *testing.T, text string, step uint8) {
		sources := []source{{1, ba.Hit{Passage: "1", Text: "One."}}, {2, ba.Hit{Passage: "2", Text: "Two."}}, {3, ba.Hit{Passage: "3", Text: "Three."}}}
		whole, grown := newCiter(ba.Message{}), newCiter(ba.Message{})
		whole.add(sources)
		grown.add(sources)
		whole.look(text, true)
		for n := 0; n < len(text); n += int(step%7) + 1 {
			grown.look(text[:n], false)
		}
		grown.look(text, true)
		if len(whole.list) != len(grown.list) {
			t.Fatalf("%+v and %+v", whole.list, grown.list)
		}
		for i := range whole.list {
			if whole.list[i] != grown.list[i] {
				t.Errorf("%+v and %+v", whole.list[i], grown.list[i])
			}
		}
	})
}
