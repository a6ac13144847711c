package code

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var cors08 = check.Check{
	Rule: preflight.Rule{
		ID:      "CORS-08",
		Title:   "Errors leave without CORS headers",
		Level:   preflight.Info,
		Rows:    []string{"G8", "C10", "P4w2"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "The browser reports a CORS error where the server has answered with a helpful one.",
		Fix:     "Starlette and FastAPI: add the CORS middleware last, so that it is outermost. Express: use cors() before everything else.",
		Verify:  "curl -si -H 'Origin: https://your-front-end' https://api.../missing must carry Access-Control-Allow-Origin.",
		Detect:  "The CORS middleware is not the outermost: in Starlette and FastAPI another one that can answer by itself is added after it, in Express routes are registered before it.",
		Silent:  "Programs with one middleware; middleware that only adds headers or logs.",
		Bad:     corsHead + "app.add_middleware(CORSMiddleware, allow_origins=['https://app.example.net'])\n@app.middleware('http')\nasync def auth(request, call_next):\n    if not request.headers.get('authorization'):\n        return None\n    return await call_next(request)\n" + corsRoute,
		Good:    corsHead + "@app.middleware('http')\nasync def auth(request, call_next):\n    if not request.headers.get('authorization'):\n        return None\n    return await call_next(request)\napp.add_middleware(CORSMiddleware, allow_origins=['https://app.example.net'])\n" + corsRoute,
		Sourced: "Starlette documentation, Middleware: the middleware added last is the first to see a request.",
	},
	Run: runCors08,
}

func runCors08(_ context.Context, in *check.Input) preflight.Outcome {
	all := corsSetups(in)
	if len(all) == 0 {
		return preflight.NotApplicable("the code sets no allowed origins")
	}
	var findings []preflight.Finding
	for i := range all {
		c := &all[i]
		var later *repo.Site
		switch c.style {
		case "starlette":
			later = answersAfter(c)
		case "express":
			later = routeBefore(in, c)
		}
		if later != nil {
			findings = append(findings, preflight.Finding{Level: preflight.Info, Evidence: []preflight.Evidence{here(in, c.site, "CORS"), here(in, later, "answers without its headers")}})
		}
	}
	return preflight.Found(findings...)
}

// answersAfter finds a middleware added after the CORS one in the same module that can answer by itself.
func answersAfter(c *cors) *repo.Site {
	if syntax.Last(c.site.Node.X) != "add_middleware" {
		return nil
	}
	m := c.site.Mod()
	app := syntax.Dotted(c.site.Node.X.X)
	for _, fn := range m.Funcs {
		for _, d := range fn.Node.Else {
			if d.Is(syntax.Call) && syntax.Dotted(d.X) == app+".middleware" && d.Line > c.site.Node.Line && answersItself(fn) {
				return &repo.Site{Node: d, Scope: fn.Outer}
			}
		}
	}
	return nil
}

// answersItself reports whether a middleware has more than one way out.
func answersItself(fn *repo.Func) bool {
	n := 0
	for _, e := range fn.Exits {
		if e.Node.Kind == syntax.Raise || e.Guards != nil {
			n++
		}
	}
	return n > 0
}

// routeBefore finds a route of the same application that is registered before cors() is used.
func routeBefore(in *check.Input, c *cors) *repo.Site {
	if c.site.Scope.Kind != repo.ModuleScope {
		return nil
	}
	for _, r := range routesOfModule(in, c.site.Mod()) {
		if r.Line < int(c.site.Node.Line) {
			for _, s := range r.Module.Calls {
				if int(s.Node.Line) == r.Line && s.Scope == c.site.Scope {
					return s
				}
			}
		}
	}
	return nil
}
