package deploy

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var web01 = check.Check{
	Rule: preflight.Rule{
		ID:       "WEB-01",
		Title:    "The deployed container runs flutter run in debug mode",
		Level:    preflight.Fail,
		Rows:     []string{"P5", "C6", "R5", "V5", "P5w1", "P5w5"},
		Sources:  []preflight.Source{preflight.Manifest},
		Why:      "The first screen takes many seconds and megabytes, and the page stops when the tool meets an error.",
		Fix:      "Build with flutter build web (release is its default) and serve build/web as files.",
		Verify:   "The network tab shows one large minified main.dart.js.",
		FixCost:  "1 hour",
		Cost:     preflight.Low,
		Detect:   "The command that a deployment path starts, followed through scripts, is flutter run without --release or --profile.",
		Silent:   "README files, developer targets, development stages and compose files, drivers of integration tests.",
		Bad:      "-- Dockerfile --\nFROM ghcr.io/cirruslabs/flutter:stable\nWORKDIR /app\nCOPY . .\nRUN flutter pub get\nCMD [\"flutter\", \"run\", \"-d\", \"web-server\", \"--web-port\", \"8080\", \"--web-hostname\", \"0.0.0.0\"]\n-- pubspec.yaml --\nname: app\n",
		Good:     "-- Dockerfile --\nFROM ghcr.io/cirruslabs/flutter:stable AS build\nWORKDIR /app\nCOPY . .\nRUN flutter build web\nFROM nginx:1.27-alpine\nCOPY --from=build /app/build/web /usr/share/nginx/html\n-- pubspec.yaml --\nname: app\n",
		YieldsTo: []string{"WEB-04"},
	},
	Run: runWeb01,
}

func runWeb01(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	for _, p := range in.Paths() {
		for _, s := range p.Start.Steps {
			a := flutter(s)
			if len(a) == 0 || a[0] != "run" || s.Maybe || has(a, "--release", "--profile") {
				continue
			}
			findings = append(findings, preflight.Finding{
				Level: certainOf(p, preflight.Fail), Path: p.Name, Key: p.Name,
				Evidence: []preflight.Evidence{at(in, s.Place, "runs in debug mode")},
				Detail:   p.Name + " starts " + joined(s.Args, 8) + ", which compiles for developers at each start.",
			})
		}
	}
	if len(findings) == 0 && !hasFlutter(in) {
		return preflight.NotApplicable("no Flutter project was found")
	}
	return preflight.Found(findings...)
}

// hasFlutter reports whether a Flutter project is in the repository.
func hasFlutter(in *check.Input) bool { return len(in.Tree.Named("pubspec.yaml")) > 0 }

// certainOf is certain, but an image alone is enough: what it starts does not
// depend on who runs it.
func certainOf(p *manifest.Path, level preflight.Level) preflight.Level {
	if p.Purpose == manifest.Either {
		return level.Lower()
	}
	return level
}

func joined(words []string, limit int) string {
	out := ""
	for i, w := range words {
		if i == limit {
			return out + " ..."
		}
		if i > 0 {
			out += " "
		}
		out += w
	}
	return out
}
