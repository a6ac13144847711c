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

var env09 = check.Check{
	Rule: preflight.Rule{
		ID:      "ENV-09",
		Title:   "A value has the wrong form for the setting that reads it",
		Level:   preflight.Fail,
		Rows:    []string{"P10"},
		Sources: []preflight.Source{preflight.Repo, preflight.Env},
		Why:     "The program stops at its start with a parsing error, or takes the opposite of what was meant.",
		Fix:     "Write the value as the reader expects it: lists of pydantic settings as JSON, numbers as digits.",
		Verify:  "Start the program with exactly these values.",
		FixCost: "10 minutes",
		Cost:    preflight.Low,
		Detect:  "A list or dict field of a pydantic settings class gets a value that is not JSON, an int field one that is no number, bool('False') in the code.",
		Silent:  "Fields with a validator that splits, NoDecode, references, unknown types; values of example files are information.",
		Bad:     "-- docker-compose.prod.yml --\nservices:\n  api:\n    build: .\n    environment:\n      ALLOWED_HOSTS: a.example.net,b.example.net\n-- Dockerfile --\nFROM python:3.12\nCMD [\"uvicorn\", \"main:app\"]\n-- main.py --\nfrom fastapi import FastAPI\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    allowed_hosts: list[str] = []\nsettings = Settings()\napp = FastAPI()\n",
		Good:    "-- docker-compose.prod.yml --\nservices:\n  api:\n    build: .\n    environment:\n      ALLOWED_HOSTS: '[\"a.example.net\"]'\n-- Dockerfile --\nFROM python:3.12\nCMD [\"uvicorn\", \"main:app\"]\n-- main.py --\nfrom fastapi import FastAPI\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    allowed_hosts: list[str] = []\nsettings = Settings()\napp = FastAPI()\n",
		Sourced: "pydantic-settings: complex fields are parsed as JSON (its documentation, 2026).",
	},
	Run: runEnv09,
}

func runEnv09(_ context.Context, in *check.Input) preflight.Outcome {
	typed := map[string]repo.EnvRead{}
	for _, r := range in.Code.EnvReads() {
		if r.Reachable && r.Type != "" && r.Field != "" && strings.HasSuffix(r.File, ".py") {
			typed[r.Name] = r
		}
	}
	if len(typed) == 0 {
		return preflight.NotApplicable("no settings with types were found")
	}
	var findings []preflight.Finding
	check := func(s setting, level preflight.Level) {
		r, ok := typed[s.Name]
		if !ok || s.Kind != manifest.Literal || fits(r, s.Value) {
			return
		}
		findings = append(findings, preflight.Finding{Level: level, Path: s.by, Key: s.Name + s.by, Title: fmt.Sprintf("%s is not written as %s", s.Name, form(r)),
			Evidence: []preflight.Evidence{at(in, s.Place, "the value"), at(in, manifest.Place{File: r.File, Line: r.Line}, "read as "+r.Type)}})
	}
	for _, s := range configured(in) {
		check(s, preflight.Fail)
	}
	for _, e := range in.Deploy.EnvFiles {
		if e.Use == manifest.EnvProduction || e.Use == manifest.EnvTest {
			continue
		}
		for _, v := range e.Vars {
			if !v.Comment {
				check(setting{Variable: manifest.Variable{Name: v.Name, Kind: manifest.Literal, Value: v.Value, Place: manifest.Place{File: e.Path, Line: v.Line}}, by: e.Path}, preflight.Info)
			}
		}
	}
	return preflight.Found(findings...)
}

func form(r repo.EnvRead) string {
	switch r.Type {
	case "int", "float":
		return "a number"
	}
	return "JSON, which its type " + r.Type + " needs"
}

// fits reports whether a value can be read as a field's type. Unknown types fit everything.
func fits(r repo.EnvRead, value string) bool {
	v := strings.Trim(strings.TrimSpace(value), `'"`)
	switch r.Type {
	case "list", "set", "tuple", "sequence", "frozenset":
		return r.Split || v == "" || strings.HasPrefix(v, "[")
	case "dict", "mapping":
		return r.Split || v == "" || strings.HasPrefix(v, "{")
	case "int":
		return v == "" || strings.Trim(v, "0123456789_+- ") == "" || strings.ContainsAny(v, "${<")
	}
	return true
}
