package deploy

import (
	"context"
	"fmt"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/secrets"
)

var key05 = check.Check{
	Rule: preflight.Rule{
		ID:      "KEY-05",
		Title:   "A key that everybody knows is configured",
		Level:   preflight.Fail,
		Rows:    []string{"P6", "S2", "P6w3"},
		Sources: []preflight.Source{preflight.Manifest},
		Why:     "Anybody can make a token and sign in as anybody.",
		Fix:     "Make a key with openssl rand -hex 32, keep it in the platform's secret store, and redeploy; everybody signs in again.",
		Verify:  "preflight URL --active, or --token-stdin with a token of a test account.",
		FixCost: "10 minutes",
		Cost:    preflight.High,
		Detect:  "The value of a signing key in a manifest, an env file for production or one that a path loads, or the fallback of ${NAME:-...} in a compose file, is a published default, the value of the example file, or a placeholder.",
		Silent:  "Example files, development files that no path for production loads, references, credentials of other services.",
		Bad:     "-- docker-compose.yml --\nservices:\n  api:\n    build: .\n    environment:\n      JWT_SECRET: supersecret\n-- Dockerfile --\nFROM python:3.12\nCMD [\"python\", \"main.py\"]\n",
		Good:    "-- docker-compose.yml --\nservices:\n  api:\n    build: .\n    environment:\n      JWT_SECRET: ${JWT_SECRET:?set it}\n-- Dockerfile --\nFROM python:3.12\nCMD [\"python\", \"main.py\"]\n",
	},
	Run: runKey05,
}

func runKey05(_ context.Context, in *check.Input) preflight.Outcome {
	examples := exampleValues(in)
	var findings []preflight.Finding
	seen := 0
	for _, s := range configured(in) {
		if !signingName(s.Name) {
			continue
		}
		seen++
		why := ""
		switch {
		case secrets.IsKnownDefault(s.Value):
			why = "it is a published default"
		case examples[s.Name] == s.Value && secrets.Classify(s.Name, s.Value) != secrets.Real:
			why = "it is the value of the example file"
		case placeholder(s.Value) || secrets.Classify(s.Name, s.Value) == secrets.Placeholder && len(s.Value) < 60:
			why = "it is a placeholder, and anybody can guess it"
		}
		if why == "" {
			continue
		}
		f := preflight.Finding{Level: preflight.Fail, Path: s.by, Key: s.Name, Title: fmt.Sprintf("%s is set to a key that everybody knows", s.Name), Detail: "The value is not secret: " + why + ".",
			Evidence: []preflight.Evidence{at(in, s.Place, why)}}
		if s.Kind == manifest.Referenced {
			f.Level = preflight.Warn
			f.Title = fmt.Sprintf("%s falls back to a key that everybody knows", s.Name)
			f.Fix = fmt.Sprintf("Refuse to start without it: ${%s:?set it}", s.Name)
		}
		if s.path != nil {
			f.Level = min(f.Level, certainOf(s.path, f.Level))
		}
		findings = append(findings, f)
	}
	if seen == 0 {
		return preflight.NotApplicable("no signing key is written in a manifest or an env file for production")
	}
	return preflight.Found(findings...)
}

// exampleValues are the values of the templates of env files.
func exampleValues(in *check.Input) map[string]string {
	out := map[string]string{}
	for _, e := range in.Deploy.EnvFiles {
		if e.Use != manifest.EnvExample {
			continue
		}
		for _, v := range e.Vars {
			if v.Value != "" && !v.Comment {
				out[v.Name] = v.Value
			}
		}
	}
	return out
}
