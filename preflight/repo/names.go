package repo

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// lookup finds the definitions of a name, from a scope outwards. Class bodies are not seen from their methods.
func (p *Program) lookup(name string, s *Scope) ([]*Def, *Scope) {
	for first := s; s != nil; s = s.Parent {
		if s.Kind == ClassScope && s != first {
			continue
		}
		if defs := s.Names[name]; defs != nil {
			return defs, s
		}
		if s.Kind == ModuleScope && s.Mod.File.Lang == Go {
			return p.siblingDefs(name, s)
		}
	}
	return nil, nil
}

// siblingDefs looks for a Go name in the other files of its package.
func (p *Program) siblingDefs(name string, s *Scope) ([]*Def, *Scope) {
	for _, f := range p.goPackage(dirOf(s.Mod.File.Path)) {
		if f == s.Mod.File {
			continue
		}
		if m := p.Module(f); m != nil && m.Scope.Names[name] != nil && m.Scope.Names[name][0].Kind != ImportDef {
			return m.Scope.Names[name], m.Scope
		}
	}
	return nil, nil
}

func dirOf(name string) string {
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		return name[:i]
	}
	return "."
}

func (p *Program) evalName(n *Node, f frame) Value {
	if v, ok := f.binds[n.Name]; ok {
		return v
	}
	defs, scope := p.lookup(n.Name, f.scope)
	if defs == nil {
		return p.starred(n.Name, f.scope)
	}
	return p.merge(defs, scope, n, f)
}

// starred looks a name up in the modules imported with a star.
func (p *Program) starred(name string, s *Scope) Value {
	if s == nil {
		return Value{}
	}
	for _, im := range s.Mod.Imports {
		if len(im.Only) == 1 && im.Only[0] == "*" && im.File != nil && im.File != s.Mod.File && (s.Mod.File.Lang == Python || s.Mod.File.Lang == Dart) {
			if m := p.Module(im.File); m != nil && m.Scope.Names[name] != nil {
				return p.merge(m.Scope.Names[name], m.Scope, nil, frame{scope: m.Scope})
			}
		}
	}
	return Value{Kind: External, Name: name}
}

// merge gives a name its value: the last unconditional definition before its use, the conditional ones after it as
// alternatives, and what was appended to it.
func (p *Program) merge(defs []*Def, scope *Scope, use *Node, f frame) Value {
	var base []*Def
	var added []*Def
	for _, d := range defs {
		sameFunc := use != nil && scope.Kind == FuncScope && f.scope == scope
		if sameFunc && d.Line > use.Line {
			continue
		}
		switch {
		case d.Kind == MutateDef:
			added = append(added, d)
		case !conditional(d.Guards):
			base, added = []*Def{d}, nil
		default:
			base = append(base, d)
		}
	}
	if len(base) == 0 {
		return Value{}
	}
	v := p.alternatives(base, scope, f)
	for _, d := range added {
		v = p.appended(v, d)
	}
	return v
}

// conditional reports whether code runs only under a condition; having passed an early exit is none.
func conditional(g *Guard) bool {
	for ; g != nil; g = g.Outer {
		if !g.Exit {
			return true
		}
	}
	return false
}

func (p *Program) alternatives(base []*Def, scope *Scope, f frame) Value {
	if len(base) == 1 {
		return p.defined(base[0], scope, f)
	}
	var items []Value
	gated := false
	for _, d := range base {
		items = append(items, p.defined(d, scope, f))
		for g := d.Guards; g != nil; g = g.Outer {
			gated = gated || p.modeTest(g.Test, g.Scope)
		}
	}
	return choose(items, gated, nil)
}

func (p *Program) appended(v Value, d *Def) Value {
	if p.steps <= 0 {
		return Value{}
	}
	add := p.eval(d.Value, frame{scope: d.Scope})
	if v.Kind == Text && d.Node.Is(syntax.Assign) {
		return concat([]Value{v, add})
	}
	if v.Kind != List {
		return unknownWith(v, add)
	}
	items := append([]Value{}, v.Items...)
	if d.Node.Is(syntax.Assign) || syntax.Last(d.Node.X) == "extend" || syntax.Last(d.Node.X) == "update" {
		items = append(items, p.spread(add)...)
	} else {
		items = append(items, add)
	}
	if len(items) > maxItems {
		return unknownWith(v)
	}
	v.Items = items
	return v
}

// defined evaluates one definition; those of modules are remembered.
func (p *Program) defined(d *Def, scope *Scope, f frame) Value {
	if scope.Kind == ModuleScope {
		if v, ok := p.memo[d]; ok {
			return v
		}
		p.memo[d] = Value{} // a cycle is unknown
	}
	steps := p.steps
	v := p.definition(d, scope, f)
	if scope.Kind == ModuleScope {
		if p.steps > 0 || steps == maxSteps {
			p.memo[d] = v
		} else {
			delete(p.memo, d)
		}
	}
	return v
}

func (p *Program) definition(d *Def, scope *Scope, f frame) Value {
	inner := f
	if scope.Kind != FuncScope || f.scope != scope {
		inner = frame{scope: d.Scope}
		if f.scope != nil && scope.Kind == FuncScope {
			inner.binds = f.binds
		}
	}
	switch d.Kind {
	case AssignDef:
		v := p.eval(d.Value, inner)
		if d.Key != "" {
			return p.attr(v, d.Key)
		}
		return v
	case FuncDef:
		return Value{Kind: Function, Func: d.Scope.Func}
	case ClassDef:
		return Value{Kind: Class, Scope: d.Scope}
	case ParamDef:
		return p.parameter(d, scope)
	case ImportDef:
		return p.imported(d)
	}
	return Value{}
}

// parameter evaluates a parameter by its annotation: a class of the repository, or a dependency (FastAPI's Depends).
func (p *Program) parameter(d *Def, scope *Scope) Value {
	outer := frame{scope: scope.Parent}
	if d.Node.X.Is(syntax.Call) {
		if last := syntax.Last(d.Node.X.X); last == "Depends" || last == "Security" {
			if target := syntax.Arg(d.Node.X, 0, "dependency"); target != nil {
				if fn := p.eval(target, outer); fn.Kind == Function || fn.Kind == Class {
					if v := p.apply(fn, nil, outer); v.Kind != Unknown {
						return v
					}
				}
			}
		}
	}
	if t := d.Node.Y; t != nil {
		for t.Is(syntax.Unary) || t.Is(syntax.Index) && syntax.Last(t.X) != "" {
			if t.Kind == syntax.Index {
				if depends := annotated(t); depends != nil {
					return p.apply(p.eval(depends, outer), nil, outer)
				}
				t = t.Y
				if t.Is(syntax.List) && len(t.List) > 0 {
					t = t.List[0]
				}
				continue
			}
			t = t.X
		}
		if v := p.eval(t, outer); v.Kind == Class {
			return Value{Kind: Instance, Scope: v.Scope}
		}
	}
	return Value{}
}

// annotated returns f of Annotated[T, Depends(f)].
func annotated(t *Node) *Node {
	if syntax.Last(t.X) != "Annotated" || !t.Y.Is(syntax.List) {
		return nil
	}
	for _, x := range t.Y.List {
		if x.Is(syntax.Call) && syntax.Last(x.X) == "Depends" {
			return syntax.Arg(x, 0, "dependency")
		}
	}
	return nil
}

func (p *Program) imported(d *Def) Value {
	im := d.Import
	if im.File == nil {
		name := im.Name
		if d.Node.Name != "*" && d.Node.Name != "default" {
			name += "." + d.Node.Name
		}
		return Value{Kind: External, Name: strings.TrimLeft(name, ".")}
	}
	if d.Node.Name == "*" || d.Node.Name == "" {
		return Value{Kind: Package, File: im.File}
	}
	if v := p.member(im.File, d.Node.Name); v.Kind != Unknown {
		return v
	}
	if sub := p.submodule(d, im); sub != nil {
		return Value{Kind: Package, File: sub}
	}
	return Value{}
}

// submodule resolves "from package import module".
func (p *Program) submodule(d *Def, im *Import) *File {
	if d.Scope == nil || d.Scope.Mod.File.Lang != Python {
		return nil
	}
	sep := "."
	if strings.HasSuffix(im.Name, ".") {
		sep = ""
	}
	return p.resolvePython(d.Scope.Mod.File, im.Name+sep+d.Node.Name, nil)
}

// member evaluates a name of another module.
func (p *Program) member(file *File, name string) Value {
	m := p.Module(file)
	if m == nil || p.steps <= 0 {
		return Value{}
	}
	defs, scope := p.lookup(name, m.Scope)
	if defs != nil {
		if defs[0].Kind == ImportDef && defs[0].Import.File == file {
			return Value{}
		}
		return p.merge(defs, scope, nil, frame{scope: m.Scope})
	}
	if file.Lang == Script {
		return p.commonMember(m, name)
	}
	v := p.starred(name, m.Scope)
	if v.Kind == External {
		return Value{}
	}
	return v
}

// commonMember finds a name among module.exports, exports.x and re-exports.
func (p *Program) commonMember(m *Module, name string) Value {
	f := frame{scope: m.Scope}
	for _, key := range [...]string{"exports." + name, "module.exports." + name} {
		if defs := m.Scope.Names[key]; defs != nil {
			return p.merge(defs, m.Scope, nil, f)
		}
	}
	if defs := m.Scope.Names["module.exports"]; defs != nil {
		v := p.merge(defs, m.Scope, nil, f)
		if name == "default" {
			return v
		}
		return p.attr(v, name)
	}
	for _, im := range m.Imports {
		if im.Node.Has(syntax.Exported) && im.File != nil && im.File != m.File && contains(im.Only, "*") {
			if v := p.member(im.File, name); v.Kind != Unknown {
				return v
			}
		}
	}
	return Value{}
}
