package dart

import "github.com/ba-assistant/ba-assistant/preflight/repo/syntax"

func (p *parser) control() *node {
	switch kw := p.text(); kw {
	case "if":
		n := p.new(syntax.If)
		p.next()
		n.X = p.condition()
		n.Body = p.block()
		if p.takeWord("else") {
			n.Else = p.block()
		}
		return n
	case "while":
		n := p.new(syntax.Loop)
		n.Name = kw
		p.next()
		n.X = p.condition()
		n.Body = p.block()
		return n
	case "for":
		return p.loop()
	case "do":
		n := p.new(syntax.Loop)
		n.Name = "while"
		p.next()
		n.Body = p.block()
		if p.takeWord("while") {
			n.X = p.condition()
		}
		p.takeOp(";")
		return n
	case "try":
		return p.try()
	case "switch":
		return p.choice()
	case "return", "throw":
		n := p.new(syntax.Return)
		if kw == "throw" {
			n.Kind = syntax.Raise
		}
		p.next()
		if !p.isOp(";") {
			n.X = p.expr()
		}
		p.finish()
		return n
	}
	n := p.new(syntax.Simple)
	n.Name = p.text()
	p.next()
	p.finish()
	return n
}

func (p *parser) condition() *node {
	if !p.takeOp("(") {
		return p.new(syntax.Bad)
	}
	x := p.expr()
	for !p.at(end) && !p.isOp(")") {
		p.skip()
	}
	p.takeOp(")")
	return x
}

func (p *parser) loop() *node {
	n := p.new(syntax.Loop)
	n.Name = "for"
	p.next()
	if m := p.toks[p.pos].match; p.isOp("(") && m > p.pos {
		p.next()
		for p.pos < m && !p.isWord("in") && !p.isOp(";") {
			p.skip()
		}
		if p.takeWord("in") {
			n.X = p.expr()
		}
		p.pos = m
		p.next()
	}
	n.Body = p.block()
	return n
}

func (p *parser) try() *node {
	n := p.new(syntax.Try)
	p.next()
	n.Body = p.block()
	for p.isWord("on") || p.isWord("catch") {
		h := p.new(syntax.Handler)
		for !p.at(end) && !p.isOp("{") {
			p.next()
		}
		h.Body = p.block()
		n.List = append(n.List, h)
	}
	if p.isWord("finally") {
		f := p.new(syntax.Finally)
		p.next()
		f.Body = p.block()
		n.List = append(n.List, f)
	}
	return n
}

func (p *parser) choice() *node {
	n := p.new(syntax.Switch)
	p.next()
	n.X = p.condition()
	if !p.takeOp("{") {
		return n
	}
	for !p.at(end) && !p.isOp("}") {
		c := p.new(syntax.Case)
		start := p.pos
		if p.takeWord("case") {
			c.X = p.expr()
		}
		for !p.at(end) && !p.isOp(":") && !p.isOp("}") {
			p.skip()
		}
		p.takeOp(":")
		for !p.at(end) && !p.isOp("}") && !p.isWord("case") && !(p.isWord("default") && p.peek(1) == ":") {
			at := p.pos
			if s := p.statement(false); s != nil {
				c.Body = append(c.Body, s)
			}
			if p.pos == at {
				p.next()
			}
		}
		if p.pos == start {
			p.next()
		}
		n.List = append(n.List, c)
	}
	p.takeOp("}")
	return n
}

var modifiers = map[string]bool{
	"final": true, "const": true, "var": true, "late": true, "static": true, "external": true, "covariant": true,
	"required": true, "abstract": true, "factory": true, "operator": true,
}

// declaration reads a variable, function or method; nil, with nothing consumed, when the text is no declaration.
func (p *parser) declaration(member bool) *node {
	start := p.pos
	var flags syntax.Flags
	variable := false
	for p.at(word) && modifiers[p.text()] && p.kindAt(1) != end && p.peek(1) != "=" {
		switch p.text() {
		case "static":
			flags |= syntax.Static
		case "final", "const", "var", "late":
			variable = true
		}
		p.next()
	}
	if n := p.declared(flags, variable, member); n != nil {
		return n
	}
	p.pos = start
	return nil
}

func (p *parser) declared(flags syntax.Flags, variable, member bool) *node {
	if !p.at(word) && !p.isOp("(") {
		return nil
	}
	if (p.isWord("get") || p.isWord("set")) && p.kindAt(1) == word {
		p.next()
		return p.function(flags)
	}
	if !(variable && p.nameEnds(1)) && !(member && p.peek(1) == "(") {
		before := p.pos
		if !p.skipType() || !p.at(word) {
			p.pos = before
			if !(member || p.depth <= 1) || p.peek(1) != "(" {
				return nil
			}
		}
	}
	if (p.isWord("get") || p.isWord("set")) && p.kindAt(1) == word {
		p.next()
		return p.function(flags)
	}
	if !p.at(word) {
		return nil
	}
	if member && p.peek(1) == "." && p.kindAt(2) == word { // named constructor
		p.next()
		p.next()
	}
	switch p.peek(1) {
	case "(", "<":
		return p.functionAhead(flags)
	case "=", ";", ",":
		return p.variables(flags)
	}
	return nil
}

// nameEnds reports whether the token i ahead ends a declared name.
func (p *parser) nameEnds(i int) bool {
	switch p.peek(i) {
	case "=", ";", ",":
		return true
	}
	return false
}

// functionAhead reads a function when its parameters are followed by a body; otherwise the text was a call.
func (p *parser) functionAhead(flags syntax.Flags) *node {
	i := p.pos + 1
	for i < len(p.toks) && p.src[p.toks[i].start:p.toks[i].end] != "(" {
		i++
	}
	if i >= len(p.toks) || p.toks[i].match < 0 || p.toks[i].match+1 >= len(p.toks) {
		return nil
	}
	t := p.toks[p.toks[i].match+1]
	switch p.src[t.start:t.end] {
	case "{", "=>", "async", "sync", ":", "native":
		return p.function(flags)
	case ";": // an abstract method, or a call
		if p.depth <= 2 && p.pos > 0 && p.toks[p.pos-1].kind == word {
			return p.function(flags)
		}
	}
	return nil
}

func (p *parser) function(flags syntax.Flags) *node {
	n := p.new(syntax.Func)
	n.Flags |= flags
	n.Name = p.text()
	p.next()
	if p.isOp("<") {
		p.skipTypeArguments()
	}
	if p.isOp("(") {
		n.List = p.parameters()
	}
	for !p.at(end) && !p.isOp("{") && !p.isOp("=>") && !p.isOp(";") && !p.isOp("}") {
		if p.isWord("async") {
			n.Flags |= syntax.Async
		}
		p.skip()
	}
	p.functionBody(n)
	return n
}

func (p *parser) functionBody(n *node) {
	switch {
	case p.takeOp("=>"):
		ret := p.new(syntax.Return)
		ret.X = p.expr()
		n.Body = []*node{ret}
		if !n.Has(syntax.Lambda) {
			p.finish()
		}
	case p.isOp("{"):
		n.Body = p.block()
	default:
		p.takeOp(";")
	}
	n.End = p.toks[max(p.pos-1, 0)].line
}

// parameters reads a parameter list, named and optional groups included.
func (p *parser) parameters() []*node {
	stop := p.toks[p.pos].match
	p.next()
	var list []*node
	for !p.at(end) && (stop < 0 || p.pos < stop) {
		if p.at(word) && (p.nameEnds(1) || p.peek(1) == ")" || p.peek(1) == "}" || p.peek(1) == "]" || p.peek(1) == ":") {
			n := p.new(syntax.Param)
			n.Name = p.text()
			if p.pos > 0 && p.toks[p.pos-1].kind == word {
				n.Y = &node{Kind: syntax.Name, Line: n.Line, Name: p.src[p.toks[p.pos-1].start:p.toks[p.pos-1].end]}
			}
			p.next()
			if p.takeOp("=") || p.takeOp(":") {
				n.X = p.expr()
			}
			list = append(list, n)
			continue
		}
		if p.isOp("(") || p.isOp("<") {
			p.skip()
			continue
		}
		p.next()
	}
	p.takeOp(")")
	return list
}

func (p *parser) variables(flags syntax.Flags) *node {
	var list []*node
	for p.at(word) {
		n := p.new(syntax.Assign)
		n.Flags |= flags
		n.Name = "="
		target := p.new(syntax.Name)
		target.Name = p.text()
		n.List = []*node{target}
		p.next()
		if p.takeOp("=") {
			n.X = p.expr()
		}
		list = append(list, n)
		if !p.takeOp(",") {
			break
		}
	}
	p.finish()
	if len(list) == 1 {
		return list[0]
	}
	n := p.new(syntax.Block)
	n.Body = list
	return n
}

// skipType moves over a type; false when the text is none.
func (p *parser) skipType() bool {
	if p.isOp("(") { // a record
		p.skip()
		p.takeOp("?")
		return p.at(word)
	}
	if !p.at(word) || p.isWord("await") || p.isWord("new") || p.isWord("throw") || p.isWord("return") || p.isWord("yield") {
		return false
	}
	p.next()
	for p.isOp(".") && p.kindAt(1) == word {
		p.next()
		p.next()
	}
	if p.isOp("<") && !p.skipTypeArguments() {
		return false
	}
	p.takeOp("?")
	for p.isWord("Function") && p.peek(1) == "(" {
		p.next()
		p.skip()
		p.takeOp("?")
	}
	return true
}

// skipTypeArguments moves over <...> when only types stand in it; otherwise it stays and returns false.
func (p *parser) skipTypeArguments() bool {
	start, depth := p.pos, 0
	for !p.at(end) {
		switch {
		case p.isOp("<"):
			depth++
		case p.isOp(">"):
			if depth--; depth == 0 {
				p.next()
				return true
			}
		case p.at(word), p.isOp(","), p.isOp("."), p.isOp("?"):
		case p.isOp("("), p.isOp("{"), p.isOp("["):
			p.skip()
			continue
		default:
			p.pos = start
			return false
		}
		p.next()
	}
	p.pos = start
	return false
}
