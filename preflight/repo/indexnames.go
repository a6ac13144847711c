package repo

import "github.com/ba-assistant/ba-assistant/preflight/repo/syntax"

func (ix *indexer) assign(n *Node) {
	ix.m.Assigns = append(ix.m.Assigns, ix.site(n, nil))
	if n.X != nil && n.X.Kind == syntax.Func {
		n.X.Text = nameOf(n.List)
	}
	ix.expr(n.X, n)
	for _, target := range n.List {
		d := &Def{Kind: AssignDef, Node: n, Value: n.X}
		if n.Name == "+=" {
			d.Kind = MutateDef
		}
		ix.bind(target, d)
		ix.target(target)
	}
}

func nameOf(targets []*Node) string {
	if len(targets) == 1 {
		return syntax.Last(targets[0])
	}
	return ""
}

// target walks the parts of an assignment's target that are expressions themselves.
func (ix *indexer) target(n *Node) {
	if n.Is(syntax.Attr, syntax.Index) {
		ix.children(n)
	}
}

// bind gives the names of a target their definition. Attributes of self or this become names of the class; other
// attributes are kept under their dotted path.
func (ix *indexer) bind(target *Node, d *Def) {
	if target == nil {
		return
	}
	one := *d
	switch target.Kind {
	case syntax.Name:
		ix.define(ix.home(target.Name, d), target.Name, &one)
	case syntax.Attr:
		if class := ix.selfClass(target); class != nil {
			ix.define(class, target.Name, &one)
			return
		}
		ix.define(ix.m.Scope, syntax.Dotted(target), &one)
	case syntax.Index:
		if key := target.Y; key.Is(syntax.Str) {
			ix.define(ix.m.Scope, syntax.Dotted(target.X)+"["+key.Text+"]", &one)
		}
	case syntax.List:
		ix.bindElements(target, d)
	case syntax.Dict:
		ix.bindPattern(target, d)
	case syntax.Spread:
		one.Kind = OpaqueDef
		ix.bind(target.X, &one)
	}
}

// home returns the scope a name assigned here belongs to: a plain assignment in JavaScript or Go reaches outwards.
func (ix *indexer) home(name string, d *Def) *Scope {
	plain := d.Node != nil && d.Node.Kind == syntax.Assign && (d.Node.Name == "=" || d.Node.Name == "+=")
	if !plain || ix.scope.Kind != FuncScope || ix.scope.Names[name] != nil {
		return ix.scope
	}
	if ix.m.File.Lang == Python && !ix.declaredGlobal(name) {
		return ix.scope
	}
	if ix.m.File.Lang == Go || ix.m.File.Lang == Dart {
		return ix.scope
	}
	for s := ix.scope.Parent; s != nil; s = s.Parent {
		if s.Names[name] != nil && s.Kind != ClassScope {
			return s
		}
	}
	return ix.scope
}

func (ix *indexer) declaredGlobal(name string) bool {
	for _, n := range ix.scope.Node.Body {
		if n.Kind != syntax.Simple || n.Name != "global" && n.Name != "nonlocal" {
			continue
		}
		found := false
		syntax.WalkAll(n.List, func(x *Node) bool {
			found = found || x.Kind == syntax.Name && x.Name == name
			return true
		})
		if found {
			return true
		}
	}
	return false
}

func (ix *indexer) selfClass(target *Node) *Scope {
	if !target.X.Is(syntax.Name) || target.X.Name != "self" && target.X.Name != "this" && target.X.Name != "cls" {
		return nil
	}
	for s := ix.scope; s != nil; s = s.Parent {
		if s.Kind == ClassScope {
			return s
		}
	}
	return nil
}

func (ix *indexer) bindElements(target *Node, d *Def) {
	if d.Node != nil && d.Node.Text == "results" && len(target.List) > 0 {
		ix.bind(target.List[0], d)
		for _, rest := range target.List[1:] {
			ix.bind(rest, &Def{Kind: OpaqueDef, Node: d.Node})
		}
		return
	}
	var values []*Node
	if d.Value.Is(syntax.List) && len(d.Value.List) == len(target.List) {
		values = d.Value.List
	}
	for i, t := range target.List {
		one := *d
		one.Kind = OpaqueDef
		if values != nil {
			one.Kind, one.Value = AssignDef, values[i]
		}
		ix.bind(t, &one)
	}
}

func (ix *indexer) bindPattern(target *Node, d *Def) {
	for _, pair := range target.List {
		if pair.Kind != syntax.Pair || !pair.X.Is(syntax.Str) {
			continue
		}
		one := *d
		one.Key = pair.X.Text
		local := pair.Y
		if local.Is(syntax.Binary) && local.Name == "=" {
			ix.expr(local.Y, local)
			local = local.X
		}
		if local.Is(syntax.Dict) {
			one.Kind = OpaqueDef
		}
		ix.bind(local, &one)
	}
}

func (ix *indexer) imported(n *Node) {
	im := &Import{Name: n.Name, Node: n}
	if n.Name == "" && n.Text != "from" { // Python: import a.b, c as d
		for _, a := range n.List {
			ix.importModule(n, a)
		}
		return
	}
	ix.m.Imports = append(ix.m.Imports, im)
	for _, a := range n.List {
		im.Only = append(im.Only, a.Name)
		scope := ix.scope
		if n.Has(syntax.Exported) {
			scope = ix.m.Scope
		}
		ix.define(scope, a.Text, &Def{Kind: ImportDef, Node: a, Import: im, Line: n.Line})
	}
}

func (ix *indexer) importModule(n, a *Node) {
	name, local := a.Text, a.Text
	if a.Name != "" {
		name = a.Name
	} else {
		for i := 0; i < len(name); i++ {
			if name[i] == '.' {
				local = name[:i]
				break
			}
		}
	}
	im := &Import{Name: name, Node: n}
	ix.m.Imports = append(ix.m.Imports, im)
	alias := &Node{Kind: syntax.Alias, Line: n.Line, Name: "*", Text: local}
	ix.define(ix.scope, local, &Def{Kind: ImportDef, Node: alias, Import: im})
}

// expr walks an expression, recording what checks ask for.
func (ix *indexer) expr(n, parent *Node) {
	if n == nil {
		return
	}
	switch n.Kind {
	case syntax.Call:
		ix.call(n, parent)
	case syntax.Dict:
		ix.m.Dicts = append(ix.m.Dicts, ix.site(n, parent))
		ix.children(n)
	case syntax.Func:
		ix.function(n, ix.outer)
	case syntax.Class:
		ix.class(n)
	case syntax.Cond:
		ix.m.Tests = append(ix.m.Tests, ix.site(n, parent))
		ix.expr(n.X, n)
		ix.branch(n.Y, n, n.X, false)
		ix.branch(n.Z, n, n.X, true)
	case syntax.Binary:
		ix.binary(n)
	case syntax.Str, syntax.Template:
		ix.m.Strings = append(ix.m.Strings, ix.site(n, parent))
		if n.Kind == syntax.Template {
			for _, part := range n.List {
				if part.Kind != syntax.Str {
					ix.expr(part, n)
				}
			}
		}
	case syntax.Name, syntax.Num, syntax.Const:
	case syntax.Attr, syntax.Index:
		ix.m.Attrs = append(ix.m.Attrs, ix.site(n, parent))
		ix.children(n)
	default:
		ix.children(n)
	}
}

func (ix *indexer) branch(n, parent, test *Node, not bool) {
	saved := ix.guards
	ix.guards = &Guard{Test: test, Not: not, Scope: ix.scope, Outer: saved}
	ix.expr(n, parent)
	ix.guards = saved
}

func (ix *indexer) binary(n *Node) {
	ix.expr(n.X, n)
	switch n.Name {
	case "and":
		ix.branch(n.Y, n, n.X, false)
	case "or":
		ix.branch(n.Y, n, n.X, true)
	case "=", ":=":
		ix.expr(n.Y, n)
		ix.bind(n.X, &Def{Kind: AssignDef, Node: n, Value: n.Y})
	case "==", "!=", "in", "not in":
		ix.m.Compares = append(ix.m.Compares, ix.site(n, nil))
		ix.expr(n.Y, n)
	default:
		ix.expr(n.Y, n)
	}
}

func (ix *indexer) call(n, parent *Node) {
	s := ix.site(n, parent)
	ix.m.Calls = append(ix.m.Calls, s)
	ix.mutation(n)
	if syntax.Dotted(n.X) == "require" && len(n.List) == 1 && n.List[0].Kind == syntax.Str || n.X.Is(syntax.Name) && n.X.Name == "import" && len(n.List) == 1 {
		if n.List[0].Kind == syntax.Str {
			ix.m.Imports = append(ix.m.Imports, &Import{Name: n.List[0].Text, Node: n, Only: []string{"*"}})
		}
	}
	ix.expr(n.X, n)
	saved := ix.outer
	ix.outer = s
	for _, a := range n.List {
		ix.expr(a, n)
	}
	ix.outer = saved
}

// mutation records origins.append(x) and origins.push(x) as a change of the name.
func (ix *indexer) mutation(n *Node) {
	if !n.X.Is(syntax.Attr) || len(n.List) == 0 {
		return
	}
	switch n.X.Name {
	case "append", "extend", "push", "insert", "add", "unshift", "update":
		d := &Def{Kind: MutateDef, Node: n, Value: n.List[len(n.List)-1]}
		switch {
		case n.X.X.Is(syntax.Name):
			scope := ix.scope
			for s := ix.scope; s != nil; s = s.Parent {
				if s.Names[n.X.X.Name] != nil {
					scope = s
					break
				}
			}
			ix.define(scope, n.X.X.Name, d)
		case n.X.X.Is(syntax.Attr):
			ix.bind(n.X.X, d)
		}
	}
}
