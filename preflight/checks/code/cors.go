package code

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// cors is one place where the program says which other origins may read its answers.
type cors struct {
	site  *repo.Site
	style string // the library, or "header"

	origins *option // nil when none are given: see any
	value   repo.Value
	regex   *repo.Value
	decides *repo.Func // a function that is asked about each origin

	any      bool // every origin is allowed
	reflects bool // the caller's origin is sent back, so that cookies work for all of them
	creds    repo.Value
	open     bool // options that could not be seen
}

// corsSetups returns the set-ups of the live server code that hold in production.
func corsSetups(in *check.Input) []cors {
	return once(in, "cors", func() []cors { return findCors(in) })
}

func findCors(in *check.Input) []cors {
	var out []cors
	for _, m := range in.Code.LiveModules() {
		if clientSide(in, m) {
			continue
		}
		for _, s := range m.Calls {
			if c, ok := corsCall(in, s); ok && !in.Code.Mode(s.Guards) {
				out = append(out, c)
			}
		}
		out = append(out, djangoCors(in, m)...)
		out = append(out, headerCors(in, m)...)
	}
	return out
}

// corsCall recognises the set-up calls of the libraries.
func corsCall(in *check.Input, s *repo.Site) (cors, bool) {
	n := s.Node
	last := syntax.Last(n.X)
	switch s.Mod().File.Lang {
	case repo.Python:
		switch last {
		case "add_middleware", "Middleware", "CORSMiddleware":
			if last == "CORSMiddleware" || len(n.List) > 0 && strings.HasSuffix(syntax.Last(n.List[0]), "CORSMiddleware") {
				return starletteCors(in, s), true
			}
		case "CORS", "cross_origin", "init_app":
			if name := callName(in, s); strings.HasPrefix(name, "flask_cors") {
				return flaskCors(in, s), true
			}
		}
	case repo.Script:
		return scriptCors(in, s)
	case repo.Go:
		return goCors(in, s)
	}
	return cors{}, false
}

func newCors(in *check.Input, s *repo.Site, style string, o *options, origins, creds []string) cors {
	c := cors{site: s, style: style, open: o.open}
	if opt, ok := o.get(origins...); ok {
		c.origins, c.value = &opt, in.Code.Value(opt.expr, opt.scope)
		if c.value.Kind == repo.Function {
			c.decides = c.value.Func
		}
	}
	c.creds, _ = o.value(creds...)
	return c
}

func starletteCors(in *check.Input, s *repo.Site) cors {
	o := optionsOf(in, s)
	o.open = false // the class itself is an argument that is not known
	for _, a := range s.Node.List {
		if a.Kind == syntax.Spread && in.Code.Value(a.X, s.Scope).Kind != repo.Dict {
			o.open = true
		}
	}
	c := newCors(in, s, "starlette", o, []string{"allow_origins"}, []string{"allow_credentials"})
	if v, ok := o.value("allow_origin_regex"); ok && v.Kind != repo.None {
		c.regex = &v
		c.any = c.any || everything(v)
	}
	c.any = c.any || starIn(c.value)
	c.reflects = c.any
	return c
}

func flaskCors(in *check.Input, s *repo.Site) cors {
	o := optionsOf(in, s)
	o.open = false
	c := newCors(in, s, "flask-cors", o, []string{"origins"}, []string{"supports_credentials"})
	if opt, ok := o.get("resources"); ok {
		if v := in.Code.Value(opt.expr, opt.scope); v.Kind == repo.Dict {
			for _, p := range v.Node.List {
				if inner := in.Code.Value(p.Y, v.Scope); p.Kind == syntax.Pair && inner.Kind == repo.Dict && c.origins == nil {
					c2 := newCors(in, s, "flask-cors", optionsIn(in, inner), []string{"origins"}, []string{"supports_credentials"})
					c.origins, c.value = c2.origins, c2.value
				}
			}
		} else {
			c.open = true
		}
	}
	if c.origins == nil && !c.open {
		c.any = configValue(in, "CORS_ORIGINS") == nil
	}
	c.any = c.any || starIn(c.value)
	c.reflects = c.any
	return c
}

// configValue returns the value that app.config[name] gets, nil when nothing sets it.
func configValue(in *check.Input, name string) *repo.Value {
	for _, m := range in.Code.LiveModules() {
		for _, s := range m.Assigns {
			if len(s.Node.List) == 1 && s.Node.List[0].Is(syntax.Index) && s.Node.List[0].Y.Is(syntax.Str) && s.Node.List[0].Y.Text == name {
				v := in.Code.Value(s.Node.X, s.Scope)
				return &v
			}
		}
	}
	return nil
}

func djangoCors(in *check.Input, m *repo.Module) []cors {
	if m.File.Lang != repo.Python || m.Scope.Names["MIDDLEWARE"] == nil && m.Scope.Names["INSTALLED_APPS"] == nil {
		return nil
	}
	c := cors{style: "django"}
	for _, name := range []string{"CORS_ALLOWED_ORIGINS", "CORS_ORIGIN_WHITELIST", "CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL", "CORS_ALLOWED_ORIGIN_REGEXES"} {
		defs := m.Scope.Names[name]
		if len(defs) == 0 || defs[0].Value == nil || replacedInProduction(in, m, name) {
			continue
		}
		d := defs[len(defs)-1]
		x := &node{Kind: syntax.Name, Name: name, Line: d.Line}
		v := in.Code.Value(x, m.Scope)
		if c.site == nil {
			c.site = &repo.Site{Node: d.Node, Scope: m.Scope, Guards: d.Guards}
		}
		switch {
		case strings.Contains(name, "ALL_ORIGINS") || strings.HasSuffix(name, "ALLOW_ALL"):
			if v.Kind == repo.Bool && v.Text == "true" {
				c.any, c.reflects = true, true
				c.site = &repo.Site{Node: d.Node, Scope: m.Scope}
			} else if v.Kind != repo.Bool {
				c.open = true
			}
		case strings.HasSuffix(name, "REGEXES"):
			c.regex = &v
		default:
			c.origins, c.value = &option{x, m.Scope}, v
			c.site = &repo.Site{Node: d.Node, Scope: m.Scope}
		}
	}
	if c.site == nil {
		return nil
	}
	if m.Scope.Names["CORS_ALLOW_CREDENTIALS"] != nil {
		c.creds = in.Code.Value(&node{Kind: syntax.Name, Name: "CORS_ALLOW_CREDENTIALS"}, m.Scope)
	}
	return []cors{c}
}

// originList returns the origins of a value one by one; known says that there can be no others in production.
func originList(v repo.Value) (list []repo.Value, known bool) {
	known = true
	switch v.Kind {
	case repo.List:
		for _, item := range v.Items {
			sub, ok := originList(item)
			list, known = append(list, sub...), known && ok
		}
	case repo.Choice:
		for _, item := range v.Items {
			sub, ok := originList(item)
			list, known = append(list, sub...), known && ok
		}
		known = known && !v.Gated
	case repo.Text:
		if v.Partial {
			return []repo.Value{v}, localURL(v.Text)
		}
		for _, part := range strings.Split(v.Text, ",") {
			one := v
			one.Text = strings.TrimSpace(part)
			list = append(list, one)
		}
	case repo.None, repo.Bool:
	case repo.Env:
		return []repo.Value{v}, true
	default:
		return []repo.Value{v}, false
	}
	return list, known
}

// starIn reports whether a value certainly holds the origin "*", whatever variables are set.
func starIn(v repo.Value) bool {
	switch v.Kind {
	case repo.Text:
		return strings.TrimSpace(v.Text) == "*" && !v.Partial
	case repo.List:
		for _, item := range v.Items {
			if starIn(item) {
				return true
			}
		}
	case repo.Choice:
		if v.Gated {
			return false
		}
		for _, item := range v.Items {
			if !starIn(item) {
				return false
			}
		}
		return len(v.Items) > 0
	}
	return false
}

// everything reports whether a pattern of origins matches all of them.
func everything(v repo.Value) bool {
	if v.Kind != repo.Text {
		return false
	}
	switch strings.Trim(v.Text, "^$") {
	case ".*", "https?://.*", "http.*", "https://.*", ".+", "https?://.+", "(.*)", "(https?://.*)", `https?:\/\/.*`:
		return true
	}
	return false
}

// withCredentials reports whether a set-up certainly lets cookies through.
func (c *cors) withCredentials() bool { return c.creds.Kind == repo.Bool && c.creds.Text == "true" }
