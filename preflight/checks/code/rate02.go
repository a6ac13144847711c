package code

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var rate02 = check.Check{
	Rule: preflight.Rule{
		ID:      "RATE-02",
		Title:   "The rate limiter is defined and never used",
		Level:   preflight.Fail,
		Rows:    []string{"S5"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Somebody believes that there is a limit; there is none.",
		Fix:     "Attach it: app.use(limiter) in Express before the routes, app.state.limiter = limiter and a decorator in slowapi.",
		Verify:  "Send 30 requests in a row: the last ones must be answered with 429.",
		FixCost: "5 minutes",
		Cost:    preflight.High,
		Detect:  "The result of express-rate-limit, or a Limiter of slowapi or flask-limiter, is given to a name that nothing else in the program uses.",
		Silent:  "Limiters that are exported, passed on, used as a decorator or attached to the application.",
		Bad:     "-- server.js --\nconst express = require('express');\nconst rateLimit = require('express-rate-limit');\nconst app = express();\nconst limiter = rateLimit({ windowMs: 60000, max: 100 });\napp.get('/', (req, res) => res.end());\n",
		Good:    "-- server.js --\nconst express = require('express');\nconst rateLimit = require('express-rate-limit');\nconst app = express();\nconst limiter = rateLimit({ windowMs: 60000, max: 100 });\napp.use(limiter);\napp.get('/', (req, res) => res.end());\n",
	},
	Run: runRate02,
}

func runRate02(_ context.Context, in *check.Input) preflight.Outcome {
	seen := 0
	var findings []preflight.Finding
	for _, m := range in.Code.LiveModules() {
		if clientSide(in, m) {
			continue
		}
		for _, s := range m.Assigns {
			if len(s.Node.List) != 1 || !s.Node.List[0].Is(syntax.Name) || !makesLimiter(in, s) {
				continue
			}
			seen++
			name := s.Node.List[0].Name
			if !usedAnywhere(in, m, name, s.Node) {
				findings = append(findings, preflight.Finding{Level: preflight.Fail, Key: name, Evidence: []preflight.Evidence{here(in, s, "nothing uses "+name)}})
			}
		}
	}
	if seen == 0 {
		return preflight.NotApplicable("the code makes no rate limiter")
	}
	return preflight.Found(findings...)
}

func makesLimiter(in *check.Input, s *repo.Site) bool {
	x := syntax.Unparen(s.Node.X)
	if !x.Is(syntax.Call) {
		return false
	}
	name := strings.TrimSuffix(in.Code.Qualified(x.X, s.Scope), ".default")
	switch name {
	case "express-rate-limit", "express-rate-limit.rateLimit", "express-slow-down", "slowapi.Limiter":
		return true
	case "flask_limiter.Limiter": // it attaches itself when it is given the application
		return len(x.List) == 0 || syntax.Arg(x, -1, "app") == nil && !x.List[0].Is(syntax.Name)
	}
	return false
}

// usedAnywhere reports whether a name of a module occurs anywhere but in its own definition.
func usedAnywhere(in *check.Input, m *repo.Module, name string, def *node) bool {
	uses := func(tree *node) bool {
		found := false
		syntax.Walk(tree, func(n *node) bool {
			if n == def {
				return false
			}
			found = found || n.Is(syntax.Name, syntax.Attr, syntax.Alias) && n.Name == name || n.Is(syntax.Pair) && n.X.Is(syntax.Str) && n.X.Text == name
			return !found
		})
		return found
	}
	if uses(m.Tree) {
		return true
	}
	for _, other := range in.Code.LiveModules() {
		if other != m && other.File.Lang == m.File.Lang && uses(other.Tree) {
			return true
		}
	}
	return false
}
