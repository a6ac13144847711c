package deploy

import (
	"context"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

// railwayEnds is the day from which Railway no longer reads railway.json and
// railway.toml. Source: docs.railway.com, 21 August 2026.
var railwayEnds = time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)

var man10 = check.Check{
	Rule: preflight.Rule{
		ID:      "MAN-10",
		Title:   "A manifest format is on its way out",
		Level:   preflight.Info,
		Rows:    []string{"P10"},
		Sources: []preflight.Source{preflight.Manifest},
		Why:     "One day the platform ignores the file: the start command, the health check and the replicas in it are then gone.",
		Fix:     "Move to the format that replaces it.",
		Verify:  "The platform's page of the service shows the settings of the new file.",
		Detect:  "railway.json and railway.toml (no longer read from 1 December 2026; replaced by .railway/railway.ts), env: instead of runtime: in render.yaml, builds in vercel.json, app.json of Heroku.",
		Silent:  "Formats that are in force.",
		Bad:     "-- railway.json --\n{\"deploy\": {\"startCommand\": \"python main.py\"}}\n",
		Good:    "-- .railway/railway.ts --\nimport { defineRailway, project, service } from 'railway/iac'\nexport default defineRailway(() => project('x', { resources: [service('api', { startCommand: 'python main.py', env: {} })] }))\n",
		Sourced: "docs.railway.com/config-as-code and /infrastructure-as-code (21 August 2026); render.com Blueprint reference (18 August 2026).",
	},
	Run: runMan10,
}

func runMan10(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	add := func(file string, line int, title, fix string) {
		findings = append(findings, preflight.Finding{Level: preflight.Info, Path: file, Key: file, Title: title, Fix: fix, Evidence: []preflight.Evidence{at(in, manifest.Place{File: file, Line: line}, "")}})
	}
	for _, f := range in.Deploy.Files {
		switch base := path.Base(f.Path); {
		case base == "railway.json" || base == "railway.toml":
			when := "Railway stops reading " + base + " on 1 December 2026"
			if !in.Now.Before(railwayEnds) {
				when = "Railway has not read " + base + " since 1 December 2026"
			}
			add(f.Path, 1, when, "railway config migrate --apply   (writes .railway/railway.ts; then railway config plan, railway config apply)")
		case f.Kind == "render.yaml":
			for _, k := range manifest.Keys(f.Path, []byte(in.Tree.Text(f.Path))) {
				if k.Path == "services" && k.Name == "env" {
					add(f.Path, k.Line, "render.yaml has env:, which is now runtime:", fmt.Sprintf("Write runtime: %s", k.Value))
				}
			}
		case base == "vercel.json":
			if strings.Contains(in.Tree.Text(f.Path), `"builds"`) {
				add(f.Path, 0, "vercel.json has builds, which Vercel keeps for old projects only", "Use the framework preset, or functions and rewrites.")
			}
		}
	}
	if len(in.Deploy.Files) == 0 {
		return preflight.NotApplicable("no deployment description was found")
	}
	return preflight.Found(findings...)
}
