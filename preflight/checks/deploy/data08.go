package deploy

import (
	"context"
	"fmt"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var data08 = check.Check{
	Rule: preflight.Rule{
		ID:      "DATA-08",
		Title:   "A database file, or a volume, is combined with several instances",
		Level:   preflight.Fail,
		Rows:    []string{"P3", "P7", "D1", "D3", "T1"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "Each instance has data of its own, or writers lock one another out: people see their work come and go.",
		Fix:     "One instance, or PostgreSQL.",
		Verify:  "The platform shows one instance.",
		FixCost: "10 minutes",
		Cost:    preflight.Critical,
		Detect:  "Replicas above one together with a file database or a mounted disk; several worker processes on one SQLite file, or two services that write it on a common volume, are a warning.",
		Silent:  "Managed databases, counts that are not known, read-only mounts.",
		Bad:     "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app\n    numInstances: 3\n    disk:\n      name: data\n      mountPath: /data\n-- main.py --\nfrom fastapi import FastAPI\nfrom sqlalchemy import create_engine\nengine = create_engine('sqlite:////data/app.db')\napp = FastAPI()\n",
		Good:    "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app\n    disk:\n      name: data\n      mountPath: /data\n-- main.py --\nfrom fastapi import FastAPI\nfrom sqlalchemy import create_engine\nengine = create_engine('sqlite:////data/app.db')\napp = FastAPI()\n",
		Sourced: "Railway: no replicas with volumes; Render: a disk means one instance (their documentation of August 2026).",
	},
	Run: runData08,
}

func runData08(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	seen := map[string]bool{}
	files := 0
	for _, d := range databases(in) {
		if !d.isFile() || harmless(&d) || seen[d.path.Name] {
			continue
		}
		files++
		p := d.path
		f := preflight.Finding{Path: p.Name, Key: p.Name, Evidence: []preflight.Evidence{at(in, d.place, "the database")}}
		switch {
		case p.Replicas.Known && p.Replicas.N > 1:
			f.Level = certain(p, preflight.Fail)
			f.Rows = []string{"P3", "D1", "D3", "T1"}
			f.Title = fmt.Sprintf("%s runs %d instances on a database file", p.Name, p.Replicas.N)
			f.Evidence = append(f.Evidence, at(in, p.Replicas.Place, plural(p.Replicas.N, "instance")))
		case p.Workers.Known && p.Workers.N > 1:
			f.Level = preflight.Warn
			f.Rows = []string{"D1", "D3", "T1"}
			f.Title = fmt.Sprintf("%s runs %d worker processes on one database file", p.Name, p.Workers.N)
			f.Evidence = append(f.Evidence, at(in, p.Workers.Place, plural(p.Workers.N, "worker")))
			f.Fix = "One worker, or WAL mode with a busy timeout and few writers; PostgreSQL beyond that."
		default:
			continue
		}
		if !d.sure {
			f.Level = min(f.Level, preflight.Warn)
		}
		seen[p.Name] = true
		findings = append(findings, f)
	}
	findings = append(findings, sharedDisks(in, seen)...)
	findings = append(findings, sharedFiles(in)...)
	if files == 0 && len(findings) == 0 {
		return preflight.NotApplicable("no path uses a database file")
	}
	return preflight.Found(findings...)
}

// sharedDisks finds platforms' disks on services with several instances.
func sharedDisks(in *check.Input, seen map[string]bool) []preflight.Finding {
	var out []preflight.Finding
	for _, p := range in.Paths() {
		if p.Platform != manifest.Render && p.Platform != manifest.Railway || !p.Replicas.Known || p.Replicas.N < 2 || seen[p.Name] {
			continue
		}
		for _, m := range lasting(p) {
			out = append(out, preflight.Finding{Level: preflight.Fail, Path: p.Name, Key: p.Name, Rows: []string{"D3"}, Title: fmt.Sprintf("%s has a disk and %d instances, which the platform refuses", p.Name, p.Replicas.N),
				Evidence: []preflight.Evidence{at(in, m.Place, "the disk"), at(in, p.Replicas.Place, "the instances")}})
		}
	}
	return out
}
