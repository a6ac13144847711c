package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxVocabulary bounds the words remembered of a document.
const maxVocabulary = 100_000

// vocabulary is the words of a document so far. It decides whether a hyphen at
// the end of a line belongs to the word or only to the line.
type vocabulary struct {
	words   map[string]struct{}
	lines   int
	hyphens int // lines that end with one
}

// learn adds the words of a page.
func (v *vocabulary) learn(lines []pdfLine) {
	if v.words == nil {
		v.words = map[string]struct{}{}
	}
	for _, l := range lines {
		v.lines++
		words := strings.FieldsFunc(strings.ToLower(l.text), func(r rune) bool { return !unicode.IsLetter(r) && r != '-' })
		if l.hyphen {
			v.hyphens++
			words = words[:max(len(words)-1, 0)]
		}
		for _, w := range words {
			if len(v.words) < maxVocabulary {
				v.words[w] = struct{}{}
			}
		}
	}
}

func (v *vocabulary) knows(w string) bool {
	_, ok := v.words[w]
	return ok
}

// between returns what stands between a line that ended with a hyphen and the
// next one: the hyphen, or nothing. It stays where the word is known with it,
// where a number or name follows, and, in documents whose lines seldom end with
// one, where the first part is a word by itself.
func (v *vocabulary) between(line, next string) string {
	before, after := strings.ToLower(lastWord(line)), strings.ToLower(leadingWord(next))
	first, _ := utf8.DecodeRuneInString(next)
	switch {
	case v.knows(before + after):
		return ""
	case v.knows(before + "-" + after), !unicode.IsLower(first), strings.Contains(before, "-"),
		v.hyphens*40 < v.lines && v.knows(before):
		return "-"
	}
	return ""
}

func lastWord(s string) string {
	return s[strings.LastIndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != '-' })+1:]
}

func leadingWord(s string) string {
	if end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }); end >= 0 {
		return s[:end]
	}
	return s
}
