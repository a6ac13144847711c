package deploy

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var web07 = check.Check{
	Rule: preflight.Rule{
		ID:      "WEB-07",
		Title:   "Another folder is published than the one that the build writes",
		Level:   preflight.Fail,
		Rows:    []string{"P5"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "The site answers with an empty page, an old version, or the list of source files.",
		Fix:     "Publish what the tool writes: build/web (Flutter), dist (Vite), build (Create React App), out (Next export).",
		Verify:  "The published site's index.html names hashed scripts that exist.",
		FixCost: "5 minutes",
		Cost:    preflight.Low,
		Detect:  "staticPublishPath, publish or outputDirectory, or COPY --from of a build stage, compared with the output folder of the build tool that the path runs; an output folder in the tool's configuration counts.",
		Silent:  "Builds that are not understood, scripts that move the output.",
		Bad:     "-- render.yaml --\nservices:\n  - type: web\n    name: web\n    runtime: static\n    buildCommand: flutter build web\n    staticPublishPath: ./web\n-- pubspec.yaml --\nname: app\n",
		Good:    "-- render.yaml --\nservices:\n  - type: web\n    name: web\n    runtime: static\n    buildCommand: flutter build web\n    staticPublishPath: ./build/web\n-- pubspec.yaml --\nname: app\n",
	},
	Run: runWeb07,
}

func runWeb07(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	known := 0
	for _, p := range in.Paths() {
		if p.Publish == "" || strings.Contains(p.Publish, "$") {
			continue
		}
		tool, outputs := outputOf(in, p)
		if len(outputs) == 0 {
			continue
		}
		known++
		published := path.Clean(strings.TrimPrefix(p.Publish, "./"))
		if slices.ContainsFunc(outputs, func(o string) bool {
			return published == o || strings.HasSuffix(published, "/"+o)
		}) || movesFiles(p) {
			continue
		}
		findings = append(findings, preflight.Finding{Level: certainOf(p, preflight.Fail), Path: p.Name, Key: p.Name, Title: fmt.Sprintf("%s publishes %s, and %s writes %s", p.Name, published, tool, outputs[0]),
			Evidence: []preflight.Evidence{at(in, p.Place, "publishes "+published)}, Fix: fmt.Sprintf("Publish %s.", outputs[0])})
	}
	if known == 0 {
		return preflight.NotApplicable("no path publishes the output of a known build tool")
	}
	return preflight.Found(findings...)
}

var outDir = regexp.MustCompile(`(?:outDir|distDir|outputPath)\s*[:=]\s*["']([^"']+)["']`)

// outputOf returns the build tool of a static path and the folders that it
// may write, the usual one first.
func outputOf(in *check.Input, p *manifest.Path) (tool string, outputs []string) {
	for _, s := range p.Built() {
		args := s.Args
		switch program := s.Program(); {
		case len(flutter(s)) > 1 && flutter(s)[0] == "build" && flutter(s)[1] == "web":
			for i, a := range args {
				if v, ok := strings.CutPrefix(a, "--output="); ok {
					return "flutter", []string{path.Clean(v)}
				}
				if (a == "-o" || a == "--output") && i+1 < len(args) {
					return "flutter", []string{path.Clean(args[i+1])}
				}
			}
			return "flutter", []string{"build/web"}
		case program == "vite" && has(args, "build"):
			return "vite", append(configured0(in, p, "vite.config.ts", "vite.config.js", "vite.config.mjs"), "dist")
		case program == "react-scripts" && has(args, "build"):
			return "react-scripts", []string{"build"}
		case program == "vue-cli-service" && has(args, "build"):
			return "vue-cli-service", append(configured0(in, p, "vue.config.js"), "dist")
		case program == "astro" && has(args, "build"):
			return "astro", append(configured0(in, p, "astro.config.mjs", "astro.config.ts"), "dist")
		}
	}
	return "", nil
}

// configured0 returns the output folders that a configuration of the tool names.
func configured0(in *check.Input, p *manifest.Path, files ...string) []string {
	var out []string
	for _, f := range in.Tree.Named(files...) {
		if !holds(p, f) && path.Dir(f) != "." {
			continue
		}
		for _, m := range outDir.FindAllStringSubmatch(in.Tree.Text(f), 5) {
			out = append(out, strings.TrimPrefix(path.Clean(m[1]), "../"))
		}
	}
	return out
}

// movesFiles reports whether the build moves or copies its output.
func movesFiles(p *manifest.Path) bool {
	for _, s := range p.Built() {
		switch s.Program() {
		case "mv", "cp", "rsync", "ln":
			return true
		}
	}
	return false
}
