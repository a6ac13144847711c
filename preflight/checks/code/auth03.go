package code

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
)

var auth03 = check.Check{
	Rule: preflight.Rule{
		ID:      "AUTH-03",
		Title:   "The redirect address falls back to localhost where the variable is not set",
		Level:   preflight.Warn,
		Rows:    []string{"P1", "P10", "C1", "C5"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "The program starts without complaint and every sign-in fails.",
		Fix:     "Set the variable on the platform, or require it when the program runs in production.",
		Verify:  "Begin to sign in on the deployed site and read redirect_uri in the address bar.",
		FixCost: "5 minutes",
		Cost:    preflight.Low,
		Detect:  "A callback address or the target of a redirect after sign-in depends on a variable whose default is local, and a deployment path does not set that variable.",
		Silent:  "Paths that set it; paths whose variables live in a dashboard are told as information only.",
		Bad:     "-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom authlib.integrations.starlette_client import OAuth\napp = FastAPI()\noauth = OAuth()\nBACKEND_URL = os.getenv('BACKEND_URL', 'http://localhost:8000')\n@app.get('/auth/login')\nasync def login(request):\n    return await oauth.google.authorize_redirect(request, f'{BACKEND_URL}/auth/callback')\n-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app\n    envVars:\n      - key: OTHER\n        value: x\n",
		Good:    "-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom authlib.integrations.starlette_client import OAuth\napp = FastAPI()\noauth = OAuth()\nBACKEND_URL = os.getenv('BACKEND_URL', 'http://localhost:8000')\n@app.get('/auth/login')\nasync def login(request):\n    return await oauth.google.authorize_redirect(request, f'{BACKEND_URL}/auth/callback')\n-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app\n    envVars:\n      - key: BACKEND_URL\n        value: https://api.example.net\n",
	},
	Run: runAuth03,
}

func runAuth03(_ context.Context, in *check.Input) preflight.Outcome {
	var uses []target
	for _, r := range redirects(in) {
		uses = append(uses, target{site: r.site, expr: r.expr, value: r.value})
	}
	for _, t := range browserTargets(in) {
		if t.signIn || signIn(in, t.site) {
			uses = append(uses, t)
		}
	}
	findings := localDefaults(in, uses, preflight.Warn)
	if len(uses) == 0 {
		return preflight.NotApplicable("no OAuth callback address was found in the code")
	}
	return preflight.Found(findings...)
}

// localDefaults returns a finding for each variable whose local default is used on some path.
func localDefaults(in *check.Input, uses []target, level preflight.Level) []preflight.Finding {
	var out []preflight.Finding
	seen := map[string]bool{}
	for _, u := range uses {
		for _, v := range u.value.Alternatives() {
			if v.Kind != repo.Env || len(v.Names) == 0 || !literalLocal(v.Fallback()) || seen[v.Names[0]] {
				continue
			}
			seen[v.Names[0]] = true
			file := u.site.Mod().File.Path
			st := sets(in, file, v.Names)
			if st.allSet() {
				continue
			}
			f := preflight.Finding{Level: level, Key: v.Names[0], Evidence: []preflight.Evidence{here(in, u.site, "used here")}}
			var sentence string
			f.Path, sentence = st.blame(v.Names)
			if len(st.missing) == 0 {
				f.Level = preflight.Info
			}
			if p := v.Fallback().Place; p.Line > 0 {
				f.Evidence = append(f.Evidence, at(in, p.File, p.Line, "the default"))
			}
			f.Detail = sentence + " Then " + v.Fallback().Text + " is used."
			f.Fix = "Set " + strings.Join(v.Names, " or ") + " to the public https address." + st.commands(v.Names[0], ownDomain)
			out = append(out, f)
		}
	}
	return out
}
