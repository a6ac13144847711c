package deploy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var data06 = check.Check{
	Rule: preflight.Rule{
		ID:      "DATA-06",
		Title:   "The database URL does not fit the driver",
		Level:   preflight.Fail,
		Rows:    []string{"C4"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "The program stops at its start, or at the first query, with an error about a dialect or a missing module.",
		Fix:     "Rewrite the scheme in the code (postgres:// to postgresql+asyncpg://) and add the driver to the dependencies.",
		Verify:  "Start the program with the platform's connection string.",
		FixCost: "15 minutes",
		Cost:    preflight.Low,
		Detect:  "An asynchronous SQLAlchemy engine gets a URL of a managed database (postgresql://) and no code rewrites it; a literal postgres:// for SQLAlchemy; a driver in a URL that no dependency file names.",
		Silent:  "Code that rewrites the scheme, projects whose dependencies are not known.",
		Bad:     "-- render.yaml --\ndatabases:\n  - name: main\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app\n    envVars:\n      - key: DATABASE_URL\n        fromDatabase:\n          name: main\n          property: connectionString\n-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom sqlalchemy.ext.asyncio import create_async_engine\nengine = create_async_engine(os.environ['DATABASE_URL'])\napp = FastAPI()\n",
		Good:    "-- render.yaml --\ndatabases:\n  - name: main\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app\n    envVars:\n      - key: DATABASE_URL\n        fromDatabase:\n          name: main\n          property: connectionString\n-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom sqlalchemy.ext.asyncio import create_async_engine\nurl = os.environ['DATABASE_URL'].replace('postgresql://', 'postgresql+asyncpg://')\nengine = create_async_engine(url)\napp = FastAPI()\n",
		Sourced: "SQLAlchemy 1.4 removed the name postgres; Render, Railway and Heroku hand out postgresql:// or postgres:// (2026).",
	},
	Run: runData06,
}

// drivers are the packages that a URL's driver needs.
var drivers = map[string][]string{
	"asyncpg": {"asyncpg"}, "aiosqlite": {"aiosqlite"}, "psycopg2": {"psycopg2", "psycopg2-binary"}, "psycopg": {"psycopg", "psycopg[binary]", "psycopg-binary"}, "pymysql": {"pymysql"}, "aiomysql": {"aiomysql"}, "mysqlclient": {"mysqlclient"}, "asyncmy": {"asyncmy"},
}

func runData06(_ context.Context, in *check.Input) preflight.Outcome {
	list := databases(in)
	var findings []preflight.Finding
	for i := range list {
		d := &list[i]
		if !strings.HasSuffix(d.File, ".py") {
			continue
		}
		if f, bad := misfit(in, d); bad {
			findings = append(findings, f)
		}
	}
	if len(list) == 0 {
		return preflight.NotApplicable("no database whose address is known was found in the code that is deployed")
	}
	return preflight.Found(findings...)
}

func misfit(in *check.Input, d *database) (preflight.Finding, bool) {
	f := preflight.Finding{Level: certainOf(d.path, preflight.Fail), Path: d.path.Name, Key: d.path.Name, Evidence: []preflight.Evidence{at(in, manifest.Place{File: d.File, Line: d.Line}, "opened here")}}
	if d.place.File != d.File {
		f.Evidence = append(f.Evidence, at(in, d.place, "the URL"))
	}
	scheme, _, _ := strings.Cut(d.url, "://")
	base, driver, _ := strings.Cut(scheme, "+")
	switch {
	case d.kind == "managed" && d.Async && !d.Rewrites:
		f.Title = "An asynchronous engine gets the URL of a managed database, which names no asynchronous driver"
		return f, true
	case d.Rewrites:
		return f, false
	case base == "postgres":
		f.Title = "The URL begins with postgres://, which SQLAlchemy no longer knows"
		return f, usesSQLAlchemy(in, d)
	case d.Async && (base == "postgresql" || base == "sqlite" || base == "mysql") && driver == "" && d.sure && d.url != "":
		f.Title = fmt.Sprintf("An asynchronous engine gets %s://, which names no asynchronous driver", scheme)
		return f, usesSQLAlchemy(in, d)
	}
	deps := dependencies(in, d.path.Root)
	needs := drivers[driver]
	if len(deps) == 0 || len(needs) == 0 || !d.sure || opaqueInstall(in, d.path) {
		return f, false
	}
	for _, n := range needs {
		if slices.Contains(deps, n) || installs(d.path, n) || slices.Contains(deps, "sqlalchemy["+n+"]") || slices.Contains(deps, "sqlalchemy[asyncio]") && n == "greenlet" {
			return f, false
		}
	}
	f.Title = fmt.Sprintf("The database URL needs %s, which no dependency file names", needs[0])
	f.Fix = "Add " + needs[0] + " to the dependencies."
	return f, true
}

func usesSQLAlchemy(in *check.Input, d *database) bool {
	m := in.Code.Module(in.Code.File(d.File))
	if m == nil {
		return false
	}
	deps := dependencies(in, d.path.Root)
	return slices.Contains(deps, "sqlalchemy") || slices.Contains(deps, "sqlmodel") || slices.Contains(deps, "flask-sqlalchemy")
}
