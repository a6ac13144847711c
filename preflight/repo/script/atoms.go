package script

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

func (p *parser) primary() *node {
	n := p.new(syntax.Bad)
	switch p.tok.kind {
	case word:
		return p.wordAtom(n)
	case number:
		n.Kind, n.Text = syntax.Num, p.text()
		p.next()
	case str:
		n.Kind = syntax.Str
		n.Text = p.stringValue()
	case template:
		return p.template()
	case private:
		n.Kind, n.Name = syntax.Name, p.text()
		p.next()
	case op:
		return p.opAtom(n)
	}
	return n
}

func (p *parser) opAtom(n *node) *node {
	switch p.text() {
	case "(":
		return p.parens()
	case "[":
		return p.array()
	case "{":
		return p.object()
	case "/", "/=":
		if p.regexp() {
			n.Kind, n.Text, n.Name = syntax.Num, p.text(), "regexp"
			p.next()
		} else {
			p.next()
		}
	case "<":
		if p.dialect.JSX {
			return p.element()
		}
	case "@":
		return p.decorated()
	case "...":
		return p.spreadOr()
	}
	return n
}

func (p *parser) wordAtom(n *node) *node {
	switch s := p.text(); s {
	case "function":
		return p.function(0, false)
	case "async":
		if t, s := p.peek(); s == "function" && !t.newline {
			p.next()
			return p.function(syntax.Async, false)
		}
	case "class":
		return p.class(nil)
	case "new":
		return p.construct()
	case "true", "false":
		n.Kind, n.Name = syntax.Const, s
		p.next()
		return n
	case "null", "undefined":
		n.Kind, n.Name = syntax.Const, "none"
		p.next()
		return n
	case "case", "default", "else", "catch", "finally", "return", "throw", "if", "for", "while", "do", "switch", "try", "const", "var":
		return n // a statement begins where an expression was expected: the statement wins
	}
	n.Kind, n.Name = syntax.Name, p.text()
	p.next()
	return n
}

func (p *parser) construct() *node {
	n := p.new(syntax.Call)
	n.Flags |= syntax.New
	p.next()
	if p.takeOp(".") { // new.target
		n.Kind, n.Name, n.Flags = syntax.Name, "new.target", 0
		p.next()
		return n
	}
	if p.depth++; p.deep() {
		p.depth--
		return n
	}
	n.X = p.member(p.primary(), false)
	p.depth--
	if p.isOp("(") {
		n.List = p.arguments()
	}
	n.End = p.tok.line
	return n
}

func (p *parser) parens() *node {
	savedIn, savedArrow := p.noIn, p.noArrow
	p.noIn, p.noArrow = false, false
	p.next()
	x := p.expr()
	p.noIn, p.noArrow = savedIn, savedArrow
	if !p.isOp(")") {
		p.recoverTo(")")
	}
	p.takeOp(")")
	return x
}

func (p *parser) array() *node {
	savedIn, savedArrow := p.noIn, p.noArrow
	p.noIn, p.noArrow = false, false
	defer func() { p.noIn, p.noArrow = savedIn, savedArrow }()
	n := p.new(syntax.List)
	n.Name = "list"
	p.next()
	for !p.isOp("]") && p.tok.kind != end {
		start := p.tok.start
		if p.takeOp(",") {
			continue
		}
		n.List = append(n.List, p.spreadOr())
		if !p.separated("]", start) {
			break
		}
	}
	p.takeOp("]")
	return n
}

func (p *parser) object() *node {
	savedIn, savedArrow := p.noIn, p.noArrow
	p.noIn, p.noArrow = false, false
	defer func() { p.noIn, p.noArrow = savedIn, savedArrow }()
	n := p.new(syntax.Dict)
	p.next()
	for !p.isOp("}") && p.tok.kind != end {
		start := p.tok.start
		n.List = append(n.List, p.property())
		if !p.separated("}", start) {
			break
		}
	}
	p.takeOp("}")
	return n
}

// property reads one entry of an object literal or pattern.
func (p *parser) property() *node {
	if p.isOp("...") {
		return p.spreadOr()
	}
	pair := p.new(syntax.Pair)
	var flags syntax.Flags
	for p.isWord("async") || p.isWord("get") || p.isWord("set") || p.isOp("*") {
		if t, s := p.peek(); p.tok.kind == word && (t.kind == op && s != "[" && s != "*") {
			break
		}
		switch p.text() {
		case "async":
			flags |= syntax.Async
		case "*":
			flags |= syntax.Generator
		}
		p.next()
	}
	name := p.tok
	pair.X = p.propertyName()
	switch {
	case p.isOp("(") || p.isOp("<"):
		pair.Y = p.method(flags, pair.X.Text)
	case p.takeOp(":"):
		pair.Y = p.assignment()
	case p.isOp("="): // a default in a pattern
		d := p.new(syntax.Binary)
		d.Name = "="
		d.X = p.new(syntax.Name)
		d.X.Name = pair.X.Text
		p.next()
		d.Y = p.assignment()
		pair.Y = d
	default:
		pair.Y = p.new(syntax.Name)
		pair.Y.Line = name.line
		pair.Y.Name = pair.X.Text
	}
	return pair
}

// propertyName returns a Str for a plain name, or the computed expression.
func (p *parser) propertyName() *node {
	n := p.new(syntax.Str)
	switch p.tok.kind {
	case word, number, private:
		n.Text = p.text()
		p.next()
	case str:
		n.Text = p.stringValue()
	case op:
		if p.isOp("[") {
			p.next()
			x := p.assignment()
			p.takeOp("]")
			return x
		}
		n.Kind = syntax.Bad
	default:
		n.Kind = syntax.Bad
	}
	return n
}

// template reads a template literal whose opening backquote is the current token.
func (p *parser) template() *node {
	n := p.new(syntax.Template)
	if p.depth++; p.deep() {
		p.depth--
		p.next()
		return n
	}
	defer func() { p.depth-- }()
	start := p.tok.end
	flush := func(to int) {
		if to > start {
			s := p.new(syntax.Str)
			s.Text = unquote(p.src[start:to])
			n.List = append(n.List, s)
		}
	}
	i := start
	for i < len(p.src) && p.src[i] != '`' {
		switch {
		case p.src[i] == '\\':
			i++
		case p.src[i] == '\n':
			p.line++
		case p.src[i] == '$' && i+1 < len(p.src) && p.src[i+1] == '{':
			flush(i)
			i = p.hole(n, i+2)
			start = i
			continue
		}
		i++
	}
	flush(min(i, len(p.src)))
	p.pos = min(i+1, len(p.src))
	p.next()
	if len(n.List) == 0 {
		n.Kind = syntax.Str
	} else if len(n.List) == 1 && n.List[0].Kind == syntax.Str {
		return n.List[0]
	}
	return n
}

// hole reads the expression of ${...} that begins at from and returns the offset after its brace.
func (p *parser) hole(n *node, from int) int {
	p.pos = from
	savedIn, savedArrow := p.noIn, p.noArrow
	p.noIn, p.noArrow = false, false
	p.next()
	n.List = append(n.List, p.expr())
	p.noIn, p.noArrow = savedIn, savedArrow
	if !p.isOp("}") {
		p.recoverTo("}")
	}
	if p.tok.kind == end {
		return len(p.src)
	}
	p.line = p.tok.line
	return p.tok.end
}

// element reads a JSX element that begins at the current token.
func (p *parser) element() *node {
	p.pos = p.tok.start
	p.line = p.tok.line
	if !looksLikeElement(p.src[p.pos:]) {
		n := p.new(syntax.Bad)
		p.pos = p.tok.end
		p.next()
		return n
	}
	n := p.jsx()
	p.next()
	return n
}

func looksLikeElement(s string) bool {
	s = strings.TrimLeft(s[1:], " \t\r\n")
	return s != "" && (s[0] == '>' || isWordStart(s[0]))
}
