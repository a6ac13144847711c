package code

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var rate01 = check.Check{
	Rule: preflight.Rule{
		ID:      "RATE-01",
		Title:   "Nothing limits how often somebody may sign in or ask the model",
		Level:   preflight.Warn,
		Rows:    []string{"S5"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "Passwords can be tried for as long as somebody likes, and one script can spend the month's budget in an hour.",
		Fix:     "Limit each user to 10 requests a second and each address to 5 sign-ins a minute (slowapi, express-rate-limit, httprate), and set a daily budget for the model.",
		Verify:  "Send 30 wrong passwords in a row: the last ones must be answered with 429.",
		FixCost: "30 minutes",
		Cost:    preflight.High,
		Detect:  "Routes that check a password or a code, or that call a paid model, in a program without any limiter and without limit_req in its proxy.",
		Silent:  "Any limiter, in code or in the proxy's configuration; identity services that sign people in themselves.",
		Bad:     "-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.post('/login')\ndef login(email: str, password: str):\n    return check(email, password)\n",
		Good:    "-- main.py --\nfrom fastapi import FastAPI\nfrom slowapi import Limiter\nlimiter = Limiter(key_func=str)\napp = FastAPI()\napp.state.limiter = limiter\n@app.post('/login')\n@limiter.limit('5/minute')\ndef login(email: str, password: str):\n    return check(email, password)\n",
	},
	Run: runRate01,
}

func runRate01(_ context.Context, in *check.Input) preflight.Outcome {
	list := costlyRoutes(in)
	if len(list) == 0 {
		return preflight.NotApplicable("no route checks passwords or pays for a model")
	}
	if by := limited(in); by != "" {
		return preflight.Pass("limited in " + by)
	}
	var evidence []preflight.Evidence
	for _, c := range list[:min(5, len(list))] {
		evidence = append(evidence, at(in, c.route.File, c.route.Line, c.route.Path+" "+c.why))
	}
	return preflight.Found(preflight.Finding{Level: preflight.Warn, Evidence: evidence, Detail: count(len(list), "route") + " without a limit. Is there one in a gateway before the program?"})
}
