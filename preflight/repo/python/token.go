package python

// tokenKind is the class of a token.
type tokenKind uint8

const (
	tokEnd tokenKind = iota
	tokName
	tokNumber
	tokString
	tokFormat // f-string or t-string, replacement fields included
	tokOp
	tokNewline
	tokIndent
	tokDedent
)

// token is a piece of the source; its text is src[start:end].
type token struct {
	kind       tokenKind
	line       int32
	start, end int32
}

// lexer cuts a source into tokens in one pass.
type lexer struct {
	src    string
	pos    int
	line   int32
	depth  int   // open brackets
	levels []int // indentation columns, outermost first
	out    []token
}

// tokenize cuts a whole file; the last token is tokEnd.
func tokenize(src string) []token {
	lx := &lexer{src: src, line: 1, levels: []int{0}, out: make([]token, 0, len(src)/5+8)}
	lx.run(true)
	return lx.out
}

// tokenizeExpr cuts the inside of a replacement field, where line breaks mean nothing.
func tokenizeExpr(src string, line int32) []token {
	lx := &lexer{src: src, line: line, levels: []int{0}, depth: 1, out: make([]token, 0, len(src)/3+4)}
	lx.run(false)
	return lx.out
}

func (lx *lexer) run(file bool) {
	startOfLine := file
	for lx.pos < len(lx.src) {
		if startOfLine && lx.depth == 0 {
			if !lx.indentation() {
				continue
			}
			startOfLine = false
		}
		startOfLine = lx.next()
	}
	if file {
		if n := len(lx.out); n > 0 && lx.out[n-1].kind != tokNewline && lx.out[n-1].kind != tokDedent {
			lx.emit(tokNewline, lx.pos)
		}
		for len(lx.levels) > 1 {
			lx.levels = lx.levels[:len(lx.levels)-1]
			lx.emit(tokDedent, lx.pos)
		}
	}
	lx.emit(tokEnd, lx.pos)
}

func (lx *lexer) emit(kind tokenKind, start int) {
	lx.out = append(lx.out, token{kind: kind, line: lx.line, start: int32(start), end: int32(lx.pos)})
}

// indentation measures the start of a line and emits indents and dedents. It returns false when the line was blank or
// a comment and has been skipped.
func (lx *lexer) indentation() bool {
	col := 0
	for lx.pos < len(lx.src) {
		switch lx.src[lx.pos] {
		case ' ':
			col++
		case '\t':
			col = col/8*8 + 8
		case '\f':
			col = 0
		default:
			return lx.measured(col)
		}
		lx.pos++
	}
	return false
}

func (lx *lexer) measured(col int) bool {
	switch c := lx.src[lx.pos]; {
	case c == '#':
		lx.skipComment()
		return false
	case c == '\n' || c == '\r':
		lx.lineBreak()
		return false
	case c == '\\' && lx.continues():
		lx.pos++
		lx.lineBreak()
		return false
	}
	lx.level(col)
	return true
}

func (lx *lexer) level(col int) {
	top := lx.levels[len(lx.levels)-1]
	if col > top {
		lx.levels = append(lx.levels, col)
		lx.emit(tokIndent, lx.pos)
		return
	}
	for len(lx.levels) > 1 && col < lx.levels[len(lx.levels)-1] {
		lx.levels = lx.levels[:len(lx.levels)-1]
		lx.emit(tokDedent, lx.pos)
	}
}

func (lx *lexer) lineBreak() {
	if lx.src[lx.pos] == '\r' && lx.pos+1 < len(lx.src) && lx.src[lx.pos+1] == '\n' {
		lx.pos++
	}
	lx.pos++
	lx.line++
}

func (lx *lexer) skipComment() {
	for lx.pos < len(lx.src) && lx.src[lx.pos] != '\n' && lx.src[lx.pos] != '\r' {
		lx.pos++
	}
}

// continues reports whether the backslash at the current position is followed by a line break.
func (lx *lexer) continues() bool {
	return lx.pos+1 < len(lx.src) && (lx.src[lx.pos+1] == '\n' || lx.src[lx.pos+1] == '\r')
}

// next reads one token or one piece of space; it returns true after the end of a line.
func (lx *lexer) next() bool {
	c := lx.src[lx.pos]
	switch {
	case c == ' ' || c == '\t' || c == '\f':
		lx.pos++
	case c == '\n' || c == '\r':
		return lx.newline()
	case c == '#':
		lx.skipComment()
	case c == '\\' && lx.continues():
		lx.pos++
		lx.lineBreak()
	case isNameStart(c):
		lx.word()
	case c == '"' || c == '\'':
		lx.str(lx.pos, "")
	case isDigit(c) || c == '.' && lx.pos+1 < len(lx.src) && isDigit(lx.src[lx.pos+1]):
		lx.number()
	default:
		lx.operator()
	}
	return false
}

func (lx *lexer) newline() bool {
	if lx.depth > 0 {
		lx.lineBreak()
		if lx.statementAhead() { // an opening bracket was never closed: give up on it
			lx.depth = 0
			lx.out = append(lx.out, token{kind: tokNewline, line: lx.line - 1, start: int32(lx.pos), end: int32(lx.pos)})
			return true
		}
		return false
	}
	start := lx.pos
	lx.emit(tokNewline, start)
	lx.lineBreak()
	return true
}

// statementAhead reports whether the line begins with a word that can only begin a statement.
func (lx *lexer) statementAhead() bool {
	i := lx.pos
	for i < len(lx.src) && (lx.src[i] == ' ' || lx.src[i] == '\t') {
		i++
	}
	if i >= len(lx.src) || len(lx.levels) == 0 {
		return false
	}
	rest := lx.src[i:]
	for _, w := range [...]string{"def ", "class ", "async def ", "import "} {
		if len(rest) > len(w) && rest[:len(w)] == w && isNameStart(rest[len(w)]) {
			return true
		}
	}
	return false
}

func (lx *lexer) word() {
	start := lx.pos
	for lx.pos < len(lx.src) && isNamePart(lx.src[lx.pos]) {
		lx.pos++
	}
	if lx.pos < len(lx.src) && lx.pos-start <= 2 && (lx.src[lx.pos] == '"' || lx.src[lx.pos] == '\'') {
		if prefix := lx.src[start:lx.pos]; isStringPrefix(prefix) {
			lx.str(start, prefix)
			return
		}
	}
	lx.emit(tokName, start)
}

func (lx *lexer) number() {
	start := lx.pos
	for lx.pos < len(lx.src) {
		c := lx.src[lx.pos]
		if isNamePart(c) && c < 0x80 || c == '.' {
			lx.pos++
			continue
		}
		if (c == '+' || c == '-') && lx.exponent(start) {
			lx.pos++
			continue
		}
		break
	}
	lx.trimKeyword(start)
	lx.emit(tokNumber, start)
}

// exponent reports whether the sign at the current position belongs to a decimal exponent (1e-5, not 0x1e-5).
func (lx *lexer) exponent(start int) bool {
	last := lx.src[lx.pos-1]
	if last != 'e' && last != 'E' {
		return false
	}
	return !(lx.src[start] == '0' && start+1 < lx.pos && (lx.src[start+1]|0x20 == 'x' || lx.src[start+1]|0x20 == 'b' || lx.src[start+1]|0x20 == 'o'))
}

// trimKeyword gives back a keyword that was written directly after a number ("1if x else 2").
func (lx *lexer) trimKeyword(start int) {
	if lx.src[start] == '0' && lx.pos-start > 1 && lx.src[start+1] > '9' && lx.src[start+1] != '_' {
		return
	}
	for i := start; i < lx.pos; i++ {
		for _, kw := range [...]string{"if", "else", "or", "and", "in", "is", "for", "not"} {
			if lx.src[i:lx.pos] == kw {
				lx.pos = i
				return
			}
		}
	}
}

// Operators of three and two characters; anything else is one character.
func (lx *lexer) operator() {
	start := lx.pos
	rest := lx.src[start:]
	size := 1
	if len(rest) >= 2 {
		switch rest[:2] {
		case "**", "//", "<<", ">>":
			size = 2
			if len(rest) > 2 && rest[2] == '=' {
				size = 3
			}
		case "->", "==", "!=", "<=", ">=", ":=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@=", "<>":
			size = 2
		case "..":
			if len(rest) >= 3 && rest[2] == '.' {
				size = 3
			}
		}
	}
	switch rest[0] {
	case '(', '[', '{':
		lx.depth++
	case ')', ']', '}':
		if lx.depth > 0 {
			lx.depth--
		}
	}
	lx.pos += size
	lx.emit(tokOp, start)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isNameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}

func isNamePart(c byte) bool { return isNameStart(c) || isDigit(c) }
