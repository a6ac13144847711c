package repo

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// The work that one evaluation may do.
const (
	maxSteps = 3000
	maxCalls = 14
)

// frame is where an expression is evaluated: a scope, and the values of parameters where a call is being followed.
type frame struct {
	scope *Scope
	binds map[string]Value
}

// Value evaluates an expression in a scope. It never runs anything; what it cannot follow is Unknown.
func (p *Program) Value(n *Node, s *Scope) Value {
	p.steps, p.depth = maxSteps, 0
	return p.eval(n, frame{scope: s})
}

// ValueOf evaluates the expression of a site.
func (p *Program) ValueOf(s *Site, n *Node) Value { return p.Value(n, s.Scope) }

func (p *Program) eval(n *Node, f frame) Value {
	if n == nil || p.depth > 60 {
		return Value{}
	}
	if p.steps--; p.steps < 0 {
		return Value{}
	}
	p.depth++
	v := p.evalNode(n, f)
	p.depth--
	if v.Place.Line == 0 && f.scope != nil {
		v.Place = Place{File: f.scope.Mod.File.Path, Line: int(n.Line)}
	}
	return v
}

func (p *Program) evalNode(n *Node, f frame) Value {
	switch n.Kind {
	case syntax.Str:
		return textValue(n.Text)
	case syntax.Num:
		return Value{Kind: Number, Text: n.Text}
	case syntax.Const:
		return constant(n.Name)
	case syntax.Template:
		return concat(p.evalAll(n.List, f))
	case syntax.Name:
		return p.evalName(n, f)
	case syntax.Attr:
		return p.evalAttr(n, f)
	case syntax.Index:
		return p.evalIndex(n, f)
	case syntax.Call:
		return p.evalCall(n, f)
	case syntax.List:
		return p.evalList(n, f)
	case syntax.Dict:
		return Value{Kind: Dict, Node: n, Scope: f.scope}
	case syntax.Binary:
		return p.evalBinary(n, f)
	case syntax.Unary:
		return p.evalUnary(n, f)
	case syntax.Cond:
		return p.evalCond(n, f)
	case syntax.Comp:
		return p.evalComp(n, f)
	case syntax.Func:
		return p.evalLambda(n, f)
	}
	return Value{}
}

func constant(name string) Value {
	switch name {
	case "true", "false":
		return Value{Kind: Bool, Text: name}
	case "none":
		return Value{Kind: None}
	}
	return Value{}
}

func (p *Program) evalAll(list []*Node, f frame) []Value {
	out := make([]Value, len(list))
	for i, n := range list {
		out[i] = p.eval(n, f)
	}
	return out
}

func (p *Program) evalList(n *Node, f frame) Value {
	out := Value{Kind: List}
	for _, item := range n.List {
		if item.Kind != syntax.Spread {
			out.Items = append(out.Items, p.eval(item, f))
			continue
		}
		out.Items = append(out.Items, p.spread(p.eval(item.X, f))...)
	}
	return out
}

// spread returns the elements that an unpacked value adds.
func (p *Program) spread(v Value) []Value {
	if v.Kind == List {
		return v.Items
	}
	return []Value{v}
}

func (p *Program) evalUnary(n *Node, f frame) Value {
	v := p.eval(n.X, f)
	switch n.Name {
	case "not":
		if t, known := v.Fallback().Truth(); known {
			out := Value{Kind: Bool, Text: boolText(!t)}
			if v.Kind == Env {
				return Value{Kind: Env, Names: v.Variables(), Default: &out}
			}
			return out
		}
		return unknownWith(v)
	case "await", "&", "*":
		return v
	case "-":
		if v.Kind == Number {
			v.Text = "-" + v.Text
			return v
		}
	}
	return Value{}
}

func boolText(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

func (p *Program) evalBinary(n *Node, f frame) Value {
	switch n.Name {
	case "or", "??":
		return orElse(p.eval(n.X, f), p.eval(n.Y, f), n.Name == "or")
	case "and":
		x := p.eval(n.X, f)
		if t, known := x.Truth(); known && !t {
			return x
		}
		if _, known := x.Truth(); known {
			return p.eval(n.Y, f)
		}
		return choose([]Value{p.eval(n.Y, f), x}, false, nil)
	case "+":
		x, y := p.eval(n.X, f), p.eval(n.Y, f)
		if x.Kind == List || y.Kind == List {
			items := append(append([]Value{}, p.spread(x)...), p.spread(y)...)
			if len(items) > maxItems {
				return unknownWith(x, y)
			}
			return Value{Kind: List, Items: items}
		}
		return concat([]Value{x, y})
	case "==", "!=":
		return compare(p.eval(n.X, f), p.eval(n.Y, f), n.Name == "==")
	case "%":
		if x := p.eval(n.X, f); x.Kind == Text {
			if i := strings.IndexByte(x.Text, '%'); i >= 0 {
				return concat([]Value{textValue(x.Text[:i]), unknownWith(p.eval(n.Y, f))})
			}
		}
	case "=", ":=":
		return p.eval(n.Y, f)
	case "in", "not in":
		return p.evalIn(n, f)
	}
	return Value{}
}

func (p *Program) evalIn(n *Node, f frame) Value {
	x, list := p.eval(n.X, f), p.eval(n.Y, f)
	flat := x.Fallback()
	if list.Kind != List || flat.Kind != Text || flat.Partial {
		return unknownWith(x, list)
	}
	found := false
	for _, item := range list.Items {
		if item.Kind != Text {
			return unknownWith(x, list)
		}
		found = found || item.Text == flat.Text
	}
	out := Value{Kind: Bool, Text: boolText(found == (n.Name == "in"))}
	if names := x.Variables(); len(names) > 0 {
		return Value{Kind: Env, Names: names, Default: &out}
	}
	return out
}

// compare evaluates an equality; a comparison with a variable's value is decided by that variable.
func compare(x, y Value, equal bool) Value {
	a, b := x.Fallback(), y.Fallback()
	simple := func(k ValueKind) bool { return k == Text || k == Bool || k == Number || k == None }
	names := append(x.Variables(), y.Variables()...)
	if !simple(a.Kind) || !simple(b.Kind) || a.Partial || b.Partial {
		return Value{Names: names}
	}
	same := a.Kind == b.Kind && a.Text == b.Text
	out := Value{Kind: Bool, Text: boolText(same == equal)}
	if len(names) > 0 {
		return Value{Kind: Env, Names: names, Default: &out}
	}
	return out
}

// orElse evaluates "x or y": the second value is the default of variables read in the first.
func orElse(x, y Value, empty bool) Value {
	switch x.Kind {
	case Env:
		flat := x.Fallback()
		truth, known := flat.Truth()
		falsy := flat.Kind == None || empty && known && !truth
		if !falsy {
			return x
		}
		out := Value{Kind: Env, Names: x.Names, Place: x.Place}
		switch y.Kind {
		case Env:
			out.Names = append(append([]string{}, x.Names...), y.Names...)
			out.Default = y.Default
		default:
			if y.Kind != None {
				out.Default = &y
			}
		}
		return out
	case None:
		return y
	case Unknown:
		return Value{Kind: Unknown, Names: append(append([]string{}, x.Names...), y.Variables()...)}
	}
	if truth, known := x.Truth(); known && !truth && empty {
		return y
	}
	return x
}

func (p *Program) evalCond(n *Node, f frame) Value {
	test := p.eval(n.X, f)
	if truth, known := test.Truth(); known {
		if truth {
			return p.eval(n.Y, f)
		}
		return p.eval(n.Z, f)
	}
	y, z := p.eval(n.Y, f), p.eval(n.Z, f)
	if y.Kind == Env && y.Default == nil && z.Kind != Unknown { // X if X is set, else a default
		if names := test.Variables(); len(names) > 0 && contains(y.Names, names[0]) {
			return orElse(y, z, true)
		}
	}
	return choose([]Value{y, z}, p.modeTest(n.X, f.scope), test.Variables())
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// evalComp evaluates [f(x) for x in list]: elements keep their order; a filter keeps them all.
func (p *Program) evalComp(n *Node, f frame) Value {
	if n.Name == "dict" || len(n.List) != 1 {
		return Value{}
	}
	clause := n.List[0]
	source := p.eval(clause.Y, f)
	if !clause.X.Is(syntax.Name) {
		return unknownWith(source)
	}
	return p.mapList(source, func(item Value) Value {
		inner := frame{scope: f.scope, binds: map[string]Value{}}
		for k, v := range f.binds {
			inner.binds[k] = v
		}
		inner.binds[clause.X.Name] = item
		return p.eval(n.X, inner)
	})
}

// mapList applies a function to the elements of a list, of a variable's default list, or of each alternative.
func (p *Program) mapList(v Value, fn func(Value) Value) Value {
	switch v.Kind {
	case List:
		out := Value{Kind: List, Place: v.Place}
		for _, item := range v.Items {
			out.Items = append(out.Items, fn(item))
		}
		return out
	case Env:
		if v.Default == nil {
			return v
		}
		d := p.mapList(*v.Default, fn)
		v.Default = &d
		return v
	case Choice:
		items := make([]Value, len(v.Items))
		for i, item := range v.Items {
			items[i] = p.mapList(item, fn)
		}
		return choose(items, v.Gated, v.Names)
	}
	return unknownWith(v)
}

func (p *Program) evalLambda(n *Node, f frame) Value {
	if f.scope == nil {
		return Value{}
	}
	for _, fn := range f.scope.Mod.Funcs {
		if fn.Node == n {
			return Value{Kind: Function, Func: fn}
		}
	}
	return Value{}
}
