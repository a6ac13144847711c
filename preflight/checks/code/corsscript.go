package code

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// scriptCors recognises the set-ups of Express, Fastify, Hono, Koa, Nest and socket.io.
func scriptCors(in *check.Input, s *repo.Site) (cors, bool) {
	name := strings.TrimSuffix(callName(in, s), ".default")
	n := s.Node
	style := ""
	switch {
	case (name == "cors" || name == "cors.cors") && importsAny(s.Mod(), "cors"):
		style = "express"
	case name == "hono/cors.cors":
		style = "hono"
	case name == "@koa/cors" || name == "koa2-cors" || name == "koa-cors" || name == "@elysiajs/cors.cors" || name == "@elysiajs/cors":
		style = "koa"
	case syntax.Last(n.X) == "enableCors":
		style = "nest"
	case syntax.Last(n.X) == "register" && len(n.List) > 0 && strings.HasPrefix(in.Code.Qualified(n.List[0], s.Scope), "@fastify/cors"):
		style = "fastify"
	case strings.HasPrefix(name, "socket.io.Server") && n.Has(syntax.New), name == "socket.io":
		o := optionsOf(in, s)
		v, ok := o.value("cors")
		if !ok || v.Kind != repo.Dict {
			return cors{}, false
		}
		return expressCors(in, s, "socket.io", optionsIn(in, v)), true
	default:
		return cors{}, false
	}
	o := optionsOf(in, s)
	if style == "fastify" {
		o.open = len(n.List) > 1 && in.Code.Value(n.List[1], s.Scope).Kind != repo.Dict
	}
	return expressCors(in, s, style, o), true
}

func expressCors(in *check.Input, s *repo.Site, style string, o *options) cors {
	c := newCors(in, s, style, o, []string{"origin"}, []string{"credentials"})
	if c.origins == nil {
		c.any = !c.open && style != "socket.io"
		c.reflects = style == "koa" && c.any
		return c
	}
	switch v := c.value; {
	case v.Kind == repo.Bool && v.Text == "true":
		c.any, c.reflects = true, true
	case starIn(v):
		c.any = true
	case c.decides != nil:
		c.any = letsAllIn(c.decides)
		c.reflects = c.any
		if !c.any && !c.open {
			c.fromDecision(in)
		}
	case c.origins.expr.Is(syntax.Call) && syntax.Last(c.origins.expr.X) == "RegExp", strings.HasPrefix(c.origins.expr.Text, "/"):
		c.regex = &repo.Value{Kind: repo.Unknown}
	}
	return c
}

// letsAllIn reports whether a function that judges origins says yes to every one.
func letsAllIn(fn *repo.Func) bool {
	yes, no := false, false
	params := map[string]bool{}
	for _, p := range fn.Node.List {
		params[p.Name] = true
	}
	if len(fn.Node.List) == 1 && len(fn.Exits) == 1 && fn.Exits[0].Node.X.Is(syntax.Name) && params[fn.Exits[0].Node.X.Name] && fn.Exits[0].Guards == nil {
		return true // origin => origin
	}
	for _, s := range fn.Scope.Mod.Calls {
		if s.Scope.Enclosing() != fn || !s.Node.X.Is(syntax.Name) || !params[s.Node.X.Name] || len(s.Node.List) == 0 {
			continue
		}
		granted := s.Node.List[0].Is(syntax.Const) && len(s.Node.List) > 1 && !(s.Node.List[1].Is(syntax.Const) && s.Node.List[1].Name == "false")
		if granted && s.Guards == nil {
			yes = true
		}
		if !granted {
			no = true
		}
	}
	return yes && !no
}

// fromDecision takes the list that a judging function looks its origins up in.
func (c *cors) fromDecision(in *check.Input) {
	fn := c.decides
	open := false
	var list *option
	syntax.WalkAll(fn.Node.Body, func(n *node) bool {
		switch {
		case n.Is(syntax.Call) && (syntax.Last(n.X) == "includes" || syntax.Last(n.X) == "indexOf" || syntax.Last(n.X) == "has") && n.X.Is(syntax.Attr):
			if v := in.Code.Value(n.X.X, fn.Scope); v.Kind == repo.List || v.Kind == repo.Env || v.Kind == repo.Choice {
				list = &option{n.X.X, fn.Scope}
			} else if !n.X.X.Is(syntax.Name) || n.X.X.Name != "origin" {
				open = true
			}
		case n.Is(syntax.Call) && (syntax.Last(n.X) == "test" || syntax.Last(n.X) == "match" || syntax.Last(n.X) == "endsWith" || syntax.Last(n.X) == "startsWith" || syntax.Last(n.X) == "some"):
			open = true
		}
		return true
	})
	c.open = c.open || open || list == nil
	if list != nil {
		c.origins, c.value = list, in.Code.Value(list.expr, list.scope)
	}
}
