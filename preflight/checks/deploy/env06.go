package deploy

import (
	"context"
	"fmt"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var env06 = check.Check{
	Rule: preflight.Rule{
		ID:      "ENV-06",
		Title:   "Nothing checks the settings at the start",
		Level:   preflight.Info,
		Rows:    []string{"P10", "C9", "V10"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Each missing setting is found one by one, by users.",
		Fix:     "Check all of them at the start and name the missing ones in one message.",
		Verify:  "Start the program with an empty environment: it refuses and lists what is missing.",
		Detect:  "Deployed code reads four or more variables without a default, and none of them is required, validated or tested.",
		Silent:  "Programs with few settings, required fields, schemas, any test of a setting.",
		Bad:     "-- main.py --\nimport os\nfrom fastapi import FastAPI\nA = os.getenv('SMTP_HOST')\nB = os.getenv('SMTP_LOGIN')\nC = os.getenv('BUCKET')\nD = os.getenv('QUEUE_URL')\napp = FastAPI()\n",
		Good:    "-- main.py --\nimport os\nfrom fastapi import FastAPI\nA = os.environ['SMTP_HOST']\nB = os.environ['SMTP_LOGIN']\nC = os.environ['BUCKET']\nD = os.environ['QUEUE_URL']\napp = FastAPI()\n",
	},
	Run: runEnv06,
}

func runEnv06(_ context.Context, in *check.Input) preflight.Outcome {
	var open []preflight.Evidence
	reads := 0
	seen := map[string]bool{}
	for _, r := range in.Code.EnvReads() {
		if !r.Reachable || r.Tooling || r.Client || seen[r.Name] || platformName(r.Name) {
			continue
		}
		seen[r.Name] = true
		reads++
		if r.Required || r.Validated || tested(in, r) {
			return preflight.Pass("settings are required or tested, such as " + r.Name)
		}
		if !r.HasDefault && !r.Random {
			open = append(open, at(in, manifest.Place{File: r.File, Line: r.Line}, r.Name))
		}
	}
	if reads == 0 {
		return preflight.NotApplicable("no code that reads variables was found")
	}
	if len(open) < 4 {
		return preflight.Pass("few settings have no default")
	}
	return preflight.Found(preflight.Finding{Level: preflight.Info, Title: fmt.Sprintf("Nothing checks the settings at the start: %d of %d have no default", len(open), reads), Evidence: open[:min(5, len(open))]})
}
