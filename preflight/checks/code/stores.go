package code

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// store is a container in the memory of a server process that outlives a request.
type store struct {
	name   string
	def    *repo.Def
	mod    *repo.Module
	writes []access
	reads  []access
	expiry bool // something takes entries out by age
}

// access is one use of a store.
type access struct {
	site  *repo.Site
	fn    *repo.Func
	key   *node
	value *node
}

// stores returns the containers of the live server code that functions write to.
func stores(in *check.Input) []*store {
	return once(in, "stores", func() []*store { return findStores(in) })
}

func findStores(in *check.Input) []*store {
	ix := &storeIndex{in: in, byName: map[string][]*store{}, byDef: map[*repo.Def]*store{}}
	for _, m := range in.Code.LiveModules() {
		if clientSide(in, m) {
			continue
		}
		ix.define(m, m.Scope)
		for _, c := range m.Classes {
			ix.define(m, c)
		}
		for _, fn := range m.Funcs {
			ix.define(m, fn.Scope)
		}
	}
	for _, m := range in.Code.LiveModules() {
		ix.uses(m)
	}
	for _, m := range in.Code.LiveModules() {
		if !clientSide(in, m) {
			ix.variables(m)
		}
	}
	var out []*store
	for _, s := range ix.all {
		if len(s.writes) > 0 {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b *store) int {
		return cmp.Or(strings.Compare(a.mod.File.Path, b.mod.File.Path), cmp.Compare(a.def.Line, b.def.Line), strings.Compare(a.name, b.name))
	})
	return out
}

type storeIndex struct {
	in     *check.Input
	all    []*store
	byName map[string][]*store
	byDef  map[*repo.Def]*store
}

func (ix *storeIndex) define(m *repo.Module, scope *repo.Scope) {
	for name, defs := range scope.Names {
		for _, d := range defs {
			if d.Kind != repo.AssignDef || d.Node == nil || !container(ix.in, d) {
				continue
			}
			last := name[strings.LastIndexByte(name, '.')+1:]
			if strings.HasSuffix(last, "]") {
				continue
			}
			s := &store{name: last, def: d, mod: m}
			ix.all = append(ix.all, s)
			ix.byName[last] = append(ix.byName[last], s)
			ix.byDef[defs[0]] = s
			break
		}
	}
}

// container reports whether a definition makes an empty container.
func container(in *check.Input, d *repo.Def) bool {
	v := syntax.Unparen(d.Value)
	switch {
	case v == nil:
		return mapType(d.Node.Y)
	case v.Is(syntax.Dict):
		return len(v.List) == 0
	case v.Is(syntax.List):
		return len(v.List) == 0 && v.Name != "tuple"
	case !v.Is(syntax.Call):
		return false
	}
	q := in.Code.Qualified(v.X, d.Scope)
	switch q[strings.LastIndexAny(q, "./")+1:] {
	case "dict", "set", "defaultdict", "OrderedDict", "TTLCache", "LRUCache", "ExpiringDict", "Map", "Set", "WeakValueDictionary", "NodeCache", "node-cache", "lru-cache", "LRU", "LRUCache()", "Cache", "deque":
		return q != "cache.Cache"
	case "make":
		return len(v.List) > 0 && mapType(v.List[0])
	case "create":
		return q == "Object.create"
	case "New":
		return strings.HasSuffix(q, "go-cache.New")
	}
	return false
}

// mapType recognises map[K]V and sync.Map.
func mapType(t *node) bool {
	for t.Is(syntax.Unary) {
		t = t.X
	}
	return t.Is(syntax.Index) && t.Name == "map" || syntax.Dotted(t) == "sync.Map"
}

// find returns the store that an expression names.
func (ix *storeIndex) find(n *node, s *repo.Scope) *store {
	name := syntax.Last(n)
	list := ix.byName[name]
	if len(list) == 0 || s == nil {
		return nil
	}
	if n.Is(syntax.Name) {
		return ix.byDef[ix.in.Code.Origin(n, s)]
	}
	if n.X.Is(syntax.Name) && (n.X.Name == "self" || n.X.Name == "this" || n.X.Name == "cls") {
		for c := s; c != nil; c = c.Parent {
			if defs := c.Names[name]; c.Kind == repo.ClassScope && len(defs) > 0 {
				return ix.byDef[defs[0]]
			}
		}
		return nil
	}
	if v := ix.in.Code.Value(n.X, s); (v.Kind == repo.Instance || v.Kind == repo.Class) && v.Scope != nil && len(v.Scope.Names[name]) > 0 {
		return ix.byDef[v.Scope.Names[name][0]]
	}
	if d := ix.in.Code.Origin(n, s); d != nil {
		return ix.byDef[d]
	}
	if dotted := syntax.Dotted(n); strings.Contains(dotted, "app.state.") || strings.Contains(dotted, "app.locals.") {
		for _, st := range list {
			if st.def.Node.Is(syntax.Assign) && len(st.def.Node.List) == 1 && strings.Contains(syntax.Dotted(st.def.Node.List[0]), ".state.") {
				return st
			}
		}
	}
	return nil
}

// uses records the accesses of a module.
func (ix *storeIndex) uses(m *repo.Module) {
	for _, s := range m.Assigns {
		for _, t := range s.Node.List {
			if t.Is(syntax.Index) {
				ix.write(s, t.X, t.Y, s.Node.X)
			}
		}
	}
	for _, s := range m.Attrs {
		if s.Node.Is(syntax.Index) && !s.Parent.Is(syntax.Assign) {
			ix.read(s, s.Node.X, s.Node.Y)
		} else if s.Node.Is(syntax.Index) && s.Parent.X == s.Node {
			ix.read(s, s.Node.X, s.Node.Y)
		}
	}
	for _, s := range m.Compares {
		if s.Node.Name == "in" || s.Node.Name == "not in" {
			ix.read(s, s.Node.Y, s.Node.X)
		}
	}
	for _, s := range m.Calls {
		ix.called(s)
	}
}

func (ix *storeIndex) called(s *repo.Site) {
	n := s.Node
	first := syntax.Arg(n, 0)
	if n.X.Is(syntax.Name) && n.X.Name == "delete" && len(n.List) == 2 {
		ix.read(s, n.List[0], n.List[1])
		return
	}
	if !n.X.Is(syntax.Attr) {
		return
	}
	switch n.X.Name {
	case "set", "Set", "Store", "setdefault", "SetDefault", "LoadOrStore":
		ix.write(s, n.X.X, first, syntax.Arg(n, 1))
	case "add", "append", "push", "insert":
		ix.write(s, n.X.X, first, first)
	case "get", "pop", "has", "Load", "LoadAndDelete", "Get", "includes", "take", "discard", "remove", "find", "some", "delete", "Delete":
		ix.read(s, n.X.X, first)
	}
}

func (ix *storeIndex) write(s *repo.Site, container, key, value *node) {
	if st := ix.find(container, s.Scope); st != nil {
		if fn := s.Scope.Enclosing(); fn != nil && fn.Scope != st.def.Scope {
			st.writes = append(st.writes, access{s, fn, key, value})
		}
	}
}

func (ix *storeIndex) read(s *repo.Site, container, key *node) {
	if st := ix.find(container, s.Scope); st != nil {
		if fn := s.Scope.Enclosing(); fn != nil {
			st.reads = append(st.reads, access{s, fn, key, nil})
		}
	}
}

// variables adds plain variables of a module that one function writes and another reads: one place for all users.
func (ix *storeIndex) variables(m *repo.Module) {
	for name, defs := range m.Scope.Names {
		if !words(name, "state", "verifier", "nonce") || !words(name, "oauth", "auth", "code", "csrf", "saved", "stored", "login", "pkce", "google", "github", "state", "verifier") {
			continue
		}
		st := &store{name: name, def: defs[0], mod: m}
		for _, d := range defs {
			fn := d.Scope.Enclosing()
			if (d.Kind == repo.AssignDef || d.Kind == repo.OpaqueDef) && fn != nil && d.Scope != m.Scope && d.Value != nil && !d.Value.Is(syntax.Const, syntax.Str, syntax.Num) {
				st.writes = append(st.writes, access{&repo.Site{Node: d.Node, Scope: d.Scope, Guards: d.Guards}, fn, &node{Kind: syntax.Name, Name: name}, d.Value})
			}
		}
		if len(st.writes) == 0 || defs[0].Kind != repo.AssignDef || defs[0].Scope != m.Scope {
			continue
		}
		for _, s := range m.Compares {
			fn := s.Scope.Enclosing()
			if fn != nil && contains(s.Node, func(n *node) bool { return n.Is(syntax.Name) && n.Name == name }) {
				st.reads = append(st.reads, access{s, fn, &node{Kind: syntax.Name, Name: name}, nil})
			}
		}
		for _, s := range m.Dicts {
			if x := syntax.Field(s.Node, "code_verifier", "codeVerifier"); x.Is(syntax.Name) && x.Name == name && s.Scope.Enclosing() != nil {
				st.reads = append(st.reads, access{s, s.Scope.Enclosing(), x, nil})
			}
		}
		ix.all = append(ix.all, st)
	}
}

// outermost returns the function that a piece of code finally belongs to, lambdas of a handler left aside.
func outermost(fn *repo.Func) *repo.Func {
	for fn != nil && fn.Node.Has(syntax.Lambda) && fn.Outer.Enclosing() != nil && fn.Call != nil && !routeCall(fn.Call) {
		fn = fn.Outer.Enclosing()
	}
	return fn
}

// routeCall reports whether a call registers a handler: app.get("/x", fn).
func routeCall(s *repo.Site) bool {
	return len(s.Node.List) > 1 && s.Node.List[0].Is(syntax.Str) && strings.HasPrefix(s.Node.List[0].Text, "/")
}

// crosses returns a write and a read of the store in two different functions; false when there are none.
func (st *store) crosses() (w, r access, ok bool) {
	for _, w := range st.writes {
		for _, r := range st.reads {
			if outermost(w.fn) != outermost(r.fn) {
				return w, r, true
			}
		}
	}
	return access{}, access{}, false
}
