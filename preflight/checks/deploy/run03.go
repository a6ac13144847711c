package deploy

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var run03 = check.Check{
	Rule: preflight.Rule{
		ID:      "RUN-03",
		Title:   "The base image is not pinned to a version",
		Level:   preflight.Info,
		Rows:    []string{"P10"},
		Sources: []preflight.Source{preflight.Manifest},
		Why:     "A deployment that changed nothing may fail one day, because the image beneath it changed.",
		Fix:     "Name at least the minor version: FROM python:3.13-slim.",
		Verify:  "Build twice, a month apart.",
		Detect:  "The final stage of an image that is deployed is built on an image without a tag, or on latest.",
		Silent:  "Stages that only build, digests, stages of the same file, scratch.",
		Bad:     "-- Dockerfile --\nFROM python\nCMD [\"python\", \"app.py\"]\n-- app.py --\nprint(1)\n",
		Good:    "-- Dockerfile --\nFROM python:3.13-slim\nCMD [\"python\", \"app.py\"]\n-- app.py --\nprint(1)\n",
	},
	Run: runRun03,
}

func runRun03(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	images := 0
	seen := map[string]bool{}
	for _, p := range in.Paths() {
		if p.Image == nil || seen[p.Image.File+p.Image.Target] {
			continue
		}
		seen[p.Image.File+p.Image.Target] = true
		images++
		base := baseOf(p.Image, p.Image.Effective())
		if base == "scratch" || strings.ContainsAny(base, "@$") {
			continue
		}
		name := base[strings.LastIndexByte(base, '/')+1:]
		if _, tag, ok := strings.Cut(name, ":"); ok && tag != "latest" {
			continue
		}
		findings = append(findings, preflight.Finding{Level: preflight.Info, Path: p.Name, Key: p.Image.File, Evidence: []preflight.Evidence{at(in, p.Image.Effective().Place, base)}})
	}
	if images == 0 {
		return preflight.NotApplicable("no image of the repository is deployed")
	}
	return preflight.Found(findings...)
}
