package analyst

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/internal/term"
)

// token is a word of a text with its stem and its place in bytes.
type token struct {
	stem       string
	word       string // lower case, with its apostrophe
	start, end int
	capital    bool // begins with a capital letter
}

// tokenise returns the words of s.
func tokenise(s string) []token {
	offsets := make([]int, 0, len(s)+1) // of code points, in bytes
	for i := range s {
		offsets = append(offsets, i)
	}
	offsets = append(offsets, len(s))
	tokens := make([]token, 0, len(s)/6)
	for t := range term.Tokens(s) {
		raw := s[offsets[t.Start]:offsets[t.End]]
		lower := strings.ReplaceAll(strings.ToLower(raw), "’", "'")
		tokens = append(tokens, token{stem: stemOf(t.Term, lower), word: lower, start: offsets[t.Start], end: offsets[t.End],
			capital: raw[:1] != lower[:1]})
	}
	return tokens
}

// stemOf returns the stem of a word. It tells words apart that the search index
// takes for one: what is accessible to disabled people is no access right.
func stemOf(stem, word string) string {
	if strings.HasPrefix(word, "accessib") {
		return "accessib"
	}
	return stem
}

// terms returns the stems of s.
func terms(s string) []string { return stemsOf(tokenise(s)) }

// stemsOf returns the stems of tokens.
func stemsOf(tokens []token) []string {
	stems := make([]string, len(tokens))
	for i, t := range tokens {
		stems[i] = t.stem
	}
	return stems
}

// wordsOf returns the words of s in lower case.
func wordsOf(s string) []string {
	tokens := tokenise(s)
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = t.word
	}
	return words
}

// findStems returns the places in tokens where the sequence of stems begins.
func findStems(tokens []token, stems []string) []int {
	var at []int
	for i := 0; len(stems) > 0 && i+len(stems) <= len(tokens); i++ {
		if matchesAt(tokens[i:], stems) {
			at = append(at, i)
		}
	}
	return at
}

func matchesAt(tokens []token, stems []string) bool {
	for i, s := range stems {
		if tokens[i].stem != s {
			return false
		}
	}
	return true
}
