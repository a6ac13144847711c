package script

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// expr reads an expression, comma operator included; of a sequence the last value counts.
func (p *parser) expr() *node {
	x := p.assignment()
	if !p.isOp(",") {
		return x
	}
	seq := p.above(syntax.List, nil)
	seq.Line = x.Line
	seq.Name = "sequence"
	seq.List = []*node{x}
	for p.takeOp(",") {
		seq.List = append(seq.List, p.assignment())
	}
	return seq
}

// assignment reads an expression without the comma operator.
func (p *parser) assignment() *node {
	if p.depth++; p.deep() {
		p.depth--
		n := p.new(syntax.Bad)
		p.next()
		return n
	}
	defer func() { p.depth-- }()
	if fn := p.arrow(); fn != nil {
		return fn
	}
	if p.isWord("yield") {
		return p.yield()
	}
	x := p.conditional()
	if p.tok.kind != op {
		return x
	}
	if o := p.operatorText(); isAssignment(o) {
		n := p.above(syntax.Binary, x)
		n.Name = o
		p.skipOperator(o)
		n.Y = p.assignment()
		return n
	}
	return x
}

func (p *parser) yield() *node {
	n := p.new(syntax.Unary)
	n.Name = "yield"
	p.next()
	p.takeOp("*")
	if !p.tok.newline && !p.isOp(")") && !p.isOp("]") && !p.isOp("}") && !p.isOp(",") && !p.isOp(";") && p.tok.kind != end {
		n.X = p.assignment()
	}
	return n
}

func (p *parser) conditional() *node {
	x := p.binary(1)
	if !p.isOp("?") {
		return x
	}
	n := p.above(syntax.Cond, x)
	p.next()
	saved, savedIn := p.noArrow, p.noIn
	p.noArrow, p.noIn = true, false
	n.Y = p.assignment()
	p.noArrow, p.noIn = saved, savedIn
	if p.takeOp(":") {
		n.Z = p.assignment()
	}
	return n
}

// operatorText returns the operator at the current token, joining a greater-than with what follows it.
func (p *parser) operatorText() string {
	s := p.text()
	if s != ">" {
		return s
	}
	for _, long := range [...]string{">>>=", ">>>", ">>=", ">>", ">="} {
		if strings.HasPrefix(p.src[p.tok.start:], long) {
			return long
		}
	}
	return s
}

func (p *parser) skipOperator(o string) {
	p.pos = p.tok.start + len(o)
	p.next()
}

var precedence = map[string]int{
	"??": 1, "||": 1, "&&": 2, "|": 3, "^": 4, "&": 5,
	"==": 6, "!=": 6, "===": 6, "!==": 6,
	"<": 7, ">": 7, "<=": 7, ">=": 7, "in": 7, "instanceof": 7, "as": 7, "satisfies": 7,
	"<<": 8, ">>": 8, ">>>": 8, "+": 9, "-": 9, "*": 10, "/": 10, "%": 10, "**": 11,
}

var normalised = map[string]string{"||": "or", "&&": "and", "===": "==", "!==": "!="}

func (p *parser) binary(min int) *node {
	left := p.unary()
	for {
		o := ""
		switch p.tok.kind {
		case op:
			o = p.operatorText()
		case word:
			o = p.text()
		}
		prec := precedence[o]
		if prec == 0 || prec < min || o == "in" && p.noIn {
			return left
		}
		if o == "as" || o == "satisfies" {
			if !p.dialect.Types || p.tok.newline {
				return left
			}
			p.next()
			p.skipType()
			continue
		}
		p.skipOperator(o)
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
	o := ""
	switch p.tok.kind {
	case op:
		switch s := p.text(); s {
		case "!", "-", "+", "~", "++", "--":
			o = s
		case "<":
			if p.dialect.Types && !p.dialect.JSX {
				return p.assertion()
			}
		}
	case word:
		switch s := p.text(); s {
		case "typeof", "void", "delete", "await":
			o = s
		}
	}
	if o == "" {
		return p.postfix()
	}
	n := p.new(syntax.Unary)
	n.Name = o
	if o == "!" {
		n.Name = "not"
	}
	p.next()
	if p.depth++; p.deep() {
		p.depth--
		return n
	}
	n.X = p.unary()
	p.depth--
	return n
}

// assertion skips the type of <T>value.
func (p *parser) assertion() *node {
	p.typeArguments()
	if p.depth++; p.deep() {
		p.depth--
		return p.new(syntax.Bad)
	}
	defer func() { p.depth-- }()
	return p.unary()
}

func (p *parser) postfix() *node {
	x := p.member(p.primary(), true)
	if (p.isOp("++") || p.isOp("--")) && !p.tok.newline {
		n := p.above(syntax.Unary, x)
		n.Name = p.text()
		p.next()
		return n
	}
	return x
}

// member reads what follows a value: attributes, subscripts, calls, tagged templates.
func (p *parser) member(x *node, calls bool) *node {
	for {
		switch p.tok.kind {
		case template:
			n := p.above(syntax.Call, x)
			n.List = []*node{p.template()}
			x = n
			continue
		case op:
		default:
			return x
		}
		switch p.text() {
		case ".":
			p.next()
			x = p.attribute(x)
		case "?.":
			x = p.optional(x)
		case "[":
			x = p.index(x)
		case "(":
			if !calls {
				return x
			}
			x = p.call(x)
		case "!":
			if p.tok.newline || !p.dialect.Types {
				return x
			}
			p.next()
		case "<":
			if !p.dialect.Types || !p.genericCall() {
				return x
			}
		default:
			return x
		}
	}
}

func (p *parser) attribute(x *node) *node {
	n := p.above(syntax.Attr, x)
	n.Line = p.tok.line
	if p.tok.kind == word || p.tok.kind == private {
		n.Name = p.text()
		p.next()
	}
	return n
}

func (p *parser) optional(x *node) *node {
	p.next()
	var n *node
	switch {
	case p.isOp("("):
		n = p.call(x)
	case p.isOp("["):
		n = p.index(x)
	default:
		n = p.attribute(x)
	}
	n.Flags |= syntax.Optional
	return n
}

func (p *parser) index(x *node) *node {
	n := p.above(syntax.Index, x)
	p.next()
	saved := p.noIn
	p.noIn = false
	n.Y = p.expr()
	p.noIn = saved
	p.takeOp("]")
	return n
}

func (p *parser) call(x *node) *node {
	n := p.above(syntax.Call, x)
	n.List = p.arguments()
	n.End = p.tok.line
	return n
}

func (p *parser) arguments() []*node {
	savedIn, savedArrow := p.noIn, p.noArrow
	p.noIn, p.noArrow = false, false
	defer func() { p.noIn, p.noArrow = savedIn, savedArrow }()
	var list []*node
	p.takeOp("(")
	for !p.isOp(")") && p.tok.kind != end {
		start := p.tok.start
		list = append(list, p.spreadOr())
		if !p.separated(")", start) {
			break
		}
	}
	p.takeOp(")")
	return list
}

func (p *parser) spreadOr() *node {
	if p.isOp("...") {
		n := p.new(syntax.Spread)
		n.Name = "..."
		p.next()
		n.X = p.assignment()
		return n
	}
	return p.assignment()
}

// separated ends one element of a list: after a comma or before the closing text the list goes on. Anything else is
// skipped; false when the list cannot be continued.
func (p *parser) separated(closing string, start int) bool {
	if p.takeOp(",") || p.isOp(closing) && p.tok.start != start {
		return true
	}
	p.recoverTo(closing)
	return p.isOp(closing)
}

// recoverTo skips to a closing text of the same nesting.
func (p *parser) recoverTo(closing string) {
	depth := 0
	for p.tok.kind != end {
		if p.tok.kind == template {
			p.template()
			continue
		}
		if p.tok.kind == op {
			switch s := p.text(); {
			case depth == 0 && s == closing:
				return
			case s == "(" || s == "[" || s == "{":
				depth++
			case s == ")" || s == "]" || s == "}":
				if depth == 0 {
					return
				}
				depth--
			}
		}
		p.next()
	}
}

// genericCall skips type arguments when a call or the end of an expression follows them.
func (p *parser) genericCall() bool {
	m := p.mark()
	if p.typeArguments() && (p.isOp("(") || p.tok.kind == template || p.isOp(")") || p.isOp(",") || p.isOp(";") || p.isOp("]") || p.isOp("}") || p.tok.newline) {
		return true
	}
	p.reset(m)
	return false
}
