package lint

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxSentence is the longest sentence that is looked at as one, in words; what
// goes on is looked at as another. It bounds the time of each rule.
const maxSentence = 400

// sentences yields the sentences of a text as its words.
func sentences(list []word) iter.Seq[[]word] {
	return func(yield func([]word) bool) {
		from := 0
		for i := range list {
			if i+1 < len(list) && i+1-from < maxSentence && !endsAt(list, from, i) {
				continue
			}
			if i+1 > from && !yield(list[from:i+1]) {
				return
			}
			from = i + 1
		}
	}
}

// endsAt reports whether a sentence that began at from ends with the word at i.
func endsAt(list []word, from, i int) bool {
	w, next := list[i], list[i+1]
	switch w.low {
	case "!", "?", "…":
		return next.spaced && next.low != "?"
	case ".":
		return next.spaced && beginsSentence(next) && !abbreviated(list, from, i)
	}
	return next.breaks > 0 && breaksLine(list, i)
}

// breaksLine reports whether the line break behind the word at i ends a
// sentence: before a bullet or a number, and before a capital letter unless a
// long line was only wrapped.
func breaksLine(list []word, i int) bool {
	next := list[i+1]
	switch {
	case next.kind == mark && strings.Contains("-*+•–—#|>[", next.low), next.kind == number:
		return true
	case list[i].kind == mark && strings.Contains(".:;|", list[i].low):
		return true
	}
	return next.breaks > 1 || next.capital() && lineLength(list, i) < wrapped
}

// wrapped is the length from which a line may have been wrapped.
const wrapped = 60

// lineLength returns the code points of the line that ends with the word at i.
func lineLength(list []word, i int) int {
	first := i
	for first > 0 && list[first].breaks == 0 && i-first < wrapped {
		first--
	}
	return list[i].end - list[first].start
}

// beginsSentence reports that a sentence may begin with the word: with a
// capital letter, a number, an opening mark or a bullet.
func beginsSentence(w word) bool {
	r, _ := utf8.DecodeRuneInString(w.text)
	return w.breaks > 0 || unicode.IsUpper(r) || unicode.IsDigit(r) || strings.ContainsRune("\"“‘'([<-*•?", r) || unicode.IsLetter(r) && !unicode.IsLower(r)
}

// abbreviated reports whether the point at i belongs to the word before it:
// "No. 5", "Dr. Who", "approx. 5". A sentence of two words is its label.
func abbreviated(list []word, from, i int) bool {
	before := i - 1
	if before < from || list[i].spaced {
		return false
	}
	if titles[list[before].low] {
		return true
	}
	switch list[before].low {
	case "e.g", "i.e", "approx", "incl", "vs", "cf":
		return true
	case "etc":
		return false
	}
	return before == from && (list[before].kind == number || len(list[before].text) == 1)
}

var titles = set(`mr mrs ms dr prof no fig figs sec ch eq st`)

// set returns the words of a list.
func set(list string) map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}
