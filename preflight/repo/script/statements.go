package script

import "github.com/ba-assistant/ba-assistant/preflight/repo/syntax"

// statement reads one statement; nil for an empty one or for a declaration of types alone.
func (p *parser) statement() *node {
	if p.depth++; p.deep() {
		p.depth--
		p.next()
		return nil
	}
	defer func() { p.depth-- }()
	if p.tok.kind == op {
		switch p.text() {
		case ";":
			p.next()
			return nil
		case "{":
			return p.block()
		case "@":
			return p.decorated()
		}
	}
	if p.tok.kind == word {
		if n, ok := p.keyword(); ok {
			return n
		}
	}
	return p.expressionStatement()
}

// keyword reads a statement that begins with a reserved or contextual word; false when it is an expression after all.
func (p *parser) keyword() (*node, bool) {
	switch p.text() {
	case "import":
		return p.importStatement()
	case "export":
		return p.export(), true
	case "const", "var", "let", "using":
		return p.declaration()
	case "await":
		if _, s := p.peek(); s == "using" {
			p.next()
			return p.declaration()
		}
	case "function":
		return p.function(0, true), true
	case "async":
		if t, s := p.peek(); s == "function" && !t.newline {
			p.next()
			return p.function(syntax.Async, true), true
		}
	case "class":
		return p.class(nil), true
	case "if":
		return p.ifStatement(), true
	case "for", "while":
		return p.loop(), true
	case "do":
		return p.doLoop(), true
	case "switch":
		return p.switchStatement(), true
	case "try":
		return p.try(), true
	case "return", "throw":
		return p.leave(), true
	case "break", "continue", "debugger":
		return p.jump(), true
	case "interface", "type", "enum", "namespace", "module", "declare", "abstract", "global":
		return p.typeStatement()
	}
	return nil, false
}

func (p *parser) block() *node {
	n := p.new(syntax.Block)
	p.takeOp("{")
	n.Body = p.statements("}")
	p.takeOp("}")
	return n
}

// body reads the statement under a header as a list.
func (p *parser) body() []*node {
	if p.isOp("{") {
		return p.block().Body
	}
	if n := p.statement(); n != nil {
		return []*node{n}
	}
	return nil
}

func (p *parser) expressionStatement() *node {
	x := p.expr()
	if x.Kind == syntax.Name && p.isOp(":") { // a label
		p.next()
		return p.statement()
	}
	n := p.above(syntax.ExprStmt, x)
	if x.Kind == syntax.Binary && isAssignment(x.Name) {
		n.Kind = syntax.Assign
		n.Name = x.Name
		n.List = []*node{x.X}
		n.X = x.Y
		n.End = p.tok.line
	}
	p.semicolon()
	return n
}

func isAssignment(s string) bool {
	switch s {
	case "=", "+=", "-=", "*=", "/=", "||=", "&&=", "??=", "%=", "|=", "&=", "^=", "**=", "<<=", ">>=", ">>>=":
		return true
	}
	return false
}

// declaration reads const, let and var. More than one declarator becomes a Block.
func (p *parser) declaration() (*node, bool) {
	kind := p.text()
	if t, s := p.peek(); !(t.kind == word && s != "in" && s != "of" && s != "instanceof" || s == "{" || s == "[") {
		return nil, false
	}
	if kind == "const" {
		if _, s := p.peek(); s == "enum" {
			p.next()
			return p.typeStatement()
		}
	}
	line := p.tok.line
	p.next()
	list := p.declarators(kind)
	p.semicolon()
	if len(list) == 1 {
		return list[0], true
	}
	n := p.new(syntax.Block)
	n.Line = line
	n.Body = list
	return n, true
}

func (p *parser) declarators(kind string) []*node {
	var list []*node
	for {
		n := p.new(syntax.Assign)
		n.Name = kind
		n.List = []*node{p.binding()}
		p.takeOp("!")
		if p.takeOp(":") {
			n.Y = p.typeName()
		}
		if p.takeOp("=") {
			n.X = p.assignment()
		}
		n.End = p.tok.line
		list = append(list, n)
		if !p.takeOp(",") {
			return list
		}
	}
}

// binding reads a name or a destructuring pattern.
func (p *parser) binding() *node {
	if p.isOp("{") {
		return p.object()
	}
	if p.isOp("[") {
		return p.array()
	}
	n := p.new(syntax.Name)
	if p.tok.kind == word {
		n.Name = p.text()
		p.next()
		return n
	}
	n.Kind = syntax.Bad
	return n
}

func (p *parser) ifStatement() *node {
	n := p.new(syntax.If)
	p.next()
	n.X = p.condition()
	n.Body = p.body()
	if p.takeWord("else") {
		n.Else = p.body()
	}
	return n
}

func (p *parser) condition() *node {
	if !p.takeOp("(") {
		return p.new(syntax.Bad)
	}
	x := p.expr()
	p.takeOp(")")
	return x
}

func (p *parser) loop() *node {
	n := p.new(syntax.Loop)
	n.Name = p.text()
	p.next()
	if n.Name == "while" {
		n.X = p.condition()
		n.Body = p.body()
		return n
	}
	p.takeWord("await")
	if p.takeOp("(") {
		p.forHead(n)
		p.takeOp(")")
	}
	n.Body = p.body()
	return n
}

func (p *parser) forHead(n *node) {
	p.noIn = true
	if p.isWord("const") || p.isWord("let") || p.isWord("var") {
		kind := p.text()
		p.next()
		n.List = p.declarators(kind)
	} else if !p.isOp(";") {
		n.List = []*node{p.expr()}
	}
	p.noIn = false
	if p.takeWord("of") || p.takeWord("in") {
		n.X = p.expr()
		return
	}
	p.takeOp(";")
	if !p.isOp(";") {
		n.X = p.expr()
	}
	p.takeOp(";")
	if !p.isOp(")") {
		n.List = append(n.List, p.expr())
	}
}

func (p *parser) doLoop() *node {
	n := p.new(syntax.Loop)
	n.Name = "while"
	p.next()
	n.Body = p.body()
	if p.takeWord("while") {
		n.X = p.condition()
	}
	p.takeOp(";")
	return n
}

func (p *parser) switchStatement() *node {
	n := p.new(syntax.Switch)
	p.next()
	n.X = p.condition()
	if !p.takeOp("{") {
		return n
	}
	for !p.isOp("}") && p.tok.kind != end {
		c := p.new(syntax.Case)
		start := p.tok.start
		if p.takeWord("case") {
			c.X = p.expr()
		} else {
			p.takeWord("default")
		}
		p.takeOp(":")
		for !p.isWord("case") && !p.isWord("default") && !p.isOp("}") && p.tok.kind != end {
			at := p.tok.start
			if s := p.statement(); s != nil {
				c.Body = append(c.Body, s)
			}
			if p.tok.start == at {
				p.next()
			}
		}
		if p.tok.start == start {
			p.next()
		}
		n.List = append(n.List, c)
	}
	p.takeOp("}")
	return n
}

func (p *parser) try() *node {
	n := p.new(syntax.Try)
	p.next()
	n.Body = p.body()
	if p.isWord("catch") {
		h := p.new(syntax.Handler)
		p.next()
		if p.takeOp("(") {
			if b := p.binding(); b.Kind == syntax.Name {
				h.Name = b.Name
			}
			if p.takeOp(":") {
				p.skipType()
			}
			p.takeOp(")")
		}
		h.Body = p.body()
		n.List = append(n.List, h)
	}
	if p.isWord("finally") {
		f := p.new(syntax.Finally)
		p.next()
		f.Body = p.body()
		n.List = append(n.List, f)
	}
	return n
}

func (p *parser) leave() *node {
	n := p.new(syntax.Return)
	if p.isWord("throw") {
		n.Kind = syntax.Raise
	}
	p.next()
	if !p.tok.newline && !p.isOp(";") && !p.isOp("}") && p.tok.kind != end {
		n.X = p.expr()
	}
	p.semicolon()
	return n
}

func (p *parser) jump() *node {
	n := p.new(syntax.Simple)
	n.Name = p.text()
	p.next()
	if p.tok.kind == word && !p.tok.newline {
		p.next()
	}
	p.semicolon()
	return n
}
