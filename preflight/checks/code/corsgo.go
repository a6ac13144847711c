package code

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// goCors recognises rs/cors, chi, gin, echo and fiber.
func goCors(in *check.Input, s *repo.Site) (cors, bool) {
	name := callName(in, s)
	switch {
	case strings.HasSuffix(name, "rs/cors.New"), strings.HasSuffix(name, "go-chi/cors.Handler"), strings.HasSuffix(name, "go-chi/cors.New"):
	case strings.HasSuffix(name, "gin-contrib/cors.New"), strings.HasSuffix(name, "middleware.CORSWithConfig"), strings.HasSuffix(name, "middleware/cors.New"):
	case strings.HasSuffix(name, "cors.AllowAll"), strings.HasSuffix(name, "gin-contrib/cors.Default"):
		return cors{site: s, style: "go", any: true}, true
	default:
		return cors{}, false
	}
	o := optionsOf(in, s)
	if len(s.Node.List) == 1 && s.Node.List[0].Is(syntax.Name) {
		o = assignedFields(in, o, s.Node.List[0], s.Scope)
	}
	c := newCors(in, s, "go", o, []string{"AllowedOrigins", "AllowOrigins"}, []string{"AllowCredentials"})
	c.any = starIn(c.value) || o.isTrue("AllowAllOrigins")
	if opt, ok := o.get("AllowOriginFunc", "AllowOriginsFunc", "AllowOriginRequestFunc"); ok {
		if v := in.Code.Value(opt.expr, opt.scope); v.Kind == repo.Function && alwaysTrue(v.Func) {
			c.any, c.reflects = true, true
		} else {
			c.open = true
		}
	}
	return c, true
}

// assignedFields adds config.AllowOrigins = x to the options of cors.New(config).
func assignedFields(in *check.Input, o *options, name *node, scope *repo.Scope) *options {
	out := &options{in: in, site: o.site, named: o.named}
	for _, s := range scope.Mod.Assigns {
		if len(s.Node.List) == 1 && s.Node.List[0].Is(syntax.Attr) && syntax.Dotted(s.Node.List[0].X) == name.Name && s.Scope == scope {
			out.named = append(out.named, pair{s.Node.List[0].Name, option{s.Node.X, s.Scope}})
		}
	}
	out.open = len(out.named) == 0
	return out
}

// alwaysTrue reports whether a function returns true and nothing else.
func alwaysTrue(fn *repo.Func) bool {
	return len(fn.Exits) == 1 && fn.Exits[0].Node.X.Is(syntax.Const) && fn.Exits[0].Node.X.Name == "true"
}

// headerCors finds code that writes Access-Control-Allow-Origin itself.
func headerCors(in *check.Input, m *repo.Module) []cors {
	var out []cors
	add := func(s *repo.Site, value *node) {
		if value == nil || in.Code.Mode(s.Guards) {
			return
		}
		c := cors{site: s, style: "header", origins: &option{value, s.Scope}, value: in.Code.Value(value, s.Scope)}
		c.any = starIn(c.value)
		if copiesOrigin(in, value, s) {
			c.reflects = !comparedBefore(s)
			c.any = c.any || c.reflects
			c.open = true
		}
		c.open = c.open || s.Guards != nil
		if allowsCredentials(m, s) {
			c.creds = repo.Value{Kind: repo.Bool, Text: "true"}
		}
		out = append(out, c)
	}
	for _, s := range m.Calls {
		if len(s.Node.List) >= 2 && isAllowOrigin(s.Node.List[0]) {
			add(s, s.Node.List[1])
		}
	}
	for _, s := range m.Assigns {
		if len(s.Node.List) == 1 && s.Node.List[0].Is(syntax.Index) && isAllowOrigin(s.Node.List[0].Y) {
			add(s, s.Node.X)
		}
	}
	for _, s := range m.Dicts {
		if x := syntax.Field(s.Node, "Access-Control-Allow-Origin", "access-control-allow-origin"); x != nil && m.File.Lang != repo.Go {
			add(&repo.Site{Node: x, Scope: s.Scope, Guards: s.Guards, Parent: s.Node}, x)
		}
	}
	return out
}

func isAllowOrigin(n *node) bool {
	return n.Is(syntax.Str) && strings.EqualFold(n.Text, "Access-Control-Allow-Origin")
}

// copiesOrigin reports whether a value is the Origin header of the request.
func copiesOrigin(in *check.Input, value *node, s *repo.Site) bool {
	reads := func(n *node) bool {
		return contains(n, func(x *node) bool {
			return x.Is(syntax.Str) && strings.EqualFold(x.Text, "origin") || x.Is(syntax.Attr) && x.Name == "origin" && strings.HasSuffix(syntax.Dotted(x.X), "headers")
		})
	}
	if reads(value) {
		return true
	}
	if value.Is(syntax.Name) {
		for sc := s.Scope; sc != nil; sc = sc.Parent {
			for _, d := range sc.Names[value.Name] {
				if d.Value != nil && reads(d.Value) {
					return true
				}
			}
		}
	}
	return false
}

// comparedBefore reports whether the code runs only after the origin was compared with something.
func comparedBefore(s *repo.Site) bool {
	for g := s.Guards; g != nil; g = g.Outer {
		if contains(g.Test, func(n *node) bool {
			return n.Is(syntax.Call) || n.Is(syntax.Binary) && (n.Name == "in" || n.Name == "not in" || n.Name == "==" && !n.Y.Is(syntax.Const) || n.Name == "!=" && !n.Y.Is(syntax.Const) && !(n.Y.Is(syntax.Str) && n.Y.Text == "")) || n.Is(syntax.Index)
		}) {
			return true
		}
	}
	return false
}

// allowsCredentials reports whether the same function also allows credentials.
func allowsCredentials(m *repo.Module, s *repo.Site) bool {
	tree := m.Tree
	if fn := s.Scope.Enclosing(); fn != nil {
		tree = fn.Node
	}
	return contains(tree, func(n *node) bool {
		return n.Is(syntax.Str) && strings.EqualFold(n.Text, "Access-Control-Allow-Credentials")
	})
}
