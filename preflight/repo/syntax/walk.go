package syntax

import "strings"

// Walk calls visit for n and everything below it, parents first. A visit that returns false keeps the walk out of the
// node's children. Walking nil does nothing.
func Walk(n *Node, visit func(*Node) bool) {
	if n == nil || !visit(n) {
		return
	}
	Walk(n.X, visit)
	Walk(n.Y, visit)
	Walk(n.Z, visit)
	WalkAll(n.List, visit)
	WalkAll(n.Body, visit)
	WalkAll(n.Else, visit)
}

// WalkAll walks each node of a list in order.
func WalkAll(list []*Node, visit func(*Node) bool) {
	for _, n := range list {
		Walk(n, visit)
	}
}

// Dotted returns the dotted path of a name or attribute chain ("os.environ.get"), and "" when n is anything else.
// Calls inside a chain are written as "()": app.router().get is "app.router().get".
func Dotted(n *Node) string {
	if n == nil {
		return ""
	}
	switch n.Kind {
	case Name:
		return n.Name
	case Attr:
		if left := Dotted(n.X); left != "" {
			return left + "." + n.Name
		}
	case Call:
		if left := Dotted(n.X); left != "" {
			return left + "()"
		}
	}
	return ""
}

// Last returns the final name of a chain: "get" for app.get, "FastAPI" for FastAPI, "" when there is none.
func Last(n *Node) string {
	if n.Is(Name, Attr) {
		return n.Name
	}
	return ""
}

// Arg returns the value of the call's keyword name, or else its positional argument at index pos. It is nil when the
// call has neither. A negative pos asks for the keyword only.
func Arg(call *Node, pos int, names ...string) *Node {
	if call == nil {
		return nil
	}
	at := 0
	var positional *Node
	for _, a := range call.List {
		switch a.Kind {
		case Keyword:
			for _, name := range names {
				if a.Name == name {
					return a.X
				}
			}
		case Spread:
			at = -1 << 20 // what follows an unpacked argument has no known position
		default:
			if at == pos {
				positional = a
			}
			at++
		}
	}
	return positional
}

// Field returns the value of a key of a Dict written literally, nil when it is absent.
func Field(dict *Node, names ...string) *Node {
	if !dict.Is(Dict) {
		return nil
	}
	for _, p := range dict.List {
		if p.Kind != Pair || p.X == nil {
			continue
		}
		for _, name := range names {
			if p.X.Is(Str) && p.X.Text == name || p.X.Is(Name) && p.X.Name == name {
				return p.Y
			}
		}
	}
	return nil
}

// Unparen removes wrappers that do not change a value: await x is x for the purposes of the checker.
func Unparen(n *Node) *Node {
	for n.Is(Unary) && (n.Name == "await" || n.Name == "yield") && n.X != nil {
		n = n.X
	}
	return n
}

// Words splits an identifier into lower-case words at underscores, dashes, dots and case changes.
func Words(name string) []string {
	var out []string
	start := -1
	flush := func(end int) {
		if start >= 0 && end > start {
			out = append(out, strings.ToLower(name[start:end]))
		}
		start = -1
	}
	for i := 0; i < len(name); i++ {
		c := name[i]
		upper := c >= 'A' && c <= 'Z'
		letter := upper || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 0x80
		switch {
		case !letter:
			flush(i)
		case start < 0:
			start = i
		case upper && (isLower(name[i-1]) || i+1 < len(name) && isLower(name[i+1]) && isUpper(name[i-1])):
			flush(i)
			start = i
		}
	}
	flush(len(name))
	return out
}

func isLower(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }
func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

// Callee returns what a call calls, nil when n is no call.
func (n *Node) Callee() *Node {
	if n.Is(Call) {
		return n.X
	}
	return nil
}
