package deploy

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var env14 = check.Check{
	Rule: preflight.Rule{
		ID:      "ENV-14",
		Title:   "No path checks the settings before it starts the server",
		Level:   preflight.Info,
		Rows:    []string{"V10"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "A version with a missing setting goes live before anybody sees it.",
		Fix:     "Chain a check before the server: python verify_config.py && uvicorn main:app",
		Verify:  "Deploy without one of the variables: the deployment must stop and the old version stay.",
		Detect:  "A start, pre-deploy or release command that runs a script whose name says verify, validate or check with config, env or settings; programs that check inside need none.",
		Silent:  "Programs whose settings are required or validated.",
		Bad:     "-- Procfile --\nweb: uvicorn main:app --host 0.0.0.0 --port $PORT\n-- main.py --\nimport os\nfrom fastapi import FastAPI\nKEY = os.getenv('SEARCH_API_KEY', '')\napp = FastAPI()\n",
		Good:    "-- Procfile --\nweb: python verify_config.py && uvicorn main:app --host 0.0.0.0 --port $PORT\n-- verify_config.py --\nimport os, sys\nif not os.getenv('SEARCH_API_KEY'):\n    sys.exit('set SEARCH_API_KEY')\n-- main.py --\nimport os\nfrom fastapi import FastAPI\nKEY = os.getenv('SEARCH_API_KEY', '')\napp = FastAPI()\n",
	},
	Run: runEnv14,
}

func runEnv14(_ context.Context, in *check.Input) preflight.Outcome {
	reads := 0
	for _, r := range in.Code.EnvReads() {
		if !r.Reachable || r.Tooling || r.Client {
			continue
		}
		reads++
		if r.Required || r.Validated {
			return preflight.Pass("the program checks " + r.Name + " itself")
		}
	}
	if reads == 0 {
		return preflight.NotApplicable("no code that reads variables was found")
	}
	for _, p := range servers(in) {
		for _, c := range append(p.PreDeploy, p.Start) {
			for _, s := range c.Steps {
				if text := strings.ToLower(strings.Join(s.Args, " ")); verifies(text) {
					return preflight.Pass(p.Name + " runs " + joined(s.Args, 4) + " first")
				}
			}
		}
	}
	return preflight.Found(preflight.Finding{Level: preflight.Info})
}

func verifies(command string) bool {
	does, about := false, false
	for _, w := range []string{"verify", "validate", "check", "doctor", "preflight"} {
		does = does || strings.Contains(command, w)
	}
	for _, w := range []string{"config", "env", "settings", "deploy"} {
		about = about || strings.Contains(command, w)
	}
	return does && about
}
