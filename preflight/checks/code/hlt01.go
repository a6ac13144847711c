package code

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var hlt01 = check.Check{
	Rule: preflight.Rule{
		ID:      "HLT-01",
		Title:   "There is no health route",
		Level:   preflight.Warn,
		Rows:    []string{"C9"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "The platform sends users to a new version before it can answer, and keeps a dead one.",
		Fix:     "Add GET /health that looks at the database and the required settings, answers 200 or 503, and name it in the manifest.",
		Verify:  "curl -i https://.../health answers 200 within a second.",
		FixCost: "15 minutes",
		Cost:    preflight.Low,
		Detect:  "The program answers routes, a deployment path is known, and none of the routes is a health route.",
		Silent:  "Static sites, functions, programs whose routes could not be read or come from a table; without a known path it is information only.",
		Bad:     corsHead + corsRoute + corsRender + "      - key: A\n        value: b\n",
		Good:    corsHead + corsRoute + "@app.get('/health')\ndef health():\n    return check()\n" + corsRender + "      - key: A\n        value: b\n",
	},
	Run: runHlt01,
}

func runHlt01(_ context.Context, in *check.Input) preflight.Outcome {
	routes := in.Code.Routes()
	if len(routes) == 0 {
		return preflight.NotApplicable("no routes were found in the code")
	}
	if list := healthRoutes(in); len(list) > 0 {
		return preflight.Pass(list[0].Path)
	}
	if in.Code.RoutesOpen() {
		return preflight.NotChecked("the program registers routes from a table, so not all of them are known")
	}
	f := preflight.Finding{Level: preflight.Info, Evidence: []preflight.Evidence{at(in, routes[0].File, routes[0].Line, routeNote(len(routes)))}}
	for _, p := range pathsOf(in, routes[0].File) {
		if p.Role == manifest.Web && p.Platform != manifest.Unknown && p.Platform != manifest.Docker && p.Platform != manifest.Vercel && p.Platform != manifest.Netlify && p.Platform != manifest.Heroku {
			f.Level, f.Path = preflight.Warn, p.Name
			break
		}
	}
	return preflight.Found(f)
}

func routeNote(n int) string {
	if n == 1 {
		return "the only route"
	}
	return "one of " + count(n, "route")
}
