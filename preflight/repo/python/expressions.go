package python

import "github.com/ba-assistant/ba-assistant/preflight/repo/syntax"

// startsExpr reports whether the current token can begin an expression.
func (p *parser) startsExpr() bool {
	switch p.toks[p.pos].kind {
	case tokNumber, tokString, tokFormat:
		return true
	case tokName:
		switch w := p.text(); w {
		case "None", "True", "False", "not", "lambda", "await", "yield":
			return true
		default:
			return !keywords[w]
		}
	case tokOp:
		switch p.text() {
		case "(", "[", "{", "-", "+", "~", "*", "**", "...":
			return true
		}
	}
	return false
}

// exprList reads one expression, or a tuple without parentheses.
func (p *parser) exprList() *node {
	first := p.namedExpr()
	if !p.isOp(",") {
		return first
	}
	tuple := p.above(syntax.List, nil)
	tuple.Line = first.Line
	tuple.Name = "tuple"
	tuple.List = []*node{first}
	for p.takeOp(",") && p.startsExpr() {
		tuple.List = append(tuple.List, p.namedExpr())
	}
	return tuple
}

// target reads the target of a for clause or a with item, where "in" is not an operator.
func (p *parser) target() *node {
	saved := p.noIn
	p.noIn = true
	first := p.binary(precCompare)
	if p.isOp(",") && p.pos+1 < len(p.toks) {
		tuple := p.above(syntax.List, nil)
		tuple.Line = first.Line
		tuple.List = []*node{first}
		for p.isOp(",") {
			if next := p.toks[p.pos+1]; next.kind != tokName && !(next.kind == tokOp && isOpening(p.src[next.start:next.end])) || p.withItemAhead() {
				if p.toks[p.pos+1].kind == tokName && p.peek(1) == "in" {
					p.pos++
				}
				break
			}
			p.pos++
			if p.isWord("in") {
				break
			}
			tuple.List = append(tuple.List, p.binary(precCompare))
		}
		if len(tuple.List) > 1 {
			first = tuple
		}
	}
	p.noIn = saved
	return first
}

func isOpening(op string) bool { return op == "(" || op == "[" || op == "*" }

// withItemAhead reports whether the comma at the current position separates two with items ("with a as b, c() as d").
func (p *parser) withItemAhead() bool {
	depth := 0
	for i := p.pos + 1; i < len(p.toks); i++ {
		t := p.toks[i]
		text := p.src[t.start:t.end]
		switch {
		case t.kind == tokNewline || t.kind == tokEnd:
			return false
		case t.kind == tokName && text == "in" && depth == 0:
			return false
		case t.kind == tokOp && (text == "(" || text == "[" || text == "{"):
			depth++
		case t.kind == tokOp && (text == ")" || text == "]" || text == "}"):
			if depth == 0 {
				return true
			}
			depth--
		case t.kind == tokOp && text == ":" && depth == 0:
			return true
		}
	}
	return false
}

// namedExpr reads an expression, possibly starred or with :=.
func (p *parser) namedExpr() *node {
	if p.isOp("*") || p.isOp("**") {
		n := p.new(syntax.Spread)
		n.Name = p.text()
		p.pos++
		n.X = p.binary(precCompare)
		return n
	}
	x := p.expr()
	if p.isOp(":=") {
		n := p.above(syntax.Binary, x)
		n.Name = ":="
		p.pos++
		n.Y = p.expr()
		return n
	}
	return x
}

// expr reads a lambda, a conditional expression or anything that binds tighter.
func (p *parser) expr() *node {
	if p.depth > maxDepth {
		p.broken = true
		return p.new(syntax.Bad)
	}
	p.depth++
	defer func() { p.depth-- }()
	switch {
	case p.isWord("lambda"):
		return p.lambda()
	case p.isWord("yield"):
		return p.yield()
	}
	x := p.binary(precOr)
	if p.isWord("if") && !p.noIf {
		n := p.new(syntax.Cond)
		n.Line = x.Line
		p.pos++
		n.X = p.binary(precOr)
		n.Y = x
		if p.takeWord("else") {
			n.Z = p.expr()
			return n
		}
		return x
	}
	return x
}

func (p *parser) lambda() *node {
	n := p.new(syntax.Func)
	n.Flags |= syntax.Lambda
	p.pos++
	n.List = p.params(":")
	p.takeOp(":")
	ret := p.new(syntax.Return)
	ret.X = p.expr()
	n.Body = []*node{ret}
	n.End = p.lastLine()
	return n
}

func (p *parser) yield() *node {
	n := p.new(syntax.Unary)
	n.Name = "yield"
	p.pos++
	p.takeWord("from")
	if p.startsExpr() {
		n.X = p.exprList()
	}
	return n
}

// The precedences of binary operators, loosest first.
const (
	precOr = iota + 1
	precAnd
	precNot
	precCompare
	precBitOr
	precBitXor
	precBitAnd
	precShift
	precSum
	precTerm
)

func (p *parser) operatorHere() (prec int, op string, width int) {
	t := p.toks[p.pos]
	text := p.src[t.start:t.end]
	if t.kind == tokName {
		switch text {
		case "or":
			return precOr, "or", 1
		case "and":
			return precAnd, "and", 1
		case "in":
			if p.noIn {
				return 0, "", 0
			}
			return precCompare, "in", 1
		case "is":
			if p.peek(1) == "not" {
				return precCompare, "!=", 2
			}
			return precCompare, "==", 1
		case "not":
			if p.peek(1) == "in" {
				return precCompare, "not in", 2
			}
		}
		return 0, "", 0
	}
	if t.kind != tokOp {
		return 0, "", 0
	}
	switch text {
	case "==", "!=", "<", ">", "<=", ">=", "<>":
		return precCompare, text, 1
	case "|":
		return precBitOr, text, 1
	case "^":
		return precBitXor, text, 1
	case "&":
		return precBitAnd, text, 1
	case "<<", ">>":
		return precShift, text, 1
	case "+", "-":
		return precSum, text, 1
	case "*", "/", "//", "%", "@":
		return precTerm, text, 1
	}
	return 0, "", 0
}

// binary reads operators that bind at least as tightly as min.
func (p *parser) binary(min int) *node {
	var left *node
	if p.isWord("not") && min <= precNot {
		n := p.new(syntax.Unary)
		n.Name = "not"
		p.pos++
		if p.depth++; p.depth > maxDepth {
			p.depth--
			return n
		}
		n.X = p.binary(precNot)
		p.depth--
		left = n
	} else {
		left = p.unary()
	}
	for {
		prec, op, width := p.operatorHere()
		if prec == 0 || prec < min {
			return left
		}
		p.pos += width
		n := p.above(syntax.Binary, left)
		n.Name = op
		n.Y = p.binary(prec + 1)
		left = n
	}
}

func (p *parser) unary() *node {
	if p.isOp("-") || p.isOp("+") || p.isOp("~") {
		n := p.new(syntax.Unary)
		n.Name = p.text()
		p.pos++
		if p.depth++; p.depth <= maxDepth {
			n.X = p.unary()
		}
		p.depth--
		return n
	}
	return p.power()
}

func (p *parser) power() *node {
	var x *node
	if p.isWord("await") {
		n := p.new(syntax.Unary)
		n.Name = "await"
		p.pos++
		n.X = p.primary()
		x = n
	} else {
		x = p.primary()
	}
	if p.isOp("**") {
		n := p.above(syntax.Binary, x)
		n.Name = "**"
		p.pos++
		if p.depth++; p.depth <= maxDepth {
			n.Y = p.unary()
		}
		p.depth--
		return n
	}
	return x
}
