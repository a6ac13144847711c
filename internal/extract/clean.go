package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// clean normalises text: one space for runs of white space inside a line, no
// empty lines, no control, zero-width, direction or soft-hyphen characters,
// ligatures and Arabic presentation forms as letters, composed accents (NFC).
// Line breaks stay.
func clean(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	var gap byte // white space seen since the last visible character
	for _, r := range s {
		switch class(r) {
		case dropped:
		case lineBreak:
			gap = '\n'
		case blank:
			if gap == 0 {
				gap = ' '
			}
		default:
			if gap != 0 && b.Len() > 0 {
				b.WriteByte(gap)
			}
			gap = 0
			writeVisible(&b, r)
		}
	}
	return compose(b.String())
}

// cleanCode is clean for preformatted text: spaces, tabs and empty lines stay.
func cleanCode(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || class(r) == visible || r == ' ' {
			return r
		}
		if class(r) == blank {
			return ' '
		}
		return -1
	}, strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n"))
	return compose(strings.TrimRight(strings.Trim(s, "\n"), " \t\n"))
}

// oneLine is clean with line breaks as spaces.
func oneLine(s string) string {
	s = clean(s)
	if strings.IndexByte(s, '\n') < 0 {
		return s
	}
	return strings.ReplaceAll(s, "\n", " ")
}

type runeClass int

const (
	visible runeClass = iota
	blank
	lineBreak
	dropped
)

func class(r rune) runeClass {
	switch {
	case r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029:
		return lineBreak
	case r == ' ' || r == '\t' || r == 0xA0:
		return blank
	case r < 0x20 || r >= 0x7F && r < 0xA0 || r == 0xAD:
		return dropped
	case r < 0x300:
		return visible
	case unicode.Is(unicode.Zs, r):
		return blank
	case invisible(r):
		return dropped
	}
	return visible
}

// invisible reports zero-width, direction, tag and interlinear marks, byte
// order marks and noncharacters. The zero-width joiners stay: Persian and
// Indic scripts and emoji are spelled with them.
func invisible(r rune) bool {
	switch {
	case r == 0x200B || r == 0x200E || r == 0x200F, r == 0x2060 || r == 0x180E,
		r >= 0x202A && r <= 0x202E, r >= 0x2061 && r <= 0x206F,
		r == 0xFEFF, r >= 0xFFF9 && r <= 0xFFFB,
		r >= 0xFDD0 && r <= 0xFDEF, r&0xFFFE == 0xFFFE,
		r >= 0xE0000 && r <= 0xE007F:
		return true
	}
	return false
}

// writeVisible writes r, or the letters that a ligature or presentation form
// stands for. Those of vowel marks alone carry a space for the missing letter.
func writeVisible(b *strings.Builder, r rune) {
	if r >= 0xFB00 && r <= 0xFDFF || r >= 0xFE70 && r <= 0xFEFC {
		b.WriteString(strings.TrimSpace(norm.NFKC.String(string(r))))
		return
	}
	b.WriteRune(r)
}

func compose(s string) string {
	if norm.NFC.IsNormalString(s) {
		return s
	}
	return norm.NFC.String(s)
}

// plain reports ASCII text that clean would return unchanged.
func plain(s string) bool {
	last := byte(' ')
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < 0x20 || c >= 0x7F || c == ' ' && last == ' ' {
			return false
		}
		last = c
	}
	return last != ' '
}

// cutText splits s into pieces of at most max code points, at the last sentence
// end, line break or space of each piece where there is one in its second half.
func cutText(s string, max int) []string {
	var pieces []string
	for utf8.RuneCountInString(s) > max {
		at := cutAt(s, max)
		pieces = append(pieces, strings.TrimRight(s[:at], " \n"))
		s = strings.TrimLeft(s[at:], " \n")
	}
	if s != "" || pieces == nil {
		pieces = append(pieces, s)
	}
	return pieces
}

// cutAt returns the byte offset, within the first max code points, after which
// s is best cut.
func cutAt(s string, max int) int {
	end, half, n := len(s), 0, 0
	for i := range s {
		if n == max/2 {
			half = i
		}
		if n == max {
			end = i
			break
		}
		n++
	}
	window := s[half:end]
	if i := lastSentenceEnd(window); i > 0 {
		return half + i
	}
	for _, stop := range []string{"\n", " "} {
		if i := strings.LastIndex(window, stop); i > 0 {
			return half + i
		}
	}
	return end
}

// lastSentenceEnd returns the offset just after the last full stop, question or
// exclamation mark that white space follows (or an ideographic one), or 0.
func lastSentenceEnd(s string) int {
	best := 0
	for _, stop := range []string{". ", "? ", "! ", ".\n", "?\n", "!\n", "。", "？", "！"} {
		if i := strings.LastIndex(s, stop); i >= 0 {
			best = max(best, i+len(strings.TrimRight(stop, " \n")))
		}
	}
	return best
}

// Clean returns text as the blocks hold it, so that what was written can be
// compared with what was read.
func Clean(s string) string { return clean(s) }
