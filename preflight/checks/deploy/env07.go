package deploy

import (
	"context"
	"fmt"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var env07 = check.Check{
	Rule: preflight.Rule{
		ID:      "ENV-07",
		Title:   "A placeholder would be deployed as a value",
		Level:   preflight.Fail,
		Rows:    []string{"P10", "R10"},
		Sources: []preflight.Source{preflight.Manifest},
		Why:     "The program takes the placeholder for a value, and the feature fails with an error that names neither.",
		Fix:     "Write the real value, or leave it to the platform's secret store (render.yaml: sync: false).",
		Verify:  "preflight . finds it no more.",
		FixCost: "10 minutes",
		Cost:    preflight.Low,
		Detect:  "Values such as your_key_here, changeme, <token>, example.com in a manifest, an env file for production, or the env of a workflow that deploys.",
		Silent:  "Example files, development files, signing keys (KEY-05), references.",
		Bad:     "-- fly.toml --\napp = 'x'\n[env]\n  GOOGLE_CLIENT_ID = 'your-client-id-here'\n",
		Good:    "-- fly.toml --\napp = 'x'\n[env]\n  GOOGLE_CLIENT_ID = '1234.apps.googleusercontent.com'\n",
	},
	Run: runEnv07,
}

func runEnv07(_ context.Context, in *check.Input) preflight.Outcome {
	list := configured(in)
	var findings []preflight.Finding
	for _, s := range list {
		if s.Kind != manifest.Literal || signingName(s.Name) || !placeholder(s.Value) {
			continue
		}
		level := preflight.Fail
		if s.path != nil {
			level = certainOf(s.path, level)
		}
		findings = append(findings, preflight.Finding{Level: level, Path: s.by, Key: s.Name, Title: fmt.Sprintf("%s would be deployed as %q", s.Name, s.Value), Evidence: []preflight.Evidence{at(in, s.Place, "a placeholder")}})
	}
	if len(list) == 0 {
		return preflight.NotApplicable("no manifest or env file for production holds values")
	}
	return preflight.Found(findings...)
}
