package code

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var state02 = check.Check{
	Rule: preflight.Rule{
		ID:      "STATE-02",
		Title:   "Sign-in is kept in the memory of the process",
		Level:   preflight.Warn,
		Rows:    []string{"P7", "D2", "D3", "P7w4"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "Who is in the middle of a sign-in fails at each deployment, and a second worker or instance breaks it for everybody.",
		Fix:     "Pin one worker and one instance, and write that down. Before scaling, move the entries to Redis or to a short-lived signed cookie.",
		Verify:  "Begin to sign in, restart the server, finish: it must still work.",
		FixCost: "5 minutes to pin, 4 hours for Redis",
		Cost:    preflight.Medium,
		Detect:  "A container in memory is written by one function of a sign-in and read by another, and every known path runs one process.",
		Silent:  "Caches, counters, chat sessions, stores that Redis or a database stands behind, signed cookies. With several processes it is STATE-01.",
		Bad:     stateApp,
		Good:    "-- main.py --\nimport secrets\nfrom fastapi import FastAPI, Request, HTTPException\nfrom fastapi.responses import RedirectResponse\napp = FastAPI()\n@app.get('/auth/google/login')\ndef login(request: Request):\n    request.session['state'] = secrets.token_urlsafe(32)\n    return RedirectResponse('https://accounts.google.com/o/oauth2/auth?state=' + request.session['state'])\n",
	},
	Run: runState02,
}

func runState02(_ context.Context, in *check.Input) preflight.Outcome {
	list := loginStores(in)
	if len(list) == 0 {
		return preflight.NotApplicable("no sign-in is kept in the memory of the process")
	}
	var findings []preflight.Finding
	for _, st := range list {
		if c := crowded(in, st.mod.File.Path); c.some() {
			continue
		}
		findings = append(findings, preflight.Finding{
			Level:    preflight.Warn,
			Key:      st.name,
			Evidence: storeEvidence(in, st),
			Detail:   st.name + " keeps " + st.what + ". It is lost at every restart and unknown to any other process.",
		})
	}
	return preflight.Found(findings...)
}
