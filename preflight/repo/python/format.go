package python

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// formatter reads the body of a formatted string.
type formatter struct {
	p    *parser
	body string
	pos  int
	raw  bool
	line int32
	nest int
}

// parts reads literal text and fields; inside a format specification it ends before the closing brace.
func (f *formatter) parts(spec bool) []*node {
	var out []*node
	start := f.pos
	flush := func(end int) {
		if end > start {
			n := f.p.new(syntax.Str)
			text := strings.ReplaceAll(strings.ReplaceAll(f.body[start:end], "{{", "{"), "}}", "}")
			n.Text = decode(text, f.raw)
			out = append(out, n)
		}
	}
	for f.pos < len(f.body) {
		switch c := f.body[f.pos]; {
		case c == '{' && !spec && f.pos+1 < len(f.body) && f.body[f.pos+1] == '{':
			f.pos += 2
		case c == '{':
			flush(f.pos)
			out = append(out, f.field()...)
			start = f.pos
		case c == '}' && spec:
			flush(f.pos)
			return out
		case c == '\\' && !f.raw && strings.HasPrefix(f.body[f.pos:], "\\N{"):
			f.pos += 3
			for f.pos < len(f.body) && f.body[f.pos] != '}' {
				f.pos++
			}
		case c == '\\' && f.pos+1 < len(f.body) && f.body[f.pos+1] != '{':
			f.pos += 2
		default:
			f.pos++
		}
	}
	flush(min(f.pos, len(f.body)))
	return out
}

// field reads one replacement field at its opening brace and returns its expression, followed by those of its format
// specification.
func (f *formatter) field() []*node {
	f.pos++
	start := f.pos
	end, stop := f.expressionEnd()
	out := []*node{f.parse(start, end)}
	f.pos = stop
	if f.pos < len(f.body) && f.body[f.pos] == '!' {
		for f.pos < len(f.body) && f.body[f.pos] != ':' && f.body[f.pos] != '}' {
			f.pos++
		}
	}
	if f.pos < len(f.body) && f.body[f.pos] == ':' {
		f.pos++
		if f.nest++; f.nest <= maxNesting {
			for _, n := range f.parts(true) {
				if n.Kind != syntax.Str {
					out = append(out, n)
				}
			}
		}
		f.nest--
	}
	if f.pos < len(f.body) && f.body[f.pos] == '}' {
		f.pos++
	}
	return out
}

// expressionEnd finds where the expression of a field ends, and where the conversion, specification or brace begins.
func (f *formatter) expressionEnd() (end, stop int) {
	depth := 0
	i := f.pos
	for i < len(f.body) {
		switch c := f.body[i]; c {
		case '(', '[', '{':
			depth++
		case ')', ']':
			depth--
		case '}':
			if depth <= 0 {
				return debugSign(f.body, f.pos, i), i
			}
			depth--
		case '"', '\'':
			next := nestedEnd(f.body, i, 0)
			if next < 0 {
				return i, len(f.body)
			}
			i = next
			continue
		case '!':
			if depth == 0 && (i+1 >= len(f.body) || f.body[i+1] != '=') {
				return debugSign(f.body, f.pos, i), i
			}
			i++
		case ':':
			if depth == 0 {
				return debugSign(f.body, f.pos, i), i
			}
		}
		i++
	}
	return len(f.body), len(f.body)
}

// debugSign leaves out the equals sign of {value=}.
func debugSign(s string, start, end int) int {
	i := end
	for i > start && (s[i-1] == ' ' || s[i-1] == '\t') {
		i--
	}
	if i > start+1 && s[i-1] == '=' && !strings.ContainsRune("=!<>", rune(s[i-2])) {
		return i - 1
	}
	return end
}

func (f *formatter) parse(start, end int) *node {
	if f.p.depth > maxDepth {
		return f.p.new(syntax.Bad)
	}
	text := f.body[start:end]
	line := f.line + int32(strings.Count(f.body[:start], "\n"))
	sub := &parser{src: text, toks: tokenizeExpr(text, line), depth: f.p.depth + 1, slab: f.p.slab}
	n := sub.exprList()
	f.p.slab = sub.slab
	return n
}
