package statement

import (
	"strings"
	"unicode"
)

// around are marks that may stand about an identifier.
const around = "[]():.;*`"

// identifier returns the identifier with which a text begins and where the rest
// of the text begins: "FR-12: The system ..." gives FR-12. The number of a list
// ("1.", "a)") is none.
func identifier(text string) (id string, rest int) {
	if id, rest := bracketed(text); id != "" {
		return id, rest
	}
	end := strings.IndexFunc(text, unicode.IsSpace)
	if end < 0 {
		return "", 0
	}
	id = strings.Trim(text[:end], around)
	next := strings.TrimLeft(text[end:], " \t\u00a0\n:-–—*")
	if !isIdentifier(id) || next == "" {
		return "", 0
	}
	if c := id[0]; c >= '0' && c <= '9' && !capital(next) {
		return "", 0 // "2.5 seconds"
	}
	return id, len(text) - len(next)
}

// bracketed returns the identifier in square brackets with which a text begins,
// also one of several words: "[SRSreq 30] The menu ...".
func bracketed(text string) (id string, rest int) {
	end := strings.IndexByte(text, ']')
	if end < 2 || end > 30 || text[0] != '[' {
		return "", 0
	}
	id = text[1:end]
	next := strings.TrimLeft(text[end+1:], " \t\u00a0\n:-–—*")
	if !isName(id) || !isIdentifierCell(id) || next == "" {
		return "", 0
	}
	return id, len(text) - len(next)
}

// tailIdentifier returns the identifier in square brackets at the end of a text
// and where the text ends before it: "... as well. [SSS411]".
func tailIdentifier(text string) (id string, end int) {
	open := strings.LastIndexByte(text, '[')
	if open <= 0 || !strings.HasSuffix(text, "]") || !isIdentifier(text[open+1:len(text)-1]) {
		return "", len(text)
	}
	return text[open+1 : len(text)-1], len(strings.TrimRightFunc(text[:open], unicode.IsSpace))
}

// isIdentifier reports a token that names a requirement: letters and a number,
// or a number of several parts.
func isIdentifier(s string) bool {
	var upper, digits, dots int
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case unicode.IsUpper(r):
			upper++
		case r == '.':
			dots++
		case r == '-' || r == '_' || r == '/':
		case unicode.IsLower(r) && i <= 12:
		default:
			return false
		}
	}
	if digits == 0 || len(s) > 40 || len(s) < 2 {
		return false
	}
	if s[0] >= '0' && s[0] <= '9' {
		return dots >= 1 && upper == 0
	}
	return upper > 0
}

// isName reports an identifier with letters, which numbers requirements and not
// sections.
func isName(id string) bool { return id != "" && (id[0] < '0' || id[0] > '9') }

// isIdentifierCell reports a table cell that holds an identifier and no more.
func isIdentifierCell(s string) bool {
	s = strings.TrimSpace(s)
	if len(s) > 30 || !strings.ContainsAny(s, "0123456789") {
		return false
	}
	fields := strings.Fields(s)
	if len(fields) == 0 || len(fields) > 3 {
		return false
	}
	last := fields[len(fields)-1]
	return isIdentifier(last) || isDigits(last) || isDigits(strings.ReplaceAll(last, ".", ""))
}
