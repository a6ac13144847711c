package code

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
)

var cors06 = check.Check{
	Rule: preflight.Rule{
		ID:      "CORS-06",
		Title:   "Local origins are allowed in production as well",
		Level:   preflight.Info,
		Rows:    []string{"P4", "S7"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Any program on a user's own machine can open a page that reads the API with the user's cookies.",
		Fix:     "Add the local origins only in development.",
		Verify:  "curl -sI -H 'Origin: http://localhost:3000' https://api.../ must not answer with that origin.",
		Detect:  "A list of allowed origins with credentials holds both local and public entries without a condition on the environment.",
		Silent:  "Set-ups without credentials, lists that a variable decides.",
		Bad:     corsHead + "app.add_middleware(CORSMiddleware, allow_origins=['http://localhost:3000', 'https://app.example.net'], allow_credentials=True)\n" + corsRoute,
		Good:    corsHead + "app.add_middleware(CORSMiddleware, allow_origins=['https://app.example.net'], allow_credentials=True)\n" + corsRoute,
	},
	Run: runCors06,
}

func runCors06(_ context.Context, in *check.Input) preflight.Outcome {
	all := corsSetups(in)
	if len(all) == 0 {
		return preflight.NotApplicable("the code sets no allowed origins")
	}
	var findings []preflight.Finding
	for i := range all {
		c := &all[i]
		if c.any || !c.withCredentials() {
			continue
		}
		list, known := originList(c.value)
		local, public := false, false
		for _, o := range list {
			local = local || o.Kind == repo.Text && localOrigin(o.Text)
			public = public || o.Kind == repo.Text && publicURL(o.Text)
		}
		if known && local && public {
			findings = append(findings, preflight.Finding{Level: preflight.Info, Evidence: originEvidence(in, c)})
		}
	}
	return preflight.Found(findings...)
}
