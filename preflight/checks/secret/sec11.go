package secret

import (
	"fmt"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/secrets"
)

var sec11 = shared(preflight.Rule{
	ID:      "SEC-11",
	Title:   "Development and production share a secret",
	Level:   preflight.Warn,
	Rows:    []string{"C8"},
	Sources: []preflight.Source{preflight.Env},
	Why:     "Whoever has a developer's machine has production too, and one leak ends both.",
	Fix:     "Make a key of its own for production, with a usage limit at the provider.",
	Verify:  "The fingerprints in the next report differ.",
	FixCost: "20 minutes",
	Cost:    preflight.High,
	Detect:  "Values of secret names in env files of different environments are compared by a keyed hash that dies with the run.",
	Silent:  "Placeholders, public ids, files of one environment.",
	Bad:     "-- .env --\nOPENAI_API_KEY=<key>\n-- .env.production --\nOPENAI_API_KEY=<the same key>\n",
	Good:    "-- .env --\nOPENAI_API_KEY=<key>\n-- .env.production --\nOPENAI_API_KEY=<another key>\n",
}, runSec11)

func runSec11(in *Input) preflight.Outcome {
	type use struct {
		name string
		place
	}
	development, production := map[string]use{}, map[string]use{}
	for _, e := range in.Deploy.EnvFiles {
		for _, v := range e.Vars {
			if v.Comment || !secrets.SecretName(v.Name) || secrets.Classify(v.Name, v.Value) != secrets.Real || in.Fingerprint == nil {
				continue
			}
			u := use{v.Name, place{e.Path, v.Line}}
			switch e.Use {
			case manifest.EnvProduction:
				production[in.Fingerprint(v.Value)] = u
			case manifest.EnvPlain, manifest.EnvDevelopment:
				development[in.Fingerprint(v.Value)] = u
			}
		}
	}
	if len(development) == 0 || len(production) == 0 {
		return preflight.NotApplicable("there are no env files of both environments with real-looking values")
	}
	var findings []preflight.Finding
	for fingerprint, p := range production {
		d, same := development[fingerprint]
		if !same {
			continue
		}
		findings = append(findings, preflight.Finding{Level: preflight.Warn, Key: p.name, Title: fmt.Sprintf("%s is the same in development and production", p.name),
			Evidence: []preflight.Evidence{{File: d.file, Line: d.line, Note: "development"}, {File: p.file, Line: p.line, Note: "production"}}, Fix: rotation([]secrets.Secret{{Kind: secrets.KindFor(p.name)}})})
	}
	return preflight.Found(findings...)
}

type place struct {
	file string
	line int
}
