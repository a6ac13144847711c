package deploy

import (
	"context"
	"fmt"
	"path"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var env10 = check.Check{
	Rule: preflight.Rule{
		ID:      "ENV-10",
		Title:   "Production loads an env file that is meant for development",
		Level:   preflight.Warn,
		Rows:    []string{"P10", "P2"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "Values of a developer's machine replace those of the platform.",
		Fix:     "Let production get its variables from the platform alone.",
		Verify:  "The health or settings page of production shows the values of the platform.",
		FixCost: "10 minutes",
		Cost:    preflight.Low,
		Detect:  "A compose file for production that names .env.dev, .env.local or the like as env_file; load_dotenv(override=True) in deployed code while a tracked env file lies beside it.",
		Silent:  "Files that are not in the repository, loading without override (the platform's values then win).",
		Bad:     "-- docker-compose.prod.yml --\nservices:\n  api:\n    build: .\n    env_file: .env.dev\n-- .env.dev --\nLOG_LEVEL=debug\n-- Dockerfile --\nFROM python:3.12\nCMD [\"python\", \"main.py\"]\n",
		Good:    "-- docker-compose.prod.yml --\nservices:\n  api:\n    build: .\n    env_file: .env.prod\n-- .env.prod --\nLOG_LEVEL=info\n-- Dockerfile --\nFROM python:3.12\nCMD [\"python\", \"main.py\"]\n",
	},
	Run: runEnv10,
}

func runEnv10(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	for _, p := range in.Paths() {
		for _, file := range p.EnvFiles {
			for _, e := range in.Deploy.EnvFiles {
				if e.Path == file && e.Use == manifest.EnvDevelopment {
					findings = append(findings, preflight.Finding{Level: certainOf(p, preflight.Warn), Path: p.Name, Key: file, Title: fmt.Sprintf("%s loads %s", p.Name, file), Evidence: []preflight.Evidence{at(in, p.Place, "loads it"), {File: file, Note: "for development, by its name"}}})
				}
			}
		}
	}
	findings = append(findings, overrides(in)...)
	return preflight.Found(findings...)
}

// overrides finds loaders that let a file win over the platform's variables.
func overrides(in *check.Input) []preflight.Finding {
	var out []preflight.Finding
	for _, m := range in.Code.LiveModules() {
		for _, s := range m.Calls {
			if syntax.Last(s.Node.X) != "load_dotenv" {
				continue
			}
			o := syntax.Arg(s.Node, -1, "override")
			file := path.Join(path.Dir(m.File.Path), ".env")
			if tracked, known := in.Tree.Tracked(file); o == nil || !o.Is(syntax.Const) || o.Name != "true" || !in.Tree.Has(file) || known && !tracked {
				continue
			}
			out = append(out, preflight.Finding{Level: preflight.Warn, Key: m.File.Path, Title: "The env file wins over the platform's variables (override=True)",
				Evidence: []preflight.Evidence{at(in, manifest.Place{File: m.File.Path, Line: int(s.Node.Line)}, "overrides"), {File: file, Note: "is in the repository"}}})
		}
	}
	return out
}
