package dart

import "github.com/ba-assistant/ba-assistant/preflight/repo/syntax"

var precedence = map[string]int{
	"??": 2, "||": 3, "&&": 4, "==": 5, "!=": 5, "<": 6, ">": 6, "<=": 6, ">=": 6, "is": 6, "as": 6,
	"|": 7, "^": 7, "&": 8, "<<": 9, "+": 10, "-": 10, "*": 11, "/": 11, "%": 11, "~/": 11,
}

var normalised = map[string]string{"||": "or", "&&": "and"}

// expr reads an expression, assignments and conditionals included.
func (p *parser) expr() *node {
	if p.depth++; p.depth > maxDepth {
		p.depth--
		n := p.new(syntax.Bad)
		p.skip()
		return n
	}
	defer func() { p.depth-- }()
	x := p.binary(1)
	if p.isOp("?") {
		n := p.above(syntax.Cond, x)
		p.next()
		n.Y = p.expr()
		if p.takeOp(":") {
			n.Z = p.expr()
		}
		return n
	}
	switch p.text() {
	case "=", "??=", "+=", "-=", "*=":
		if p.at(op) {
			n := p.above(syntax.Binary, x)
			n.Name = p.text()
			p.next()
			n.Y = p.expr()
			return n
		}
	}
	return x
}

func (p *parser) binary(min int) *node {
	left := p.unary()
	for {
		o := p.text()
		if o == ">" && p.peek(1) == "=" && p.toks[p.pos+1].start == p.toks[p.pos].end {
			p.next()
			o = ">="
		}
		prec := precedence[o]
		if prec == 0 || prec < min || p.at(str) {
			return left
		}
		p.next()
		if o == "is" || o == "as" {
			p.takeOp("!")
			p.skipType()
			continue
		}
		n := p.above(syntax.Binary, left)
		n.Name = o
		if short := normalised[o]; short != "" {
			n.Name = short
		}
		n.Y = p.binary(prec + 1)
		left = n
	}
}

func (p *parser) unary() *node {
	o := p.text()
	switch {
	case p.at(op) && (o == "!" || o == "-" || o == "~" || o == "++" || o == "--"):
		if o == "!" {
			o = "not"
		}
	case p.at(word) && (o == "await" || o == "throw"):
	default:
		return p.postfix()
	}
	n := p.new(syntax.Unary)
	n.Name = o
	p.next()
	if p.depth++; p.depth <= maxDepth {
		n.X = p.unary()
	}
	p.depth--
	return n
}

func (p *parser) postfix() *node {
	x := p.primary()
	for p.at(op) {
		switch p.text() {
		case ".", "?.", "..", "?..":
			n := p.above(syntax.Attr, x)
			p.next()
			if p.at(word) {
				n.Name, n.Line = p.text(), p.toks[p.pos].line
				p.next()
			}
			x = n
		case "(":
			n := p.above(syntax.Call, x)
			n.List = p.arguments()
			n.End = p.toks[max(p.pos-1, 0)].line
			x = n
		case "[":
			n := p.above(syntax.Index, x)
			p.next()
			n.Y = p.expr()
			p.takeOp("]")
			x = n
		case "!", "++", "--":
			if p.text() == "!" && p.peek(1) == "=" {
				return x
			}
			p.next()
		case "<":
			before := p.pos
			if !p.skipTypeArguments() || !p.isOp("(") && !p.isOp(".") {
				p.pos = before
				return x
			}
		default:
			return x
		}
	}
	return x
}

func (p *parser) arguments() []*node {
	stop := p.toks[p.pos].match
	p.next()
	var list []*node
	for !p.at(end) && !p.isOp(")") && (stop < 0 || p.pos < stop) {
		start := p.pos
		if p.at(word) && p.peek(1) == ":" {
			n := p.new(syntax.Keyword)
			n.Name = p.text()
			p.next()
			p.next()
			n.X = p.expr()
			list = append(list, n)
		} else {
			list = append(list, p.expr())
		}
		if !p.takeOp(",") && !p.isOp(")") || p.pos == start {
			break
		}
	}
	if stop >= 0 {
		p.pos = stop
	}
	p.takeOp(")")
	return list
}

func (p *parser) primary() *node {
	n := p.new(syntax.Bad)
	switch p.toks[p.pos].kind {
	case word:
		return p.wordAtom(n)
	case number:
		n.Kind, n.Text = syntax.Num, p.text()
		p.next()
	case str:
		return p.strings()
	case op:
		switch p.text() {
		case "(":
			return p.parens()
		case "[":
			return p.collection("]", syntax.List)
		case "{":
			return p.collection("}", syntax.Dict)
		case "<":
			if p.skipTypeArguments() && (p.isOp("[") || p.isOp("{")) {
				return p.primary()
			}
		case "...", "...?":
			n.Kind, n.Name = syntax.Spread, "..."
			p.next()
			n.X = p.expr()
		}
	}
	return n
}

func (p *parser) wordAtom(n *node) *node {
	switch s := p.text(); s {
	case "true", "false":
		n.Kind, n.Name = syntax.Const, s
	case "null":
		n.Kind, n.Name = syntax.Const, "none"
	case "const", "new":
		p.next()
		return p.primary()
	case "switch":
		p.next()
		n.X = p.condition()
		p.skip()
		return n
	default:
		n.Kind, n.Name = syntax.Name, s
	}
	p.next()
	return n
}

// parens reads a lambda or an expression in parentheses.
func (p *parser) parens() *node {
	stop := p.toks[p.pos].match
	if stop > 0 && stop+1 < len(p.toks) {
		t := p.toks[stop+1]
		switch p.src[t.start:t.end] {
		case "=>", "{", "async":
			n := p.new(syntax.Func)
			n.Flags |= syntax.Lambda
			n.List = p.parameters()
			if p.takeWord("async") {
				n.Flags |= syntax.Async
				p.takeOp("*")
			}
			p.functionBody(n)
			return n
		}
	}
	p.next()
	x := p.expr()
	if stop >= 0 {
		p.pos = stop
	}
	p.takeOp(")")
	return x
}

// collection reads a list, set or map; the elements of collection-if and -for are elements of it.
func (p *parser) collection(closing string, kind syntax.Kind) *node {
	n := p.new(kind)
	n.Name = "list"
	stop := p.toks[p.pos].match
	p.next()
	for !p.at(end) && !p.isOp(closing) && (stop < 0 || p.pos < stop) {
		start := p.pos
		for p.isWord("if") || p.isWord("for") || p.isWord("else") {
			p.next()
			if p.isOp("(") {
				p.skip()
			}
		}
		x := p.expr()
		if p.takeOp(":") {
			pair := p.above(syntax.Pair, x)
			pair.Y = p.expr()
			x = pair
		}
		n.List = append(n.List, x)
		if !p.takeOp(",") && !p.isOp(closing) && !p.isWord("else") || p.pos == start {
			break
		}
	}
	if stop >= 0 {
		p.pos = stop
	}
	p.takeOp(closing)
	return n
}
