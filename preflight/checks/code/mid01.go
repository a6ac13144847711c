package code

import (
	"context"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var mid01 = check.Check{
	Rule: preflight.Rule{
		ID:      "MID-01",
		Title:   "The order of middleware is not what it looks like",
		Level:   preflight.Info,
		Rows:    []string{"G8"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "A middleware in the wrong place misses requests, or answers without the headers that others would add.",
		Fix:     "Starlette and FastAPI: what is added last sees a request first; add errors and logging first and CORS last. Express: what is used first runs first.",
		Verify:  "Provoke an error from the front end: the browser shows its text, not a CORS error.",
		Detect:  "A Starlette or FastAPI program adds two middlewares or more: the order in which they run is told. It is pointed out where CORS is not outermost.",
		Silent:  "Programs with one middleware, or where CORS is added last.",
		Bad:     corsHead + "from starlette.middleware.gzip import GZipMiddleware\napp.add_middleware(CORSMiddleware, allow_origins=['https://app.example.net'])\napp.add_middleware(GZipMiddleware)\n" + corsRoute,
		Good:    corsHead + "from starlette.middleware.gzip import GZipMiddleware\napp.add_middleware(GZipMiddleware)\napp.add_middleware(CORSMiddleware, allow_origins=['https://app.example.net'])\n" + corsRoute,
		Sourced: "Starlette documentation, Middleware.",
	},
	Run: runMid01,
}

func runMid01(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	seen := false
	for _, m := range in.Code.LiveModules() {
		if m.File.Lang != repo.Python {
			continue
		}
		var sites []*repo.Site
		for _, s := range m.Calls {
			if syntax.Last(s.Node.X) == "add_middleware" && len(s.Node.List) > 0 {
				sites = append(sites, s)
			}
		}
		if len(sites) < 2 {
			continue
		}
		seen = true
		var order []string
		at := -1
		for i := len(sites) - 1; i >= 0; i-- {
			name := syntax.Last(sites[i].Node.List[0])
			order = append(order, name)
			if name == "CORSMiddleware" {
				at = len(order) - 1
			}
		}
		if at > 0 {
			findings = append(findings, preflight.Finding{Level: preflight.Info, Evidence: []preflight.Evidence{here(in, sites[len(sites)-1-at], "not outermost")}, Detail: fmt.Sprintf("A request passes %s.", strings.Join(order, ", then "))})
		}
	}
	if !seen {
		return preflight.NotApplicable("no program adds two middlewares")
	}
	return preflight.Found(findings...)
}
