package code

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var state01 = check.Check{
	Rule: preflight.Rule{
		ID:      "STATE-01",
		Title:   "Sign-in is kept in the memory of one of several processes",
		Level:   preflight.Fail,
		Rows:    []string{"P7", "D2", "R7", "V7", "P7w1", "P7w2", "P7w3"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "Sign-in fails now and then: the answer of the provider reaches a process that never saw the question.",
		Fix:     "Start one worker and one instance now. Before scaling, keep the entries in Redis or in a short-lived signed cookie.",
		Verify:  "Sign in twenty times in a row in private windows: every attempt must succeed.",
		FixCost: "5 minutes for one process, 4 hours for Redis",
		Cost:    preflight.High,
		Detect:  "A container in memory is written by one function of a sign-in and read by another (states, verifiers, sessions, one-time codes), and a deployment path runs more than one process: workers, replicas, autoscaling or functions.",
		Silent:  "Paths with one process (STATE-02), caches, counters and chat sessions, stores that Redis or a database stands behind, signed cookies.",
		Bad:     stateApp + "-- Procfile --\nweb: gunicorn main:app -k uvicorn.workers.UvicornWorker --workers 4\n",
		Good:    stateApp + "-- Procfile --\nweb: uvicorn main:app --host 0.0.0.0 --port $PORT\n",
	},
	Run: runState01,
}

const stateApp = "-- main.py --\nimport secrets\nfrom fastapi import FastAPI, HTTPException\nfrom fastapi.responses import RedirectResponse\napp = FastAPI()\noauth_states = {}\n@app.get('/auth/google/login')\ndef login():\n    state = secrets.token_urlsafe(32)\n    oauth_states[state] = True\n    return RedirectResponse('https://accounts.google.com/o/oauth2/auth?state=' + state)\n@app.get('/auth/google/callback')\ndef callback(code: str, state: str):\n    if state not in oauth_states:\n        raise HTTPException(400)\n    del oauth_states[state]\n    return {}\n"

func runState01(_ context.Context, in *check.Input) preflight.Outcome {
	list := loginStores(in)
	if len(list) == 0 {
		return preflight.NotApplicable("no sign-in is kept in the memory of the process")
	}
	var findings []preflight.Finding
	for _, st := range list {
		c := crowded(in, st.mod.File.Path)
		if !c.some() {
			continue
		}
		findings = append(findings, preflight.Finding{
			Level:    preflight.Fail,
			Key:      st.name,
			Path:     pathNames(c.paths),
			Evidence: append(storeEvidence(in, st), c.evidence...),
			Detail:   c.sentence + " " + st.name + " keeps " + st.what + " in the memory of each of them.",
		})
	}
	if len(findings) == 0 {
		return preflight.Pass("one process on every path")
	}
	return preflight.Found(findings...)
}

// storeEvidence shows where a store is made, written and read.
func storeEvidence(in *check.Input, st loginStore) []preflight.Evidence {
	return []preflight.Evidence{
		at(in, st.mod.File.Path, int(st.def.Line), "in memory"),
		here(in, st.write.site, "written here"),
		here(in, st.read.site, "read in another request"),
	}
}
