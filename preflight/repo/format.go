package repo

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var formatField = regexp.MustCompile(`\{(\w*)(?:[:!][^{}]*)?\}`)

// formatted evaluates "sqlite:///{0}".format(path), field by field as an f-string is.
func (p *Program) formatted(n *Node, f frame) (Value, bool) {
	v := p.eval(n.X.X, f)
	if v.Kind != Text || v.Partial || strings.Contains(v.Text, "{{") {
		return Value{}, false
	}
	var parts []Value
	at, next := 0, 0
	for _, m := range formatField.FindAllStringSubmatchIndex(v.Text, 40) {
		if m[0] > at {
			parts = append(parts, textValue(v.Text[at:m[0]]))
		}
		name := v.Text[m[2]:m[3]]
		if name == "" {
			name, next = strconv.Itoa(next), next+1
		}
		parts = append(parts, p.eval(formatArg(n, name), f))
		at = m[1]
	}
	if parts == nil {
		return v, true
	}
	return concat(append(parts, textValue(v.Text[at:]))), true
}

// formatArg returns the argument that a field names by number or keyword.
func formatArg(n *Node, name string) *Node {
	if i, err := strconv.Atoi(name); err == nil {
		return syntax.Arg(n, i)
	}
	return syntax.Arg(n, -1, name)
}
