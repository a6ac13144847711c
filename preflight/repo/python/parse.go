package python

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// node is the tree's node; the alias keeps the grammar below readable.
type node = syntax.Node

// maxDepth bounds the nesting of expressions and blocks that is followed.
const maxDepth = 150

// Parse reads a source file and returns a File node. Statements that it does not understand become Bad nodes; it
// never returns nil. A byte order mark is ignored, and bytes that are not UTF-8 are read as Latin-1.
func Parse(src []byte) *node {
	text := toText(src)
	p := &parser{src: text, toks: tokenize(text)}
	file := p.new(syntax.File)
	file.Line = 1
	for !p.at(tokEnd) {
		before := p.pos
		file.Body = p.statement(file.Body)
		if p.pos == before {
			p.pos++
		}
	}
	return file
}

func toText(src []byte) string {
	src = bytes.TrimPrefix(src, []byte("\xef\xbb\xbf"))
	if utf8.Valid(src) {
		return string(src)
	}
	var b strings.Builder
	b.Grow(len(src) + len(src)/8)
	for _, c := range src {
		b.WriteRune(rune(c))
	}
	return b.String()
}

// parser holds the position in the tokens of one file.
type parser struct {
	src    string
	toks   []token
	pos    int
	depth  int
	noIn   bool // inside the target of a for clause, where "in" ends the expression
	noIf   bool // inside a pattern, where "if" begins a guard
	slab   []node
	broken bool // the current statement could not be read to its end
}

func (p *parser) new(kind syntax.Kind) *node {
	if len(p.slab) == 0 {
		p.slab = make([]node, 64)
	}
	n := &p.slab[0]
	p.slab = p.slab[1:]
	n.Kind = kind
	n.Line = p.toks[p.pos].line
	return n
}

// named makes a node that stands at the line of another one.
func (p *parser) above(kind syntax.Kind, x *node) *node {
	n := p.new(kind)
	n.X = x
	if x != nil {
		n.Line = x.Line
	}
	return n
}

func (p *parser) at(kind tokenKind) bool { return p.toks[p.pos].kind == kind }

func (p *parser) text() string {
	t := p.toks[p.pos]
	return p.src[t.start:t.end]
}

// peek returns the text of the token i places ahead, "" for a line's end.
func (p *parser) peek(i int) string {
	if p.pos+i >= len(p.toks) {
		return ""
	}
	t := p.toks[p.pos+i]
	if t.kind == tokNewline || t.kind == tokIndent || t.kind == tokDedent {
		return ""
	}
	return p.src[t.start:t.end]
}

func (p *parser) isOp(op string) bool {
	t := p.toks[p.pos]
	return t.kind == tokOp && p.src[t.start:t.end] == op
}

func (p *parser) isWord(w string) bool {
	t := p.toks[p.pos]
	return t.kind == tokName && p.src[t.start:t.end] == w
}

func (p *parser) takeOp(op string) bool {
	if p.isOp(op) {
		p.pos++
		return true
	}
	return false
}

func (p *parser) takeWord(w string) bool {
	if p.isWord(w) {
		p.pos++
		return true
	}
	return false
}

// name reads an identifier, "" when there is none.
func (p *parser) name() string {
	if !p.at(tokName) {
		return ""
	}
	w := p.text()
	p.pos++
	return w
}

// line ends a simple statement: a semicolon, a line break, or - when neither follows - the loss of the rest.
func (p *parser) line() {
	if p.takeOp(";") {
		if p.at(tokNewline) {
			p.pos++
		}
		return
	}
	if p.at(tokNewline) {
		p.pos++
		return
	}
	p.skipLine()
}

// skipLine drops the tokens up to the end of the logical line.
func (p *parser) skipLine() {
	for !p.at(tokEnd) && !p.at(tokNewline) && !p.at(tokDedent) && !p.at(tokIndent) {
		p.pos++
		p.broken = true
	}
	if p.at(tokNewline) {
		p.pos++
	}
}

var keywords = map[string]bool{
	"False": true, "None": true, "True": true, "and": true, "as": true, "assert": true, "async": true, "await": true,
	"break": true, "class": true, "continue": true, "def": true, "del": true, "elif": true, "else": true, "except": true,
	"finally": true, "for": true, "from": true, "global": true, "if": true, "import": true, "in": true, "is": true,
	"lambda": true, "nonlocal": true, "not": true, "or": true, "pass": true, "raise": true, "return": true, "try": true,
	"while": true, "with": true, "yield": true,
}
