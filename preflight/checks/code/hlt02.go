package code

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var hlt02 = check.Check{
	Rule: preflight.Rule{
		ID:      "HLT-02",
		Title:   "The health route says ok without looking",
		Level:   preflight.Warn,
		Rows:    []string{"C9", "P10"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "The platform sees a healthy program while the database is gone or a key is missing.",
		Fix:     "Ask the database (select 1) and look at the required settings; answer 503 when one is missing. Call no paid service.",
		Verify:  "Stop the database and call the route: it must answer 503.",
		FixCost: "20 minutes",
		Cost:    preflight.Low,
		Detect:  "The handler of a health route returns constants and asks nothing, in a program that has a database or settings.",
		Silent:  "Liveness routes beside a readiness route that looks; handlers with a call, a condition or a dependency; programs that need nothing.",
		Bad:     healthApp + "@app.get('/health')\ndef health():\n    return {'status': 'ok', 'database': 'connected'}\n",
		Good:    healthApp + "@app.get('/health')\ndef health():\n    with engine.connect() as c:\n        c.execute('select 1')\n    return {'status': 'ok'}\n",
	},
	Run: runHlt02,
}

const healthApp = "-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom sqlalchemy import create_engine\napp = FastAPI()\nengine = create_engine(os.environ['DATABASE_URL'])\n"

func runHlt02(_ context.Context, in *check.Input) preflight.Outcome {
	list := healthRoutes(in)
	if len(list) == 0 {
		return preflight.NotApplicable("no health route was found in the code")
	}
	blind := list[:0:0]
	for _, r := range list {
		if r.Func == nil || looksAround(in, r.Func) {
			if r.Func == nil || !livePath.MatchString(r.Path) {
				return preflight.Pass(r.Path + " looks around")
			}
			continue
		}
		if readyPath.MatchString(r.Path) || !livePath.MatchString(r.Path) || len(list) == 1 {
			blind = append(blind, r)
		}
	}
	if len(blind) == 0 || len(in.Code.Databases()) == 0 && len(in.Code.EnvReads()) < 3 {
		return preflight.Pass("")
	}
	r := blind[0]
	return preflight.Found(preflight.Finding{Level: preflight.Warn, Rows: []string{"C9"}, Key: r.Path, Evidence: []preflight.Evidence{at(in, r.File, r.Line, "returns constants")}})
}
