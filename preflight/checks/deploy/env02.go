package deploy

import (
	"context"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
)

var env02 = check.Check{
	Rule: preflight.Rule{
		ID:      "ENV-02",
		Title:   "Variables that the code reads are documented nowhere",
		Level:   preflight.Warn,
		Rows:    []string{"P10"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "Whoever deploys does not know that the variable exists, and finds out from a failing feature.",
		Fix:     "Add the names to .env.example, each with a line that says what it is for.",
		Verify:  "Every name that the code reads is in .env.example.",
		FixCost: "15 minutes",
		Cost:    preflight.Low,
		Detect:  "Names that deployed code reads, less those of example files, env files, manifests and documents. A warning where an example file exists and leaves out a name that has no default; else information.",
		Silent:  "Names of platforms (PORT, RAILWAY_...), tests, tools, names with a default that works.",
		Bad:     "-- .env.example --\nA_URL=\nB_URL=\nC_URL=\n-- main.py --\nimport os\nfrom fastapi import FastAPI\nfor n in ('A_URL', 'B_URL', 'C_URL'):\n    os.environ[n]\nHOOK = os.environ['BILLING_WEBHOOK_SECRET']\napp = FastAPI()\n",
		Good:    "-- .env.example --\nA_URL=\nB_URL=\nC_URL=\nBILLING_WEBHOOK_SECRET=\n-- main.py --\nimport os\nfrom fastapi import FastAPI\nHOOK = os.environ['BILLING_WEBHOOK_SECRET']\napp = FastAPI()\n",
	},
	Run: runEnv02,
}

func runEnv02(_ context.Context, in *check.Input) preflight.Outcome {
	n := variableNames(in)
	if len(n.read) == 0 {
		return preflight.NotApplicable("no code that reads variables was found")
	}
	docs := documents(in)
	var needed, optional []repo.EnvRead
	for _, name := range n.unset(false) {
		r := firstReachable(n.read[name])
		if docs[name] || r.Client {
			continue
		}
		if !r.HasDefault && !r.Random && !r.Guarded && !tested(in, r) {
			needed = append(needed, r)
		} else {
			optional = append(optional, r)
		}
	}
	var findings []preflight.Finding
	if len(needed) > 0 {
		level := preflight.Info
		if listed(in) >= 3 {
			level = preflight.Warn
		}
		findings = append(findings, undocumented(in, needed, level, "has no default"))
	}
	if len(optional) > 0 {
		findings = append(findings, undocumented(in, optional, preflight.Info, "has a default"))
	}
	return preflight.Found(findings...)
}

func firstReachable(reads []repo.EnvRead) repo.EnvRead {
	for _, r := range reads {
		if r.Reachable && !r.Tooling {
			return r
		}
	}
	return reads[0]
}

// listed counts the names in example files.
func listed(in *check.Input) int {
	n := 0
	for _, e := range in.Deploy.EnvFiles {
		if e.Use == manifest.EnvExample {
			n += len(e.Vars)
		}
	}
	return n
}

// documents returns the names that documents for people mention.
func documents(in *check.Input) map[string]bool {
	names := map[string]bool{}
	for _, f := range in.Tree.Files() {
		lower := strings.ToLower(f.Path)
		if strings.HasSuffix(lower, ".md") || strings.HasSuffix(lower, ".rst") || strings.HasSuffix(lower, ".txt") && strings.Contains(lower, "readme") {
			upperNames(in.Tree.Text(f.Path), func(name string) { names[name] = true })
		}
	}
	return names
}

func undocumented(in *check.Input, list []repo.EnvRead, level preflight.Level, how string) preflight.Finding {
	var all, lines []string
	f := preflight.Finding{Level: level}
	for i, r := range list {
		all = append(all, r.Name)
		lines = append(lines, "  "+r.Name+"=")
		if i < 5 {
			f.Evidence = append(f.Evidence, at(in, manifest.Place{File: r.File, Line: r.Line}, how))
		}
	}
	f.Key = strings.Join(all, " ")
	f.Title = fmt.Sprintf("%s documented nowhere: %s", plural(len(all), "variable"), joined(all, 8))
	f.Fix = "Add to .env.example:\n" + strings.Join(lines, "\n")
	return f
}
