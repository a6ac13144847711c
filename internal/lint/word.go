package lint

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is what a word consists of.
type kind uint8

const (
	letters kind = iota
	number
	mark // punctuation or a symbol
)

// word is one word, number or mark of a text.
type word struct {
	text       string // as it is written
	low        string // in lower case, with plain apostrophes
	start, end int    // code points of the whole text
	kind       kind
	spaced     bool // white space stands before it
	breaks     int  // line breaks before it
}

// capital reports whether the word begins with a capital letter.
func (w word) capital() bool {
	r, _ := utf8.DecodeRuneInString(w.text)
	return unicode.IsUpper(r)
}

// acronym reports whether the word is written in capitals, or has a digit in it.
func (w word) acronym() bool {
	return len(w.text) > 1 && w.kind == letters && w.text != w.low && w.text == strings.ToUpper(w.text) || strings.ContainsAny(w.text, "0123456789")
}

// words cuts a text. Letters, digits, and the hyphens, apostrophes and points
// inside them make one word: user-friendly, don't, 2.5, 10,000, e.g.
func words(text string) []word {
	list := make([]word, 0, len(text)/5+1)
	at, spaced, breaks := 0, false, 0
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		if unicode.IsSpace(r) {
			spaced = true
			if r == '\n' {
				breaks++
			}
			text, at = text[size:], at+1
			continue
		}
		k := kindOf(r)
		length, runes := size, 1
		if k != mark {
			length, runes = extent(text)
		}
		list = append(list, word{text: text[:length], low: fold(text[:length]), start: at, end: at + runes, kind: k, spaced: spaced, breaks: breaks})
		text, at, spaced, breaks = text[length:], at+runes, false, 0
	}
	return list
}

func kindOf(r rune) kind {
	switch {
	case unicode.IsLetter(r):
		return letters
	case unicode.IsDigit(r):
		return number
	}
	return mark
}

// extent returns how far the word at the beginning of text goes, in bytes and
// in code points.
func extent(text string) (length, runes int) {
	for length < len(text) {
		r, size := utf8.DecodeRuneInString(text[length:])
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) {
			length, runes = length+size, runes+1
			continue
		}
		next, _ := utf8.DecodeRuneInString(text[length+size:])
		before, _ := utf8.DecodeLastRuneInString(text[:length])
		if !joins(r, before, next) {
			break
		}
		length, runes = length+size, runes+1
	}
	return max(length, 1), max(runes, 1)
}

// joins reports whether the mark r between two characters makes one word of them.
func joins(r, before, next rune) bool {
	switch r {
	case '-', '\'', '’', '‑', '_':
		return unicode.IsLetter(next) || unicode.IsDigit(next)
	case '.':
		return unicode.IsDigit(before) && unicode.IsDigit(next) || unicode.IsLetter(before) && unicode.IsLower(next)
	case ',', ':':
		return unicode.IsDigit(before) && unicode.IsDigit(next)
	}
	return false
}

// fold returns the form of a word that the lists hold.
func fold(s string) string {
	if strings.ContainsAny(s, "’‑") {
		s = strings.NewReplacer("’", "'", "‑", "-").Replace(s)
	}
	return strings.ToLower(s)
}
