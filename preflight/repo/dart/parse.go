package dart

import "github.com/ba-assistant/ba-assistant/preflight/repo/syntax"

type node = syntax.Node

const maxDepth = 200

// Parse reads a source file and returns a File node, never nil.
func Parse(src []byte) *node {
	text := string(src)
	p := &parser{src: text, toks: tokenize(text, 1)}
	file := p.new(syntax.File)
	file.Line = 1
	file.Body = p.statements("", false)
	return file
}

type parser struct {
	src   string
	toks  []token
	pos   int
	depth int
}

func (p *parser) new(kind syntax.Kind) *node { return &node{Kind: kind, Line: p.toks[p.pos].line} }

func (p *parser) above(kind syntax.Kind, x *node) *node {
	n := p.new(kind)
	n.X = x
	if x != nil {
		n.Line = x.Line
	}
	return n
}

func (p *parser) at(k kind) bool { return p.toks[p.pos].kind == k }

func (p *parser) text() string { return p.peek(0) }

// peek returns the text of the token i places ahead.
func (p *parser) peek(i int) string {
	if p.pos+i >= len(p.toks) {
		return ""
	}
	t := p.toks[p.pos+i]
	return p.src[t.start:t.end]
}

func (p *parser) kindAt(i int) kind {
	if p.pos+i >= len(p.toks) {
		return end
	}
	return p.toks[p.pos+i].kind
}

func (p *parser) isOp(s string) bool   { return p.at(op) && p.text() == s }
func (p *parser) isWord(s string) bool { return p.at(word) && p.text() == s }

func (p *parser) next() {
	if p.pos < len(p.toks)-1 {
		p.pos++
	}
}

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

// statements reads up to a closing text, which stays, or the end.
func (p *parser) statements(closing string, member bool) []*node {
	var body []*node
	for !p.at(end) && !(closing != "" && p.isOp(closing)) {
		start := p.pos
		if n := p.statement(member); n != nil {
			body = append(body, n)
		}
		if p.pos == start {
			p.next()
		}
	}
	return body
}

// finish ends a statement at its semicolon, skipping what was not understood.
func (p *parser) finish() {
	for !p.at(end) && !p.isOp("}") {
		if p.takeOp(";") {
			return
		}
		p.skip()
	}
}

// skip moves over one token, or over a whole bracketed group.
func (p *parser) skip() {
	if m := p.toks[p.pos].match; m > p.pos {
		p.pos = m
	}
	p.next()
}

func (p *parser) block() []*node {
	if !p.takeOp("{") {
		if n := p.statement(false); n != nil {
			return []*node{n}
		}
		return nil
	}
	body := p.statements("}", false)
	p.takeOp("}")
	return body
}

func (p *parser) statement(member bool) *node {
	if p.depth++; p.depth > maxDepth {
		p.depth--
		p.skip()
		return nil
	}
	defer func() { p.depth-- }()
	for p.isOp("@") { // metadata
		p.next()
		for p.at(word) || p.isOp(".") {
			p.next()
		}
		if p.isOp("(") {
			p.skip()
		}
	}
	if p.takeOp(";") {
		return nil
	}
	if p.isOp("{") {
		n := p.new(syntax.Block)
		n.Body = p.block()
		return n
	}
	if p.at(word) {
		if n, ok := p.keyword(); ok {
			return n
		}
	}
	if n := p.declaration(member); n != nil {
		return n
	}
	return p.expressionStatement()
}

func (p *parser) expressionStatement() *node {
	x := p.expr()
	n := p.above(syntax.ExprStmt, x)
	if x.Kind == syntax.Binary && (x.Name == "=" || x.Name == "??=" || x.Name == "+=") {
		n.Kind, n.Name = syntax.Assign, x.Name
		n.List, n.X = []*node{x.X}, x.Y
	}
	p.finish()
	return n
}

func (p *parser) keyword() (*node, bool) {
	switch p.text() {
	case "import", "export", "part", "library":
		if p.kindAt(1) == str || p.text() != "import" && p.kindAt(1) == word {
			return p.imported(), true
		}
	case "class", "mixin", "extension", "enum", "abstract", "sealed", "base", "interface":
		if p.kindAt(1) == word {
			return p.class()
		}
	case "if", "while", "for", "do", "try", "switch", "return", "throw", "rethrow", "break", "continue", "assert":
		return p.control(), true
	case "await":
		if p.peek(1) == "for" {
			p.next()
			return p.control(), true
		}
	}
	return nil, false
}

func (p *parser) imported() *node {
	n := p.new(syntax.Import)
	n.Text = "from"
	p.next()
	if p.at(str) {
		n.Name = p.strings().Text
	}
	a := &node{Kind: syntax.Alias, Line: n.Line, Name: "*", Text: "*"}
	for !p.at(end) && !p.isOp(";") {
		if p.takeWord("as") {
			a.Text = p.text()
			continue
		}
		p.skip()
	}
	p.takeOp(";")
	n.List = []*node{a}
	return n
}

func (p *parser) class() (*node, bool) {
	start := p.pos
	for p.at(word) && !p.isWord("class") && !p.isWord("mixin") && !p.isWord("extension") && !p.isWord("enum") {
		p.next()
	}
	n := p.new(syntax.Class)
	enum := p.isWord("enum")
	if !p.at(word) {
		p.pos = start
		return nil, false
	}
	p.next()
	p.takeWord("class")
	if p.at(word) {
		n.Name = p.text()
		p.next()
	}
	for !p.at(end) && !p.isOp("{") && !p.isOp(";") {
		if p.takeWord("extends") {
			n.List = append(n.List, p.new(syntax.Name))
			n.List[0].Name = p.text()
		}
		p.next()
	}
	if p.takeOp("{") {
		if enum {
			for !p.at(end) && !p.isOp(";") && !p.isOp("}") {
				p.skip()
			}
		}
		n.Body = p.statements("}", true)
		p.takeOp("}")
	}
	n.End = p.toks[p.pos].line
	return n, true
}
