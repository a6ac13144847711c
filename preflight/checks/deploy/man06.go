package deploy

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var man06 = check.Check{
	Rule: preflight.Rule{
		ID:      "MAN-06",
		Title:   "The health check asks for a path that the program does not have",
		Level:   preflight.Fail,
		Rows:    []string{"C9"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "Every deployment is refused as unhealthy, or the check passes on an error page.",
		Fix:     "Name a route that exists.",
		Verify:  "curl the path on a running instance: 200.",
		FixCost: "5 minutes",
		Cost:    preflight.Low,
		Detect:  "The configured health path is compared with all routes of the program, prefixes and mounts included.",
		Silent:  "Programs whose routes are not all known (mounted applications, tables of routes, catch-all routes, frameworks that route by files), and paths of static files.",
		Bad:     "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app --host 0.0.0.0\n    healthCheckPath: /healthz\n-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.get('/api/health')\ndef health():\n    return {'ok': True}\n@app.get('/api/items')\ndef items():\n    return []\n",
		Good:    "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app --host 0.0.0.0\n    healthCheckPath: /api/health\n-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.get('/api/health')\ndef health():\n    return {'ok': True}\n@app.get('/api/items')\ndef items():\n    return []\n",
	},
	Run: runMan06,
}

func runMan06(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	asked := 0
	for _, p := range servers(in) {
		want := strings.TrimSuffix(p.Health, "/")
		if p.Role != manifest.Web || want == "" || strings.Contains(want, "$") {
			continue
		}
		asked++
		all, open := routesOf(in, p)
		if len(all) == 0 || open || answers(all, want) {
			continue
		}
		f := preflight.Finding{Level: preflight.Fail, Path: p.Name, Key: p.Name, Title: fmt.Sprintf("The health check asks for %s, which the program does not have", p.Health),
			Evidence: []preflight.Evidence{at(in, p.HealthAt, "asks for "+p.Health)}}
		if f.Level = certainOf(p, preflight.Fail); p.Platform == manifest.Compose || p.Platform == manifest.Docker {
			f.Level = preflight.Warn
		}
		if route := healthRoute(in, p); route != "" {
			f.Fix = fmt.Sprintf("Ask for %s, which exists.", route)
		}
		findings = append(findings, f)
	}
	if asked == 0 {
		return preflight.NotApplicable("no health path is configured")
	}
	return preflight.Found(findings...)
}

// routesOf returns the paths that the program of a path answers. open says
// that there may be more than were found.
func routesOf(in *check.Input, p *manifest.Path) (all []string, open bool) {
	for _, r := range in.Code.Routes() {
		if !holds(p, r.File) {
			continue
		}
		all = append(all, strings.TrimSuffix(r.Path, "/"))
		open = open || strings.ContainsAny(r.Path, "*") || strings.Contains(r.Path, ":path}") || strings.Contains(r.Path, "<path:") || strings.Contains(r.Path, "...")
	}
	return all, open || len(all) < 2 || in.Code.RoutesOpen() || dynamic(in, p)
}

var parameter = regexp.MustCompile(`\{[^/}]*\}|<[^/>]*>|:[A-Za-z_]\w*`)

func answers(routes []string, want string) bool {
	for _, r := range routes {
		pattern := "^"
		last := 0
		for _, m := range parameter.FindAllStringIndex(r, -1) {
			pattern += regexp.QuoteMeta(r[last:m[0]]) + "[^/]+"
			last = m[1]
		}
		pattern += regexp.QuoteMeta(r[last:]) + "$"
		if ok, _ := regexp.MatchString(pattern, want); ok || strings.HasSuffix(want, r) && r != "" {
			return true
		}
	}
	return false
}

// dynamic reports whether the program gets routes from elsewhere: mounted
// applications, included URL configurations, routers of other packages.
func dynamic(in *check.Input, p *manifest.Path) bool {
	for _, m := range in.Code.LiveModules() {
		if !holds(p, m.File.Path) {
			continue
		}
		for _, s := range m.Calls {
			switch syntax.Last(s.Node.X) {
			case "mount", "include", "StaticFiles", "Instrumentator", "register_blueprint", "HealthCheck", "expose", "FileServer", "add_url_rule", "use_route", "serve_static":
				return true
			}
		}
	}
	for _, d := range dependencies(in, p.Root) {
		switch d {
		case "next", "nuxt", "@sveltejs/kit", "@remix-run/node", "astro", "@nestjs/terminus", "django-health-check", "fastapi-health", "@nestjs/core", "django":
			return true
		}
	}
	return false
}
