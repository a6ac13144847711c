package dart

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// strings reads adjacent literals as one value.
func (p *parser) strings() *node {
	n := p.new(syntax.Template)
	for p.at(str) {
		n.List = append(n.List, p.literal()...)
		p.next()
	}
	var b strings.Builder
	for _, part := range n.List {
		if part.Kind != syntax.Str {
			return n
		}
		b.WriteString(part.Text)
	}
	n.Kind, n.Text, n.List = syntax.Str, b.String(), nil
	return n
}

// literal cuts one literal into text and interpolations.
func (p *parser) literal() []*node {
	t := p.text()
	raw := t[0] == 'r'
	if raw {
		t = t[1:]
	}
	width := 1
	if len(t) >= 6 && t[0] == t[1] && t[1] == t[2] {
		width = 3
	}
	body := t[min(width, len(t)):]
	if len(body) >= width && body[len(body)-1] == t[0] {
		body = body[:len(body)-width]
	}
	if raw {
		n := p.new(syntax.Str)
		n.Text = body
		return []*node{n}
	}
	return p.pieces(body)
}

func (p *parser) pieces(body string) []*node {
	var out []*node
	start := 0
	flush := func(to int) {
		if to > start {
			n := p.new(syntax.Str)
			n.Text = strings.NewReplacer(`\n`, "\n", `\$`, "$", `\\`, `\`, `\'`, `'`, `\"`, `"`).Replace(body[start:to])
			out = append(out, n)
		}
	}
	for i := 0; i < len(body); i++ {
		switch {
		case body[i] == '\\':
			i++
		case body[i] == '$' && i+1 < len(body) && body[i+1] == '{':
			flush(i)
			stop := holeEnd(body, i+2, 0)
			out = append(out, p.hole(body[i+2:max(stop-1, i+2)]))
			start = stop
			i = stop - 1
		case body[i] == '$' && i+1 < len(body) && isWord(body[i+1]):
			flush(i)
			stop := i + 1
			for stop < len(body) && (isWord(body[stop]) || isDigit(body[stop])) && body[stop] != '$' {
				stop++
			}
			out = append(out, p.hole(body[i+1:stop]))
			start = stop
			i = stop - 1
		}
	}
	flush(len(body))
	return out
}

func (p *parser) hole(text string) *node {
	if p.depth > maxDepth {
		return p.new(syntax.Bad)
	}
	sub := &parser{src: text, toks: tokenize(text, p.toks[p.pos].line), depth: p.depth + 1}
	return sub.expr()
}
