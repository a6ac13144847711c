package statement

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// abbreviations end with a full stop that ends no sentence.
var abbreviations = setOf(`e.g i.e etc dr mr mrs ms prof sr jr st nr fig figs sec sect vs cf approx ca resp
	incl excl max min inc ltd co corp dept est vol pp p ch art para paras ref refs eq al tab app ver rev ext tel
	jan feb mar apr jun jul aug sep sept oct nov dec bzw z.b d.h u.a usw ggf evtl inkl vgl abs ziff т.е т.д т.п ст п рис см`)

// sentences returns the spans, in bytes, of the sentences of a text.
func sentences(s string) [][2]int {
	var spans [][2]int
	begin, depth := 0, 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		switch r {
		case '(', '[':
			depth++
		case ')', ']':
			depth = max(0, depth-1)
		case '.', '!', '?', '。', '！', '？':
			end := pastMark(s, pastClosers(s, i))
			if endsSentence(s, i-n, end, r) && (depth == 0 || end > i) {
				spans = appendSpan(spans, s, begin, end)
				begin, i, depth = end, end, 0
			}
		}
	}
	return appendSpan(spans, s, begin, len(s))
}

// pastClosers moves over further marks and closing quotes and brackets.
func pastClosers(s string, i int) int {
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !strings.ContainsRune(".!?\"'”’»)]", r) {
			break
		}
		i += n
	}
	return i
}

// pastMark moves over a mark of importance or an identifier in brackets behind a
// full stop: "... . (M)", "... . [SSS411]".
func pastMark(s string, i int) int {
	open := i + spaces(s[i:])
	if open == i || open == len(s) || s[open] != '(' && s[open] != '[' {
		return i
	}
	size := strings.IndexAny(s[open:], ")]") + 1
	if size == 0 || size > 20 {
		return i
	}
	inner := s[open+1 : open+size-1]
	if _, known := marks[strings.ToLower(inner)]; known || s[open] == '[' && isIdentifier(inner) {
		return open + size
	}
	return i
}

// endsSentence decides on the mark at dot, with the text going on at next.
func endsSentence(s string, dot, next int, mark rune) bool {
	if mark == '。' || mark == '！' || mark == '？' || next == len(s) {
		return true
	}
	r, n := utf8.DecodeRuneInString(s[next:])
	if !unicode.IsSpace(r) {
		return false
	}
	after := strings.TrimLeftFunc(s[next+n:], unicode.IsSpace)
	first, _ := utf8.DecodeRuneInString(after)
	if unicode.IsLower(first) {
		return false
	}
	return mark != '.' || stopEnds(s, dot, first)
}

// stopEnds decides on a full stop before which and after which a space or a
// capital stands.
func stopEnds(s string, dot int, first rune) bool {
	word := lastWord(s[:dot])
	if len(word) == 1 && unicode.IsUpper(rune(word[0])) {
		return false // an initial
	}
	lower := strings.ToLower(word)
	if lower == "no" || lower == "nos" {
		return !unicode.IsDigit(first) // "No. 5", but "He said no."
	}
	if abbreviations[lower] {
		return lower == "etc" && unicode.IsUpper(first) // "etc. The"
	}
	return strings.TrimSpace(s[:dot]) != word || !isDigits(word) // "1. First"
}

// lastWord returns what stands between the last space or bracket and the end of s.
func lastWord(s string) string {
	return s[strings.LastIndexAny(s, " \t\n\u00a0([\"'“")+1:]
}

func isDigits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}

func appendSpan(spans [][2]int, s string, start, end int) [][2]int {
	start, end = trimSpan(s, start, end)
	if start == end {
		return spans
	}
	return append(spans, [2]int{start, end})
}

// trimSpan leaves out the white space at both ends.
func trimSpan(s string, start, end int) (int, int) {
	start += len(s[start:end]) - len(strings.TrimLeftFunc(s[start:end], unicode.IsSpace))
	end = start + len(strings.TrimRightFunc(s[start:end], unicode.IsSpace))
	return start, end
}
