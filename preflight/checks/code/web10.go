package code

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
)

var web10 = check.Check{
	Rule: preflight.Rule{
		ID:      "WEB-10",
		Title:   "The front end is built without the address of its API",
		Level:   preflight.Warn,
		Rows:    []string{"P1", "P10", "C1"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "The build falls back to localhost, so that every request of every user fails.",
		Fix:     "Pass the public https address where the front end is built: --dart-define=API_BASE_URL=https://..., or a build argument or variable.",
		Verify:  "Search the built script for localhost: there must be no hit.",
		FixCost: "10 minutes",
		Cost:    preflight.Low,
		Detect:  "A request of the front end depends on a variable of the build whose default is local, and the build command of an image or of a deploying workflow is not given it, or is given a local one, nor does a production env file hold it.",
		Silent:  "Builds that a platform's dashboard may feed are information only.",
		Bad:     flutterWeb + dartEnv + "-- Dockerfile --\nFROM ghcr.io/cirruslabs/flutter:3 AS build\nCOPY . .\nRUN flutter build web --release\nFROM nginx\nCOPY --from=build /build/web /usr/share/nginx/html\n",
		Good:    flutterWeb + dartEnv + "-- Dockerfile --\nFROM ghcr.io/cirruslabs/flutter:3 AS build\nCOPY . .\nRUN flutter build web --release --dart-define=API_BASE_URL=https://api.example.net\nFROM nginx\nCOPY --from=build /build/web /usr/share/nginx/html\n",
	},
	Run: runWeb10,
}

const dartEnv = "-- lib/main.dart --\nimport 'package:flutter/material.dart';\nimport 'package:http/http.dart' as http;\nconst base = String.fromEnvironment('API_BASE_URL', defaultValue: 'http://localhost:8000');\nvoid main() { http.get(Uri.parse('$base/items')); }\n"

func runWeb10(_ context.Context, in *check.Input) preflight.Outcome {
	seen := map[string]bool{}
	var findings []preflight.Finding
	for _, c := range calls(in) {
		for _, v := range c.value.Alternatives() {
			if v.Kind != repo.Env || len(v.Names) == 0 || !literalLocal(v.Fallback()) || seen[v.Names[0]] {
				continue
			}
			seen[v.Names[0]] = true
			if f, ok := unbuilt(in, c, v); ok {
				if !hasOAuth(in) {
					f.Rows = []string{"P10"} // no sign-in goes through this address
				}
				findings = append(findings, f)
			}
		}
	}
	if len(seen) == 0 {
		return preflight.NotApplicable("no request of a front end falls back to a local address")
	}
	return preflight.Found(findings...)
}

// unbuilt judges the builds of a front end that needs a variable.
func unbuilt(in *check.Input, c call, v repo.Value) (preflight.Finding, bool) {
	dir := frontDir(in, c.site.Mod().File.Path)
	for _, name := range v.Names {
		if envFileGives(in, dir, name) {
			return preflight.Finding{}, false
		}
	}
	f := preflight.Finding{Level: preflight.Info, Key: v.Names[0], Evidence: []preflight.Evidence{here(in, c.site, "calls it")}}
	if p := v.Fallback().Place; p.Line > 0 {
		f.Evidence = append(f.Evidence, at(in, p.File, p.Line, "the default"))
	}
	given := false
	var without []string
	for _, b := range builds(in, dir) {
		has := false
		for _, name := range v.Names {
			if local := b.localValue(name); local != "" {
				f.Level, f.Path = preflight.Warn, b.who
				f.Evidence = append(f.Evidence, at(in, b.command.File, b.command.Line, "built for the developer's machine"))
				f.Detail = b.who + " builds with " + name + "=" + local + ", an address of the user's own machine."
				return f, true
			}
			has = has || b.gives(name)
		}
		given = given || has
		if !has && b.sealed {
			f.Level = preflight.Warn
			without = append(without, b.who)
			f.Evidence = append(f.Evidence, at(in, b.command.File, b.command.Line, "built without it"))
		}
	}
	if given && len(without) == 0 {
		return f, false
	}
	name := strings.Join(v.Names, " or ")
	f.Detail = "No build in this repository is given " + name + "; without it " + v.Fallback().Text + " is called."
	if len(without) > 0 {
		f.Path = without[0]
		f.Detail = without[0] + " builds without " + name + "; then " + v.Fallback().Text + " is called."
	}
	return f, true
}
