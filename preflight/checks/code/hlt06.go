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

var hlt06 = check.Check{
	Rule: preflight.Rule{
		ID:      "HLT-06",
		Title:   "The list of allowed hosts refuses the platform's health check",
		Level:   preflight.Warn,
		Rows:    []string{"C9"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "Every deployment fails its health check with 400, although the program runs.",
		Fix:     "Add healthcheck.railway.app to the allowed hosts.",
		Verify:  "Deploy and look at the health check in the platform's log.",
		FixCost: "2 minutes",
		Cost:    preflight.Low,
		Detect:  "A path on Railway with a health check runs a program whose ALLOWED_HOSTS or TrustedHostMiddleware is a literal list without the host name that Railway asks with.",
		Silent:  "Lists with a star or a variable, other platforms.",
		Bad:     "-- main.py --\nfrom fastapi import FastAPI\nfrom starlette.middleware.trustedhost import TrustedHostMiddleware\napp = FastAPI()\napp.add_middleware(TrustedHostMiddleware, allowed_hosts=['app.example.net'])\n" + railwayHealth,
		Good:    "-- main.py --\nfrom fastapi import FastAPI\nfrom starlette.middleware.trustedhost import TrustedHostMiddleware\napp = FastAPI()\napp.add_middleware(TrustedHostMiddleware, allowed_hosts=['app.example.net', 'healthcheck.railway.app'])\n" + railwayHealth,
		Sourced: "Railway documentation, Healthchecks: requests come from healthcheck.railway.app.",
	},
	Run: runHlt06,
}

const railwayHealth = "-- railway.json --\n{\"deploy\": {\"startCommand\": \"uvicorn main:app --host 0.0.0.0 --port $PORT\", \"healthcheckPath\": \"/health\"}}\n"

func runHlt06(_ context.Context, in *check.Input) preflight.Outcome {
	lists := hostLists(in)
	if len(lists) == 0 {
		return preflight.NotApplicable("the code keeps no list of allowed hosts")
	}
	var findings []preflight.Finding
	for _, l := range lists {
		if !refuses(l.value) {
			continue
		}
		for _, p := range pathsOf(in, l.site.Mod().File.Path) {
			if p.Platform == manifest.Railway && p.Health != "" {
				findings = append(findings, preflight.Finding{Level: preflight.Warn, Path: p.Name, Evidence: []preflight.Evidence{here(in, l.site, "the allowed hosts"), at(in, p.HealthAt.File, p.HealthAt.Line, "the health check")}})
				break
			}
		}
	}
	return preflight.Found(findings...)
}

// hostLists returns the lists of hosts that the program answers for.
func hostLists(in *check.Input) []call {
	var out []call
	for _, m := range in.Code.LiveModules() {
		if m.File.Lang != repo.Python {
			continue
		}
		if defs := m.Scope.Names["ALLOWED_HOSTS"]; len(defs) > 0 && m.Scope.Names["INSTALLED_APPS"] != nil {
			d := defs[len(defs)-1]
			out = append(out, call{&repo.Site{Node: d.Node, Scope: m.Scope, Guards: d.Guards}, in.Code.Value(&node{Kind: syntax.Name, Name: "ALLOWED_HOSTS", Line: d.Line}, m.Scope)})
		}
		for _, s := range m.Calls {
			if syntax.Last(s.Node.X) == "add_middleware" && len(s.Node.List) > 0 && syntax.Last(s.Node.List[0]) == "TrustedHostMiddleware" && !in.Code.Mode(s.Guards) {
				out = append(out, call{s, in.Code.Value(syntax.Arg(s.Node, -1, "allowed_hosts"), s.Scope)})
			}
		}
	}
	return out
}

// refuses reports whether a list certainly lacks Railway's host name.
func refuses(v repo.Value) bool {
	if v.Kind != repo.List || len(v.Items) == 0 {
		return false
	}
	for _, item := range v.Items {
		if item.Kind != repo.Text || item.Partial || item.Text == "*" || strings.Contains("healthcheck.railway.app", strings.TrimLeft(item.Text, "*.")) {
			return false
		}
	}
	return true
}
