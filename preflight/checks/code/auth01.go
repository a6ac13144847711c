package code

import (
	"context"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
)

var auth01 = check.Check{
	Rule: preflight.Rule{
		ID:      "AUTH-01",
		Title:   "The OAuth redirect URI is written as a local address",
		Level:   preflight.Fail,
		Rows:    []string{"P1", "C1", "R1", "V1", "P1w1", "P1w2", "P1w3"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Nobody can sign in: the provider refuses the request or sends people to their own machine.",
		Fix:     "Read the public base URL from one variable, build every callback from it, and register the resulting https URLs with the provider.",
		Verify:  "Begin to sign in on the deployed site and read redirect_uri in the address bar: it must be your https domain.",
		FixCost: "30 minutes",
		Cost:    preflight.Low,
		Detect:  "An argument, key, field or query parameter that holds a callback address evaluates to a literal URL of this machine or of a private network, through constants, imports, concatenation and templates.",
		Silent:  "Defaults of variables (see AUTH-03), branches of a condition on the environment, tests, examples, tooling, relative paths, code that no entry of the program reaches.",
		Bad:     "-- main.py --\nfrom fastapi import FastAPI\nfrom authlib.integrations.starlette_client import OAuth\napp = FastAPI()\noauth = OAuth()\n@app.get('/auth/login')\nasync def login(request):\n    return await oauth.google.authorize_redirect(request, 'http://localhost:8000/auth/callback')\n",
		Good:    "-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom authlib.integrations.starlette_client import OAuth\napp = FastAPI()\noauth = OAuth()\n@app.get('/auth/login')\nasync def login(request):\n    return await oauth.google.authorize_redirect(request, os.environ['BACKEND_URL'] + '/auth/callback')\n",
	},
	Run: runAuth01,
}

func runAuth01(_ context.Context, in *check.Input) preflight.Outcome {
	all := redirects(in)
	var found []preflight.Evidence
	seen := map[string]bool{}
	for _, r := range all {
		if !localRedirect(r) {
			continue
		}
		file, line := r.site.Mod().File.Path, int(r.site.Node.Line)
		if r.expr.Line > 0 {
			line = int(r.expr.Line)
		}
		key := fmt.Sprint(file, line)
		if seen[key] {
			continue
		}
		seen[key] = true
		found = append(found, at(in, file, line, r.name+" is "+literalOf(r)))
		if p := r.value.Place; p.Line > 0 && (p.File != file || p.Line != line) && !seen[fmt.Sprint(p.File, p.Line)] {
			seen[fmt.Sprint(p.File, p.Line)] = true
			found = append(found, at(in, p.File, p.Line, "the literal"))
		}
	}
	if len(found) == 0 {
		if len(all) == 0 {
			return preflight.NotApplicable("no OAuth callback address was found in the code")
		}
		return preflight.Pass(count(len(all), "callback address") + " looked at")
	}
	return preflight.Found(preflight.Finding{
		Level:    preflight.Fail,
		Evidence: found,
		Detail:   "The provider is given a callback that exists only on the developer's machine.",
	})
}

func localRedirect(r redirect) bool {
	if v := r.value; v.Kind == repo.Text && v.Partial && strings.HasSuffix(v.Text, ":") {
		return false // a port that is chosen at run time: a flow of a tool on the user's machine
	}
	return literalLocal(r.value) || localList(r)
}

// localList recognises lists of callback addresses that are all local.
func localList(r redirect) bool {
	if len(r.value.Items) == 0 || r.value.Gated {
		return false
	}
	for _, item := range r.value.Items {
		if !literalLocal(item) {
			return false
		}
	}
	return true
}

func literalOf(r redirect) string {
	v := r.value
	for len(v.Items) > 0 {
		v = v.Items[0]
	}
	return v.Text
}
