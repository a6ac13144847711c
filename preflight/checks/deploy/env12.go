package deploy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var env12 = check.Check{
	Rule: preflight.Rule{
		ID:      "ENV-12",
		Title:   "A variable that the program needs is not set on the platform",
		Level:   preflight.Fail,
		Rows:    []string{"P10", "V10", "P10w1", "R10"},
		Sources: []preflight.Source{preflight.Repo, preflight.Names},
		Why:     "The program refuses to start, or starts and fails at the first use.",
		Fix:     "Set the variable on the platform, and redeploy.",
		Verify:  "Run preflight again with the new list of names.",
		FixCost: "5 minutes",
		Cost:    preflight.Low,
		Detect:  "The list of names from the platform is compared with what deployed code requires, with its gate variables, and for names that are nearly right.",
		Silent:  "Optional settings, names that the manifest sets, names that the platform injects.",
		Bad:     "names.txt: GOOGLE_CLIENT_ID, ANTRHOPIC_API_KEY; the code requires ANTHROPIC_API_KEY",
		Good:    "names.txt: GOOGLE_CLIENT_ID, ANTHROPIC_API_KEY",
	},
	Run: runEnv12,
}

func runEnv12(_ context.Context, in *check.Input) preflight.Outcome {
	if in.Names == nil {
		return preflight.NotChecked("no list of variable names was given (--names)")
	}
	var findings []preflight.Finding
	asked := map[string]bool{}
	missing := func(name, file string, line int, why string, level preflight.Level) {
		if asked[name] || setSomewhere(in, name) {
			return
		}
		asked[name] = true
		f := preflight.Finding{Level: level, Key: name, Title: fmt.Sprintf("%s is not set on the platform", name), Detail: why, Evidence: []preflight.Evidence{at(in, manifest.Place{File: file, Line: line}, "read here")}}
		if near := nearName(in, name); near != "" {
			f.Level = preflight.Fail
			f.Title = fmt.Sprintf("The platform has %s, and the program reads %s", near, name)
			f.Fix = fmt.Sprintf("Rename %s to %s on the platform.", near, name)
		}
		findings = append(findings, f)
	}
	for _, r := range in.Code.EnvReads() {
		if !r.Reachable || r.Tooling || r.Client || platformName(r.Name) || slices.ContainsFunc(r.Aliases, func(a string) bool { return setSomewhere(in, a) }) {
			continue
		}
		switch {
		case r.Required:
			missing(r.Name, r.File, r.Line, "The program does not start without it.", preflight.Fail)
		case necessary(r.Name) && silentlyEmpty(in, r):
			missing(r.Name, r.File, r.Line, "The program starts without it and fails at its first use.", preflight.Fail)
		case nearName(in, r.Name) != "":
			missing(r.Name, r.File, r.Line, "The program goes on with its default.", preflight.Fail)
		}
	}
	for _, g := range gatesByName(in) {
		if !(g.Var == "NODE_ENV") {
			missing(g.Var, g.File, g.Line, "Without it the program does not know that this is production.", preflight.Fail)
		}
	}
	return preflight.Found(findings...)
}

// setSomewhere reports whether the platform's list or a manifest has a name.
func setSomewhere(in *check.Input, name string) bool {
	if in.Names[name] {
		return true
	}
	for _, p := range servers(in) {
		if p.Sets(name) {
			return true
		}
	}
	return false
}

// nearName returns a name of the platform's list that resembles name and that
// no code reads.
func nearName(in *check.Input, name string) string {
	read := map[string]bool{}
	for _, r := range in.Code.EnvReads() {
		read[r.Name] = true
	}
	best := ""
	for have := range in.Names {
		if !read[have] && !platformName(have) && (resemble(have, name) == slip || resemble(have, name) == order || strings.EqualFold(have, name)) && (best == "" || have < best) {
			best = have
		}
	}
	return best
}
