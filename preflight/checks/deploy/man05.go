package deploy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var man05 = check.Check{
	Rule: preflight.Rule{
		ID:      "MAN-05",
		Title:   "The platform is not told where the health check is",
		Level:   preflight.Warn,
		Rows:    []string{"C9"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "A deployment that starts and does not work replaces the one that did.",
		Fix:     "Name the health path in the manifest: a failing deployment then leaves the old version in place.",
		Verify:  "Deploy a version whose health route answers 503: the old one must stay.",
		FixCost: "5 minutes",
		Cost:    preflight.Low,
		Detect:  "A web path of Railway, Render or Fly.io without healthcheckPath, healthCheckPath or checks.",
		Silent:  "Workers, cron jobs, static sites, images and compose files, Procfiles (they can't say it).",
		Bad:     "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: docker\n-- Dockerfile --\nFROM scratch\nCMD [\"/app\"]\n",
		Good:    "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: docker\n    healthCheckPath: /health\n-- Dockerfile --\nFROM scratch\nCMD [\"/app\"]\n",
	},
	Run: runMan05,
}

var healthKey = map[manifest.Platform]string{
	manifest.Railway: "healthcheckPath", manifest.Render: "healthCheckPath", manifest.Fly: "[[http_service.checks]] path",
}

func runMan05(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	able := 0
	for _, p := range in.Paths() {
		key := healthKey[p.Platform]
		if key == "" || p.Role != manifest.Web || !runsCode(p) {
			continue
		}
		able++
		if p.Health != "" || p.HealthAt.File != "" {
			continue
		}
		f := preflight.Finding{Level: preflight.Warn, Path: p.Name, Key: p.Name, Evidence: []preflight.Evidence{at(in, p.Place, "no "+key)}}
		if route := healthRoute(in, p); route != "" {
			f.Detail = "The program has the route " + route + "."
			f.Fix = fmt.Sprintf("Add %s: %s", key, route)
		}
		findings = append(findings, f)
	}
	if able == 0 {
		return preflight.NotApplicable("no manifest that can name a health check was found")
	}
	return preflight.Found(findings...)
}

var healthWords = []string{"/health", "/healthz", "/api/health", "/api/v1/health", "/health/ready", "/ready", "/readyz", "/livez", "/ping", "/status", "/_health", "/up"}

// healthRoute returns a route of a path's program that looks like its health check.
func healthRoute(in *check.Input, p *manifest.Path) string {
	best := ""
	for _, r := range in.Code.Routes() {
		route := strings.TrimSuffix(r.Path, "/")
		if !holds(p, r.File) || r.Method != "GET" && r.Method != "" || !slices.Contains(healthWords, route) && !strings.HasSuffix(route, "/health") && !strings.HasSuffix(route, "/healthz") {
			continue
		}
		if best == "" || len(route) < len(best) {
			best = route
		}
	}
	return best
}
