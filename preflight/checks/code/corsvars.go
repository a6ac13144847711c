package code

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

// originNames are variables whose value is a list of allowed origins.
var originNames = []string{"CORS_ORIGINS", "CORS_ORIGIN", "CORS_ALLOWED_ORIGINS", "CORS_ALLOW_ORIGINS", "ALLOWED_ORIGINS", "ALLOW_ORIGINS", "BACKEND_CORS_ORIGINS"}

// originVariable is the list that a path for production gives the program.
type originVariable struct {
	path *manifest.Path
	manifest.Variable
	list []string
}

// originVariables returns the literal lists of origins of the paths, where the
// code reads the variable.
func originVariables(in *check.Input) []originVariable {
	var out []originVariable
	for _, p := range in.Paths() {
		if p.Purpose != manifest.Production || p.Role != manifest.Web {
			continue
		}
		for _, r := range in.Code.EnvReads() {
			v := p.Var(r.Name)
			if !r.Reachable || !slices.Contains(originNames, r.Name) || v.Kind != manifest.Literal || v.Value == "" || strings.ContainsAny(v.Value, "$[") {
				continue
			}
			o := originVariable{path: p, Variable: v}
			for _, part := range strings.Split(v.Value, ",") {
				o.list = append(o.list, strings.TrimSpace(part))
			}
			out = append(out, o)
			break
		}
	}
	return out
}

// localVariables finds paths that allow the developer's machine and nobody else.
func localVariables(in *check.Input) []preflight.Finding {
	var findings []preflight.Finding
	for _, o := range originVariables(in) {
		if slices.ContainsFunc(o.list, func(s string) bool { return !localOrigin(s) }) {
			continue
		}
		findings = append(findings, preflight.Finding{Level: preflight.Fail, Path: o.path.Name, Key: o.path.Name + o.Name, Title: fmt.Sprintf("%s allows local origins only", o.Name),
			Evidence: []preflight.Evidence{at(in, o.File, o.Line, "")}, Detail: fmt.Sprintf("%s gives the deployed program a list without a public origin.", o.path.Name),
			Fix: "Set " + o.Name + " to the origins of the deployed front end, or remove it where the front end has the same origin."})
	}
	return findings
}

// starVariables finds paths that allow every origin, in a program that uses cookies.
func starVariables(in *check.Input) []preflight.Finding {
	var findings []preflight.Finding
	for _, o := range originVariables(in) {
		if !slices.Contains(o.list, "*") || !usesCookies(in) {
			continue
		}
		findings = append(findings, preflight.Finding{Level: preflight.Warn, Path: o.path.Name, Key: o.path.Name + o.Name, Title: fmt.Sprintf("%s allows every origin", o.Name),
			Evidence: []preflight.Evidence{at(in, o.File, o.Line, "")}, Detail: "The program uses cookies. Where it allows credentials too, every site can read what it answers to a signed-in user's browser.",
			Fix: "Set " + o.Name + " to the exact origins of the front end."})
	}
	return findings
}
