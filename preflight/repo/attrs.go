package repo

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

func (p *Program) evalAttr(n *Node, f frame) Value {
	dotted := syntax.Dotted(n)
	if dotted != "" {
		if defs := f.scope.Mod.Scope.Names[dotted]; defs != nil && !strings.HasPrefix(dotted, "module.") {
			return p.merge(defs, f.scope.Mod.Scope, nil, f)
		}
		if name, ok := environmentChain(dotted); ok {
			return Value{Kind: Env, Names: []string{name}}
		}
		if isEnvironment(dotted) {
			return Value{Kind: EnvBag}
		}
	}
	if n.X.Is(syntax.Name) && (n.X.Name == "self" || n.X.Name == "this" || n.X.Name == "cls") {
		if _, bound := f.binds[n.X.Name]; !bound {
			if class := classAround(f.scope); class != nil {
				return p.field(class, n.Name, 0)
			}
		}
	}
	return p.attr(p.eval(n.X, f), n.Name)
}

func classAround(s *Scope) *Scope {
	for ; s != nil; s = s.Parent {
		if s.Kind == ClassScope {
			return s
		}
	}
	return nil
}

// environmentChain recognises process.env.X and its relatives.
func environmentChain(dotted string) (string, bool) {
	for _, prefix := range [...]string{"process.env.", "import.meta.env.", "Bun.env.", "globalThis.process.env.", "window._env_.", "window.env."} {
		if name, ok := strings.CutPrefix(dotted, prefix); ok && !strings.Contains(name, ".") {
			return name, !builtinMode[name]
		}
	}
	return "", false
}

// builtinMode are the constants that a bundler sets by itself.
var builtinMode = map[string]bool{"DEV": true, "PROD": true, "SSR": true, "MODE": true, "BASE_URL": true}

func isEnvironment(dotted string) bool {
	switch dotted {
	case "process.env", "import.meta.env", "Bun.env", "os.environ", "Platform.environment", "dotenv.env":
		return true
	}
	return false
}

// attr evaluates v.name.
func (p *Program) attr(v Value, name string) Value {
	switch v.Kind {
	case Instance, Class:
		return p.field(v.Scope, name, 0)
	case Dict:
		return p.entry(v, name)
	case Package:
		if m := p.member(v.File, name); m.Kind != Unknown {
			return m
		}
		return p.packageSubmodule(v.File, name)
	case EnvBag:
		return p.fromBag(v, name)
	case External:
		return Value{Kind: External, Name: v.Name + "." + name}
	case Choice:
		var items []Value
		for _, item := range v.Items {
			items = append(items, p.attr(item, name))
		}
		return choose(items, v.Gated, v.Names)
	case Env: // a property or method of the text
		switch name {
		case "value", "get_secret_value", "str":
			return v
		}
		return unknownWith(v)
	}
	return unknownWith(v)
}

func (p *Program) packageSubmodule(file *File, name string) Value {
	if file.Lang != Python || !strings.HasSuffix(file.Path, "__init__.py") {
		return Value{}
	}
	if sub := p.pythonModule(dirOf(file.Path)+"/"+name, nil); sub != nil {
		return Value{Kind: Package, File: sub}
	}
	return Value{}
}

// entry evaluates a key of a dict literal.
func (p *Program) entry(v Value, key string) Value {
	if v.Node == nil {
		return Value{}
	}
	if x := syntax.Field(v.Node, key); x != nil {
		return p.eval(x, frame{scope: v.Scope})
	}
	for _, item := range v.Node.List {
		if item.Kind == syntax.Spread {
			if inner := p.eval(item.X, frame{scope: v.Scope}); inner.Kind == Dict {
				if found := p.entry(inner, key); found.Kind != Unknown {
					return found
				}
			}
		}
	}
	return Value{}
}

func (p *Program) evalIndex(n *Node, f frame) Value {
	if n.Y == nil {
		return Value{}
	}
	base := syntax.Dotted(n.X)
	if n.Y.Is(syntax.Str) {
		if defs := f.scope.Mod.Scope.Names[base+"["+n.Y.Text+"]"]; defs != nil && base != "" {
			return p.merge(defs, f.scope.Mod.Scope, nil, f)
		}
	}
	key := p.eval(n.Y, f)
	v := p.eval(n.X, f)
	if isEnvironment(base) || v.Kind == External && (v.Name == "os.environ" || v.Name == "process.env") {
		if key.Kind == Text {
			return Value{Kind: Env, Names: []string{key.Text}}
		}
		return Value{}
	}
	switch {
	case v.Kind == EnvBag && key.Kind == Text:
		return p.fromBag(v, key.Text)
	case v.Kind == Dict && key.Kind == Text:
		return p.entry(v, key.Text)
	case v.Kind == Dict && (key.Kind == Unknown || key.Kind == Env):
		return p.anyEntry(v)
	case v.Kind == List && key.Kind == Number && key.Text == "0" && len(v.Items) > 0:
		return v.Items[0]
	case n.Y.Is(syntax.List) && n.Y.Name == "slice":
		return v
	}
	return unknownWith(v)
}

// anyEntry evaluates a table that is indexed by something unknown: any of its values may come out.
func (p *Program) anyEntry(v Value) Value {
	var items []Value
	for _, item := range v.Node.List {
		if item.Kind == syntax.Pair && item.Y != nil {
			items = append(items, p.eval(item.Y, frame{scope: v.Scope}))
		}
	}
	if len(items) == 0 || len(items) > 12 {
		return Value{}
	}
	return choose(items, false, nil)
}

// fromBag reads a variable out of a validated environment; the schema may give it a default.
func (p *Program) fromBag(v Value, name string) Value {
	out := Value{Kind: Env, Names: []string{name}}
	if v.Node == nil {
		return out
	}
	if x := syntax.Field(v.Node, name); x != nil {
		if d := schemaDefault(x); d != nil {
			value := p.eval(d, frame{scope: v.Scope})
			out.Default = &value
		}
	}
	return out
}

// schemaDefault finds z.string().default(x) and str({default: x}).
func schemaDefault(n *Node) *Node {
	for n.Is(syntax.Call) {
		switch syntax.Last(n.X) {
		case "default", "catch":
			if len(n.List) > 0 {
				return n.List[0]
			}
		}
		for _, a := range n.List {
			if d := syntax.Field(a, "default", "devDefault"); d != nil {
				return d
			}
		}
		if !n.X.Is(syntax.Attr) {
			return nil
		}
		n = n.X.X
	}
	return nil
}
