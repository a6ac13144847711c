package code

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
)

var cors01 = check.Check{
	Rule: preflight.Rule{
		ID:      "CORS-01",
		Title:   "Only local origins may call the API",
		Level:   preflight.Fail,
		Rows:    []string{"P4", "C2", "R4", "V4", "P4w1"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "The deployed front end cannot read a single answer: the browser blocks every request.",
		Fix:     "Read the allowed origins from CORS_ORIGINS and set it to the https address of the front end.",
		Verify:  "Open the deployed front end and look at the console: no CORS error; or run preflight with both addresses.",
		FixCost: "5 minutes",
		Cost:    preflight.Low,
		Detect:  "The list of allowed origins of a CORS middleware, followed through constants, lists and settings, holds only addresses of this machine or a private network, and no variable takes part in it.",
		Silent:  "Lists with a public origin or a variable (CORS-02), wildcards (CORS-03), code under a condition on the environment, programs that serve their front end from the same origin.",
		Bad:     corsHead + "origins = ['http://localhost:3000', 'http://127.0.0.1:5173']\napp.add_middleware(CORSMiddleware, allow_origins=origins, allow_credentials=True, allow_methods=['*'])\n" + corsRoute,
		Good:    corsHead + "import os\norigins = os.environ['CORS_ORIGINS'].split(',')\napp.add_middleware(CORSMiddleware, allow_origins=origins, allow_credentials=True, allow_methods=['*'])\n" + corsRoute,
	},
	Run: runCors01,
}

const (
	corsHead  = "-- main.py --\nfrom fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\napp = FastAPI()\n"
	corsRoute = "@app.get('/items')\ndef items():\n    return []\n"
)

func runCors01(_ context.Context, in *check.Input) preflight.Outcome {
	all := corsSetups(in)
	findings := localVariables(in)
	if len(all) == 0 && len(findings) == 0 {
		return preflight.NotApplicable("the code sets no allowed origins")
	}
	joined := sameOrigin(in)
	for i := range all {
		c := &all[i]
		if !onlyLocal(c) || elsewherePublic(all, c) {
			continue
		}
		f := preflight.Finding{Level: preflight.Fail, Evidence: originEvidence(in, c), Detail: "No public origin is allowed, and no variable can add one."}
		if joined != "" {
			f.Level = preflight.Info
			f.Detail += " It does no harm as long as " + joined + "."
		}
		findings = append(findings, f)
	}
	return preflight.Found(findings...)
}

// onlyLocal reports whether a set-up allows local origins and certainly no others.
func onlyLocal(c *cors) bool {
	if c.any || c.open || c.origins == nil && c.regex == nil || c.regex != nil && !localPattern(*c.regex) {
		return false
	}
	if c.origins == nil {
		return true
	}
	list, known := originList(c.value)
	if !known || len(list) == 0 {
		return false
	}
	for _, o := range list {
		if o.Kind != repo.Text || !localOrigin(o.Text) {
			return false
		}
	}
	return true
}

// localOrigin reports whether an entry of a list names this machine, also without a scheme.
func localOrigin(s string) bool { return localURL(s) || s != "" && localURL("http://"+s) }

func localPattern(v repo.Value) bool {
	return v.Kind == repo.Text && !v.Partial && mentions(&node{Text: v.Text}, "localhost", "127", "192", "10\\.") && !mentions(&node{Text: v.Text}, ".com", ".app", ".dev", ".net", ".org", ".io")
}

// elsewherePublic reports whether another set-up of the same library lets somebody else in: the local one is then one of several.
func elsewherePublic(all []cors, c *cors) bool {
	for i := range all {
		o := &all[i]
		if o != c && o.style == c.style && o.site.Mod() == c.site.Mod() && !onlyLocal(o) {
			return true
		}
	}
	return false
}

// originEvidence shows a set-up and the literals of its list.
func originEvidence(in *check.Input, c *cors) []preflight.Evidence {
	out := []preflight.Evidence{here(in, c.site, "allowed origins")}
	seen := map[repo.Place]bool{{File: c.site.Mod().File.Path, Line: int(c.site.Node.Line)}: true}
	list, _ := originList(c.value)
	for _, o := range list {
		p := o.Fallback().Place
		if p.Line > 0 && !seen[p] && len(out) < 5 {
			seen[p] = true
			out = append(out, at(in, p.File, p.Line, "allowed: "+o.Fallback().Text))
		}
	}
	return out
}
