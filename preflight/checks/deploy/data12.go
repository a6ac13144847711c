package deploy

import (
	"context"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var data12 = check.Check{
	Rule: preflight.Rule{
		ID:      "DATA-12",
		Title:   "A database file is migrated in a step that does not have the volume",
		Level:   preflight.Fail,
		Rows:    []string{"P3"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "The migration changes a fresh file that is thrown away; the real one stays old, and the program fails.",
		Fix:     "Run the migration at the beginning of the start command, where the volume is mounted.",
		Verify:  "The log of the start shows the migration, and the tables are there.",
		FixCost: "10 minutes",
		Cost:    preflight.High,
		Detect:  "preDeployCommand or release_command, a build command or a RUN line migrates or seeds, and the path's database is a file.",
		Silent:  "Managed databases, build steps that only generate code.",
		Bad:     "-- railway.json --\n{\"deploy\": {\"preDeployCommand\": \"alembic upgrade head\", \"startCommand\": \"uvicorn main:app --host 0.0.0.0\"}}\n-- main.py --\nfrom fastapi import FastAPI\nfrom sqlalchemy import create_engine\nengine = create_engine('sqlite:////data/app.db')\napp = FastAPI()\n",
		Good:    "-- railway.json --\n{\"deploy\": {\"startCommand\": \"sh -c 'alembic upgrade head && uvicorn main:app --host 0.0.0.0'\"}}\n-- main.py --\nfrom fastapi import FastAPI\nfrom sqlalchemy import create_engine\nengine = create_engine('sqlite:////data/app.db')\napp = FastAPI()\n",
		Sourced: "Railway and Render: volumes and disks are not there at build and pre-deploy time (their documentation of August 2026).",
	},
	Run: runData12,
}

var migrating = []string{"alembic upgrade", "db upgrade", "manage.py migrate", "prisma migrate deploy", "prisma db push", "knex migrate", "db:migrate", "goose up", "loaddata", "db:seed", "prisma db seed", "drizzle-kit push", "drizzle-kit migrate"}

func runData12(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	files := 0
	for _, d := range databases(in) {
		if !d.isFile() {
			continue
		}
		files++
		for _, s := range d.path.Built() {
			if !migrates(s) {
				continue
			}
			f := preflight.Finding{Level: certainOf(d.path, preflight.Fail), Path: d.path.Name, Key: d.path.Name, Title: fmt.Sprintf("%s migrates a database file before the volume is there", d.path.Name),
				Evidence: []preflight.Evidence{at(in, s.Place, "runs without the volume"), at(in, d.place, "the database")}}
			if !d.sure {
				f.Level = preflight.Warn
			}
			findings = append(findings, f)
		}
	}
	if files == 0 {
		return preflight.NotApplicable("no path uses a database file")
	}
	return preflight.Found(findings...)
}

func migrates(s manifest.Process) bool {
	text := strings.Join(s.Args, " ")
	for _, m := range migrating {
		if strings.Contains(text, m) {
			return true
		}
	}
	return false
}
