package deploy

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var web02 = check.Check{
	Rule: preflight.Rule{
		ID:       "WEB-02",
		Title:    "The web build that gets deployed is a debug or profile build",
		Level:    preflight.Fail,
		Rows:     []string{"P5", "C6", "R5", "V5"},
		Sources:  []preflight.Source{preflight.Manifest},
		Why:      "People load several times the megabytes, and wait for as long at a blank page.",
		Fix:      "Remove the flag: release is the default of flutter build web.",
		Verify:   "main.dart.js in build/web is one minified file of about two megabytes.",
		FixCost:  "5 minutes",
		Cost:     preflight.Low,
		Detect:   "flutter build web with --debug or --profile in a build command, an image or a workflow job whose output is published.",
		Silent:   "Builds without a flag (they are release builds), builds for phones, jobs that deploy nothing.",
		Bad:      "-- Dockerfile --\nFROM ghcr.io/cirruslabs/flutter:stable AS build\nWORKDIR /app\nCOPY . .\nRUN flutter pub get && flutter build web --profile\nFROM nginx:1.27-alpine\nCOPY --from=build /app/build/web /usr/share/nginx/html\n-- pubspec.yaml --\nname: app\n",
		Good:     "-- Dockerfile --\nFROM ghcr.io/cirruslabs/flutter:stable AS build\nWORKDIR /app\nCOPY . .\nRUN flutter pub get && flutter build web\nFROM nginx:1.27-alpine\nCOPY --from=build /app/build/web /usr/share/nginx/html\n-- pubspec.yaml --\nname: app\n",
		Sourced:  "flutter build web --help: release is the default mode.",
		YieldsTo: []string{"WEB-04"},
	},
	Run: runWeb02,
}

func runWeb02(_ context.Context, in *check.Input) preflight.Outcome {
	builds := flutterBuilds(in)
	var findings []preflight.Finding
	for _, b := range builds {
		if b.process.Maybe || !has(b.args, "--debug", "--profile") || has(b.args, "--release") {
			continue
		}
		f := preflight.Finding{Level: preflight.Fail, Path: b.name(), Key: b.name(),
			Evidence: []preflight.Evidence{at(in, b.process.Place, "not a release build")}}
		if b.path != nil {
			f.Level = certainOf(b.path, preflight.Fail)
		}
		findings = append(findings, f)
	}
	switch {
	case len(findings) > 0:
		return preflight.Found(findings...)
	case len(builds) > 0:
		return preflight.Pass(plural(len(builds), "web build") + " looked at")
	case hasFlutter(in):
		return preflight.NotApplicable("no deployment path or workflow builds the Flutter project for the web")
	}
	return preflight.NotApplicable("no Flutter project was found")
}
