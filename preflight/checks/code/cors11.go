package code

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var cors11 = check.Check{
	Rule: preflight.Rule{
		ID:      "CORS-11",
		Title:   "The front end sends cookies that the server does not allow",
		Level:   preflight.Warn,
		Rows:    []string{"P4"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "The browser hides every answer from the front end, so that nobody can sign in.",
		Fix:     "Allow credentials on the server, together with the exact origin of the front end.",
		Verify:  "Sign in on the deployed front end and look at the console: no CORS error.",
		FixCost: "5 minutes",
		Cost:    preflight.Low,
		Detect:  "Client code asks for credentials (withCredentials, credentials: 'include') and every CORS set-up of the server in the same repository certainly does not allow them.",
		Silent:  "Programs with one origin, servers whose options could not be followed, requests to other services.",
		Bad:     corsHead + "app.add_middleware(CORSMiddleware, allow_origins=['https://app.example.net'])\n" + corsRoute + corsClient,
		Good:    corsHead + "app.add_middleware(CORSMiddleware, allow_origins=['https://app.example.net'], allow_credentials=True)\n" + corsRoute + corsClient,
	},
	Run: runCors11,
}

const corsClient = "-- web/package.json --\n{\"dependencies\": {\"react\": \"18\", \"axios\": \"1\", \"vite\": \"5\"}}\n-- web/src/main.jsx --\nimport axios from 'axios';\nimport { createRoot } from 'react-dom/client';\nexport const api = axios.create({ baseURL: import.meta.env.VITE_API_URL, withCredentials: true });\ncreateRoot(document.body).render(null);\n"

func runCors11(_ context.Context, in *check.Input) preflight.Outcome {
	all := corsSetups(in)
	if len(all) == 0 || sameOrigin(in) != "" {
		return preflight.NotApplicable("the code sets no allowed origins, or everything has one origin")
	}
	for i := range all {
		c := &all[i]
		if c.open || c.withCredentials() || c.creds.Kind != repo.Unknown && !(c.creds.Kind == repo.Bool && c.creds.Text == "false") || len(c.creds.Names) > 0 || c.style == "header" || c.creds.Place.Line > 0 && c.creds.Kind == repo.Unknown {
			return preflight.Pass("the server allows credentials")
		}
	}
	for _, m := range in.Code.LiveModules() {
		if !clientSide(in, m) {
			continue
		}
		for _, s := range m.Dicts {
			if x := syntax.Field(s.Node, "withCredentials", "credentials"); sendsCookies(x) {
				return preflight.Found(preflight.Finding{Level: preflight.Warn, Evidence: []preflight.Evidence{at(in, m.File.Path, int(x.Line), "asks for cookies"), here(in, all[0].site, "does not allow them")}})
			}
		}
		for _, s := range m.Assigns {
			if len(s.Node.List) == 1 && syntax.Last(s.Node.List[0]) == "withCredentials" && sendsCookies(s.Node.X) {
				return preflight.Found(preflight.Finding{Level: preflight.Warn, Evidence: []preflight.Evidence{here(in, s, "asks for cookies"), here(in, all[0].site, "does not allow them")}})
			}
		}
	}
	return preflight.Pass("")
}

func sendsCookies(x *node) bool {
	return x.Is(syntax.Const) && x.Name == "true" || x.Is(syntax.Str) && x.Text == "include"
}
