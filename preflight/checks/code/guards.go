package code

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// stop is a place that ends the program because of a value.
type stop struct {
	site     *repo.Site
	compares bool   // the value is compared with something; otherwise only its absence is noticed
	gates    []gate // conditions on the environment that must hold as well; none: it always runs
	opaque   bool   // such a condition exists and could not be followed
}

// gate is a variable that must have a production value for a stop to run.
type gate struct {
	names   []string
	byDeflt bool // holds when the variable is not set
	place   repo.Place
}

// stops returns the places in the live code that end the program because of a key: its names (variable, field,
// constant) or its literal stand in their conditions.
func stops(in *check.Input, names []string, literal string) []stop {
	var out []stop
	for _, m := range in.Code.LiveModules() {
		for _, s := range m.Exits {
			if s.Node.Kind == syntax.Raise {
				out = addStop(in, out, s, names, literal)
			}
		}
		for _, s := range m.Calls {
			if ends(s.Node) {
				out = addStop(in, out, s, names, literal)
			}
		}
	}
	return out
}

// ends reports whether a call ends the program.
func ends(call *node) bool {
	switch syntax.Dotted(call.X) {
	case "sys.exit", "exit", "quit", "os._exit", "process.exit", "os.Exit", "log.Fatal", "log.Fatalf", "log.Fatalln", "panic", "logger.Fatal", "slog.Fatal":
		return true
	}
	return syntax.Last(call.X) == "Fatal" || syntax.Last(call.X) == "Fatalf"
}

func addStop(in *check.Input, out []stop, s *repo.Site, names []string, literal string) []stop {
	st := stop{site: s}
	about := validates(s, names)
	for g := s.Guards; g != nil; g = g.Outer {
		mentioned, compared := aboutKey(g.Test, names, literal)
		if mentioned && !(g.Exit && !in.Code.ModeTest(g.Test, g.Scope) && !compared) {
			about = true
			st.compares = st.compares || compared
		}
		if validates(s, names) && isComparison(g.Test) {
			st.compares = true
		}
		if in.Code.ModeTest(g.Test, g.Scope) {
			st.addGate(in, g, names)
		}
	}
	if !about || s.Guards == nil || inHandler(s) {
		return out
	}
	return append(out, st)
}

// inHandler reports whether the code answers requests: what it raises ends a request, not the program.
func inHandler(s *repo.Site) bool {
	if s.Node.Kind != syntax.Raise || !s.Node.X.Is(syntax.Call) {
		return false
	}
	name := syntax.Last(s.Node.X.X)
	return strings.Contains(name, "HTTP") || strings.Contains(name, "Http") || strings.Contains(name, "JWT") || strings.Contains(name, "Token")
}

// validates reports whether the code stands in a validator of one of the fields.
func validates(s *repo.Site, names []string) bool {
	fn := s.Scope.Enclosing()
	if fn == nil {
		return false
	}
	for _, d := range fn.Node.Else {
		if d.Is(syntax.Call) && strings.Contains(syntax.Last(d.X), "validator") {
			for _, a := range d.List {
				for _, n := range names {
					if a.Is(syntax.Str) && strings.EqualFold(a.Text, n) {
						return true
					}
				}
			}
		}
	}
	return false
}

// aboutKey reports whether a condition names the key or its literal, and whether it compares it rather than only asking
// if it is there.
func aboutKey(test *node, names []string, literal string) (mentioned, compared bool) {
	syntax.Walk(test, func(n *node) bool {
		switch {
		case n.Kind == syntax.Str && literal != "" && n.Text != "" && (n.Text == literal || len(n.Text) > 3 && strings.Contains(literal, n.Text)):
			mentioned, compared = true, true
		case n.Is(syntax.Name, syntax.Attr):
			for _, name := range names {
				mentioned = mentioned || strings.EqualFold(n.Name, name)
			}
		}
		return true
	})
	return mentioned, compared || mentioned && isComparison(test)
}

func isComparison(test *node) bool {
	return contains(test, func(n *node) bool {
		if n.Kind == syntax.Binary {
			switch n.Name {
			case "==", "!=", "in", "not in", "<", "<=", ">", ">=":
				return !n.Y.Is(syntax.Const) && !(n.Y.Is(syntax.Str) && n.Y.Text == "")
			}
		}
		return n.Kind == syntax.Call && (syntax.Last(n.X) == "startswith" || syntax.Last(n.X) == "startsWith" || syntax.Last(n.X) == "includes" || syntax.Last(n.X) == "HasPrefix" || syntax.Last(n.X) == "Contains")
	})
}

// addGate records the variable that a condition on the environment depends on.
func (st *stop) addGate(in *check.Input, g *repo.Guard, keyNames []string) {
	v := in.Code.Value(modePart(in, g.Test, g.Scope), g.Scope)
	vars := v.Variables()
	var names []string
	for _, name := range vars {
		if !containsFold(keyNames, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 && len(vars) > 0 {
		return // the condition is about the key itself
	}
	if len(names) == 0 {
		st.opaque = st.opaque || !truthKnown(v)
		return
	}
	holds := false
	if truth, known := v.Fallback().Truth(); known {
		holds = truth != g.Not
	} else {
		st.opaque = true
	}
	st.gates = append(st.gates, gate{names: names, byDeflt: holds, place: repo.Place{File: g.Scope.Mod.File.Path, Line: int(g.Test.Line)}})
}

func truthKnown(v repo.Value) bool {
	_, known := v.Truth()
	return known
}

// modePart returns the part of a conjunction that is about the environment.
func modePart(in *check.Input, test *node, s *repo.Scope) *node {
	for test.Is(syntax.Binary) && test.Name == "and" {
		switch {
		case in.Code.ModeTest(test.X, s):
			test = test.X
		case in.Code.ModeTest(test.Y, s):
			test = test.Y
		default:
			return test
		}
	}
	return test
}

func containsFold(list []string, s string) bool {
	for _, x := range list {
		if strings.EqualFold(x, s) {
			return true
		}
	}
	return false
}

// armed says on which paths a stop runs: no gate, or gates that hold by default or are set to a production value.
func (st stop) armed(in *check.Input, p *manifest.Path) bool {
	for _, g := range st.gates {
		if !g.holds(in, p) {
			return false
		}
	}
	return true
}

// setsNodeEnv reports whether a platform's own build of Node programs sets NODE_ENV=production, as its documentation says.
func setsNodeEnv(p *manifest.Path) bool {
	switch p.Platform {
	case manifest.Heroku, manifest.Render, manifest.Railway, manifest.Vercel, manifest.Netlify:
		return p.Image == nil
	}
	return false
}

func (g gate) holds(in *check.Input, p *manifest.Path) bool {
	if p == nil {
		return g.byDeflt
	}
	for _, name := range g.names {
		v := p.Var(name)
		switch {
		case v.Kind == manifest.Literal:
			return productionValue(name, v.Value)
		case v.Kind != manifest.Unset, in.Names[name], name == "NODE_ENV" && setsNodeEnv(p):
			return true
		}
	}
	return g.byDeflt
}

// productionValue reports whether a literal switches a program to production.
func productionValue(name, value string) bool {
	value = strings.ToLower(strings.Trim(value, `"' `))
	if words(name, "debug", "dev", "development", "test", "testing") {
		return value == "false" || value == "0" || value == "no" || value == "off" || value == ""
	}
	switch value {
	case "production", "prod", "live", "staging", "true", "1", "yes", "on", "release":
		return true
	}
	return false
}
