package deploy

import (
	"context"
	"fmt"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var env13 = check.Check{
	Rule: preflight.Rule{
		ID:      "ENV-13",
		Title:   "A field of the settings is never used, and code uses one of nearly that name",
		Level:   preflight.Info,
		Rows:    []string{"P10"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "The variable is read into a field that nothing looks at.",
		Fix:     "Rename the field.",
		Verify:  "The program uses the value after a restart.",
		Detect:  "A field of a settings class that no code names, while an attribute one or two letters away is used on the settings.",
		Silent:  "Classes that accept extra fields by name, fields that are used.",
		Bad:     "-- main.py --\nfrom fastapi import FastAPI\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    cokie_domain: str = ''\nsettings = Settings()\napp = FastAPI()\nprint(settings.cookie_domain)\n",
		Good:    "-- main.py --\nfrom fastapi import FastAPI\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    cookie_domain: str = ''\nsettings = Settings()\napp = FastAPI()\nprint(settings.cookie_domain)\n",
	},
	Run: runEnv13,
}

func runEnv13(_ context.Context, in *check.Input) preflight.Outcome {
	fields := map[string]repo.EnvRead{}
	for _, r := range in.Code.EnvReads() {
		if r.Field != "" && r.Reachable {
			fields[r.Field] = r
		}
	}
	if len(fields) == 0 {
		return preflight.NotApplicable("no settings class was found")
	}
	used, first := map[string]bool{}, map[string]manifest.Place{}
	for _, m := range in.Code.LiveModules() {
		for _, s := range m.Attrs {
			if !s.Node.Is(syntax.Attr) {
				continue
			}
			used[s.Node.Name] = true
			if owner := syntax.Last(s.Node.X); owner == "settings" || owner == "config" || owner == "cfg" || owner == "get_settings" {
				if _, ok := first[s.Node.Name]; !ok {
					first[s.Node.Name] = manifest.Place{File: m.File.Path, Line: int(s.Node.Line)}
				}
			}
		}
	}
	var findings []preflight.Finding
	for name, r := range fields {
		if used[name] || len(name) < 6 {
			continue
		}
		for attr, place := range first {
			if _, known := fields[attr]; known || distance(name, attr, 2) > 2 {
				continue
			}
			findings = append(findings, preflight.Finding{Level: preflight.Info, Key: name, Title: fmt.Sprintf("The settings have %s, and the code uses %s", name, attr),
				Evidence: []preflight.Evidence{at(in, manifest.Place{File: r.File, Line: r.Line}, "the field"), at(in, place, "the use")}})
		}
	}
	return preflight.Found(findings...)
}
