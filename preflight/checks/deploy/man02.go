package deploy

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var man02 = check.Check{
	Rule: preflight.Rule{
		ID:      "MAN-02",
		Title:   "Two manifests of one platform contradict each other",
		Level:   preflight.Warn,
		Rows:    []string{"P10"},
		Sources: []preflight.Source{preflight.Manifest},
		Why:     "Only one of them counts, and it is easily not the one that gets edited.",
		Fix:     "Keep one and delete the other.",
		Verify:  "The platform's page of the deployment shows the command that you expect.",
		FixCost: "10 minutes",
		Cost:    preflight.Low,
		Detect:  "railway.json beside railway.toml, .railway/railway.ts beside either, two services of one name in one manifest, and a start command of railway.json or render.yaml that runs another program than the Procfile beside it.",
		Silent:  "Manifests of different platforms or folders: each is a way of its own to deploy.",
		Bad:     "-- railway.json --\n{\"deploy\": {\"startCommand\": \"python main.py\"}}\n-- railway.toml --\n[deploy]\nstartCommand = \"gunicorn main:app\"\n",
		Good:    "-- railway.json --\n{\"deploy\": {\"startCommand\": \"gunicorn main:app\"}}\n-- render.yaml --\nservices:\n  - type: web\n    name: api\n    startCommand: gunicorn main:app\n",
	},
	Run: runMan02,
}

func runMan02(_ context.Context, in *check.Input) preflight.Outcome {
	if len(in.Deploy.Files) == 0 {
		return preflight.NotApplicable("no deployment description was found")
	}
	findings := append(twins(in), sameNames(in)...)
	findings = append(findings, otherProgram(in)...)
	return preflight.Found(findings...)
}

// twins finds Railway files of which only one is read.
func twins(in *check.Input) []preflight.Finding {
	byDir := map[string][]string{}
	for _, f := range in.Deploy.Files {
		base := path.Base(f.Path)
		if base == "railway.json" || base == "railway.toml" {
			byDir[path.Dir(f.Path)] = append(byDir[path.Dir(f.Path)], f.Path)
		}
	}
	var out []preflight.Finding
	for dir, files := range byDir {
		if ts := path.Join(dir, ".railway", "railway.ts"); in.Tree.Has(ts) {
			files = append(files, ts)
		}
		if len(files) < 2 {
			continue
		}
		slices.Sort(files)
		f := preflight.Finding{Level: preflight.Warn, Key: dir, Title: strings.Join(files, " and ") + " stand side by side, and Railway reads one of them"}
		for _, file := range files {
			f.Evidence = append(f.Evidence, preflight.Evidence{File: file})
		}
		out = append(out, f)
	}
	return out
}

// sameNames finds services of one name in one manifest.
func sameNames(in *check.Input) []preflight.Finding {
	var out []preflight.Finding
	seen := map[string]*manifest.Path{}
	for _, p := range in.Deploy.Paths {
		if p.Service == "" || p.Platform != manifest.Render {
			continue
		}
		key := p.Manifest() + "\x00" + p.Service
		if first := seen[key]; first != nil && first.Place != p.Place {
			out = append(out, preflight.Finding{Level: preflight.Warn, Path: p.Name, Key: p.Service, Title: fmt.Sprintf("%s has two services of the name %s", p.Manifest(), p.Service),
				Evidence: []preflight.Evidence{at(in, first.Place, "the first"), at(in, p.Place, "the second")}})
		}
		seen[key] = p
	}
	return out
}

// otherProgram finds a Procfile that starts another application than the
// manifest beside it.
func otherProgram(in *check.Input) []preflight.Finding {
	var out []preflight.Finding
	for _, p := range in.Deploy.Paths {
		if p.Platform != manifest.Heroku || p.Role != manifest.Web {
			continue
		}
		mine, ok := startTarget(in, p)
		if !ok {
			continue
		}
		for _, o := range in.Deploy.Paths {
			theirs, ok := startTarget(in, o)
			if o.Platform != manifest.Railway && o.Platform != manifest.Render || !ok || o.Root != p.Root || o.Role != manifest.Web || theirs == mine || o.Start.Place.File == p.Manifest() {
				continue
			}
			out = append(out, preflight.Finding{Level: preflight.Warn, Path: o.Name, Key: o.Name, Title: fmt.Sprintf("%s starts %s, and %s starts %s", o.Name, theirs, p.Manifest(), mine),
				Evidence: []preflight.Evidence{at(in, o.Start.Place, "this wins"), at(in, p.Start.Place, "this is not used on "+string(o.Platform))}})
		}
	}
	return out
}

func startTarget(in *check.Input, p *manifest.Path) (string, bool) {
	s, ok := p.Start.Server()
	if !ok {
		return "", false
	}
	t, ok := targetOf(in, p, s)
	return t.name, ok && t.file != ""
}
