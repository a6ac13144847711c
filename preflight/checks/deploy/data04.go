package deploy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
)

var data04 = check.Check{
	Rule: preflight.Rule{
		ID:      "DATA-04",
		Title:   "Two places of the code disagree about the database",
		Level:   preflight.Warn,
		Rows:    []string{"P10"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "A part of the program, or its migrations, works on another database than the rest.",
		Fix:     "Read the URL in one place, and import it everywhere.",
		Verify:  "One variable, in one file, decides.",
		FixCost: "20 minutes",
		Cost:    preflight.High,
		Detect:  "Deployed modules read the database's address under different names, or under one name with different defaults.",
		Silent:  "Places that a condition on the environment chooses, different kinds of stores, tools.",
		Bad:     "-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom sqlalchemy import create_engine\nimport jobs\nengine = create_engine(os.getenv('DATABASE_URL', 'sqlite:///./app.db'))\napp = FastAPI()\n-- jobs.py --\nimport os\nfrom sqlalchemy import create_engine\nengine = create_engine(os.getenv('DB_URL', 'sqlite:///./data.db'))\n",
		Good:    "-- main.py --\nfrom fastapi import FastAPI\nfrom db import engine\nimport jobs\napp = FastAPI()\n-- db.py --\nimport os\nfrom sqlalchemy import create_engine\nengine = create_engine(os.getenv('DATABASE_URL', 'sqlite:///./app.db'))\n-- jobs.py --\nfrom db import engine\n",
	},
	Run: runData04,
}

func runData04(_ context.Context, in *check.Input) preflight.Outcome {
	var list []repo.Database
	for _, d := range in.Code.Databases() {
		if d.Reachable && !d.Gated && d.Var != "" && d.Known && (kindOf(d.URL) != "" || d.Kind != "") && !strings.Contains(strings.ToLower(d.Var+d.URL), "cache") {
			list = append(list, d)
		}
	}
	if len(list) < 2 {
		return preflight.NotApplicable("the database is decided in one place")
	}
	var findings []preflight.Finding
	for i, d := range list {
		j := slices.IndexFunc(list[:i], func(o repo.Database) bool {
			return o.URL != d.URL && project(in, o.File) == project(in, d.File) && family(o) == family(d)
		})
		if j < 0 {
			continue
		}
		o := list[j]
		f := preflight.Finding{Level: preflight.Warn, Key: d.Var + o.Var, Title: fmt.Sprintf("%s and %s decide about the database with different defaults", o.Var, d.Var)}
		if o.Var == d.Var {
			f.Title = fmt.Sprintf("%s has two defaults", d.Var)
		}
		f.Evidence = []preflight.Evidence{at(in, manifest.Place{File: o.File, Line: o.Line}, "one"), at(in, manifest.Place{File: d.File, Line: d.Line}, "the other")}
		findings = append(findings, f)
		break
	}
	return preflight.Found(findings...)
}

// project is the folder of the dependencies that a file belongs to.
func project(in *check.Input, file string) string {
	for dir := dirName(file); ; dir = dirName(dir) {
		for _, name := range []string{"requirements.txt", "pyproject.toml", "package.json", "go.mod", "Pipfile"} {
			if in.Tree.Has(strings.TrimPrefix(dir+"/"+name, "./")) {
				return dir
			}
		}
		if dir == "." {
			return "."
		}
	}
}

func dirName(file string) string {
	i := strings.LastIndexByte(file, '/')
	if i <= 0 {
		return "."
	}
	return file[:i]
}

// family tells relational databases from other stores.
func family(d repo.Database) string {
	kind := d.Kind
	if k := kindOf(d.URL); k != "" {
		kind = k
	}
	switch kind {
	case "sqlite", "postgres", "mysql":
		return "relational"
	}
	return kind
}
