package deploy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
)

var env05 = check.Check{
	Rule: preflight.Rule{
		ID:      "ENV-05",
		Title:   "The variable that says production is not set",
		Level:   preflight.Fail,
		Rows:    []string{"P10", "C5", "P6", "P10w5"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "What the program does for production only (checks of the settings, secure cookies, no debug pages) never happens.",
		Fix:     "Set it on every path, or let the program behave as in production unless it is told otherwise.",
		Verify:  "The log of the start, or the health page, names production.",
		FixCost: "5 minutes",
		Cost:    preflight.Medium,
		Detect:  "Code compares ENVIRONMENT, APP_ENV, NODE_ENV, DJANGO_ENV or the like with a production value, its default is another one, and a deployment path leaves it out. Where a dashboard may have it, only checks of the settings make it a warning.",
		Silent:  "Defaults that are production, platforms that set NODE_ENV themselves, paths that set the variable to a production value, code for tests and tools.",
		Bad:     "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app --host 0.0.0.0\n-- main.py --\nimport os\nfrom fastapi import FastAPI\nENVIRONMENT = os.getenv('ENVIRONMENT', 'development')\nif ENVIRONMENT == 'production':\n    if not os.getenv('SMTP_URL'):\n        raise RuntimeError('SMTP_URL must be set')\napp = FastAPI()\n",
		Good:    "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app --host 0.0.0.0\n    envVars:\n      - key: ENVIRONMENT\n        value: production\n-- main.py --\nimport os\nfrom fastapi import FastAPI\nENVIRONMENT = os.getenv('ENVIRONMENT', 'development')\nif ENVIRONMENT == 'production':\n    if not os.getenv('SMTP_URL'):\n        raise RuntimeError('SMTP_URL must be set')\napp = FastAPI()\n",
	},
	Run: runEnv05,
}

func runEnv05(_ context.Context, in *check.Input) preflight.Outcome {
	gates := gatesByName(in)
	if len(gates) == 0 {
		return preflight.NotApplicable("no code asks whether this is production")
	}
	var findings []preflight.Finding
	for _, g := range gates {
		findings = append(findings, g.findings(in)...)
	}
	return preflight.Found(findings...)
}

// gateUse is a gate variable with its strongest use.
type gateUse struct {
	repo.Gate
	validates bool
}

func gatesByName(in *check.Input) []gateUse {
	var out []gateUse
	for _, g := range in.Code.Gates() {
		if slices.Contains(g.Production, g.Default) || strings.HasPrefix(strings.ToLower(g.Default), "prod") {
			continue // safe by default
		}
		i := slices.IndexFunc(out, func(u gateUse) bool { return u.Var == g.Var })
		if i < 0 {
			out = append(out, gateUse{g, g.Guards == "validation"})
			continue
		}
		if g.Guards == "validation" && !out[i].validates {
			out[i] = gateUse{g, true}
		}
	}
	return out
}

func (g *gateUse) findings(in *check.Input) []preflight.Finding {
	var missing, wrong, open, nowhere []*manifest.Path
	var fine []*manifest.Path
	for _, p := range servers(in) {
		if !holds(p, g.File) || documented(in, g.Var) && !p.DeclaresVars {
			continue
		}
		v := processVar(p, g.Var)
		switch {
		case v.Known() && !g.production(v.Value):
			wrong = append(wrong, p)
		case v.Kind != manifest.Unset, g.Var == "NODE_ENV" && setsNodeEnv(p):
			fine = append(fine, p)
		case in.Sets(p, g.Var) == check.SetYes:
			fine = append(fine, p)
		case in.Sets(p, g.Var) == check.SetNo && p.Platform != manifest.Unknown:
			missing = append(missing, p)
		case p.Platform == manifest.Unknown:
			nowhere = append(nowhere, p)
		default:
			open = append(open, p)
		}
	}
	var out []preflight.Finding
	add := func(paths []*manifest.Path, level preflight.Level, says string) {
		if len(paths) == 0 {
			return
		}
		f := preflight.Finding{Level: level, Path: names(paths), Key: g.Var + says, Title: fmt.Sprintf("%s %s by %s", g.Var, says, names(paths)),
			Evidence: []preflight.Evidence{at(in, manifest.Place{File: g.File, Line: g.Line}, "asks whether this is production")}, Fix: g.fix(paths[0])}
		if v := processVar(paths[0], g.Var); v.File != "" {
			f.Evidence = append(f.Evidence, at(in, v.Place, "set here"))
		}
		f.Detail = fmt.Sprintf("Without it the program takes %q.", g.Default)
		if !g.HasDefault {
			f.Detail = "Without it the program does not know that this is production."
		}
		if len(fine) > 0 {
			f.Detail += " " + names(fine) + " is fine."
		}
		out = append(out, f)
	}
	definite, possible := preflight.Warn, preflight.Info
	if g.validates {
		definite, possible = preflight.Fail, preflight.Warn
	}
	add(missing, definite, "is not set")
	add(wrong, definite, "is not set to production")
	add(open, possible, "cannot be seen to be set")
	add(nowhere, preflight.Info, "cannot be seen to be set")
	return out
}

func (g *gateUse) production(value string) bool {
	for _, p := range g.Production {
		if strings.EqualFold(p, value) {
			return true
		}
	}
	switch strings.ToLower(value) {
	case "production", "prod", "live", "staging":
		return true
	}
	return false
}

func (g *gateUse) fix(p *manifest.Path) string {
	value := "production"
	if len(g.Production) > 0 {
		value = g.Production[0]
	}
	switch p.Platform {
	case manifest.Render:
		return fmt.Sprintf("In render.yaml:\n  envVars:\n    - key: %s\n      value: %s", g.Var, value)
	case manifest.Fly:
		return fmt.Sprintf("In fly.toml:\n  [env]\n    %s = \"%s\"", g.Var, value)
	case manifest.Compose:
		return fmt.Sprintf("In %s:\n  environment:\n    %s: %s", p.Manifest(), g.Var, value)
	case manifest.Docker:
		return fmt.Sprintf("In the Dockerfile:\n  ENV %s=%s", g.Var, value)
	}
	return fmt.Sprintf("Set %s=%s on the platform.", g.Var, value)
}

// setsNodeEnv reports whether the platform's builder for Node sets NODE_ENV to
// production. Sources: documentation of Heroku, Railway, Render and Vercel.
func setsNodeEnv(p *manifest.Path) bool {
	switch p.Platform {
	case manifest.Heroku, manifest.Vercel, manifest.Netlify:
		return true
	case manifest.Railway, manifest.Render:
		return p.Image == nil
	}
	s, ok := p.Start.Server()
	return ok && (s.Program() == "next" || s.Program() == "nuxt") // they set it themselves
}

// documented reports whether the example file or a document tells people to
// set the variable to a production value.
func documented(in *check.Input, name string) bool {
	for _, e := range in.Deploy.EnvFiles {
		if v, ok := e.Var(name); ok && strings.HasPrefix(strings.ToLower(v.Value), "prod") {
			return true
		}
	}
	for _, f := range in.Tree.Files() {
		if strings.HasSuffix(strings.ToLower(f.Path), ".md") && strings.Contains(in.Tree.Text(f.Path), name+"=prod") {
			return true
		}
	}
	return false
}
