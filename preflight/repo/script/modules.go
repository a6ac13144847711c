package script

import "github.com/ba-assistant/ba-assistant/preflight/repo/syntax"

// importStatement reads an import declaration; false for import(...) and import.meta.
func (p *parser) importStatement() (*node, bool) {
	t, s := p.peek()
	if s == "(" || s == "." {
		return nil, false
	}
	n := p.new(syntax.Import)
	n.Text = "from"
	p.next()
	if t.kind == str {
		n.Name = p.stringValue()
		p.semicolon()
		return n, true
	}
	typeOnly := false
	if p.isWord("type") {
		if _, after := p.peek(); after != "from" && after != "," && after != "=" {
			typeOnly = true
			p.next()
		}
	}
	if p.tok.kind == word {
		name := p.text()
		n.List = append(n.List, p.alias("default", name))
		p.next()
		if p.takeOp("=") { // import x = require("y")
			return p.importEquals(n, name), true
		}
		p.takeOp(",")
	}
	p.importNames(n)
	if p.takeWord("from") && p.tok.kind == str {
		n.Name = p.stringValue()
	}
	p.attributes()
	p.semicolon()
	if typeOnly {
		n.List = nil
		n.Text = "type"
	}
	return n, true
}

func (p *parser) importEquals(n *node, name string) *node {
	x := p.expr()
	p.semicolon()
	n.Kind = syntax.Assign
	n.Name = "const"
	target := p.new(syntax.Name)
	target.Name = name
	n.List = []*node{target}
	n.X = x
	return n
}

func (p *parser) alias(imported, local string) *node {
	a := p.new(syntax.Alias)
	a.Name = imported
	a.Text = local
	return a
}

// importNames reads "* as x" and "{a, b as c}".
func (p *parser) importNames(n *node) {
	if p.takeOp("*") {
		p.takeWord("as")
		n.List = append(n.List, p.alias("*", p.text()))
		p.next()
		return
	}
	if !p.takeOp("{") {
		return
	}
	for !p.isOp("}") && p.tok.kind != end {
		start := p.tok.start
		if p.isWord("type") {
			if t, s := p.peek(); t.kind == word && s != "as" {
				p.next()
			}
		}
		name := p.nameOrString()
		local := name
		if p.takeWord("as") {
			local = p.nameOrString()
		}
		n.List = append(n.List, p.alias(name, local))
		if !p.takeOp(",") && p.tok.start == start {
			p.next()
		}
	}
	p.takeOp("}")
}

func (p *parser) nameOrString() string {
	switch p.tok.kind {
	case word:
		s := p.text()
		p.next()
		return s
	case str:
		return p.stringValue()
	}
	return ""
}

// attributes skips "with {type: 'json'}" and "assert {...}".
func (p *parser) attributes() {
	if (p.isWord("with") || p.isWord("assert")) && !p.tok.newline {
		p.next()
		if p.isOp("{") {
			p.balanced()
		}
	}
}

// stringValue returns the current string token's value and moves on.
func (p *parser) stringValue() string {
	s := p.text()
	p.next()
	if len(s) >= 2 && s[len(s)-1] == s[0] {
		return unquote(s[1 : len(s)-1])
	}
	return unquote(s[1:])
}

// export reads an export declaration. What it declares keeps its own kind, with the Exported flag; re-exports are
// Import nodes with it.
func (p *parser) export() *node {
	p.next()
	switch {
	case p.takeWord("default"):
		return p.exportDefault()
	case p.isOp("{") || p.isOp("*"):
		return p.reexport()
	case p.isOp("="):
		n := p.new(syntax.Assign)
		p.next()
		return p.assignDefault(n, p.assignment())
	case p.isWord("type"):
		if _, s := p.peek(); s == "{" || s == "*" {
			p.recover()
			return nil
		}
	}
	n := p.statement()
	if n != nil {
		n.Flags |= syntax.Exported
		for _, d := range n.Body {
			if n.Kind == syntax.Block {
				d.Flags |= syntax.Exported
			}
		}
	}
	return n
}

func (p *parser) assignDefault(n, value *node) *node {
	target := p.new(syntax.Name)
	target.Name = "default"
	n.Name = "const"
	n.Flags |= syntax.Exported
	n.List = []*node{target}
	n.X = value
	p.semicolon()
	return n
}

func (p *parser) exportDefault() *node {
	n := p.new(syntax.Assign)
	switch {
	case p.isWord("abstract"):
		p.next()
	case p.isWord("interface"):
		s, _ := p.typeStatement()
		return s
	}
	if p.isOp("@") {
		return p.assignDefault(n, p.decorated())
	}
	return p.assignDefault(n, p.assignment())
}

func (p *parser) reexport() *node {
	n := p.new(syntax.Import)
	n.Flags |= syntax.Exported
	if p.takeOp("*") {
		local := "*"
		if p.takeWord("as") {
			local = p.nameOrString()
		}
		n.List = append(n.List, p.alias("*", local))
	} else {
		p.importNames(n)
	}
	if p.takeWord("from") && p.tok.kind == str {
		n.Name = p.stringValue()
	}
	p.attributes()
	p.semicolon()
	return n
}

// typeStatement reads declarations that exist for the type checker; enums and namespaces keep their values.
func (p *parser) typeStatement() (*node, bool) {
	kind := p.text()
	t, s := p.peek()
	if t.kind != word && !(kind == "global" && s == "{") && !(kind == "module" && t.kind == str) || t.newline {
		return nil, false
	}
	p.next()
	switch kind {
	case "enum":
		return p.enum(), true
	case "namespace", "module", "global":
		for p.tok.kind == word || p.isOp(".") || p.tok.kind == str {
			p.next()
		}
		if p.isOp("{") {
			return p.block(), true
		}
		p.semicolon()
		return nil, true
	case "abstract":
		if p.isWord("class") {
			return p.class(nil), true
		}
		return nil, true
	case "declare":
		p.statement()
		return nil, true
	}
	p.next() // the declared name
	p.typeParameters()
	if kind == "interface" {
		for p.tok.kind != end && !p.isOp("{") {
			p.next()
		}
		p.balanced()
		return nil, true
	}
	if p.takeOp("=") {
		p.skipType()
	}
	p.semicolon()
	return nil, true
}

func (p *parser) enum() *node {
	n := p.new(syntax.Assign)
	n.Name = "const"
	n.List = []*node{p.binding()}
	if p.isOp("{") {
		n.X = p.object()
	}
	return n
}
