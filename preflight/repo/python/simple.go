package python

import "github.com/ba-assistant/ba-assistant/preflight/repo/syntax"

// simple reads a statement without a block, up to but without its end.
func (p *parser) simple() *node {
	if p.at(tokName) {
		switch p.text() {
		case "import":
			return p.importModule()
		case "from":
			return p.importFrom()
		case "return", "raise":
			return p.leave()
		case "pass", "break", "continue", "global", "nonlocal", "del", "assert":
			return p.keywordStatement()
		case "type":
			if n := p.typeAlias(); n != nil {
				return n
			}
		}
	}
	return p.assignment()
}

func (p *parser) leave() *node {
	kind := syntax.Return
	if p.isWord("raise") {
		kind = syntax.Raise
	}
	n := p.new(kind)
	p.pos++
	if p.startsExpr() {
		n.X = p.exprList()
	}
	if kind == syntax.Raise && p.takeWord("from") {
		n.Y = p.expr()
	}
	return n
}

func (p *parser) keywordStatement() *node {
	n := p.new(syntax.Simple)
	n.Name = p.name()
	if p.startsExpr() {
		n.List = []*node{p.exprList()}
	}
	return n
}

// typeAlias reads "type X = ..." of Python 3.12; nil when type is an ordinary name.
func (p *parser) typeAlias() *node {
	if p.pos+2 >= len(p.toks) || p.toks[p.pos+1].kind != tokName || keywords[p.peek(1)] || p.peek(2) != "=" && p.peek(2) != "[" {
		return nil
	}
	n := p.new(syntax.Simple)
	n.Name = "type"
	p.pos += 2
	p.typeParams()
	if p.takeOp("=") {
		n.List = []*node{p.expr()}
	}
	return n
}

// assignment reads an expression statement, an annotated, augmented or chained assignment.
func (p *parser) assignment() *node {
	first := p.exprList()
	switch {
	case p.isOp(":"):
		return p.annotated(first)
	case p.isOp("="):
		n := p.above(syntax.Assign, nil)
		n.Line = first.Line
		n.Name = "="
		n.List = []*node{first}
		for p.takeOp("=") {
			if n.X != nil {
				n.List = append(n.List, n.X)
			}
			n.X = p.exprList()
		}
		n.End = p.lastLine()
		return n
	case p.at(tokOp) && isAugmented(p.text()):
		n := p.new(syntax.Assign)
		n.Line = first.Line
		n.Name = p.text()
		p.pos++
		n.List = []*node{first}
		n.X = p.exprList()
		return n
	}
	return p.above(syntax.ExprStmt, first)
}

func (p *parser) annotated(target *node) *node {
	n := p.new(syntax.Assign)
	n.Line = target.Line
	n.Name = "="
	p.pos++
	n.List = []*node{target}
	n.Y = p.expr()
	if p.takeOp("=") {
		n.X = p.exprList()
	}
	return n
}

func isAugmented(op string) bool {
	switch op {
	case "+=", "-=", "*=", "/=", "//=", "%=", "&=", "|=", "^=", ">>=", "<<=", "**=", "@=":
		return true
	}
	return false
}

func (p *parser) importModule() *node {
	n := p.new(syntax.Import)
	p.pos++
	for {
		a := p.new(syntax.Alias)
		a.Text = p.dottedName()
		n.Line = a.Line
		if p.takeWord("as") {
			a.Name = a.Text
			a.Text = p.name()
		}
		n.List = append(n.List, a)
		if !p.takeOp(",") {
			break
		}
	}
	return n
}

// dottedName reads a.b.c with leading dots.
func (p *parser) dottedName() string {
	from := p.toks[p.pos].start
	end := from
	for {
		switch {
		case p.isOp(".") || p.isOp("..."):
		case p.at(tokName) && !keywords[p.text()]:
			if last := p.pos - 1; last >= 0 && p.toks[last].kind == tokName && p.toks[last].start >= from {
				return p.src[from:end]
			}
		default:
			return p.src[from:end]
		}
		end = p.toks[p.pos].end
		p.pos++
	}
}

// importFrom reads "from module import a as b, c". Relative modules keep their dots in Name.
func (p *parser) importFrom() *node {
	n := p.new(syntax.Import)
	n.Text = "from"
	p.pos++
	n.Name = p.dottedName()
	if !p.takeWord("import") {
		return n
	}
	p.takeOp("(")
	for p.at(tokName) || p.isOp("*") {
		a := p.new(syntax.Alias)
		a.Name = p.text()
		p.pos++
		a.Text = a.Name
		if p.takeWord("as") {
			a.Text = p.name()
		}
		n.List = append(n.List, a)
		if !p.takeOp(",") {
			break
		}
	}
	p.takeOp(")")
	return n
}
