package repo

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

func (p *Program) evalCall(n *Node, f frame) Value {
	if n.X.Is(syntax.Index) && n.X.Name == "[]" && len(n.List) == 1 { // []byte(x)
		return p.eval(n.List[0], f)
	}
	if syntax.Dotted(n.X) == "require" && len(n.List) == 1 && n.List[0].Is(syntax.Str) {
		return p.required(n.List[0].Text, f)
	}
	name := p.qualify(n.X, f.scope, 0)
	if v := p.externalCall(name, n, f); v.Kind != Unknown {
		return v
	}
	if n.X.Is(syntax.Attr) {
		if v, ok := p.method(n, f); ok {
			return v
		}
	}
	callee := p.eval(n.X, f)
	switch callee.Kind {
	case Class:
		return Value{Kind: Instance, Scope: callee.Scope}
	case Function:
		return p.apply(callee, n, f)
	case Choice:
		return p.applyAny(callee, n, f)
	case External:
		if p.depth < 40 && wraps(callee.Name) && len(n.List) > 0 {
			return p.eval(n.List[0], f)
		}
	}
	return unknownWith(p.evalAll(firstArgs(n), f)...)
}

// applyAny calls each of the functions or classes that a table or a condition may give.
func (p *Program) applyAny(callee Value, n *Node, f frame) Value {
	items := make([]Value, len(callee.Items))
	for i, item := range callee.Items {
		if item.Kind == Class || item.Kind == Function {
			items[i] = p.apply(item, n, f)
		}
	}
	return choose(items, callee.Gated, callee.Names)
}

func firstArgs(n *Node) []*Node {
	var out []*Node
	for _, a := range n.List {
		if a.Kind != syntax.Keyword && a.Kind != syntax.Spread && a.Kind != syntax.Func && len(out) < 3 {
			out = append(out, a)
		}
	}
	return out
}

func (p *Program) required(name string, f frame) Value {
	if file := p.resolve(f.scope.Mod.File, name, nil); file != nil {
		if file == f.scope.Mod.File {
			return Value{}
		}
		if m := p.Module(file); m != nil {
			if defs := m.Scope.Names["module.exports"]; defs != nil && p.steps > 0 {
				if v := p.merge(defs, m.Scope, nil, frame{scope: m.Scope}); v.Kind != Unknown && v.Kind != Dict {
					return v
				}
			}
		}
		return Value{Kind: Package, File: file}
	}
	return Value{Kind: External, Name: name}
}

// wraps reports whether a call returns its first argument, or a form of it that means the same here.
func wraps(name string) bool {
	switch name[strings.LastIndexByte(name, '.')+1:] {
	case "str", "String", "SecretStr", "Secret", "list", "List", "set", "Set", "tuple", "Array", "cast", "AnyHttpUrl", "HttpUrl", "AnyUrl", "bytes",
		"URL", "Uri", "parse", "make_url", "sorted", "deepcopy", "frozenset", "TextEncoder", "createSecretKey", "quote", "quote_plus", "encodeURIComponent", "resolve", "Path", "fspath":
		return true
	}
	return false
}

// method evaluates methods of texts and lists.
func (p *Program) method(n *Node, f frame) (Value, bool) {
	switch n.X.Name {
	case "get":
		return p.lookedUp(n, f)
	case "format":
		return p.formatted(n, f)
	case "strip", "trim", "rstrip", "lstrip", "encode", "decode", "lower", "toLowerCase", "toString", "unicode_string", "get_secret_value", "String", "resolve",
		"trimEnd", "as_posix", "absolute", "expanduser", "upper", "removesuffix", "filter", "flat", "split", "splitlines", "map", "concat", "replace", "join", "toList", "slice":
	default:
		return Value{}, false
	}
	v := p.eval(n.X.X, f)
	switch v.Kind {
	case Text, List, Env, Choice:
	default:
		return Value{}, false
	}
	switch n.X.Name {
	case "split", "splitlines":
		sep := ","
		if a := syntax.Arg(n, 0, "sep"); a != nil {
			if s := p.eval(a, f); s.Kind == Text {
				sep = s.Text
			}
		}
		return p.split(v, sep), true
	case "map":
		return p.mapped(n, v, f), true
	case "rstrip", "removesuffix":
		if a := syntax.Arg(n, 0, "chars"); a != nil {
			if s := p.eval(a, f); s.Kind == Text {
				return p.trimmed(v, s.Text), true
			}
		}
	case "replace", "join", "concat":
		return p.rewritten(n, v, f), true
	}
	return v, true
}

// lookedUp evaluates table.get(key, default) of a dict literal.
func (p *Program) lookedUp(n *Node, f frame) (Value, bool) {
	first := syntax.Arg(n, 0, "key")
	if first == nil || len(n.List) > 2 {
		return Value{}, false
	}
	table := p.eval(n.X.X, f)
	if table.Kind == External && table.Name == "config" && len(n.List) == 1 {
		v := p.nodeConfig(n, f)
		return v, v.Kind != Unknown
	}
	if table.Kind != Dict {
		return Value{}, false
	}
	key := p.eval(first, f)
	if key.Kind == Text && !key.Partial {
		if v := p.entry(table, key.Text); v.Kind != Unknown {
			return v, true
		}
		return unknownWith(key), true
	}
	items := []Value{p.anyEntry(table)}
	if len(n.List) == 2 {
		items = append(items, p.eval(n.List[1], f))
	}
	return choose(items, p.modeTest(first, f.scope), key.Variables()), true
}

func (p *Program) trimmed(v Value, chars string) Value {
	switch {
	case v.Kind == Text && !v.Partial:
		v.Text = strings.TrimRight(v.Text, chars)
	case v.Kind == Env && v.Default != nil:
		d := p.trimmed(*v.Default, chars)
		v.Default = &d
	}
	return v
}

func (p *Program) rewritten(n *Node, v Value, f frame) Value {
	switch n.X.Name {
	case "join":
		return unknownWith(v)
	case "concat":
		return Value{Kind: List, Items: append(append([]Value{}, p.spread(v)...), p.spread(p.eval(syntax.Arg(n, 0), f))...)}
	}
	if len(n.List) < 2 {
		return unknownWith(v)
	}
	from, to := p.eval(n.List[0], f), p.eval(n.List[1], f)
	if from.Kind != Text || to.Kind != Text {
		return v
	}
	return p.replaced(v, from.Text, to.Text)
}

func (p *Program) replaced(v Value, from, to string) Value {
	switch {
	case v.Kind == Text:
		v.Text = strings.ReplaceAll(v.Text, from, to)
	case v.Kind == Env && v.Default != nil:
		d := p.replaced(*v.Default, from, to)
		v.Default = &d
	}
	return v
}

func (p *Program) split(v Value, sep string) Value {
	switch {
	case v.Kind == Text && !v.Partial && sep != "":
		out := Value{Kind: List, Place: v.Place}
		for _, part := range strings.Split(v.Text, sep) {
			item := textValue(strings.TrimSpace(part))
			item.Place = v.Place
			out.Items = append(out.Items, item)
		}
		return out
	case v.Kind == Env && v.Default != nil:
		d := p.split(*v.Default, sep)
		v.Default = &d
		return v
	case v.Kind == Env:
		return v
	case v.Kind == Choice:
		items := make([]Value, len(v.Items))
		for i, item := range v.Items {
			items[i] = p.split(item, sep)
		}
		return choose(items, v.Gated, v.Names)
	}
	return unknownWith(v)
}

func (p *Program) mapped(n *Node, v Value, f frame) Value {
	fn := p.eval(syntax.Arg(n, 0), f)
	if fn.Kind != Function || len(fn.Func.Node.List) == 0 {
		return v
	}
	return p.mapList(v, func(item Value) Value { return p.applyValues(fn, []Value{item}) })
}

// apply evaluates what a call of a function of the repository returns.
func (p *Program) apply(fn Value, call *Node, f frame) Value {
	if fn.Kind == Class {
		return Value{Kind: Instance, Scope: fn.Scope}
	}
	if fn.Kind != Function || fn.Func == nil {
		return Value{}
	}
	binds := map[string]Value{}
	params := fn.Func.Node.List
	if len(params) > 0 && (params[0].Name == "self" || params[0].Name == "cls") {
		params = params[1:]
	}
	for i, param := range params {
		if call != nil {
			if a := syntax.Arg(call, i, param.Name); a != nil && a.Kind != syntax.Spread {
				binds[param.Name] = p.eval(a, f)
				continue
			}
		}
		if param.X != nil {
			binds[param.Name] = p.eval(param.X, frame{scope: fn.Func.Outer})
		}
	}
	return p.returned(fn.Func, binds)
}

func (p *Program) applyValues(fn Value, args []Value) Value {
	binds := map[string]Value{}
	for i, param := range fn.Func.Node.List {
		if i < len(args) && param.Name != "" {
			binds[param.Name] = args[i]
		}
	}
	return p.returned(fn.Func, binds)
}

func (p *Program) returned(fn *Func, binds map[string]Value) Value {
	if p.depth > maxCalls*4 || p.steps <= 0 {
		return Value{}
	}
	f := frame{scope: fn.Scope, binds: binds}
	var items []Value
	gated := false
	for _, exit := range fn.Exits {
		if exit.Node.Kind != syntax.Return || exit.Node.X == nil {
			continue
		}
		if p.excluded(exit.Guards, f) {
			continue
		}
		items = append(items, p.eval(exit.Node.X, f))
		for g := exit.Guards; g != nil; g = g.Outer {
			gated = gated || p.modeTest(g.Test, g.Scope)
		}
	}
	switch len(items) {
	case 0:
		return Value{}
	case 1:
		return items[0]
	}
	return choose(items, gated, nil)
}

// excluded reports whether a guard is certainly false for the given arguments.
func (p *Program) excluded(g *Guard, f frame) bool {
	for ; g != nil; g = g.Outer {
		truth, known := p.eval(g.Test, frame{scope: g.Scope, binds: f.binds}).Truth()
		if known && truth == g.Not {
			return true
		}
	}
	return false
}
