package code

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var rate03 = check.Check{
	Rule: preflight.Rule{
		ID:      "RATE-03",
		Title:   "The rate limiter sees only the proxy's address",
		Level:   preflight.Warn,
		Rows:    []string{"S5"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "All users share one limit: a busy hour locks everybody out.",
		Fix:     "Trust one hop (app.set('trust proxy', 1), --forwarded-allow-ips), or count by user instead of by address.",
		Verify:  "Send requests from two networks: one must not use up the limit of the other.",
		FixCost: "5 minutes",
		Cost:    preflight.Low,
		Detect:  "A limiter counts by address (slowapi's get_remote_address, express-rate-limit's default) on a platform with a proxy, and nothing makes the program trust the forwarded address.",
		Silent:  "Limiters with a key of their own, programs that trust the proxy.",
		Bad:     "-- server.js --\nconst express = require('express');\nconst rateLimit = require('express-rate-limit');\nconst app = express();\napp.use(rateLimit({ max: 100 }));\napp.get('/', (req, res) => res.end());\n-- railway.json --\n{\"deploy\": {\"startCommand\": \"node server.js\"}}\n",
		Good:    "-- server.js --\nconst express = require('express');\nconst rateLimit = require('express-rate-limit');\nconst app = express();\napp.set('trust proxy', 1);\napp.use(rateLimit({ max: 100 }));\napp.get('/', (req, res) => res.end());\n-- railway.json --\n{\"deploy\": {\"startCommand\": \"node server.js\"}}\n",
	},
	Run: runRate03,
}

func runRate03(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	seen := 0
	eachCall(in, func(m *repo.Module, s *repo.Site, last string) {
		if !countsByAddress(in, s) || clientSide(in, m) {
			return
		}
		seen++
		if trustsForwarded(in, m.File.Lang) || len(findings) > 0 {
			return
		}
		for _, p := range pathsOf(in, m.File.Path) {
			if p.Platform.TerminatesTLS() && p.Platform != manifest.Heroku && !passesForwarded(p, m.File.Lang) {
				findings = append(findings, preflight.Finding{Level: preflight.Warn, Path: p.Name, Evidence: []preflight.Evidence{here(in, s, "counts by address")}})
				return
			}
		}
	})
	if seen == 0 {
		return preflight.NotApplicable("no limiter counts by address")
	}
	return preflight.Found(findings...)
}

// countsByAddress recognises limiters that tell clients apart by their address.
func countsByAddress(in *check.Input, s *repo.Site) bool {
	switch name := strings.TrimSuffix(callName(in, s), ".default"); name {
	case "express-rate-limit", "express-rate-limit.rateLimit":
		_, own := optionsOf(in, s).get("keyGenerator")
		return !own
	case "slowapi.Limiter":
		return syntax.Last(syntax.Arg(s.Node, 0, "key_func")) == "get_remote_address"
	}
	return false
}
