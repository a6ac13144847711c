package repo

import (
	"path"
	"sort"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// Route is one path that the program answers.
type Route struct {
	Method  string // "GET"; "" for any
	Path    string // prefixes of routers resolved as far as they are known
	File    string
	Line    int
	Handler string
	Auth    bool // an authentication dependency or middleware was seen on it
	Func    *Func
	Module  *Module
}

var methods = map[string]string{
	"get": "GET", "post": "POST", "put": "PUT", "patch": "PATCH", "delete": "DELETE", "options": "OPTIONS", "head": "HEAD", "all": "", "route": "",
	"GET": "GET", "POST": "POST", "PUT": "PUT", "PATCH": "PATCH", "DELETE": "DELETE", "Get": "GET", "Post": "POST", "Put": "PUT", "Patch": "PATCH", "Delete": "DELETE",
	"HandleFunc": "", "Handle": "", "Any": "", "All": "", "api_route": "", "websocket": "GET", "del": "DELETE",
}

// Routes returns the routes of the live modules, sorted by path.
func (p *Program) Routes() []Route {
	if p.facts.rSet {
		return p.facts.routes
	}
	p.facts.rSet = true
	for _, m := range p.LiveModules() {
		p.moduleRoutes(m)
	}
	sort.SliceStable(p.facts.routes, func(i, j int) bool { return p.facts.routes[i].Path < p.facts.routes[j].Path })
	return p.facts.routes
}

// RoutesOpen reports whether the program registers routes whose paths are not
// known here, such as those of a table: Routes is then not all of them.
func (p *Program) RoutesOpen() bool {
	p.Routes()
	return p.facts.rOpen
}

func (p *Program) moduleRoutes(m *Module) {
	switch m.File.Lang {
	case Python:
		for _, fn := range m.Funcs {
			for _, d := range fn.Node.Else {
				p.decoratedRoute(m, fn, d)
			}
		}
		p.djangoRoutes(m)
	case Script:
		p.nextRoutes(m)
		for _, s := range m.Calls {
			p.calledRoute(m, s)
		}
	case Go:
		for _, s := range m.Calls {
			p.calledRoute(m, s)
		}
	}
}

// decoratedRoute reads @app.get("/x"), @router.post(...), @bp.route("/x", methods=[...]).
func (p *Program) decoratedRoute(m *Module, fn *Func, d *Node) {
	if !d.Is(syntax.Call) || !d.X.Is(syntax.Attr) {
		return
	}
	method, ok := methods[d.X.Name]
	if !ok {
		return
	}
	target := syntax.Arg(d, 0, "path", "rule")
	v := p.Value(target, fn.Outer)
	if target == nil || v.Kind != Text && v.Kind != Env {
		return
	}
	text := v.Fallback().Text
	if text != "" && text[0] != '/' {
		return
	}
	if list := p.Value(syntax.Arg(d, -1, "methods"), fn.Outer); list.Kind == List && len(list.Items) > 0 {
		method = strings.ToUpper(list.Items[0].Text)
	}
	r := Route{Method: method, Path: p.prefix(d.X.X, fn.Outer, 0) + text, File: m.File.Path, Line: int(fn.Node.Line), Handler: fn.Node.Name, Func: fn, Module: m}
	r.Auth = requiresLogin(fn.Node) || p.routerAuth(d.X.X, fn.Outer)
	p.facts.routes = append(p.facts.routes, r)
}

var loginWords = map[string]bool{"user": true, "auth": true, "token": true, "login": true, "principal": true, "admin": true, "permission": true, "permissions": true, "authenticated": true, "jwt": true, "session": false, "credentials": true, "apikey": true, "staff": true, "superuser": true}

// requiresLogin reports whether a handler depends on something named after authentication.
func requiresLogin(fn *Node) bool {
	found := false
	mark := func(n *Node) bool {
		switch n.Kind {
		case syntax.Name, syntax.Attr:
			for _, w := range syntax.Words(n.Name) {
				found = found || loginWords[w]
			}
		}
		return true
	}
	for _, param := range fn.List {
		if param.X.Is(syntax.Call) {
			syntax.Walk(param.X, mark)
		}
		if param.Y != nil {
			syntax.Walk(param.Y, mark)
		}
	}
	for _, d := range fn.Else {
		if d.Is(syntax.Call) {
			for _, a := range d.List {
				if a.Kind == syntax.Keyword && a.Name == "dependencies" {
					syntax.Walk(a, mark)
				}
			}
		} else {
			syntax.Walk(d, mark)
		}
	}
	return found
}

func (p *Program) routerAuth(n *Node, s *Scope) bool {
	d := p.Origin(n, s)
	if d == nil || !d.Value.Is(syntax.Call) {
		return false
	}
	return requiresLogin(&Node{Kind: syntax.Func, Else: []*Node{d.Value}})
}

// Origin finds the definition that a name finally refers to, through imports and plain copies.
func (p *Program) Origin(n *Node, s *Scope) *Def {
	for range 8 {
		if n.Is(syntax.Attr) {
			return p.originAttr(n, s)
		}
		if !n.Is(syntax.Name) || s == nil {
			return nil
		}
		defs, _ := p.lookup(n.Name, s)
		if len(defs) == 0 {
			return nil
		}
		d := defs[0]
		switch {
		case d.Kind == ImportDef && d.Import.File != nil:
			return p.originIn(d.Import.File, d.Node.Name)
		case d.Kind == AssignDef && d.Value.Is(syntax.Name) && d.Value.Name != n.Name:
			n, s = d.Value, d.Scope
			continue
		case d.Kind == AssignDef && d.Value.Is(syntax.Call) && syntax.Dotted(d.Value.X) == "require" && len(d.Value.List) == 1:
			if f := p.resolve(s.Mod.File, d.Value.List[0].Text, nil); f != nil {
				name := "default"
				if d.Key != "" {
					name = d.Key
				}
				return p.originIn(f, name)
			}
		}
		return d
	}
	return nil
}

func (p *Program) originAttr(n *Node, s *Scope) *Def {
	p.steps, p.depth = maxSteps, 0
	v := p.eval(n.X, frame{scope: s})
	if v.Kind == Package {
		return p.originIn(v.File, n.Name)
	}
	return nil
}

func (p *Program) originIn(f *File, name string) *Def {
	m := p.Module(f)
	if m == nil {
		return nil
	}
	for _, key := range [...]string{name, "module.exports." + name, "exports." + name} {
		if defs := m.Scope.Names[key]; len(defs) > 0 {
			d := defs[0]
			if d.Kind == ImportDef && d.Import.File != nil && d.Import.File != f {
				return p.originIn(d.Import.File, d.Node.Name)
			}
			if d.Value.Is(syntax.Name) && d.Value.Name != name {
				return p.originIn(f, d.Value.Name)
			}
			return d
		}
	}
	if defs := m.Scope.Names["module.exports"]; name == "default" && len(defs) > 0 {
		if v := defs[0].Value; v.Is(syntax.Name) {
			return p.originIn(f, v.Name)
		}
		return defs[0]
	}
	return nil
}

// prefix returns what stands before the routes of a router: its own prefix and those it is included with.
func (p *Program) prefix(n *Node, s *Scope, depth int) string {
	if depth > 5 {
		return ""
	}
	d := p.Origin(n, s)
	if d == nil {
		return ""
	}
	own := ""
	if d.Value.Is(syntax.Call) {
		if x := syntax.Arg(d.Value, -1, "prefix", "url_prefix"); x != nil {
			own = p.Value(x, d.Scope).Fallback().Text
		} else if last := syntax.Last(d.Value.X); last == "Group" || last == "Route" || last == "basePath" {
			own = p.prefix(d.Value.X.X, d.Scope, depth+1) + p.Value(syntax.Arg(d.Value, 0), d.Scope).Text
		}
	}
	return p.mounted(d, depth) + own
}

// mounted returns the prefix with which a router is included elsewhere.
func (p *Program) mounted(d *Def, depth int) string {
	for _, inc := range p.includes() {
		if inc.def == d {
			return p.prefix(inc.into, inc.scope, depth+1) + inc.prefix
		}
	}
	return ""
}

// include is one include_router, register_blueprint, app.use("/x", router) or mount.
type include struct {
	def    *Def
	prefix string
	into   *Node
	scope  *Scope
}

func (p *Program) includes() []include {
	if p.included != nil {
		return p.included
	}
	p.included = []include{}
	for _, m := range p.LiveModules() {
		for _, s := range m.Calls {
			if !s.Node.X.Is(syntax.Attr) {
				continue
			}
			var router, prefix *Node
			switch s.Node.X.Name {
			case "include_router", "register_blueprint":
				router, prefix = syntax.Arg(s.Node, 0, "router", "blueprint"), syntax.Arg(s.Node, -1, "prefix", "url_prefix")
			case "use", "route", "register", "Mount":
				if len(s.Node.List) < 2 {
					continue
				}
				prefix, router = s.Node.List[0], s.Node.List[len(s.Node.List)-1]
			default:
				continue
			}
			if router.Is(syntax.Call) && syntax.Dotted(router.X) != "require" {
				continue
			}
			d := p.Origin(router, s.Scope)
			if d == nil && router.Is(syntax.Call) {
				if f := p.resolve(m.File, router.List[0].Text, nil); f != nil {
					d = p.originIn(f, "default")
				}
			}
			if d == nil {
				continue
			}
			text := ""
			if prefix != nil {
				text = p.Value(prefix, s.Scope).Fallback().Text
			}
			p.included = append(p.included, include{def: d, prefix: strings.TrimSuffix(text, "/"), into: s.Node.X.X, scope: s.Scope})
		}
	}
	return p.included
}

// calledRoute reads app.get("/x", handler), r.GET("/x", handler), mux.HandleFunc("GET /x", handler).
func (p *Program) calledRoute(m *Module, s *Site) {
	n := s.Node
	if !n.X.Is(syntax.Attr) || len(n.List) < 2 {
		return
	}
	method, ok := methods[n.X.Name]
	if !ok || !n.List[0].Is(syntax.Str, syntax.Name, syntax.Attr, syntax.Template) {
		return
	}
	v := p.Value(n.List[0], s.Scope)
	if v.Kind != Text {
		p.facts.rOpen = p.facts.rOpen || m.File.Lang == Go && method == "" && len(n.List) == 2
		return
	}
	text := v.Text
	if verb, rest, ok := strings.Cut(text, " "); ok && strings.HasPrefix(rest, "/") {
		method, text = verb, rest
	}
	if !strings.HasPrefix(text, "/") {
		return
	}
	last := n.List[len(n.List)-1]
	fn := p.handler(last, s)
	if fn == nil && !p.routerCall(n.X.X, s) {
		return
	}
	r := Route{Method: method, Path: p.prefix(n.X.X, s.Scope, 0) + text, File: m.File.Path, Line: int(n.Line), Handler: syntax.Last(last), Func: fn, Module: m}
	if fn != nil {
		r.Handler = fn.Node.Name
	}
	for _, mid := range n.List[1 : len(n.List)-1] {
		for _, w := range syntax.Words(syntax.Last(mid)) {
			r.Auth = r.Auth || loginWords[w]
		}
	}
	p.facts.routes = append(p.facts.routes, r)
}

// handler finds the function that a route's last argument is; wrappers such as asyncHandler(fn) are looked into.
func (p *Program) handler(n *Node, s *Site) *Func {
	for range 4 {
		switch {
		case n.Is(syntax.Func):
			for _, fn := range s.Mod().Funcs {
				if fn.Node == n {
					return fn
				}
			}
			return nil
		case n.Is(syntax.Call) && len(n.List) > 0:
			n = n.List[0]
		default:
			if v := p.Value(n, s.Scope); v.Kind == Function {
				return v.Func
			}
			if s.Mod().File.Lang == Go && n.Is(syntax.Attr) {
				return p.goMethod(n.Name, s.Mod())
			}
			return nil
		}
	}
	return nil
}

// goMethod finds a method by its name, in the package or else in the whole program; nil when several have that name.
func (p *Program) goMethod(name string, m *Module) *Func {
	var near, far []*Func
	for _, other := range p.LiveModules() {
		if other.File.Lang != Go {
			continue
		}
		for _, fn := range other.Funcs {
			if fn.Node.Text != "method" || fn.Node.Name != name {
				continue
			}
			if dirOf(other.File.Path) == dirOf(m.File.Path) {
				near = append(near, fn)
			} else {
				far = append(far, fn)
			}
		}
	}
	switch {
	case len(near) == 1:
		return near[0]
	case len(near) == 0 && len(far) == 1:
		return far[0]
	}
	return nil
}

// routerCall reports whether an expression is certainly a router of a known framework, so that its calls are routes
// even where the handler could not be followed.
func (p *Program) routerCall(n *Node, s *Site) bool {
	if s.Mod().File.Lang == Go {
		return true
	}
	q := p.Qualified(n, s.Scope)
	for _, name := range [...]string{"express", "fastify", "hono", "koa", "Router", "Elysia", "polka", "restify"} {
		if strings.Contains(q, name+"(") || strings.Contains(q, name+".") {
			return true
		}
	}
	return false
}

// nextRoutes reads the route files of Next.js.
func (p *Program) nextRoutes(m *Module) {
	base := path.Base(m.File.Path)
	stem := strings.TrimSuffix(base, path.Ext(base))
	dir := "/" + dirOf(m.File.Path) + "/"
	at := strings.LastIndex(dir, "/app/")
	if stem == "route" && at >= 0 {
		for _, fn := range m.Funcs {
			name := fn.Node.Name
			if name == "" {
				name = fn.Node.Text
			}
			if verb, ok := methods[name]; ok && fn.Outer.Kind == ModuleScope && name == strings.ToUpper(name) {
				p.facts.routes = append(p.facts.routes, Route{Method: verb, Path: strings.TrimSuffix(dir[at+4:], "/"), File: m.File.Path, Line: int(fn.Node.Line), Handler: name, Func: fn, Module: m})
			}
		}
		return
	}
	if i := strings.LastIndex(dir, "/pages/api/"); i >= 0 {
		if defs := m.Scope.Names["default"]; len(defs) > 0 {
			if v := p.member(m.File, "default"); v.Kind == Function {
				p.facts.routes = append(p.facts.routes, Route{Path: dir[i+6:] + stem, File: m.File.Path, Line: int(defs[0].Line), Handler: "default", Func: v.Func, Module: m})
			}
		}
	}
}

// djangoRoutes reads path("x", view) and re_path.
func (p *Program) djangoRoutes(m *Module) {
	if path.Base(m.File.Path) != "urls.py" {
		return
	}
	for _, s := range m.Calls {
		last := syntax.Last(s.Node.X)
		if last != "path" && last != "re_path" && last != "url" || len(s.Node.List) < 2 {
			continue
		}
		v := p.Value(s.Node.List[0], s.Scope)
		if v.Kind != Text {
			continue
		}
		r := Route{Path: "/" + strings.Trim(v.Text, "^$"), File: m.File.Path, Line: int(s.Node.Line), Handler: syntax.Last(s.Node.List[1]), Module: m}
		if view := p.Value(s.Node.List[1], s.Scope); view.Kind == Function {
			r.Func = view.Func
			r.File, r.Line = view.Func.Scope.Mod.File.Path, int(view.Func.Node.Line)
			r.Auth = requiresLogin(view.Func.Node)
		}
		p.facts.routes = append(p.facts.routes, r)
	}
}
