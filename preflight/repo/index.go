package repo

import "github.com/ba-assistant/ba-assistant/preflight/repo/syntax"

// ScopeKind says what a scope belongs to.
type ScopeKind uint8

// The kinds of scopes.
const (
	ModuleScope ScopeKind = iota
	ClassScope
	FuncScope
)

// Scope is the set of names of a module, class or function.
type Scope struct {
	Kind   ScopeKind
	Node   *Node // the File, Class or Func
	Parent *Scope
	Mod    *Module
	Names  map[string][]*Def
	Func   *Func // for FuncScope
}

// Name is the class or function name, "" for modules and lambdas.
func (s *Scope) Name() string {
	if s == nil || s.Kind == ModuleScope {
		return ""
	}
	return s.Node.Name
}

// DefKind says how a name got its meaning.
type DefKind uint8

// The kinds of definitions.
const (
	AssignDef DefKind = iota
	MutateDef         // append, extend, +=, push
	FuncDef
	ClassDef
	ParamDef
	ImportDef
	OpaqueDef // loop variables, exception names and others without one value
)

// Def is one definition of a name.
type Def struct {
	Kind   DefKind
	Node   *Node // the Assign, Func, Class, Param or Alias
	Value  *Node // the value expression, when there is one
	Key    string
	Scope  *Scope // where the value is to be evaluated
	Guards *Guard
	Import *Import
	Line   int32
}

// Guard is a condition under which code runs; Outer is the one around it.
type Guard struct {
	Test  *Node
	Not   bool
	Exit  bool // the test led out of the function, and this is what follows it
	Scope *Scope
	Outer *Guard
}

// Site is an expression or statement with the place it stands in.
type Site struct {
	Node   *Node
	Scope  *Scope
	Guards *Guard
	Parent *Node // the node directly around it
}

// Mod returns the module of the site.
func (s *Site) Mod() *Module { return s.Scope.Mod }

// Func is a function with what surrounds it.
type Func struct {
	Node   *Node
	Scope  *Scope // its own names
	Outer  *Scope
	Guards *Guard
	Call   *Site // for a lambda given to a call: that call
	Exits  []*Site
}

// Enclosing returns the innermost function around a scope, nil at module level.
func (s *Scope) Enclosing() *Func {
	for ; s != nil; s = s.Parent {
		if s.Kind == FuncScope {
			return s.Func
		}
	}
	return nil
}

type indexer struct {
	m      *Module
	scope  *Scope
	guards *Guard
	outer  *Site // the innermost call being walked
}

func index(m *Module) {
	m.Scope = &Scope{Kind: ModuleScope, Node: m.Tree, Mod: m, Names: map[string][]*Def{}}
	ix := &indexer{m: m, scope: m.Scope}
	ix.block(m.Tree.Body)
}

func (ix *indexer) site(n, parent *Node) *Site {
	return &Site{Node: n, Scope: ix.scope, Guards: ix.guards, Parent: parent}
}

func (ix *indexer) define(scope *Scope, name string, d *Def) {
	if name == "" {
		return
	}
	d.Guards = ix.guards
	if d.Scope == nil {
		d.Scope = ix.scope
	}
	if d.Node != nil && d.Line == 0 {
		d.Line = d.Node.Line
	}
	scope.Names[name] = append(scope.Names[name], d)
}

// block walks statements; what follows a conditional that always leaves runs under the opposite condition.
func (ix *indexer) block(list []*Node) {
	saved := ix.guards
	for _, n := range list {
		ix.stmt(n)
		if n.Kind == syntax.If && len(n.Else) == 0 && leaves(n.Body) {
			ix.guards = &Guard{Test: n.X, Not: true, Exit: true, Scope: ix.scope, Outer: ix.guards}
		}
	}
	ix.guards = saved
}

// leaves reports whether a block always ends its function, loop or program.
func leaves(body []*Node) bool {
	if len(body) == 0 {
		return false
	}
	last := body[len(body)-1]
	switch last.Kind {
	case syntax.Return, syntax.Raise:
		return true
	case syntax.Simple:
		return last.Name == "continue" || last.Name == "break"
	case syntax.ExprStmt:
		switch syntax.Dotted(syntax.Unparen(last.X).Callee()) {
		case "sys.exit", "exit", "quit", "process.exit", "os.Exit", "log.Fatal", "log.Fatalf", "panic", "os._exit":
			return true
		}
	case syntax.Block:
		return leaves(last.Body)
	case syntax.If:
		return len(last.Else) > 0 && leaves(last.Body) && leaves(last.Else)
	}
	return false
}

func (ix *indexer) guarded(test *Node, not bool, body []*Node) {
	saved := ix.guards
	if test != nil {
		ix.guards = &Guard{Test: test, Not: not, Scope: ix.scope, Outer: saved}
	}
	ix.block(body)
	ix.guards = saved
}

func (ix *indexer) stmt(n *Node) {
	switch n.Kind {
	case syntax.Assign:
		ix.assign(n)
	case syntax.Func:
		ix.function(n, nil)
	case syntax.Class:
		ix.class(n)
	case syntax.Import:
		ix.imported(n)
	case syntax.If:
		ix.m.Tests = append(ix.m.Tests, ix.site(n, nil))
		ix.expr(n.X, n)
		ix.guarded(n.X, false, n.Body)
		ix.guarded(n.X, true, n.Else)
	case syntax.Loop:
		ix.loop(n)
	case syntax.Try:
		ix.try(n)
	case syntax.With:
		for _, item := range n.List {
			ix.expr(item.X, n)
			ix.bind(item.Y, &Def{Kind: AssignDef, Node: item, Value: item.X})
		}
		ix.block(n.Body)
	case syntax.Switch:
		ix.expr(n.X, n)
		for _, c := range n.List {
			ix.expr(c.X, c)
			ix.guarded(c.X, false, c.Body)
		}
	case syntax.Return, syntax.Raise:
		exit := ix.site(n, nil)
		ix.m.Exits = append(ix.m.Exits, exit)
		if ix.scope.Kind == FuncScope {
			ix.scope.Func.Exits = append(ix.scope.Func.Exits, exit)
		}
		ix.children(n)
	case syntax.Block:
		ix.block(n.Body)
	default:
		ix.children(n)
	}
}

func (ix *indexer) children(n *Node) {
	ix.expr(n.X, n)
	ix.expr(n.Y, n)
	ix.expr(n.Z, n)
	for _, c := range n.List {
		ix.expr(c, n)
	}
	if len(n.Body) > 0 {
		if n.Kind == syntax.JSX {
			for _, c := range n.Body {
				ix.expr(c, n)
			}
		} else {
			ix.block(n.Body)
		}
	}
}

func (ix *indexer) loop(n *Node) {
	ix.expr(n.X, n)
	for _, target := range n.List {
		switch {
		case target.Kind == syntax.Assign && target.X != nil:
			ix.stmt(target)
		case target.Kind == syntax.Assign:
			ix.bind(target.List[0], &Def{Kind: OpaqueDef, Node: target})
		default:
			ix.bind(target, &Def{Kind: OpaqueDef, Node: target})
			ix.expr(target, n)
		}
	}
	ix.block(n.Body)
	ix.block(n.Else)
}

func (ix *indexer) try(n *Node) {
	ix.block(n.Body)
	for _, h := range n.List {
		if h.Name != "" && h.Kind == syntax.Handler {
			ix.define(ix.scope, h.Name, &Def{Kind: OpaqueDef, Node: h})
		}
		ix.expr(h.X, h)
		if h.Kind == syntax.Handler { // what it says holds in some runs only
			ix.guarded(&Node{Line: h.Line}, false, h.Body)
			continue
		}
		ix.block(h.Body)
	}
	ix.block(n.Else)
}

func (ix *indexer) class(n *Node) {
	scope := &Scope{Kind: ClassScope, Node: n, Parent: ix.scope, Mod: ix.m, Names: map[string][]*Def{}}
	ix.define(ix.scope, n.Name, &Def{Kind: ClassDef, Node: n, Scope: scope})
	ix.m.Classes = append(ix.m.Classes, scope)
	for _, d := range n.Else {
		ix.expr(d, n)
	}
	for _, b := range n.List {
		ix.expr(b, n)
	}
	saved := ix.scope
	ix.scope = scope
	ix.block(n.Body)
	ix.scope = saved
}

func (ix *indexer) function(n *Node, call *Site) {
	for _, d := range n.Else {
		ix.expr(d, n)
	}
	fn := &Func{Node: n, Outer: ix.scope, Guards: ix.guards, Call: call}
	fn.Scope = &Scope{Kind: FuncScope, Node: n, Parent: ix.scope, Mod: ix.m, Names: map[string][]*Def{}, Func: fn}
	ix.m.Funcs = append(ix.m.Funcs, fn)
	if !n.Has(syntax.Lambda) && n.Text != "method" {
		ix.define(ix.scope, n.Name, &Def{Kind: FuncDef, Node: n, Scope: fn.Scope})
	}
	for _, param := range n.List {
		ix.expr(param.X, param)
		d := &Def{Kind: ParamDef, Node: param, Value: param.X}
		ix.define(fn.Scope, param.Name, d)
		for _, pattern := range param.List {
			ix.patternInto(fn.Scope, pattern)
		}
	}
	saved, guards := ix.scope, ix.guards
	ix.scope, ix.guards = fn.Scope, nil
	ix.block(n.Body)
	ix.scope, ix.guards = saved, guards
}

// patternInto defines the names of a destructured parameter.
func (ix *indexer) patternInto(scope *Scope, pattern *Node) {
	saved := ix.scope
	ix.scope = scope
	ix.bind(pattern, &Def{Kind: OpaqueDef, Node: pattern})
	ix.scope = saved
}
