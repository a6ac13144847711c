package python

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// primary reads an atom and the calls, subscripts and attributes that follow it.
func (p *parser) primary() *node {
	x := p.atom()
	for p.at(tokOp) {
		switch p.text() {
		case ".":
			n := p.above(syntax.Attr, x)
			p.pos++
			n.Line = p.toks[p.pos].line
			n.Name = p.name()
			x = n
		case "(":
			n := p.above(syntax.Call, x)
			p.pos++
			n.List = p.arguments()
			n.End = p.lastLine()
			x = n
		case "[":
			n := p.above(syntax.Index, x)
			p.pos++
			n.Y = p.subscript()
			p.takeOp("]")
			x = n
		default:
			return x
		}
	}
	return x
}

// arguments reads call arguments after the opening parenthesis, the closing one included.
func (p *parser) arguments() []*node {
	saved := p.noIn
	p.noIn = false
	var list []*node
	for !p.isOp(")") && !p.at(tokEnd) && !p.at(tokNewline) {
		before := p.pos
		list = append(list, p.argument())
		if !p.takeOp(",") && !p.isOp(")") || p.pos == before {
			p.broken = true
			p.skipTo(")")
		}
	}
	p.takeOp(")")
	p.noIn = saved
	return list
}

func (p *parser) argument() *node {
	if p.at(tokName) && p.peek(1) == "=" && !keywords[p.text()] {
		n := p.new(syntax.Keyword)
		n.Name = p.name()
		p.pos++
		n.X = p.expr()
		return n
	}
	x := p.namedExpr()
	if p.isWord("for") || p.isWord("async") {
		return p.comprehension(x)
	}
	return x
}

func (p *parser) subscript() *node {
	saved := p.noIn
	p.noIn = false
	defer func() { p.noIn = saved }()
	first := p.slice()
	if !p.isOp(",") {
		return first
	}
	tuple := p.above(syntax.List, nil)
	tuple.Name = "tuple"
	tuple.List = []*node{first}
	for p.takeOp(",") && !p.isOp("]") && !p.at(tokEnd) {
		before := p.pos
		tuple.List = append(tuple.List, p.slice())
		if p.pos == before {
			p.skipTo("]")
		}
	}
	return tuple
}

func (p *parser) slice() *node {
	var x *node
	if !p.isOp(":") {
		x = p.namedExpr()
		if !p.isOp(":") {
			return x
		}
	}
	n := p.above(syntax.List, nil)
	n.Name = "slice"
	if x != nil {
		n.List = append(n.List, x)
	}
	for p.takeOp(":") {
		if !p.isOp(":") && !p.isOp("]") && !p.isOp(",") {
			n.List = append(n.List, p.expr())
		}
	}
	return n
}

func (p *parser) atom() *node {
	t := p.toks[p.pos]
	switch t.kind {
	case tokName:
		return p.nameAtom()
	case tokNumber:
		n := p.new(syntax.Num)
		n.Text = p.text()
		p.pos++
		return n
	case tokString, tokFormat:
		return p.strings()
	case tokOp:
		switch p.text() {
		case "(":
			return p.parens()
		case "[":
			return p.brackets("]", "list")
		case "{":
			return p.braces()
		case "...":
			n := p.new(syntax.Const)
			n.Name = "..."
			p.pos++
			return n
		case "*", "**":
			return p.namedExpr()
		}
	}
	p.broken = true
	return p.new(syntax.Bad)
}

func (p *parser) nameAtom() *node {
	n := p.new(syntax.Name)
	switch w := p.text(); w {
	case "True":
		n.Kind, n.Name = syntax.Const, "true"
	case "False":
		n.Kind, n.Name = syntax.Const, "false"
	case "None":
		n.Kind, n.Name = syntax.Const, "none"
	default:
		if keywords[w] {
			n.Kind = syntax.Bad
			p.broken = true
			return n
		}
		n.Name = w
	}
	p.pos++
	return n
}

// elements reads a list up to the closing text, which stays.
func (p *parser) elements(closing string) []*node {
	saved := p.noIn
	p.noIn = false
	defer func() { p.noIn = saved }()
	var list []*node
	for !p.isOp(closing) && !p.at(tokEnd) && !p.at(tokNewline) {
		before := p.pos
		x := p.namedExpr()
		if p.takeOp(":") { // a bound type parameter
			p.expr()
		}
		if p.takeOp("=") { // its default
			p.expr()
		}
		if p.isWord("for") || p.isWord("async") {
			x = p.comprehension(x)
		}
		list = append(list, x)
		if !p.takeOp(",") && !p.isOp(closing) || p.pos == before {
			p.broken = true
			p.skipTo(closing)
		}
	}
	return list
}

func (p *parser) brackets(closing, name string) *node {
	n := p.new(syntax.List)
	n.Name = name
	p.pos++
	n.List = p.elements(closing)
	p.takeOp(closing)
	if len(n.List) == 1 && n.List[0].Kind == syntax.Comp {
		n.List[0].Name = name
		return n.List[0]
	}
	return n
}

// parens reads a tuple, a generator, or an expression in parentheses.
func (p *parser) parens() *node {
	start := p.pos
	n := p.new(syntax.List)
	n.Name = "tuple"
	p.pos++
	n.List = p.elements(")")
	comma := p.pos > start+1 && p.src[p.toks[p.pos-1].start:p.toks[p.pos-1].end] == ","
	p.takeOp(")")
	if len(n.List) == 1 && !comma {
		return n.List[0]
	}
	return n
}

// braces reads a dict or a set.
func (p *parser) braces() *node {
	saved := p.noIn
	p.noIn = false
	defer func() { p.noIn = saved }()
	n := p.new(syntax.Dict)
	p.pos++
	for !p.isOp("}") && !p.at(tokEnd) && !p.at(tokNewline) {
		before := p.pos
		item := p.entry(n)
		if p.isWord("for") || p.isWord("async") {
			item = p.comprehension(item)
			item.Name = "dict"
			if n.Kind == syntax.List {
				item.Name = "set"
			}
		}
		n.List = append(n.List, item)
		if !p.takeOp(",") && !p.isOp("}") || p.pos == before {
			p.broken = true
			p.skipTo("}")
		}
	}
	p.takeOp("}")
	if len(n.List) == 1 && n.List[0].Kind == syntax.Comp {
		return n.List[0]
	}
	return n
}

func (p *parser) entry(n *node) *node {
	x := p.namedExpr()
	if !p.isOp(":") {
		if x.Kind != syntax.Spread || x.Name == "*" {
			n.Kind = syntax.List
			n.Name = "set"
		}
		return x
	}
	pair := p.above(syntax.Pair, x)
	p.pos++
	pair.Y = p.expr()
	return pair
}

func (p *parser) comprehension(x *node) *node {
	n := p.above(syntax.Comp, x)
	for p.isWord("for") || p.isWord("async") && p.peek(1) == "for" {
		c := p.new(syntax.CompFor)
		p.takeWord("async")
		p.pos++
		c.X = p.target()
		if p.takeWord("in") {
			c.Y = p.binary(precOr)
		}
		for p.takeWord("if") {
			c.List = append(c.List, p.condition())
		}
		n.List = append(n.List, c)
	}
	return n
}

func (p *parser) condition() *node {
	x := p.binary(precOr)
	if p.isOp(":=") {
		n := p.above(syntax.Binary, x)
		n.Name = ":="
		p.pos++
		n.Y = p.binary(precOr)
		return n
	}
	return x
}

// strings reads adjacent literals as one value.
func (p *parser) strings() *node {
	var parts []*node
	n := p.new(syntax.Str)
	for p.at(tokString) || p.at(tokFormat) {
		t := p.toks[p.pos]
		l := splitLiteral(p.src[t.start:t.end])
		if t.kind == tokFormat {
			parts = append(parts, p.fields(l, t)...)
		} else {
			s := p.new(syntax.Str)
			s.Text = decode(l.body, l.raw())
			if strings.ContainsAny(l.prefix, "bB") {
				s.Flags |= syntax.Raw
			}
			parts = append(parts, s)
		}
		p.pos++
	}
	return join(n, parts)
}

// join makes one Str of constant parts, or a Template.
func join(n *node, parts []*node) *node {
	if len(parts) == 1 && parts[0].Kind == syntax.Str {
		return parts[0]
	}
	var b strings.Builder
	for _, part := range parts {
		if part.Kind != syntax.Str {
			n.Kind = syntax.Template
			n.List = parts
			return n
		}
		b.WriteString(part.Text)
	}
	n.Text = b.String()
	return n
}

// fields cuts a formatted string into its literal text and its expressions.
func (p *parser) fields(l literal, t token) []*node {
	f := &formatter{p: p, body: l.body, raw: l.raw(), line: t.line}
	return f.parts(false)
}
