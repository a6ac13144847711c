package deploy

import (
	"context"
	"fmt"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var data17 = check.Check{
	Rule: preflight.Rule{
		ID:      "DATA-17",
		Title:   "A free plan sleeps, or loses its database after a time",
		Level:   preflight.Info,
		Rows:    []string{"C12"},
		Sources: []preflight.Source{preflight.Manifest},
		Why:     "The first visitor after a pause waits for a minute and sign-in times out; a free database is deleted when its time is over.",
		Fix:     "Choose a paid plan before real people use it.",
		Verify:  "The platform's page of the service shows the plan.",
		Detect:  "plan: free at a web service or a database of render.yaml.",
		Silent:  "Paid plans, plans that are not named.",
		Bad:     "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: docker\n    plan: free\n",
		Good:    "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: docker\n    plan: starter\n",
		Sourced: "Render's free plan sleeps after 15 minutes and has no disk (its documentation, read in August 2026).",
	},
	Run: runData17,
}

func runData17(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	for _, p := range in.Paths() {
		if p.Plan == "free" && runsCode(p) {
			findings = append(findings, preflight.Finding{Level: preflight.Info, Path: p.Name, Key: p.Name, Title: fmt.Sprintf("%s is on the free plan: it sleeps after 15 minutes", p.Name), Evidence: []preflight.Evidence{at(in, p.Place, "")}})
		}
	}
	for _, d := range in.Deploy.Databases {
		if d.Plan == "free" {
			findings = append(findings, preflight.Finding{Level: preflight.Info, Key: d.Name, Title: fmt.Sprintf("The database %s is on the free plan, which ends", d.Name), Evidence: []preflight.Evidence{at(in, d.Place, "")}})
		}
	}
	if len(findings) == 0 && len(in.Deploy.Files) == 0 {
		return preflight.NotApplicable("no deployment description was found")
	}
	return preflight.Found(findings...)
}
