package python

import "github.com/ba-assistant/ba-assistant/preflight/repo/syntax"

// statement reads one statement, compound ones with their blocks, and appends it to body.
func (p *parser) statement(body []*node) []*node {
	switch p.toks[p.pos].kind {
	case tokNewline:
		p.pos++
		return body
	case tokIndent: // an indentation that nothing announced: its statements still count
		return append(body, p.stray())
	case tokDedent:
		p.pos++
		return body
	case tokEnd:
		return body
	}
	if p.depth > maxDepth {
		p.skipLine()
		return body
	}
	p.depth++
	defer func() { p.depth-- }()
	if n := p.compound(); n != nil {
		return append(body, n)
	}
	n := p.simple()
	p.line()
	return append(body, n)
}

func (p *parser) stray() *node {
	n := p.new(syntax.Block)
	n.Body = p.indented()
	return n
}

// compound reads a statement that owns a block, nil when the line begins otherwise.
func (p *parser) compound() *node {
	if p.isOp("@") {
		return p.decorated()
	}
	if !p.at(tokName) {
		return nil
	}
	switch p.text() {
	case "def":
		return p.function(nil, false)
	case "class":
		return p.class(nil)
	case "async":
		return p.async(nil)
	case "if", "while":
		return p.conditional()
	case "for":
		return p.loop()
	case "try":
		return p.try()
	case "with":
		return p.with()
	case "match":
		return p.match()
	}
	return nil
}

func (p *parser) async(decorators []*node) *node {
	switch p.peek(1) {
	case "def":
		p.pos++
		return p.function(decorators, true)
	case "for":
		p.pos++
		return p.loop()
	case "with":
		p.pos++
		return p.with()
	}
	return nil
}

func (p *parser) decorated() *node {
	var list []*node
	for p.takeOp("@") {
		list = append(list, p.expr())
		p.line()
	}
	switch {
	case p.isWord("def"):
		return p.function(list, false)
	case p.isWord("class"):
		return p.class(list)
	case p.isWord("async"):
		if n := p.async(list); n != nil {
			return n
		}
	}
	n := p.new(syntax.Bad)
	n.List = list
	return n
}

// block reads what follows a header: a colon and a suite, on the same line or indented.
func (p *parser) block() []*node {
	if !p.takeOp(":") {
		p.skipLine()
		if p.at(tokIndent) {
			return p.indented()
		}
		return nil
	}
	if !p.at(tokNewline) {
		return p.inline()
	}
	p.pos++
	if p.at(tokIndent) {
		return p.indented()
	}
	return nil
}

func (p *parser) inline() []*node {
	var body []*node
	for !p.at(tokNewline) && !p.at(tokEnd) && !p.at(tokDedent) {
		before := p.pos
		body = append(body, p.simple())
		if !p.takeOp(";") || p.pos == before {
			break
		}
	}
	p.line()
	return body
}

func (p *parser) indented() []*node {
	p.pos++ // the indent
	var body []*node
	for !p.at(tokDedent) && !p.at(tokEnd) {
		before := p.pos
		body = p.statement(body)
		if p.pos == before {
			p.pos++
		}
	}
	if p.at(tokDedent) {
		p.pos++
	}
	return body
}

func (p *parser) function(decorators []*node, async bool) *node {
	n := p.new(syntax.Func)
	p.pos++
	n.Else = decorators
	if async {
		n.Flags |= syntax.Async
	}
	n.Name = p.name()
	p.typeParams()
	if p.takeOp("(") {
		n.List = p.params(")")
		p.takeOp(")")
	}
	if p.takeOp("->") {
		n.Y = p.expr()
	}
	n.Body = p.block()
	n.End = p.lastLine()
	return n
}

// typeParams reads the bracketed type parameters of Python 3.12, which mean nothing here.
func (p *parser) typeParams() {
	if p.isOp("[") {
		p.pos++
		p.elements("]")
		p.takeOp("]")
	}
}

func (p *parser) lastLine() int32 {
	for i := p.pos - 1; i >= 0; i-- {
		if k := p.toks[i].kind; k != tokNewline && k != tokDedent && k != tokIndent {
			return p.toks[i].line
		}
	}
	return 1
}

// params reads a parameter list up to the closing text, which stays.
func (p *parser) params(closing string) []*node {
	var list []*node
	for !p.at(tokEnd) && !p.at(tokNewline) && !p.isOp(closing) {
		before := p.pos
		n := p.new(syntax.Param)
		if p.takeOp("*") {
			n.Text = "*"
		} else if p.takeOp("**") {
			n.Text = "**"
		}
		p.takeOp("/")
		n.Name = p.name()
		if closing != ":" && p.takeOp(":") {
			p.takeOp("*")
			n.Y = p.expr()
		}
		if p.takeOp("=") {
			n.X = p.expr()
		}
		if n.Name != "" {
			list = append(list, n)
		}
		if !p.takeOp(",") && !p.isOp(closing) || p.pos == before {
			p.skipTo(closing)
		}
	}
	return list
}

// skipTo drops tokens up to a closing text of the same nesting.
func (p *parser) skipTo(closing string) {
	depth := 0
	for !p.at(tokEnd) && !p.at(tokNewline) {
		if p.at(tokOp) {
			switch t := p.text(); {
			case depth == 0 && t == closing:
				return
			case t == "(" || t == "[" || t == "{":
				depth++
			case t == ")" || t == "]" || t == "}":
				depth--
			}
		}
		p.pos++
	}
}

func (p *parser) class(decorators []*node) *node {
	n := p.new(syntax.Class)
	p.pos++
	n.Else = decorators
	n.Name = p.name()
	p.typeParams()
	if p.takeOp("(") {
		n.List = p.arguments()
	}
	n.Body = p.block()
	n.End = p.lastLine()
	return n
}

func (p *parser) conditional() *node {
	kind := syntax.If
	if p.isWord("while") {
		kind = syntax.Loop
	}
	n := p.new(kind)
	if kind == syntax.Loop {
		n.Name = "while"
	}
	p.pos++
	n.X = p.namedExpr()
	n.Body = p.block()
	switch {
	case p.isWord("elif") && kind == syntax.If && p.depth < maxDepth:
		p.depth++
		n.Else = []*node{p.conditional()}
		p.depth--
	case p.isWord("elif"):
		p.skipLine()
	case p.takeWord("else"):
		n.Else = p.block()
	}
	return n
}

func (p *parser) loop() *node {
	n := p.new(syntax.Loop)
	n.Name = "for"
	p.pos++
	n.List = []*node{p.target()}
	if p.takeWord("in") {
		n.X = p.exprList()
	}
	n.Body = p.block()
	if p.takeWord("else") {
		n.Else = p.block()
	}
	return n
}

func (p *parser) try() *node {
	n := p.new(syntax.Try)
	p.pos++
	n.Body = p.block()
	for p.isWord("except") {
		h := p.new(syntax.Handler)
		p.pos++
		p.takeOp("*")
		if !p.isOp(":") {
			h.X = p.exprList()
			if p.takeWord("as") {
				h.Name = p.name()
			}
		}
		h.Body = p.block()
		n.List = append(n.List, h)
	}
	if p.takeWord("else") {
		n.Else = p.block()
	}
	if p.isWord("finally") {
		f := p.new(syntax.Finally)
		p.pos++
		f.Body = p.block()
		n.List = append(n.List, f)
	}
	return n
}

func (p *parser) with() *node {
	n := p.new(syntax.With)
	p.pos++
	if list := p.withParens(); list != nil {
		n.List = list
	} else {
		n.List = p.withItems()
	}
	n.Body = p.block()
	return n
}

// withParens reads items in parentheses; nil, with nothing consumed, when the parentheses belong to an expression.
func (p *parser) withParens() []*node {
	if !p.isOp("(") {
		return nil
	}
	start := p.pos
	p.pos++
	list := p.withItems()
	if p.takeOp(")") && p.isOp(":") {
		return list
	}
	p.pos = start
	return nil
}

func (p *parser) withItems() []*node {
	var list []*node
	for !p.isOp(":") && !p.isOp(")") && !p.at(tokNewline) && !p.at(tokEnd) {
		before := p.pos
		item := p.new(syntax.Pair)
		item.X = p.namedExpr()
		if p.takeWord("as") {
			item.Y = p.target()
			if p.isOp(",") && item.Y.Is(syntax.List) && item.Y.Name == "" {
				item.Y.Name = "tuple"
			}
		}
		list = append(list, item)
		if !p.takeOp(",") || p.pos == before {
			break
		}
	}
	return list
}

// match reads a match statement; nil, with nothing consumed, when match is only a name here.
func (p *parser) match() *node {
	switch p.peek(1) {
	case "", "=", ".", ",", ")", "]", ":", ";", "==", "!=", "+=":
		return nil
	}
	start := p.pos
	n := p.new(syntax.Switch)
	p.pos++
	n.X = p.exprList()
	if !p.isOp(":") || p.pos+3 >= len(p.toks) || p.toks[p.pos+1].kind != tokNewline || p.toks[p.pos+2].kind != tokIndent || p.peek(3) != "case" {
		p.pos = start
		return nil
	}
	p.pos += 3
	for p.isWord("case") {
		c := p.new(syntax.Case)
		p.pos++
		c.X = p.pattern()
		c.Body = p.block()
		n.List = append(n.List, c)
	}
	if p.at(tokDedent) {
		p.pos++
	}
	return n
}

// pattern reads a pattern as an expression; class patterns are not calls and are marked as index expressions.
func (p *parser) pattern() *node {
	p.noIf = true
	x := p.exprList()
	p.noIf = false
	if p.takeWord("as") {
		p.name()
	}
	syntax.Walk(x, func(n *node) bool {
		if n.Kind == syntax.Call {
			n.Kind = syntax.Index
		}
		return true
	})
	if p.takeWord("if") {
		guard := p.above(syntax.Binary, x)
		guard.Name = "and"
		guard.Y = p.namedExpr()
		return guard
	}
	return x
}
