package deploy

import (
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var sec08 = check.Check{
	Rule: preflight.Rule{
		ID:      "SEC-08",
		Title:   "The image copies secrets or a database from the folder",
		Level:   preflight.Warn,
		Rows:    []string{"S1"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "Whoever can pull the image reads them, also after they were deleted in a later layer.",
		Fix:     "Add a .dockerignore with .env*, *.db, *.pem and .git.",
		Verify:  "docker run --rm IMAGE ls -a shows none of them.",
		FixCost: "5 minutes",
		Cost:    preflight.High,
		Detect:  "COPY . in the final stage, from a context that holds tracked env files, databases or keys which no .dockerignore leaves out. That .git goes along is information.",
		Silent:  "Stages of which only the output is copied on, files that a .dockerignore covers, templates.",
		Bad:     "-- Dockerfile --\nFROM python:3.12\nCOPY . .\nCMD [\"python\", \"main.py\"]\n-- .env --\nA=1\n-- main.py --\nprint(1)\n",
		Good:    "-- Dockerfile --\nFROM python:3.12\nCOPY . .\nCMD [\"python\", \"main.py\"]\n-- .env --\nA=1\n-- .dockerignore --\n.env*\n.git\n-- main.py --\nprint(1)\n",
	},
	Run: runSec08,
}

func runSec08(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	images := 0
	seen := map[string]bool{}
	for _, p := range in.Paths() {
		if p.Image == nil || seen[p.Image.File] {
			continue
		}
		place, whole := copiesAll(p.Image)
		if !whole {
			continue
		}
		seen[p.Image.File] = true
		images++
		ignored := dockerIgnore(in, p.Image)
		if f, bad := copied(in, p, place, ignored); bad {
			findings = append(findings, f)
		}
	}
	if images == 0 {
		return preflight.NotApplicable("no image copies its whole context")
	}
	return preflight.Found(findings...)
}

// copiesAll reports whether the effective stage copies its whole context.
func copiesAll(im *manifest.Image) (manifest.Place, bool) {
	for _, c := range im.Effective().Copies {
		for _, src := range c.Sources {
			if c.From == "" && (src == "." || src == "./" || src == "/") {
				return c.Place, true
			}
		}
	}
	return manifest.Place{}, false
}

func copied(in *check.Input, p *manifest.Path, place manifest.Place, ignored func(string) bool) (preflight.Finding, bool) {
	f := preflight.Finding{Level: preflight.Warn, Path: p.Name, Key: p.Image.File, Evidence: []preflight.Evidence{at(in, place, "copies everything")}}
	var list []string
	for _, file := range in.Tree.Below(p.Image.Context) {
		rel := strings.TrimPrefix(file.Path, strings.TrimSuffix(path.Clean(p.Image.Context), "/")+"/")
		if sensitive(in, file.Path, file.Size) && !ignored(rel) {
			if list = append(list, rel); len(list) <= 3 {
				f.Evidence = append(f.Evidence, preflight.Evidence{File: file.Path, Note: "goes into the image"})
			}
		}
	}
	if len(list) == 0 {
		f.Level = preflight.Info
		f.Title = "The image copies the whole folder, .git included"
		return f, !ignored(".git") && in.Git.Repository
	}
	f.Title = fmt.Sprintf("The image copies %s", joined(list, 3))
	return f, true
}

// sensitive reports whether a tracked file does not belong into an image.
func sensitive(in *check.Input, file string, size int64) bool {
	if ignoredHere(in, file) || size == 0 {
		return false
	}
	for _, e := range in.Deploy.EnvFiles {
		if e.Path == file {
			return e.Use != manifest.EnvExample && e.Use != manifest.EnvTest && len(e.Vars) > 0
		}
	}
	switch path.Ext(file) {
	case ".pem", ".key", ".p12", ".pfx", ".jks":
		return !strings.Contains(strings.ToLower(file), "pub") && !strings.Contains(strings.ToLower(file), "test") && !strings.Contains(strings.ToLower(file), "ca")
	case ".db", ".sqlite", ".sqlite3":
		return size > 8192
	}
	return false
}

// dockerIgnore returns what decides whether a path of the context is left out.
// Source: docs.docker.com, .dockerignore files.
func dockerIgnore(in *check.Input, im *manifest.Image) func(string) bool {
	file := im.File + ".dockerignore"
	if !in.Tree.Has(file) {
		file = path.Join(im.Context, ".dockerignore")
	}
	var patterns []string
	for l := range strings.Lines(in.Tree.Text(file)) {
		if l = strings.TrimSpace(l); l != "" && !strings.HasPrefix(l, "#") {
			patterns = append(patterns, l)
		}
	}
	return func(name string) bool {
		out := false
		for _, p := range patterns {
			pattern, negated := strings.CutPrefix(p, "!")
			if ignores(strings.Trim(pattern, "/"), name) {
				out = !negated
			}
		}
		return out
	}
}

func ignores(pattern, name string) bool {
	pattern = strings.TrimPrefix(pattern, "./")
	anywhere := strings.HasPrefix(pattern, "**/")
	pattern = strings.TrimPrefix(pattern, "**/")
	pattern = strings.TrimSuffix(pattern, "/**")
	if pattern == "*" || pattern == "**" {
		return true
	}
	parts := strings.Split(name, "/")
	for i := range parts {
		for j := i + 1; j <= len(parts); j++ {
			if ok, _ := path.Match(pattern, strings.Join(parts[i:j], "/")); ok {
				return true
			}
		}
		if !anywhere {
			return false
		}
	}
	return false
}
