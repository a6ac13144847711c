package python

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

func isStringPrefix(p string) bool {
	switch strings.ToLower(p) {
	case "r", "u", "b", "f", "t", "br", "rb", "fr", "rf", "tr", "rt":
		return true
	}
	return false
}

func isFormat(prefix string) bool { return strings.ContainsAny(prefix, "fFtT") }

// str reads a string literal whose prefix began at start; the current position is at its first quote.
func (lx *lexer) str(start int, prefix string) {
	quote := lx.src[lx.pos]
	triple := strings.HasPrefix(lx.src[lx.pos:], strings.Repeat(string(quote), 3))
	body := lx.pos + 1
	if triple {
		body = lx.pos + 3
	}
	kind := tokString
	end := -1
	if isFormat(prefix) {
		kind = tokFormat
		end = formatEnd(lx.src, body, quote, triple, 0)
	}
	if end < 0 {
		end = plainEnd(lx.src, body, quote, triple)
	}
	line := lx.line
	lx.line += int32(strings.Count(lx.src[start:end], "\n"))
	lx.pos = end
	lx.out = append(lx.out, token{kind: kind, line: line, start: int32(start), end: int32(end)})
}

// plainEnd returns the offset after the closing quote. An unterminated literal ends at its line, or at the file's end
// when it is triple-quoted.
func plainEnd(src string, i int, quote byte, triple bool) int {
	for i < len(src) {
		switch c := src[i]; {
		case c == '\\':
			if i+2 < len(src) && src[i+1] == '\r' && src[i+2] == '\n' {
				i++
			}
			i += 2
			continue
		case c == quote && !triple:
			return i + 1
		case c == quote && i+2 < len(src) && src[i+1] == quote && src[i+2] == quote:
			return i + 3
		case (c == '\n' || c == '\r') && !triple:
			return i
		}
		i++
	}
	return len(src)
}

// maxNesting bounds formatted strings inside formatted strings.
const maxNesting = 20

// formatEnd is plainEnd for formatted strings, whose fields may hold the same quotes; -1 when it finds no end.
func formatEnd(src string, i int, quote byte, triple bool, nest int) int {
	if nest > maxNesting {
		return -1
	}
	for i < len(src) {
		switch c := src[i]; {
		case c == '\\' && i+1 < len(src) && src[i+1] != '{' && src[i+1] != '}':
			i += 2
			continue
		case c == quote && !triple:
			return i + 1
		case c == quote && i+2 < len(src) && src[i+1] == quote && src[i+2] == quote:
			return i + 3
		case (c == '\n' || c == '\r') && !triple:
			return -1
		case c == '{' && i+1 < len(src) && src[i+1] == '{':
			i += 2
			continue
		case c == '{':
			if i = fieldEnd(src, i+1, triple, nest); i < 0 {
				return -1
			}
			continue
		}
		i++
	}
	return -1
}

// fieldEnd returns the offset after the brace that closes a replacement field whose inside begins at i.
func fieldEnd(src string, i int, triple bool, nest int) int {
	depth := 0
	for i < len(src) {
		switch c := src[i]; c {
		case '(', '[', '{':
			depth++
		case ')', ']':
			depth--
		case '}':
			if depth <= 0 {
				return i + 1
			}
			depth--
		case '#':
			for i < len(src) && src[i] != '\n' {
				i++
			}
			continue
		case '"', '\'':
			if i = nestedEnd(src, i, nest); i < 0 {
				return -1
			}
			continue
		case ':':
			if depth == 0 {
				return specEnd(src, i+1, triple, nest)
			}
		}
		i++
	}
	return -1
}

// nestedEnd skips a string literal inside a replacement field.
func nestedEnd(src string, i, nest int) int {
	quote := src[i]
	triple := i+2 < len(src) && src[i+1] == quote && src[i+2] == quote
	body := i + 1
	if triple {
		body = i + 3
	}
	from := i
	for from > 0 && i-from < 2 && isNameStart(src[from-1]) {
		from--
	}
	if p := src[from:i]; isStringPrefix(p) && isFormat(p) {
		return formatEnd(src, body, quote, triple, nest+1)
	}
	end := plainEnd(src, body, quote, triple)
	if end <= body || src[end-1] != quote {
		return -1
	}
	return end
}

// specEnd skips a format specification, which may hold further fields.
func specEnd(src string, i int, triple bool, nest int) int {
	if nest > maxNesting {
		return -1
	}
	for i < len(src) {
		switch src[i] {
		case '{':
			if i = fieldEnd(src, i+1, triple, nest+1); i < 0 {
				return -1
			}
			continue
		case '}':
			return i + 1
		case '\n':
			if !triple {
				return -1
			}
		}
		i++
	}
	return -1
}

// literal describes the parts of a string token.
type literal struct {
	prefix string
	body   string // between the quotes, escapes not decoded
	offset int    // of body in the token
}

func splitLiteral(text string) literal {
	i := 0
	for i < len(text) && text[i] != '"' && text[i] != '\'' {
		i++
	}
	if i >= len(text) {
		return literal{body: ""}
	}
	l := literal{prefix: text[:i]}
	quote, width := text[i], 1
	if len(text) >= i+3 && text[i+1] == quote && text[i+2] == quote {
		width = 3
	}
	l.offset = i + width
	end := len(text)
	if end-width >= l.offset && text[end-1] == quote && (width == 1 || strings.HasSuffix(text, text[i:i+3])) {
		end -= width
	}
	if l.offset > end {
		l.offset = end
	}
	l.body = text[l.offset:end]
	return l
}

func (l literal) raw() bool { return strings.ContainsAny(l.prefix, "rR") }

// decode resolves the escapes of a literal; unknown ones stay as written, as in CPython.
func decode(body string, raw bool) string {
	if raw || !strings.Contains(body, "\\") {
		return body
	}
	var b strings.Builder
	b.Grow(len(body))
	for i := 0; i < len(body); i++ {
		if body[i] != '\\' || i+1 >= len(body) {
			b.WriteByte(body[i])
			continue
		}
		i += escape(&b, body[i+1:])
	}
	return b.String()
}

var simpleEscapes = map[byte]byte{'n': '\n', 't': '\t', 'r': '\r', '\\': '\\', '\'': '\'', '"': '"', 'a': 7, 'b': 8, 'f': 12, 'v': 11, '0': 0}

// escape writes the meaning of the text after a backslash and returns how many bytes of it were used.
func escape(b *strings.Builder, s string) int {
	if s[0] == '\n' {
		return 1
	}
	if s[0] == '\r' {
		if len(s) > 1 && s[1] == '\n' {
			return 2
		}
		return 1
	}
	if size := map[byte]int{'x': 2, 'u': 4, 'U': 8}[s[0]]; size > 0 && len(s) > size {
		if v, err := strconv.ParseUint(s[1:1+size], 16, 32); err == nil && v <= utf8.MaxRune {
			b.WriteRune(rune(v))
			return 1 + size
		}
	}
	if c, ok := simpleEscapes[s[0]]; ok {
		b.WriteByte(c)
		return 1
	}
	b.WriteByte('\\')
	b.WriteByte(s[0])
	return 1
}
