package deploy

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var data09 = check.Check{
	Rule: preflight.Rule{
		ID:      "DATA-09",
		Title:   "SQLite is used without WAL mode",
		Level:   preflight.Warn,
		Rows:    []string{"T1"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "One upload blocks everybody else: 'database is locked'.",
		Fix:     "PRAGMA journal_mode=WAL and PRAGMA busy_timeout=5000 on each connection; PostgreSQL beyond about five people who write.",
		Verify:  "PRAGMA journal_mode answers wal.",
		FixCost: "15 minutes",
		Cost:    preflight.Medium,
		Detect:  "A web path uses a SQLite file, and no code names journal_mode or WAL.",
		Silent:  "Paths with another database, drivers and URLs that set it.",
		Bad:     "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app\n    disk:\n      name: d\n      mountPath: /data\n-- main.py --\nfrom fastapi import FastAPI\nfrom sqlalchemy import create_engine\nengine = create_engine('sqlite:////data/app.db')\napp = FastAPI()\n",
		Good:    "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app\n    disk:\n      name: d\n      mountPath: /data\n-- main.py --\nfrom fastapi import FastAPI\nfrom sqlalchemy import create_engine, text\nengine = create_engine('sqlite:////data/app.db')\nwith engine.connect() as c:\n    c.execute(text('PRAGMA journal_mode=WAL'))\napp = FastAPI()\n",
		Sourced: "sqlite.org/wal.html",
	},
	Run: runData09,
}

func runData09(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	found := false
	for _, d := range databases(in) {
		if d.kind != "sqlite" || !d.sure || harmless(&d) {
			continue
		}
		found = true
		if walNamed(in) || strings.Contains(strings.ToLower(d.url), "journal") {
			return preflight.Pass("the code sets the journal mode")
		}
		findings = append(findings, preflight.Finding{Level: certain(d.path, preflight.Warn), Path: d.path.Name, Key: d.path.Name, Evidence: []preflight.Evidence{at(in, d.place, "the database")}})
	}
	if !found {
		return preflight.NotApplicable("no path certainly uses SQLite")
	}
	return preflight.Found(findings...)
}

// walNamed reports whether any deployed code speaks of the journal mode.
func walNamed(in *check.Input) bool {
	for _, m := range in.Code.LiveModules() {
		for _, s := range m.Strings {
			if lower := strings.ToLower(s.Node.Text); strings.Contains(lower, "journal_mode") || strings.Contains(lower, "_journal=") || lower == "wal" {
				return true
			}
		}
	}
	return false
}
