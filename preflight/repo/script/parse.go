package script

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// node is the tree's node; the alias keeps the grammar below readable.
type node = syntax.Node

// maxDepth bounds nesting; deeper source becomes Bad nodes.
const maxDepth = 250

// Dialect says which extensions of the language a file may use.
type Dialect struct {
	Types bool // TypeScript
	JSX   bool // elements in expressions
}

// DialectOf derives the dialect from a file name. Plain JavaScript files may hold JSX.
func DialectOf(name string) Dialect {
	switch {
	case strings.HasSuffix(name, ".tsx"):
		return Dialect{Types: true, JSX: true}
	case strings.HasSuffix(name, ".ts") || strings.HasSuffix(name, ".mts") || strings.HasSuffix(name, ".cts"):
		return Dialect{Types: true}
	}
	return Dialect{JSX: true}
}

// Parse reads a source file and returns a File node, never nil.
func Parse(src []byte, dialect Dialect) *node {
	p := &parser{lexer: lexer{src: string(src), line: 1}, dialect: dialect}
	p.next()
	file := p.new(syntax.File)
	file.Line = 1
	file.Body = p.statements("")
	return file
}

// ParseModule reads the script blocks of a single-file component (Vue, Svelte) or a page; lines stay those of the file.
func ParseModule(src []byte) *node {
	text, types := scriptBlocks(string(src))
	return Parse([]byte(text), Dialect{Types: types, JSX: !types})
}

// scriptBlocks blanks everything outside script elements.
func scriptBlocks(src string) (text string, types bool) {
	var b strings.Builder
	blank := func(s string) { b.WriteString(strings.Repeat("\n", strings.Count(s, "\n"))) }
	for {
		open := strings.Index(src, "<script")
		if open < 0 {
			break
		}
		body := strings.IndexByte(src[open:], '>')
		if body < 0 {
			break
		}
		body += open + 1
		tag := src[open:body]
		stop := strings.Index(src[body:], "</script")
		if stop < 0 {
			break
		}
		stop += body
		blank(src[:body])
		if strings.Contains(tag, "json") {
			blank(src[body:stop])
		} else {
			b.WriteString(src[body:stop])
		}
		types = types || strings.Contains(tag, "ts")
		b.WriteString(";")
		src = src[stop:]
	}
	return b.String(), types
}

type parser struct {
	lexer
	dialect  Dialect
	depth    int
	noIn     bool // inside the head of a for statement
	noArrow  bool // inside the middle of a conditional, where "(a): b =>" is doubtful
	notArrow map[int]bool
	slab     []node
}

func (p *parser) new(kind syntax.Kind) *node {
	if len(p.slab) == 0 {
		p.slab = make([]node, 64)
	}
	n := &p.slab[0]
	p.slab = p.slab[1:]
	n.Kind = kind
	n.Line = p.tok.line
	return n
}

func (p *parser) above(kind syntax.Kind, x *node) *node {
	n := p.new(kind)
	n.X = x
	if x != nil {
		n.Line = x.Line
	}
	return n
}

func (p *parser) isOp(s string) bool   { return p.tok.kind == op && p.text() == s }
func (p *parser) isWord(s string) bool { return p.tok.kind == word && p.text() == s }

func (p *parser) takeOp(s string) bool {
	if p.isOp(s) {
		p.next()
		return true
	}
	return false
}

func (p *parser) takeWord(s string) bool {
	if p.isWord(s) {
		p.next()
		return true
	}
	return false
}

// peek returns the token after the current one.
func (p *parser) peek() (token, string) {
	m := p.mark()
	p.next()
	t, s := p.tok, p.text()
	p.reset(m)
	return t, s
}

func (p *parser) deep() bool { return p.depth > maxDepth }

// statements reads up to a closing text, which stays, or the end.
func (p *parser) statements(closing string) []*node {
	var body []*node
	for p.tok.kind != end && !(closing != "" && p.isOp(closing)) {
		start := p.tok.start
		if n := p.statement(); n != nil {
			body = append(body, n)
		}
		if p.tok.start == start && p.tok.kind != end {
			p.next()
		}
	}
	return body
}

// semicolon ends a statement; when neither it nor a line break nor a brace is there, the rest of the line is lost.
func (p *parser) semicolon() {
	if p.takeOp(";") || p.tok.newline || p.tok.kind == end || p.isOp("}") {
		return
	}
	p.recover()
}

// recover skips to the next line of the same nesting.
func (p *parser) recover() {
	depth := 0
	for p.tok.kind != end {
		if depth == 0 && p.tok.newline {
			return
		}
		if p.tok.kind == op {
			switch p.text() {
			case "(", "[", "{":
				depth++
			case ")", "]", "}":
				if depth == 0 {
					return
				}
				depth--
			case ";":
				if depth == 0 {
					p.next()
					return
				}
			}
		}
		if p.tok.kind == template {
			p.template()
			continue
		}
		p.next()
	}
}

// balanced skips a bracketed group, the current token being its opening bracket.
func (p *parser) balanced() {
	depth := 0
	for p.tok.kind != end {
		if p.tok.kind == template {
			p.template()
			continue
		}
		if p.tok.kind == op {
			switch p.text() {
			case "(", "[", "{":
				depth++
			case ")", "]", "}":
				depth--
			}
		}
		p.next()
		if depth <= 0 {
			return
		}
	}
}
