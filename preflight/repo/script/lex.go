package script

import "strings"

type kind uint8

const (
	end kind = iota
	word
	number
	str
	template // the opening backquote; the parser reads the rest
	private  // #name
	op
)

// token is the current piece of source.
type token struct {
	kind       kind
	newline    bool // a line break stands before it
	line       int32
	start, end int
}

// mark is a position to come back to.
type mark struct {
	pos  int
	line int32
	tok  token
}

type lexer struct {
	src  string
	pos  int
	line int32
	tok  token
}

func (lx *lexer) mark() mark   { return mark{lx.pos, lx.line, lx.tok} }
func (lx *lexer) reset(m mark) { lx.pos, lx.line, lx.tok = m.pos, m.line, m.tok }
func (lx *lexer) text() string { return lx.src[lx.tok.start:lx.tok.end] }
func (lx *lexer) byteAt(i int) byte {
	if i < len(lx.src) && i >= 0 {
		return lx.src[i]
	}
	return 0
}

// space skips blanks and comments and reports whether a line break was among them.
func (lx *lexer) space() bool {
	broke := false
	for lx.pos < len(lx.src) {
		switch c := lx.src[lx.pos]; {
		case c == '\n':
			lx.line++
			broke = true
			lx.pos++
		case c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v':
			lx.pos++
		case c == 0xC2 && lx.byteAt(lx.pos+1) == 0xA0:
			lx.pos += 2
		case c == 0xEF && strings.HasPrefix(lx.src[lx.pos:], "\xef\xbb\xbf"):
			lx.pos += 3
		case c == '/' && lx.byteAt(lx.pos+1) == '/':
			lx.toLineEnd()
		case c == '/' && lx.byteAt(lx.pos+1) == '*':
			broke = lx.blockComment() || broke
		case c == '#' && lx.pos == 0 && lx.byteAt(1) == '!':
			lx.toLineEnd()
		default:
			return broke
		}
	}
	return broke
}

func (lx *lexer) toLineEnd() {
	if i := strings.IndexByte(lx.src[lx.pos:], '\n'); i >= 0 {
		lx.pos += i
		return
	}
	lx.pos = len(lx.src)
}

func (lx *lexer) blockComment() bool {
	size := len(lx.src) - lx.pos
	if i := strings.Index(lx.src[lx.pos+2:], "*/"); i >= 0 {
		size = i + 4
	}
	lines := strings.Count(lx.src[lx.pos:lx.pos+size], "\n")
	lx.line += int32(lines)
	lx.pos += size
	return lines > 0
}

// next reads the following token into tok. A slash is an operator here; the parser asks for regexp when it is not.
func (lx *lexer) next() {
	broke := lx.space()
	lx.tok = token{newline: broke, line: lx.line, start: lx.pos}
	if lx.pos >= len(lx.src) {
		lx.tok.end = lx.pos
		return
	}
	switch c := lx.src[lx.pos]; {
	case isWordStart(c) || c == '\\':
		lx.tok.kind = word
		lx.word()
	case c == '#' && isWordStart(lx.byteAt(lx.pos+1)):
		lx.tok.kind = private
		lx.pos++
		lx.word()
	case isDigit(c) || c == '.' && isDigit(lx.byteAt(lx.pos+1)):
		lx.tok.kind = number
		lx.number()
	case c == '"' || c == '\'':
		lx.tok.kind = str
		lx.quoted(c)
	case c == '`':
		lx.tok.kind = template
		lx.pos++
	default:
		lx.tok.kind = op
		lx.pos += operatorSize(lx.src[lx.pos:])
	}
	lx.tok.end = lx.pos
}

func (lx *lexer) word() {
	for lx.pos < len(lx.src) && (isWordStart(lx.src[lx.pos]) || isDigit(lx.src[lx.pos]) || lx.src[lx.pos] == '\\') {
		lx.pos++
	}
}

func (lx *lexer) number() {
	hex := lx.src[lx.pos] == '0' && (lx.byteAt(lx.pos+1)|0x20) == 'x'
	for lx.pos < len(lx.src) {
		c := lx.src[lx.pos]
		if isDigit(c) || c == '.' || isWordStart(c) && c < 0x80 {
			lx.pos++
			continue
		}
		if (c == '+' || c == '-') && !hex && (lx.src[lx.pos-1]|0x20) == 'e' {
			lx.pos++
			continue
		}
		return
	}
}

func (lx *lexer) quoted(quote byte) {
	lx.pos++
	for lx.pos < len(lx.src) {
		switch c := lx.src[lx.pos]; c {
		case quote:
			lx.pos++
			return
		case '\\':
			lx.pos++
			if lx.byteAt(lx.pos) == '\n' {
				lx.line++
			}
		case '\n':
			return
		}
		lx.pos++
	}
	lx.pos = len(lx.src)
}

// regexp reads the current slash token again, as a regular expression literal. It returns false when none ends on
// the line.
func (lx *lexer) regexp() bool {
	class := false
	for i := lx.tok.start + 1; i < len(lx.src); i++ {
		switch c := lx.src[i]; {
		case c == '\n':
			return false
		case c == '\\':
			i++
		case c == '[':
			class = true
		case c == ']':
			class = false
		case c == '/' && !class:
			lx.pos = i + 1
			lx.word()
			lx.tok.end = lx.pos
			return true
		}
	}
	return false
}

// operatorSize returns the length of the operator at the start of s. A greater-than is always alone, because it may
// close type arguments; the parser joins it with what follows where it compares or shifts.
func operatorSize(s string) int {
	for _, size := range [...]int{4, 3, 2} {
		if len(s) < size {
			continue
		}
		switch s[:size] {
		case "...", "===", "!==", "**=", "<<=", "&&=", "||=", "??=",
			"=>", "==", "!=", "<=", "++", "--", "&&", "||", "??", "**", "<<", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=":
			return size
		case "?.":
			if len(s) > 2 && isDigit(s[2]) {
				return 1
			}
			return 2
		}
	}
	return 1
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWordStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$' || c >= 0x80
}

var escapes = map[byte]string{'n': "\n", 't': "\t", 'r': "\r", 'b': "\b", 'f': "\f", 'v': "\v", '0': "\x00", '\n': ""}

// unquote decodes the inside of a string or template literal.
func unquote(s string) string {
	if !strings.Contains(s, "\\") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		if repl, ok := escapes[s[i]]; ok {
			b.WriteString(repl)
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}
