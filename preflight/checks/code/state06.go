package code

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var state06 = check.Check{
	Rule: preflight.Rule{
		ID:      "STATE-06",
		Title:   "The states of sign-ins are never thrown away",
		Level:   preflight.Info,
		Rows:    []string{"P7"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Every sign-in that is not finished takes memory until the next restart, and an old state stays good for ever.",
		Fix:     "Give each entry ten minutes.",
		Verify:  "Begin to sign in, wait eleven minutes, finish: it must be refused.",
		Detect:  "A store of sign-in states in memory gets entries, and nothing in its module looks at their age.",
		Silent:  "Stores with a time to live, code that compares times or expiries.",
		Bad:     stateApp,
		Good:    "-- main.py --\nimport secrets\nimport time\nfrom fastapi import FastAPI, HTTPException\napp = FastAPI()\noauth_states = {}\n@app.get('/auth/google/login')\ndef login():\n    state = secrets.token_urlsafe(32)\n    oauth_states[state] = time.time() + 600\n    return state\n@app.get('/auth/google/callback')\ndef callback(state: str):\n    expires = oauth_states.pop(state, 0)\n    if expires < time.time():\n        raise HTTPException(400)\n",
	},
	Run: runState06,
}

func runState06(_ context.Context, in *check.Input) preflight.Outcome {
	list := loginStores(in)
	if len(list) == 0 {
		return preflight.NotApplicable("no sign-in is kept in the memory of the process")
	}
	var findings []preflight.Finding
	for _, st := range list {
		if !ages(st.mod.Tree) && !ages(st.def.Value) {
			findings = append(findings, preflight.Finding{Level: preflight.Info, Key: st.name, Evidence: storeEvidence(in, st)})
		}
	}
	return preflight.Found(findings...)
}

// ages reports whether code deals with ages: times to live, expiries, clocks.
func ages(n *node) bool {
	return contains(n, func(x *node) bool {
		return x.Is(syntax.Name, syntax.Attr, syntax.Keyword) && words(x.Name, "ttl", "expires", "expiry", "expire", "expired", "expiration", "expiring", "ttlcache", "maxage", "created", "timedelta", "settimeout", "stdttl") || x.Is(syntax.Pair) && x.X.Is(syntax.Str) && words(x.X.Text, "ttl", "expires", "expiry", "created")
	})
}
