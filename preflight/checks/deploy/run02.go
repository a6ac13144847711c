package deploy

import (
	"context"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var run02 = check.Check{
	Rule: preflight.Rule{
		ID:      "RUN-02",
		Title:   "The development stage of the image is what gets deployed",
		Level:   preflight.Fail,
		Rows:    []string{"P5"},
		Sources: []preflight.Source{preflight.Manifest},
		Why:     "Production runs the development server, with its tools and without its build.",
		Fix:     "Name the production stage as the target, or put it last in the Dockerfile.",
		Verify:  "docker build without --target, then docker run: it must be the production server.",
		FixCost: "10 minutes",
		Cost:    preflight.Low,
		Detect:  "A path for production builds a stage named dev or test, by its target or because that stage is the last one, while another stage is named for production.",
		Silent:  "Compose files for development; images without a stage for production.",
		Bad:     "-- Dockerfile --\nFROM node:22 AS base\nWORKDIR /app\nFROM base AS production\nCMD [\"node\", \"dist/server.js\"]\nFROM base AS development\nCMD [\"npm\", \"run\", \"dev\"]\n",
		Good:    "-- Dockerfile --\nFROM node:22 AS base\nWORKDIR /app\nFROM base AS development\nCMD [\"npm\", \"run\", \"dev\"]\nFROM base AS production\nCMD [\"node\", \"dist/server.js\"]\n",
	},
	Run: runRun02,
}

func runRun02(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	images := 0
	for _, p := range in.Paths() {
		if p.Image == nil || len(p.Image.Stages) < 2 {
			continue
		}
		images++
		st := p.Image.Effective()
		prod := stageFor(p.Image, "prod", "production", "release", "runtime", "runner", "final", "deploy")
		if !stageIs(st.Name, "dev", "development", "devel", "test", "tests", "testing", "debug", "local") || prod == "" || prod == st.Name {
			continue
		}
		f := preflight.Finding{Level: certainOf(p, preflight.Fail), Path: p.Name, Key: p.Image.File, Title: fmt.Sprintf("%s builds the stage %s, and there is a stage %s", p.Name, st.Name, prod),
			Evidence: []preflight.Evidence{at(in, st.Place, "what is built")}}
		if p.Image.Target == "" {
			f.Detail = "No target is named, so the last stage of the file is built."
		}
		if p.Platform == manifest.Docker {
			f.Level = preflight.Warn // whoever builds it may name a target
		}
		findings = append(findings, f)
	}
	if images == 0 {
		return preflight.NotApplicable("no image with several stages is deployed")
	}
	return preflight.Found(findings...)
}

func stageIs(name string, words ...string) bool {
	for _, part := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' }) {
		for _, w := range words {
			if part == w {
				return true
			}
		}
	}
	return false
}

func stageFor(im *manifest.Image, words ...string) string {
	for _, s := range im.Stages {
		if stageIs(s.Name, words...) {
			return s.Name
		}
	}
	return ""
}
