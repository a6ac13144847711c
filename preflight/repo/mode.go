package repo

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var modeWords = map[string]bool{
	"prod": true, "production": true, "dev": true, "development": true, "debug": true, "env": true, "environment": true, "stage": true,
	"staging": true, "local": true, "localhost": true, "mode": true, "test": true, "testing": true, "tests": true, "release": true, "hostname": true,
	"railway": true, "render": true, "heroku": true, "vercel": true, "fly": true, "deployed": true, "deployment": true, "kdebugmode": true,
	"kreleasemode": true, "kisweb": true, "isweb": true, "platform": true, "android": true, "emulator": true, "docker": true, "mock": true, "demo": true,
	"pytest": true, "kprofilemode": true, "host": true, "origin": true, "onrender": true,
}

// ModeTest reports whether a condition is about where the program runs (production, debug, platform, host) rather than
// about the request at hand.
func (p *Program) ModeTest(n *Node, s *Scope) bool {
	p.steps, p.depth = maxSteps, 0
	return p.modeTest(n, s)
}

func (p *Program) modeTest(n *Node, s *Scope) bool {
	if known, ok := p.modes[n]; ok {
		return known
	}
	found := aboutMode(n)
	p.modes[n] = found
	return found
}

func aboutMode(n *Node) bool {
	found := false
	syntax.Walk(n, func(x *Node) bool {
		switch x.Kind {
		case syntax.Name, syntax.Attr:
			found = found || modeName(x.Name)
		case syntax.Str:
			found = found || modeName(x.Text)
		case syntax.Func:
			return false
		}
		return !found
	})
	return found
}

func modeName(name string) bool {
	if len(name) > 40 {
		return false
	}
	words := syntax.Words(name)
	for _, w := range words {
		if modeWords[w] && !(w == "host" && len(words) > 2) {
			return true
		}
	}
	return modeWords[strings.ToLower(name)]
}

// Mode reports whether a site runs only under such a condition.
func (p *Program) Mode(g *Guard) bool {
	for ; g != nil; g = g.Outer {
		if p.modeTest(g.Test, g.Scope) && !p.refusal(g) {
			return true
		}
	}
	return false
}

// refusal reports whether what follows an exit also runs in production: "if not DEBUG and KEY == default: raise" leaves
// only with a bad key.
func (p *Program) refusal(g *Guard) bool {
	return g.Exit && g.Not && p.besideMode(g.Test, g.Scope)
}

// besideMode reports whether a conjunction has a part that is no test of the mode.
func (p *Program) besideMode(test *Node, s *Scope) bool {
	if !test.Is(syntax.Binary) || test.Name != "and" && test.Name != "&&" {
		return false
	}
	for _, part := range [...]*Node{test.X, test.Y} {
		if p.besideMode(part, s) || !p.modeTest(part, s) {
			return true
		}
	}
	return false
}
