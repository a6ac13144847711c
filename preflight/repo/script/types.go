package script

import "github.com/ba-assistant/ba-assistant/preflight/repo/syntax"

// typeName skips a type and returns its leading name, or nil when it has none.
func (p *parser) typeName() *node {
	n := p.new(syntax.Name)
	if p.tok.kind == word {
		n.Name = p.text()
	}
	p.skipType()
	if n.Name == "" {
		return nil
	}
	return n
}

// skipType reads over one type.
func (p *parser) skipType() {
	if p.depth++; p.deep() {
		p.depth--
		return
	}
	defer func() { p.depth-- }()
	p.takeOp("|")
	p.takeOp("&")
	p.typeUnary()
	for {
		switch {
		case p.isOp("|") || p.isOp("&"):
			p.next()
			p.typeUnary()
		case p.isWord("is") && !p.tok.newline:
			p.next()
			p.skipType()
		case p.isWord("extends") && !p.tok.newline:
			p.conditionalType()
		default:
			return
		}
	}
}

func (p *parser) conditionalType() {
	p.next()
	p.typeUnary()
	for p.isOp("|") || p.isOp("&") {
		p.next()
		p.typeUnary()
	}
	if p.takeOp("?") {
		p.skipType()
		if p.takeOp(":") {
			p.skipType()
		}
	}
}

func (p *parser) typeUnary() {
	for p.tok.kind == word {
		switch p.text() {
		case "keyof", "typeof", "readonly", "unique", "infer", "asserts", "new", "abstract":
			if t, _ := p.peek(); t.kind == op && !p.opensType(t) {
				p.typePrimary()
				return
			}
			p.next()
			continue
		}
		break
	}
	p.typePrimary()
	for !p.tok.newline && p.isOp("[") {
		p.balanced()
	}
}

func (p *parser) opensType(t token) bool {
	switch p.src[t.start:t.end] {
	case "(", "[", "{", "<":
		return true
	}
	return false
}

func (p *parser) typePrimary() {
	switch p.tok.kind {
	case word, private:
		p.next()
		for p.isOp(".") {
			p.next()
			if p.tok.kind == word {
				p.next()
			}
		}
		if p.isOp("(") && p.src[p.tok.start-1] == 't' { // import("x")
			p.balanced()
			for p.takeOp(".") {
				p.next()
			}
		}
		if p.isOp("<") && !p.tok.newline {
			p.typeArguments()
		}
	case number, str:
		p.next()
	case template:
		p.template()
	case op:
		p.typeOperator()
	}
}

func (p *parser) typeOperator() {
	switch p.text() {
	case "(":
		_, inside := p.peek()
		p.balanced()
		if inside != "(" && p.takeOp("=>") {
			p.skipType()
		}
	case "{", "[":
		p.balanced()
	case "<":
		p.typeParameters()
		if p.isOp("(") {
			p.typeOperator()
		}
	case "-":
		p.next()
		p.next()
	}
}

// typeArguments skips <A, B>; false when it does not end as it should.
func (p *parser) typeArguments() bool {
	if !p.takeOp("<") {
		return false
	}
	if p.depth++; p.deep() {
		p.depth--
		return false
	}
	defer func() { p.depth-- }()
	for p.tok.kind != end && !p.isOp(">") {
		start := p.tok.start
		p.skipType()
		if !p.takeOp(",") && !p.isOp(">") || p.tok.start == start {
			return false
		}
	}
	return p.takeOp(">")
}

// typeParameters skips <T extends X = Y, U>; true when there were none or they ended well.
func (p *parser) typeParameters() bool {
	if !p.isOp("<") {
		return true
	}
	p.next()
	for p.tok.kind != end && !p.isOp(">") {
		start := p.tok.start
		p.takeWord("const")
		p.takeWord("in")
		p.takeWord("out")
		p.skipType()
		if p.takeOp("=") {
			p.skipType()
		}
		if !p.takeOp(",") && !p.isOp(">") || p.tok.start == start {
			return false
		}
	}
	return p.takeOp(">")
}
