// Package quote finds words verbatim in a text. It owns what verbatim means:
// letter by letter, with only spaces and line ends free, and from the beginning
// of a word to the end of one. It refuses anything that is merely similar.
//
// Invariant: what Find returns is a piece of the text, byte for byte.
package quote

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Find returns where words stand first in a text, in bytes, whatever the spaces
// and line ends between them, and whether they do. A place that begins or ends
// within a word or a number is none: "limit is 50" does not stand in "limit is
// 500". Words without any letter or digit stand nowhere.
func Find(text, words string) (start, end int, found bool) {
	if !utf8.ValidString(text) {
		return 0, 0, false
	}
	return NewText(text).Find(words)
}

// Text is a text in which several quotes are looked for.
type Text struct {
	Flat   string // with single spaces
	places []int  // of each byte of Flat, and of its end
}

// NewText prepares a text, which must be valid UTF-8.
func NewText(text string) Text {
	flat, places := flatten(text)
	return Text{Flat: flat, places: places}
}

// Find is the function Find.
func (t Text) Find(words string) (start, end int, found bool) {
	from, to, found := t.FindFlat(Flat(words), 0)
	if !found {
		return 0, 0, false
	}
	return t.places[from], t.places[to], true
}

// FindFlat returns where words stand in Flat, from a place on. The words must
// have single spaces.
func (t Text) FindFlat(words string, from int) (start, end int, found bool) {
	if !strings.ContainsFunc(words, isWord) {
		return 0, 0, false
	}
	for from <= len(t.Flat) {
		i := strings.Index(t.Flat[from:], words)
		if i < 0 {
			return 0, 0, false
		}
		start, end = from+i, from+i+len(words)
		if whole(t.Flat, start) && whole(t.Flat, end) {
			return start, end, true
		}
		from = start + 1
	}
	return 0, 0, false
}

// Place returns where a place of Flat is in the text, in bytes.
func (t Text) Place(at int) int { return t.places[at] }

// Flat returns a text with each run of spaces as one space, and none at its ends.
func Flat(text string) string {
	flat, _ := flatten(text)
	return flat
}

// flatten makes each run of spaces one space, and says for each byte of the
// result, and for its end, where it was.
func flatten(text string) (string, []int) {
	var b strings.Builder
	b.Grow(len(text))
	places := make([]int, 0, len(text)+1)
	space := -1 // where the spaces before r begin
	for i, r := range text {
		if unicode.IsSpace(r) {
			if space < 0 {
				space = i
			}
			continue
		}
		if space >= 0 && b.Len() > 0 {
			b.WriteByte(' ')
			places = append(places, space)
		}
		space = -1
		for n := range utf8.RuneLen(r) {
			places = append(places, i+n)
		}
		b.WriteRune(r)
	}
	end := len(strings.TrimRightFunc(text, unicode.IsSpace))
	return b.String(), append(places, end)
}

// whole reports whether no word or number goes on over a place.
func whole(text string, at int) bool {
	before, width := utf8.DecodeLastRuneInString(text[:at])
	after, size := utf8.DecodeRuneInString(text[at:])
	if at == 0 || at == len(text) {
		return true
	}
	if isWord(before) && isWord(after) {
		return written(before) || written(after)
	}
	// 1.5, 1,000 and 10:30 go on over their point.
	if unicode.IsDigit(before) && isPoint(after) {
		next, _ := utf8.DecodeRuneInString(text[at+size:])
		return !unicode.IsDigit(next)
	}
	if unicode.IsDigit(after) && isPoint(before) {
		last, _ := utf8.DecodeLastRuneInString(text[:at-width])
		return !unicode.IsDigit(last)
	}
	return true
}

func isPoint(r rune) bool { return r == '.' || r == ',' || r == ':' }

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// written reports whether the letter is of a script that puts no spaces between
// words, where every place may be the end of one.
func written(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}
