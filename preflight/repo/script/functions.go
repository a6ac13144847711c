package script

import "github.com/ba-assistant/ba-assistant/preflight/repo/syntax"

// function reads a function declaration or expression at the word function.
func (p *parser) function(flags syntax.Flags, declaration bool) *node {
	n := p.new(syntax.Func)
	n.Flags |= flags
	if !declaration {
		n.Flags |= syntax.Lambda
	}
	p.next()
	if p.takeOp("*") {
		n.Flags |= syntax.Generator
	}
	if p.tok.kind == word {
		n.Name = p.text()
		p.next()
	}
	p.signature(n)
	return n
}

// method reads a method of a class or object after its name.
func (p *parser) method(flags syntax.Flags, name string) *node {
	n := p.new(syntax.Func)
	n.Flags |= flags
	n.Name = name
	p.signature(n)
	return n
}

// signature reads type parameters, parameters, result type and body.
func (p *parser) signature(n *node) {
	p.typeParameters()
	if p.isOp("(") {
		n.List = p.parameters()
	}
	if p.takeOp(":") {
		p.skipType()
	}
	if p.isOp("{") {
		saved := p.noArrow
		savedIn := p.noIn
		p.noArrow, p.noIn = false, false
		n.Body = p.block().Body
		p.noArrow, p.noIn = saved, savedIn
		n.End = p.tok.line
	}
}

func (p *parser) parameters() []*node {
	savedIn, savedArrow := p.noIn, p.noArrow
	p.noIn, p.noArrow = false, false
	defer func() { p.noIn, p.noArrow = savedIn, savedArrow }()
	var list []*node
	p.takeOp("(")
	for !p.isOp(")") && p.tok.kind != end {
		start := p.tok.start
		list = append(list, p.parameter())
		if !p.separated(")", start) {
			break
		}
	}
	p.takeOp(")")
	return list
}

func (p *parser) parameter() *node {
	n := p.new(syntax.Param)
	for p.isOp("@") {
		p.next()
		n.Else = append(n.Else, p.member(p.primary(), true))
	}
	for p.modifier() {
		p.next()
	}
	if p.takeOp("...") {
		n.Text = "*"
	}
	b := p.binding()
	n.Name = b.Name
	if b.Kind != syntax.Name {
		n.List = []*node{b}
	}
	p.takeOp("?")
	if p.takeOp(":") {
		n.Y = p.typeName()
	}
	if p.takeOp("=") {
		n.X = p.assignment()
	}
	return n
}

// modifier reports whether the current word is a modifier of the parameter or member that follows.
func (p *parser) modifier() bool {
	if p.tok.kind != word {
		return false
	}
	switch p.text() {
	case "public", "private", "protected", "readonly", "override", "static", "abstract", "declare", "accessor", "async", "get", "set":
		t, s := p.peek()
		return t.kind != op && t.kind != end || s == "[" || s == "{" || s == "*"
	}
	return false
}

// arrow reads an arrow function; nil, with nothing consumed, when the current token begins something else.
func (p *parser) arrow() *node {
	switch {
	case p.tok.kind == word:
		t, s := p.peek()
		if s == "=>" && !t.newline && p.text() != "async" {
			return p.arrowFrom(0)
		}
		if p.text() != "async" || t.newline || s != "(" && t.kind != word && s != "<" || s == "function" {
			return nil
		}
		m := p.mark()
		p.next()
		if fn := p.arrowFrom(syntax.Async); fn != nil {
			return fn
		}
		p.reset(m)
		return nil
	case p.isOp("("):
		return p.arrowFrom(0)
	case p.isOp("<") && p.dialect.Types:
		return p.arrowFrom(0)
	}
	return nil
}

func (p *parser) arrowFrom(flags syntax.Flags) *node {
	at := p.tok.start
	if p.notArrow[at] {
		return nil
	}
	m := p.mark()
	n := p.new(syntax.Func)
	n.Flags |= flags | syntax.Lambda
	if p.arrowHead(n) && p.isOp("=>") && !p.tok.newline {
		p.next()
		p.arrowBody(n)
		return n
	}
	p.reset(m)
	if p.notArrow == nil {
		p.notArrow = map[int]bool{}
	}
	p.notArrow[at] = true
	return nil
}

func (p *parser) arrowHead(n *node) bool {
	if p.tok.kind == word {
		x := p.new(syntax.Param)
		x.Name = p.text()
		n.List = []*node{x}
		p.next()
		return true
	}
	if p.isOp("<") && !p.typeParameters() {
		return false
	}
	if !p.isOp("(") || !p.arrowAhead() {
		return false
	}
	n.List = p.parameters()
	if p.isOp(":") {
		if p.noArrow || !p.dialect.Types {
			return false
		}
		p.next()
		p.skipType()
	}
	return true
}

// arrowAhead looks at the token after the parenthesis: parameters begin with few things.
func (p *parser) arrowAhead() bool {
	t, s := p.peek()
	return t.kind == word || s == ")" || s == "..." || s == "{" || s == "[" || s == "@"
}

func (p *parser) arrowBody(n *node) {
	saved, savedIn := p.noArrow, p.noIn
	p.noArrow = false
	defer func() { p.noArrow, p.noIn = saved, savedIn }()
	if p.isOp("{") {
		p.noIn = false
		n.Body = p.block().Body
	} else {
		p.noArrow = saved
		ret := p.new(syntax.Return)
		ret.X = p.assignment()
		n.Body = []*node{ret}
	}
	n.End = p.tok.line
}
