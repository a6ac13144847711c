package chat

import (
	"strings"
	"unicode"
)

const titleLength = 60 // code points

// titleOf makes a thread's title from its first question: the first line that
// says something, without marks of Markdown, cut between words.
func titleOf(question string) string {
	for line := range strings.Lines(question) {
		words := strings.FieldsFunc(strings.Map(plainRune, line), unicode.IsSpace)
		if title := join(words); strings.ContainsFunc(title, isWordRune) {
			return title
		}
	}
	return ""
}

// plainRune drops the marks of Markdown and what is invisible.
func plainRune(r rune) rune {
	switch {
	case strings.ContainsRune("#*`>|_~", r), unicode.Is(unicode.Bidi_Control, r):
		return ' '
	case unicode.IsControl(r):
		return ' '
	}
	return r
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// join joins as many words as fit, and cuts a first word that does not.
func join(words []string) string {
	var title []rune
	for i, word := range words {
		next := []rune(word)
		switch {
		case i == 0 && len(next) > titleLength:
			return string(next[:titleLength-1]) + "…"
		case len(title)+1+len(next) > titleLength && i > 0:
			return strings.TrimRight(string(title), ".,;:!?-– ") + "…"
		case i > 0:
			title = append(title, ' ')
		}
		title = append(title, next...)
	}
	return string(title)
}
