package repo

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// Gate is a variable whose value switches production behaviour on.
type Gate struct {
	Var        string
	Default    string
	HasDefault bool
	Production []string // the values it is compared with
	Guards     string   // what it arms: validation, cookies, settings, docs, debug or other
	File       string
	Line       int
}

var productionValues = map[string]bool{"production": true, "prod": true, "live": true, "staging": true}

// Gates returns the comparisons of variables with the name of a production environment, in the live modules.
func (p *Program) Gates() []Gate {
	if p.facts.gSet {
		return p.facts.gates
	}
	p.facts.gSet = true
	for _, m := range p.LiveModules() {
		for _, s := range m.Compares {
			p.gate(s)
		}
	}
	return p.facts.gates
}

func (p *Program) gate(s *Site) {
	x, y := p.ValueOf(s, s.Node.X), p.ValueOf(s, s.Node.Y)
	if y.Kind == Env {
		x, y = y, x
	}
	if x.Kind != Env || len(x.Names) == 0 {
		return
	}
	values := []Value{y}
	if y.Kind == List {
		values = y.Items
	}
	g := Gate{Var: x.Names[0], File: s.Mod().File.Path, Line: int(s.Node.Line)}
	for _, v := range values {
		if v.Kind == Text && productionValues[strings.ToLower(v.Text)] {
			g.Production = append(g.Production, v.Text)
		}
	}
	if len(g.Production) == 0 {
		return
	}
	if d := x.Fallback(); d.Kind == Text && x.Default != nil {
		g.Default, g.HasDefault = d.Text, true
	}
	g.Guards = p.arms(s)
	p.facts.gates = append(p.facts.gates, g)
}

// arms says what depends on a comparison, by what stands under it or uses the function that returns it.
func (p *Program) arms(s *Site) string {
	fn := s.Scope.Enclosing()
	for _, t := range s.Mod().Tests {
		if !holds(t.Node.X, s.Node) {
			continue
		}
		raises := false
		syntax.WalkAll(t.Node.Body, func(n *Node) bool {
			raises = raises || n.Kind == syntax.Raise || n.Kind == syntax.Call && strings.HasSuffix(syntax.Dotted(n.X), "exit")
			return true
		})
		if raises {
			return "validation"
		}
		return "settings"
	}
	if fn != nil {
		for _, word := range syntax.Words(fn.Node.Name) {
			if word == "validate" || word == "check" || word == "verify" {
				return "validation"
			}
		}
	}
	return "settings"
}

func holds(tree, n *Node) bool {
	found := false
	syntax.Walk(tree, func(x *Node) bool {
		found = found || x == n
		return !found
	})
	return found
}
