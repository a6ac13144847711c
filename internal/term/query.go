package term

import (
	"strings"
	"unicode"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Limits of a query. What goes beyond them is left out, never an error.
const (
	MaxQueryBytes  = 2_000
	MaxClauses     = 32
	MaxClauseTerms = 16
)

// Parse reads what a person typed into a search box. Words are clauses, and so
// is what stands between double quotes; a word that falls apart, such as
// REQ-0042, is a phrase of its parts. Words that say nothing (the, of, is) are
// dropped unless they are quoted or nothing else is there. Any string is safe;
// the result may be empty.
func Parse(query string) []ba.Clause {
	query = clip(query, MaxQueryBytes)
	var clauses, empty []ba.Clause
	for chunk, quoted := range chunks(query) {
		c := ba.Clause{Terms: clipTerms(Terms(chunk))}
		switch {
		case len(c.Terms) == 0:
		case !quoted && len(c.Terms) == 1 && stopTerms[c.Terms[0]]:
			empty = append(empty, c)
		case len(clauses) < MaxClauses:
			clauses = append(clauses, c)
		}
	}
	if len(clauses) == 0 {
		return clipClauses(empty)
	}
	return clauses
}

// chunks yields the quoted parts and the words of a query.
func chunks(query string) func(yield func(string, bool) bool) {
	return func(yield func(string, bool) bool) {
		query = strings.Map(plainQuote, query)
		for query != "" {
			before, after, found := strings.Cut(query, `"`)
			for _, word := range strings.FieldsFunc(before, unicode.IsSpace) {
				if !yield(word, false) {
					return
				}
			}
			if !found {
				return
			}
			quoted, rest, closed := strings.Cut(after, `"`)
			if !closed { // a lone quote: what follows are words
				query = quoted
				continue
			}
			if !yield(quoted, true) {
				return
			}
			query = rest
		}
	}
}

func plainQuote(r rune) rune {
	switch r {
	case '“', '”', '„', '«', '»', '＂':
		return '"'
	}
	return r
}

// clip cuts s to at most n bytes without cutting a character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

func clipTerms(terms []string) []string {
	return terms[:min(len(terms), MaxClauseTerms)]
}

func clipClauses(c []ba.Clause) []ba.Clause {
	return c[:min(len(c), MaxClauses)]
}

// stopTerms are the stemmed forms of English words that carry no meaning of
// their own in a question.
var stopTerms = func() map[string]bool {
	const words = `a about an and any are as at be been but by can could did do does for from had has have he
		her his how i if in into is it its me my no not of on or our she should so some such than that the their
		them then there these they this those to us was we were what when where which who whom whose why will
		with would you your please tell`
	set := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		set[foldWord(w)] = true
	}
	return set
}()
