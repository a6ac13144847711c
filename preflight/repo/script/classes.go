package script

import "github.com/ba-assistant/ba-assistant/preflight/repo/syntax"

// decorated reads decorators and what they decorate.
func (p *parser) decorated() *node {
	var list []*node
	for p.takeOp("@") {
		list = append(list, p.member(p.primary(), true))
	}
	exported := p.takeWord("export")
	if exported {
		p.takeWord("default")
	}
	p.takeWord("abstract")
	if p.isWord("class") {
		n := p.class(list)
		if exported {
			n.Flags |= syntax.Exported
		}
		return n
	}
	n := p.new(syntax.Bad)
	n.List = list
	return n
}

func (p *parser) class(decorators []*node) *node {
	n := p.new(syntax.Class)
	n.Else = decorators
	p.next()
	if p.tok.kind == word && !p.isWord("extends") && !p.isWord("implements") {
		n.Name = p.text()
		p.next()
	}
	p.typeParameters()
	if p.takeWord("extends") {
		n.List = []*node{p.member(p.primary(), true)}
		if p.isOp("<") {
			p.typeArguments()
		}
	}
	for p.tok.kind != end && !p.isOp("{") {
		p.next()
	}
	p.takeOp("{")
	for !p.isOp("}") && p.tok.kind != end {
		start := p.tok.start
		if m := p.classMember(); m != nil {
			n.Body = append(n.Body, m)
		}
		if p.tok.start == start {
			p.next()
		}
	}
	p.takeOp("}")
	n.End = p.tok.line
	return n
}

// classMember reads a method (Func) or a property (Assign); nil for what has no value.
func (p *parser) classMember() *node {
	if p.depth++; p.deep() {
		p.depth--
		p.next()
		return nil
	}
	defer func() { p.depth-- }()
	var decorators []*node
	for p.takeOp("@") {
		decorators = append(decorators, p.member(p.primary(), true))
	}
	if p.takeOp(";") {
		return nil
	}
	flags := p.modifiers()
	if p.isOp("{") { // static block
		return p.block()
	}
	line := p.tok.line
	name := p.propertyName()
	p.takeOp("?")
	p.takeOp("!")
	if p.isOp("(") || p.isOp("<") {
		n := p.method(flags, name.Text)
		n.Line = line
		n.Else = decorators
		if name.Kind != syntax.Str {
			n.X = name // a computed name
		}
		p.takeOp(";")
		return n
	}
	return p.classProperty(name, flags, line)
}

func (p *parser) modifiers() syntax.Flags {
	var flags syntax.Flags
	for {
		switch {
		case p.isOp("*"):
			flags |= syntax.Generator
		case !p.modifier():
			return flags
		case p.isWord("static"):
			flags |= syntax.Static
		case p.isWord("async"):
			flags |= syntax.Async
		}
		p.next()
	}
}

func (p *parser) classProperty(name *node, flags syntax.Flags, line int32) *node {
	n := p.new(syntax.Assign)
	n.Line = line
	n.Flags |= flags
	n.Name = "="
	if name.Kind == syntax.Str {
		name.Kind, name.Name = syntax.Name, name.Text
	}
	n.List = []*node{name}
	if p.takeOp(":") {
		n.Y = p.typeName()
	}
	if p.takeOp("=") {
		n.X = p.assignment()
	}
	p.semicolon()
	return n
}
