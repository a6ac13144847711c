package script

import "github.com/ba-assistant/ba-assistant/preflight/repo/syntax"

// jsx reads an element at the character position; the caller asks for the next token afterwards.
func (p *parser) jsx() *node {
	n := p.new(syntax.JSX)
	n.Line = p.line
	p.pos++ // <
	if p.depth++; p.deep() {
		p.depth--
		p.pos = len(p.src)
		return n
	}
	defer func() { p.depth-- }()
	p.space()
	n.Name = p.jsxName()
	if p.jsxAttributes(n) {
		p.jsxChildren(n)
	}
	return n
}

func (p *parser) jsxName() string {
	start := p.pos
	for p.pos < len(p.src) {
		c := p.src[p.pos]
		if !isWordStart(c) && !isDigit(c) && c != '-' && c != '.' && c != ':' {
			break
		}
		p.pos++
	}
	return p.src[start:p.pos]
}

// jsxAttributes reads up to the end of the opening tag and reports whether children follow.
func (p *parser) jsxAttributes(n *node) bool {
	for p.pos < len(p.src) {
		p.space()
		if p.pos >= len(p.src) {
			return false
		}
		switch c := p.src[p.pos]; {
		case c == '/':
			p.pos++
			if p.byteAt(p.pos) == '>' {
				p.pos++
				return false
			}
		case c == '>':
			p.pos++
			return true
		case c == '{':
			if x := p.container(); x != nil {
				n.List = append(n.List, x)
			}
		case isWordStart(c):
			n.List = append(n.List, p.jsxAttribute())
		default:
			p.pos++
		}
	}
	return false
}

func (p *parser) jsxAttribute() *node {
	pair := p.new(syntax.Pair)
	pair.Line = p.line
	pair.X = p.new(syntax.Str)
	pair.X.Text = p.jsxName()
	p.space()
	pair.Y = p.new(syntax.Const)
	pair.Y.Name = "true"
	if p.byteAt(p.pos) != '=' {
		return pair
	}
	p.pos++
	p.space()
	switch c := p.byteAt(p.pos); c {
	case '"', '\'':
		start := p.pos + 1
		for p.pos++; p.pos < len(p.src) && p.src[p.pos] != c; p.pos++ {
			if p.src[p.pos] == '\n' {
				p.line++
			}
		}
		s := p.new(syntax.Str)
		s.Line = pair.Line
		s.Text = p.src[start:min(p.pos, len(p.src))]
		pair.Y = s
		p.pos = min(p.pos+1, len(p.src))
	case '{':
		if x := p.container(); x != nil {
			pair.Y = x
		}
	case '<':
		pair.Y = p.jsx()
	}
	return pair
}

// container reads {expression}; nil when it holds only a comment.
func (p *parser) container() *node {
	p.pos++
	p.next()
	var x *node
	if !p.isOp("}") {
		x = p.spreadOr()
		if p.isOp(",") { // not valid, but seen
			x = p.expr()
		}
	}
	if !p.isOp("}") {
		p.recoverTo("}")
	}
	if p.tok.kind == end {
		p.pos = len(p.src)
		return x
	}
	p.pos = p.tok.end
	p.line = p.tok.line
	return x
}

func (p *parser) jsxChildren(n *node) {
	for p.pos < len(p.src) {
		switch c := p.src[p.pos]; {
		case c == '{':
			if x := p.container(); x != nil {
				n.Body = append(n.Body, x)
			}
		case c == '<' && p.byteAt(p.pos+1) == '/':
			for p.pos < len(p.src) && p.src[p.pos] != '>' {
				p.pos++
			}
			p.pos = min(p.pos+1, len(p.src))
			return
		case c == '<' && looksLikeElement(p.src[p.pos:]):
			n.Body = append(n.Body, p.jsx())
		case c == '\n':
			p.line++
			p.pos++
		default:
			p.pos++
		}
	}
}
