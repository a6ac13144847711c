package code

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var tls06 = check.Check{
	Rule: preflight.Rule{
		ID:      "TLS-06",
		Title:   "The redirect to https never ends",
		Level:   preflight.Fail,
		Rows:    []string{"P8"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "Every page answers with too many redirects, and the platform's health check fails.",
		Fix:     "Leave the redirect to the platform, or trust its X-Forwarded-Proto (SECURE_PROXY_SSL_HEADER, --forwarded-allow-ips, trust proxy).",
		Verify:  "curl -sI https://... answers 200, not 301 or 307 to itself.",
		FixCost: "5 minutes",
		Cost:    preflight.Low,
		Detect:  "The program redirects to https by itself (HTTPSRedirectMiddleware, SECURE_SSL_REDIRECT, express-enforces-ssl) on a platform that ends TLS before it, and does not trust the forwarded scheme.",
		Silent:  "Programs that trust the header, redirects that are switched by a variable or the environment, platforms without a proxy.",
		Bad:     "-- main.py --\nfrom fastapi import FastAPI\nfrom starlette.middleware.httpsredirect import HTTPSRedirectMiddleware\napp = FastAPI()\napp.add_middleware(HTTPSRedirectMiddleware)\n" + railwayHealth,
		Good:    "-- main.py --\nfrom fastapi import FastAPI\nfrom starlette.middleware.httpsredirect import HTTPSRedirectMiddleware\napp = FastAPI()\napp.add_middleware(HTTPSRedirectMiddleware)\n-- railway.json --\n{\"deploy\": {\"startCommand\": \"uvicorn main:app --host 0.0.0.0 --port $PORT --forwarded-allow-ips=*\"}}\n",
		Sourced: "Django documentation, SECURE_SSL_REDIRECT: infinite redirects where the proxy's header is not set.",
	},
	Run: runTLS06,
}

func runTLS06(_ context.Context, in *check.Input) preflight.Outcome {
	sites := httpsRedirects(in)
	if len(sites) == 0 {
		return preflight.NotApplicable("the program does not redirect to https itself")
	}
	var findings []preflight.Finding
	for _, s := range sites {
		if trustsForwarded(in, s.Mod().File.Lang) || djangoTrusts(s.Mod()) {
			continue
		}
		var list []*manifest.Path
		for _, p := range pathsOf(in, s.Mod().File.Path) {
			if p.Platform.TerminatesTLS() && !passesForwarded(p, s.Mod().File.Lang) && !(p.Platform == manifest.Heroku && s.Scope.Names["INSTALLED_APPS"] == nil) {
				list = append(list, p)
			}
		}
		if len(list) > 0 {
			findings = append(findings, preflight.Finding{Level: preflight.Fail, Path: pathNames(list), Evidence: []preflight.Evidence{here(in, s, "redirects to https")}, Detail: "Behind " + pathNames(list) + " every request looks like http."})
		}
	}
	return preflight.Found(findings...)
}

// httpsRedirects finds redirects to https that hold in production.
func httpsRedirects(in *check.Input) []*repo.Site {
	var out []*repo.Site
	eachCall(in, func(m *repo.Module, s *repo.Site, last string) {
		if in.Code.Mode(s.Guards) {
			return
		}
		if (last == "add_middleware" || last == "Middleware") && len(s.Node.List) > 0 && syntax.Last(s.Node.List[0]) == "HTTPSRedirectMiddleware" || callName(in, s) == "express-enforces-ssl" {
			out = append(out, s)
		}
	})
	for _, m := range in.Code.LiveModules() {
		if defs := m.Scope.Names["SECURE_SSL_REDIRECT"]; len(defs) > 0 && m.Scope.Names["INSTALLED_APPS"] != nil {
			d := defs[len(defs)-1]
			if v := in.Code.Value(d.Value, m.Scope); !in.Code.Mode(d.Guards) && v.Kind == repo.Bool && v.Text == "true" {
				out = append(out, &repo.Site{Node: d.Node, Scope: m.Scope})
			}
		}
	}
	return out
}

func djangoTrusts(m *repo.Module) bool { return m.Scope.Names["SECURE_PROXY_SSL_HEADER"] != nil }
