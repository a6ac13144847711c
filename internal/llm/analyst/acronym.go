package analyst

import (
	"strings"
	"unicode"
)

var acronymRE = lazily(`^[A-Z][A-Z0-9][A-Za-z0-9]*(?:[-/&][A-Z0-9][A-Za-z0-9]*)*$`)

// expands reports whether a unit spells an abbreviation out, before or after
// it: "GSM-R Global System for Mobile communications - Railway".
func expands(u *unit, acronym string) bool {
	if !acronymRE.MatchString(acronym) {
		return false
	}
	letters := lettersOf(acronym)
	phrase := tokenise(acronym)
	for _, at := range findStems(u.tokens, stemsOf(phrase)) {
		if spells(u.tokens[at+len(phrase):], letters) {
			return true
		}
		for from := max(0, at-2*len(letters)); from < at; from++ {
			if spells(u.tokens[from:at], letters) {
				return true
			}
		}
	}
	return false
}

func lettersOf(acronym string) []rune {
	var letters []rune
	for _, r := range acronym {
		if unicode.IsUpper(r) {
			letters = append(letters, unicode.ToLower(r))
		}
	}
	return letters
}

// spells reports whether words begin with the letters in order, from the first
// word on; small words between them count for nothing.
func spells(tokens []token, letters []rune) bool {
	i := 0
	for _, t := range tokens {
		switch {
		case i == len(letters):
			return i > 1
		case strings.HasPrefix(t.word, string(letters[i])):
			i++
		case !stopWords[t.word]:
			return false
		}
	}
	return i == len(letters) && i > 1
}
