package code

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var cors04 = check.Check{
	Rule: preflight.Rule{
		ID:      "CORS-04",
		Title:   "Any origin may call an API that has a sign-in",
		Level:   preflight.Info,
		Rows:    []string{"S7"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Other sites can use the API from their users' browsers; without cookies they cannot act as somebody.",
		Fix:     "List the origins of your front end.",
		Verify:  "curl -sI -H 'Origin: https://evil.example' https://api.../ must not answer with a star.",
		Detect:  "A CORS set-up allows every origin without credentials, in a program that signs tokens or sessions.",
		Silent:  "Programs without a sign-in: a public read-only API may be open.",
		Bad:     corsHead + "import jwt\napp.add_middleware(CORSMiddleware, allow_origins=['*'])\n@app.post('/login')\ndef login(key: str):\n    return jwt.encode({}, key)\n",
		Good:    corsHead + "app.add_middleware(CORSMiddleware, allow_origins=['*'])\n" + corsRoute,
	},
	Run: runCors04,
}

func runCors04(_ context.Context, in *check.Input) preflight.Outcome {
	all := corsSetups(in)
	if len(all) == 0 {
		return preflight.NotApplicable("the code sets no allowed origins")
	}
	if len(signingKeys(in)) == 0 {
		return preflight.Pass("nothing signs people in")
	}
	var findings []preflight.Finding
	for i := range all {
		if c := &all[i]; c.any && !c.withCredentials() {
			findings = append(findings, preflight.Finding{Level: preflight.Info, Evidence: originEvidence(in, c)})
		}
	}
	return preflight.Found(findings...)
}
