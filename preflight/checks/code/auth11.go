package code

import (
	"context"
	"regexp"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
)

var auth11 = check.Check{
	Rule: preflight.Rule{
		ID:      "AUTH-11",
		Title:   "Which Microsoft accounts may sign in is fixed in the code",
		Level:   preflight.Info,
		Rows:    []string{"G2"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "With one tenant people of other companies are refused; with common every Microsoft account in the world may try.",
		Fix:     "A public application uses common or organizations and checks the issuer; an internal one uses the tenant's id. Take it from a variable.",
		Verify:  "Sign in with an account of another company and see whether the result is what you want.",
		Detect:  "An authority of login.microsoftonline.com with a tenant written in the code.",
		Silent:  "Tenants from variables.",
		Bad:     "-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\nAUTHORITY = 'https://login.microsoftonline.com/common'\n@app.get('/login')\ndef login():\n    return AUTHORITY\n",
		Good:    "-- main.py --\nimport os\nfrom fastapi import FastAPI\napp = FastAPI()\nAUTHORITY = 'https://login.microsoftonline.com/' + os.environ['TENANT']\n@app.get('/login')\ndef login():\n    return AUTHORITY\n",
	},
	Run: runAuth11,
}

var microsoftTenant = regexp.MustCompile(`login\.microsoftonline\.com/(common|organizations|consumers|[0-9a-f]{8}-[0-9a-f-]{27})(/|$)`)

func runAuth11(_ context.Context, in *check.Input) preflight.Outcome {
	seen := map[string]bool{}
	var findings []preflight.Finding
	for _, m := range in.Code.LiveModules() {
		for _, s := range m.Strings {
			v := repo.Value{Text: s.Node.Text}
			if len(s.Node.List) > 0 {
				v = in.Code.Value(s.Node, s.Scope)
			}
			tenant := microsoftTenant.FindStringSubmatch(v.Text)
			if tenant == nil || seen[tenant[1]] {
				continue
			}
			seen[tenant[1]] = true
			findings = append(findings, preflight.Finding{Level: preflight.Info, Key: tenant[1], Evidence: []preflight.Evidence{here(in, s, "tenant "+tenant[1])}, Detail: "The tenant is " + tenant[1] + ". Is that who should be able to sign in?"})
		}
	}
	if len(findings) == 0 {
		return preflight.NotApplicable("no Microsoft tenant is written in the code")
	}
	return preflight.Found(findings...)
}
