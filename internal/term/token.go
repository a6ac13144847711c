package term

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/kljensen/snowball/english"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// maxWord is the number of bytes after which a word is cut: longer ones are
// encoded data, not words.
const maxWord = 96

// Token is one term of a text, with the code points that it came from.
type Token struct {
	Term  string
	Start int // code points from the beginning of the text
	End   int // the code point after the last
}

// Terms returns the terms of a text in order. Equal words give equal terms, so
// that consecutive terms stand for a phrase.
func Terms(text string) []string {
	terms := make([]string, 0, len(text)/6)
	for t := range Tokens(text) {
		terms = append(terms, t.Term)
	}
	return terms
}

// Tokens yields the terms of a text with their places.
func Tokens(text string) iter.Seq[Token] {
	return func(yield func(Token) bool) {
		at := 0 // code point at the start of rest
		for rest := text; rest != ""; {
			word, runes, size, script := nextWord(rest)
			if word != "" && !emit(word, at, runes, script, yield) {
				return
			}
			at += runes
			rest = rest[size:]
		}
	}
}

type kind int

const (
	separator kind = iota
	spaced         // scripts that put spaces between words
	unspaced       // scripts that don't: cut into bigrams
)

// nextWord returns the run at the start of s that belongs together, with its
// length in code points and bytes. A run of separators has an empty word.
func nextWord(s string) (word string, runes, size int, k kind) {
	r, _ := utf8.DecodeRuneInString(s)
	k = kindOf(r)
	for size < len(s) {
		r, n := utf8.DecodeRuneInString(s[size:])
		if kr := kindOf(r); kr != k && !(k == spaced && joins(s, size, n, r)) {
			break
		}
		size += n
		runes++
	}
	if k == separator {
		return "", runes, size, k
	}
	return s[:size], runes, size, k
}

// joins reports whether an apostrophe stands between two letters, as in "user's".
func joins(s string, at, n int, r rune) bool {
	if r != '\'' && r != '’' {
		return false
	}
	next, _ := utf8.DecodeRuneInString(s[at+n:])
	return kindOf(next) == spaced && unicode.IsLetter(next)
}

func kindOf(r rune) kind {
	switch {
	case r < utf8.RuneSelf:
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return spaced
		}
		return separator
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul,
		unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
		return unspaced
	case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r), r == '\u00ad', r == '\u200d', r == '\u200c':
		return spaced
	}
	return separator
}

func emit(word string, at, runes int, k kind, yield func(Token) bool) bool {
	if k == unspaced {
		return emitBigrams(word, at, yield)
	}
	term := foldWord(word)
	return term == "" || yield(Token{term, at, at + runes})
}

func emitBigrams(word string, at int, yield func(Token) bool) bool {
	rs := []rune(word)
	if len(rs) == 1 {
		return yield(Token{fold(word), at, at + 1})
	}
	for i := 0; i+1 < len(rs); i++ {
		if !yield(Token{fold(string(rs[i : i+2])), at + i, at + i + 2}) {
			return false
		}
	}
	return true
}

// foldWord folds a word of a spaced script and stems it as English. Words of
// other languages are stemmed by the same rules, which is harmless: text and
// query are treated alike.
func foldWord(word string) string {
	f := fold(word)
	if len(f) > maxWord {
		f = f[:maxWord]
	}
	if !isASCIILetters(f) {
		return strings.ReplaceAll(f, "'", "")
	}
	return english.Stem(f, true)
}

func isASCIILetters(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && c != '\'' {
			return false
		}
	}
	return true
}

// fold removes case, accents and compatibility forms (Unicode NFKD, full case
// folding, marks dropped).
func fold(s string) string {
	if isLowerASCII(s) {
		return s
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(cases.Fold().String(s)) {
		switch {
		case unicode.IsMark(r), r == '\u00ad', r == '\u200d', r == '\u200c':
		case r == '’':
			b.WriteByte('\'')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isLowerASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' {
			return false
		}
	}
	return true
}
