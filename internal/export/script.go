package export

import (
	"unicode"

	"golang.org/x/text/unicode/bidi"
)

// script is a writing system as far as the formats treat it differently.
type script int

const (
	scriptCommon script = iota // digits, punctuation, spaces: goes with what is around
	scriptLatin
	scriptCyrillic
	scriptGreek
	scriptHan
	scriptKana
	scriptHangul
	scriptArabic
	scriptHebrew
	scriptEmoji
	scriptOther // all that needs more than a glyph for each character, such as Devanagari or Thai
)

var scriptTables = []struct {
	script script
	table  *unicode.RangeTable
}{
	{scriptLatin, unicode.Latin}, {scriptCyrillic, unicode.Cyrillic}, {scriptGreek, unicode.Greek}, {scriptHan, unicode.Han},
	{scriptKana, unicode.Hiragana}, {scriptKana, unicode.Katakana}, {scriptHangul, unicode.Hangul}, {scriptArabic, unicode.Arabic}, {scriptHebrew, unicode.Hebrew},
}

// scriptOf returns the script of a character.
func scriptOf(r rune) script {
	switch {
	case r < 0x80:
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return scriptLatin
		}
		return scriptCommon
	case isEmoji(r):
		return scriptEmoji
	case r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFF60:
		return scriptHan // punctuation of its own
	}
	for _, s := range scriptTables {
		if unicode.Is(s.table, r) {
			return s.script
		}
	}
	if unicode.IsLetter(r) && !unicode.Is(unicode.Common, r) && !unicode.In(r, unicode.Armenian, unicode.Georgian) {
		return scriptOther
	}
	return scriptCommon
}

// isEmoji reports the pictographs beyond the first plane, and what joins and
// varies them.
func isEmoji(r rune) bool {
	return r >= 0x1F000 && r <= 0x1FAFF || r >= 0xE0020 && r <= 0xE007F || r == 0xFE0F
}

// piece is a stretch of text in one script.
type piece struct {
	text   string
	script script
}

// pieces cuts text where the script changes; characters without one go with
// what is before them, at the start with what follows.
func pieces(text string) []piece {
	var out []piece
	start, current := 0, scriptCommon
	for i, r := range text {
		s := scriptOf(r)
		if s == current || isJoiner(r) || unicode.Is(unicode.Inherited, r) || s == scriptCommon && current != scriptEmoji {
			continue
		}
		if i > start && (current != scriptCommon || s == scriptEmoji) {
			out = append(out, piece{text[start:i], current})
			start = i
		}
		current = s
	}
	if start < len(text) {
		out = append(out, piece{text[start:], current})
	}
	return out
}

func isJoiner(r rune) bool { return r == 0x200C || r == 0x200D }

// isRTL reports text whose first letter is written from right to left
// (UAX #9, rule P2).
func isRTL(text string) bool {
	for _, r := range text {
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.L:
			return false
		case bidi.R, bidi.AL:
			return true
		}
	}
	return false
}
