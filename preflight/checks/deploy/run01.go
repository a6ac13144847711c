package deploy

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var run01 = check.Check{
	Rule: preflight.Rule{
		ID:      "RUN-01",
		Title:   "The process in the container runs as root",
		Level:   preflight.Warn,
		Rows:    []string{"P8"},
		Sources: []preflight.Source{preflight.Manifest},
		Why:     "Whoever breaks into the application may change everything in its container.",
		Fix:     "Add a user to the image and a USER line before CMD; give it the data folder.",
		Verify:  "docker run --rm IMAGE id must not say uid=0.",
		FixCost: "15 minutes",
		Cost:    preflight.Medium,
		Detect:  "The effective final stage of an image that is deployed ends with USER root: a warning. Without any USER line it is information, since that is what nearly every image does.",
		Silent:  "Base images that are known not to be root, entry scripts that drop privileges, earlier stages, Railway volumes (they are mounted as root, see DATA-14).",
		Bad:     "-- Dockerfile --\nFROM node:22\nUSER node\nUSER root\nCMD [\"node\", \"server.js\"]\n-- server.js --\nconsole.log(1)\n",
		Good:    "-- Dockerfile --\nFROM node:22\nUSER root\nRUN apt-get update\nUSER node\nCMD [\"node\", \"server.js\"]\n-- server.js --\nconsole.log(1)\n",
	},
	Run: runRun01,
}

func runRun01(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	images := 0
	seen := map[string]bool{}
	for _, p := range in.Paths() {
		if p.Image == nil || seen[p.Image.File+p.Image.Target] || p.Role == manifest.Static || p.Role == manifest.Database {
			continue
		}
		seen[p.Image.File+p.Image.Target] = true
		images++
		st := p.Image.Effective()
		if !rootUser(p, st) {
			continue
		}
		f := preflight.Finding{Level: preflight.Info, Path: p.Name, Key: p.Image.File, Evidence: []preflight.Evidence{at(in, st.Place, "the final stage, without a USER line")}}
		if st.User != "" {
			f.Level = preflight.Warn
			f.Evidence = []preflight.Evidence{at(in, st.UserAt, "the last USER line")}
		}
		if p.Platform == manifest.Railway && len(lasting(p)) > 0 {
			f.Level = preflight.Info
		}
		findings = append(findings, f)
	}
	if images == 0 {
		return preflight.NotApplicable("no image of the repository is deployed")
	}
	return preflight.Found(findings...)
}

var rootless = []string{"nonroot", "unprivileged", "rootless", "cgr.dev/", "chainguard/", "bitnami/", "distroless", "jupyter/", "grafana/", "scratch"}

// rootUser reports whether a stage ends as root, as far as it says.
func rootUser(p *manifest.Path, st *manifest.Stage) bool {
	user, _, _ := strings.Cut(st.User, ":")
	switch {
	case user == "root" || user == "0":
	case user != "":
		return false
	default:
		base := baseOf(p.Image, st)
		for _, w := range rootless {
			if strings.Contains(base, w) {
				return false
			}
		}
	}
	for _, text := range []string{p.Start.Text, st.Entrypoint.Text} {
		if drops(text) {
			return false
		}
	}
	for _, s := range p.Start.Steps {
		if drops(strings.Join(s.Args, " ")) || s.Program() == "nginx" || s.Program() == "supervisord" {
			return false
		}
	}
	return !strings.Contains(p.Start.Text, "entrypoint") || user != ""
}

func drops(text string) bool {
	for _, w := range []string{"gosu", "su-exec", "setpriv", "runuser", "s6-setuidgid", "chpst", "su -"} {
		if strings.Contains(text, w) {
			return true
		}
	}
	return false
}
