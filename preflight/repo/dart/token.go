package dart

import "strings"

type kind uint8

const (
	end kind = iota
	word
	number
	str
	op
)

type token struct {
	kind       kind
	line       int32
	start, end int
	match      int // index of the matching bracket, -1 when there is none
}

// tokenize cuts a source into tokens and pairs its brackets.
func tokenize(src string, line int32) []token {
	lx := &lexer{src: src, line: line}
	var out []token
	var open []int
	for {
		t := lx.next()
		t.match = -1
		if t.kind == op && t.end == t.start+1 {
			switch src[t.start] {
			case '(', '[', '{':
				open = append(open, len(out))
			case ')', ']', '}':
				if n := len(open); n > 0 {
					t.match = open[n-1]
					out[open[n-1]].match = len(out)
					open = open[:n-1]
				}
			}
		}
		out = append(out, t)
		if t.kind == end {
			return out
		}
	}
}

type lexer struct {
	src  string
	pos  int
	line int32
}

func (lx *lexer) space() {
	for lx.pos < len(lx.src) {
		rest := lx.src[lx.pos:]
		switch c := rest[0]; {
		case c == '\n':
			lx.line++
			lx.pos++
		case c == ' ' || c == '\t' || c == '\r' || c == '\f':
			lx.pos++
		case strings.HasPrefix(rest, "//"):
			i := strings.IndexByte(rest, '\n')
			if i < 0 {
				i = len(rest)
			}
			lx.pos += i
		case strings.HasPrefix(rest, "/*"):
			i := strings.Index(rest[2:], "*/")
			if i < 0 {
				i = len(rest) - 4
			}
			lx.line += int32(strings.Count(rest[:min(i+4, len(rest))], "\n"))
			lx.pos = min(lx.pos+max(i, 0)+4, len(lx.src))
		default:
			return
		}
	}
}

func (lx *lexer) next() token {
	lx.space()
	t := token{line: lx.line, start: lx.pos}
	if lx.pos >= len(lx.src) {
		t.end = lx.pos
		return t
	}
	switch c := lx.src[lx.pos]; {
	case c == 'r' && lx.pos+1 < len(lx.src) && isQuote(lx.src[lx.pos+1]):
		t.kind = str
		lx.pos++
		lx.str(true)
	case isWord(c):
		t.kind = word
		for lx.pos < len(lx.src) && (isWord(lx.src[lx.pos]) || isDigit(lx.src[lx.pos])) {
			lx.pos++
		}
	case isDigit(c):
		t.kind = number
		for lx.pos < len(lx.src) && (isWord(lx.src[lx.pos]) || isDigit(lx.src[lx.pos]) || lx.decimal()) {
			lx.pos++
		}
	case isQuote(c):
		t.kind = str
		lx.str(false)
	default:
		t.kind = op
		lx.pos += operatorSize(lx.src[lx.pos:])
	}
	t.end = lx.pos
	return t
}

func (lx *lexer) decimal() bool {
	return lx.src[lx.pos] == '.' && lx.pos+1 < len(lx.src) && isDigit(lx.src[lx.pos+1])
}

// str moves over a string literal, interpolations included.
func (lx *lexer) str(raw bool) {
	from := lx.pos
	lx.pos = stringEnd(lx.src, lx.pos, raw, 0)
	lx.line += int32(strings.Count(lx.src[from:lx.pos], "\n"))
}

// stringEnd returns the offset after the literal whose quote stands at i.
func stringEnd(src string, i int, raw bool, nest int) int {
	quote := src[i]
	triple := strings.HasPrefix(src[i:], strings.Repeat(string(quote), 3))
	i++
	if triple {
		i += 2
	}
	for i < len(src) {
		switch c := src[i]; {
		case c == '\\' && !raw:
			i++
		case c == '\n' && !triple:
			return i
		case c == quote && !triple:
			return i + 1
		case c == quote && strings.HasPrefix(src[i:], strings.Repeat(string(quote), 3)):
			return i + 3
		case c == '$' && !raw && i+1 < len(src) && src[i+1] == '{' && nest < 20:
			i = holeEnd(src, i+2, nest+1)
			continue
		}
		i++
	}
	return len(src)
}

// holeEnd returns the offset after the brace that closes an interpolation.
func holeEnd(src string, i, nest int) int {
	depth := 0
	for i < len(src) {
		switch c := src[i]; {
		case c == '{':
			depth++
		case c == '}':
			if depth == 0 {
				return i + 1
			}
			depth--
		case isQuote(c):
			i = stringEnd(src, i, i > 0 && src[i-1] == 'r', nest)
			continue
		}
		i++
	}
	return len(src)
}

func operatorSize(s string) int {
	for _, o := range [...]string{"...?", "??=", "...", "?..", "=>", "==", "!=", "<=", "&&", "||", "??", "?.", "..", "++", "--", "+=", "-=", "*=", "/=", "<<", "~/"} {
		if strings.HasPrefix(s, o) {
			return len(o)
		}
	}
	return 1
}

func isQuote(c byte) bool { return c == '"' || c == '\'' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$' || c >= 0x80
}
