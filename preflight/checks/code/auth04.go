package code

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var auth04 = check.Check{
	Rule: preflight.Rule{
		ID:      "AUTH-04",
		Title:   "A helper that builds the callback from a variable exists, and nothing uses it",
		Level:   preflight.Warn,
		Rows:    []string{"P1"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Setting the variable changes nothing: the routes still send the literal address.",
		Fix:     "Put the helper in the place of the literals.",
		Verify:  "Begin to sign in on the deployed site and read redirect_uri in the address bar: it must be your https domain.",
		FixCost: "5 minutes",
		Cost:    preflight.Low,
		Detect:  "A property, function or constant named after a redirect or callback depends on a variable, nothing in the program uses it, and literal local addresses are sent instead (AUTH-01, AUTH-02).",
		Silent:  "Helpers that anything uses; programs without literal addresses.",
		Bad:     unusedHelper + "    return await oauth.google.authorize_redirect(request, 'http://localhost:8000/auth/google/callback')\n",
		Good:    unusedHelper + "    return await oauth.google.authorize_redirect(request, settings.google_redirect_uri)\n",
	},
	Run: runAuth04,
}

const unusedHelper = "-- main.py --\nfrom fastapi import FastAPI\nfrom authlib.integrations.starlette_client import OAuth\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    backend_url: str = 'http://localhost:8000'\n    @property\n    def google_redirect_uri(self):\n        return f'{self.backend_url}/auth/google/callback'\nsettings = Settings()\napp = FastAPI()\noauth = OAuth()\n@app.get('/auth/google/login')\nasync def login(request):\n"

func runAuth04(ctx context.Context, in *check.Input) preflight.Outcome {
	if len(runAuth01(ctx, in).Findings)+len(runAuth02(ctx, in).Findings) == 0 {
		return preflight.NotApplicable("no literal local address is sent")
	}
	var findings []preflight.Finding
	for _, m := range in.Code.LiveModules() {
		for _, fn := range m.Funcs {
			name := fn.Node.Name
			if !redirectLike(name) || len(fn.Exits) == 0 || usedAnywhere(in, m, name, fn.Node) {
				continue
			}
			if v := in.Code.Value(fn.Exits[0].Node.X, fn.Scope); v.Kind == repo.Env {
				findings = append(findings, unused(in, m, name, int(fn.Node.Line), v))
			}
		}
		for _, s := range m.Assigns {
			if len(s.Node.List) != 1 || s.Node.X == nil || s.Scope.Kind == repo.FuncScope {
				continue
			}
			name := syntax.Last(s.Node.List[0])
			if !redirectLike(name) || usedAnywhere(in, m, name, s.Node) {
				continue
			}
			if v := in.Code.Value(s.Node.X, s.Scope); v.Kind == repo.Env {
				findings = append(findings, unused(in, m, name, int(s.Node.Line), v))
			}
		}
	}
	return preflight.Found(findings...)
}

func unused(in *check.Input, m *repo.Module, name string, line int, v repo.Value) preflight.Finding {
	return preflight.Finding{Level: preflight.Warn, Key: name, Evidence: []preflight.Evidence{at(in, m.File.Path, line, "nothing uses "+name)}, Detail: name + " depends on " + strings.Join(v.Names, " and ") + ", and nothing uses it."}
}
