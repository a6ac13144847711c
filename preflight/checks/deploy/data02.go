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

var data02 = check.Check{
	Rule: preflight.Rule{
		ID:       "DATA-02",
		Title:    "A volume is there, and the database is not in it",
		Level:    preflight.Fail,
		Rows:     []string{"P3", "C4", "G4"},
		Sources:  []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:      "The disk is paid for and stays empty; the data is lost at the next deployment all the same.",
		Fix:      "Let the database URL point into the mount, or move the mount to where the database is.",
		Verify:   "List the files of the mount on the platform: the database must be among them.",
		FixCost:  "10 minutes",
		Cost:     preflight.Critical,
		Detect:   "A path mounts a volume or a disk, and the database file, resolved against the working directory, lies elsewhere.",
		Silent:   "Paths of the file that could not be worked out, mounts of configuration files, links made at the start.",
		Bad:      "-- fly.toml --\napp = 'notes'\n[mounts]\n  source = 'data'\n  destination = '/data'\n[env]\n  DATABASE_URL = 'sqlite:///data/app.db'\n-- Dockerfile --\nFROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD [\"uvicorn\", \"main:app\", \"--host\", \"0.0.0.0\"]\n-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom sqlalchemy import create_engine\nengine = create_engine(os.environ['DATABASE_URL'])\napp = FastAPI()\n",
		Good:     "-- fly.toml --\napp = 'notes'\n[mounts]\n  source = 'data'\n  destination = '/data'\n[env]\n  DATABASE_URL = 'sqlite:////data/app.db'\n-- Dockerfile --\nFROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD [\"uvicorn\", \"main:app\", \"--host\", \"0.0.0.0\"]\n-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom sqlalchemy import create_engine\nengine = create_engine(os.environ['DATABASE_URL'])\napp = FastAPI()\n",
		YieldsTo: []string{"DATA-18"},
	},
	Run: runData02,
}

func runData02(_ context.Context, in *check.Input) preflight.Outcome {
	findings := besideVolume(in)
	looked := len(findings)
	for _, d := range databases(in) {
		mounts := lasting(d.path)
		if !d.isFile() || len(mounts) == 0 {
			continue
		}
		looked++
		_, found, unknown := d.inside()
		if found || unknown || harmless(&d) || replicated(in, d.path) || linked(&d) {
			continue
		}
		var where []string
		f := preflight.Finding{Level: certain(d.path, preflight.Fail), Path: d.path.Name, Key: d.path.Name + d.Var}
		if !d.sure {
			f.Level = preflight.Warn
		}
		f.Evidence = append(f.Evidence, at(in, d.place, "the database: "+d.files[0]))
		for _, m := range mounts {
			where = append(where, m.Path)
			f.Evidence = append(f.Evidence, at(in, m.Place, "the mount: "+m.Path))
		}
		f.Detail = fmt.Sprintf("With %s the program writes %s, and the volume is at %s.", d.path.Name, d.files[0], strings.Join(where, ", "))
		f.Fix = fmt.Sprintf("Set %s to a path below %s, absolute (four slashes in a SQLite URL), or mount the volume at %s.", first(d.Var, "the database URL"), where[0], dirOf(d.files[0]))
		findings = append(findings, f)
	}
	if looked == 0 {
		return preflight.NotApplicable("no path has both a database file and a volume")
	}
	return preflight.Found(findings...)
}

// linked reports whether the start makes links, which nobody follows here.
func linked(d *database) bool {
	for _, s := range d.path.Start.Steps {
		if s.Program() == "ln" {
			return true
		}
	}
	return false
}

func dirOf(file string) string {
	if i := strings.LastIndexByte(file, '/'); i > 0 {
		return file[:i]
	}
	return "/"
}

// dataDirs are variables that name the directory of a program's data.
var dataDirs = []string{"DATA_DIR", "DATA_PATH", "DATA_FOLDER", "DATA_DIRECTORY", "STORAGE_DIR", "STORAGE_PATH", "DATABASE_DIR", "DB_DIR", "SQLITE_DIR"}

// besideVolume finds paths that set the directory of the data to one that
// their volumes do not hold, while the code puts a database file there whose
// name is not known.
func besideVolume(in *check.Input) []preflight.Finding {
	var findings []preflight.Finding
	seen := map[string]bool{}
	for _, d := range databases(in) {
		mounts := lasting(d.path)
		if !d.isFile() || len(d.files) > 0 || d.Var != "" || len(mounts) == 0 || seen[d.path.Name] || replicated(in, d.path) {
			continue
		}
		v, ok := dataDir(in, d.path)
		if _, held := d.path.Holding(v.Value); !ok || held {
			continue
		}
		seen[d.path.Name] = true
		findings = append(findings, preflight.Finding{Level: certain(d.path, preflight.Fail), Path: d.path.Name, Key: d.path.Name + v.Name,
			Title:    fmt.Sprintf("%s is %s, and the volume is at %s", v.Name, v.Value, mounts[0].Path),
			Evidence: []preflight.Evidence{at(in, v.Place, "where the program keeps its data"), at(in, mounts[0].Place, "the mount: "+mounts[0].Path)},
			Detail:   fmt.Sprintf("The program keeps a database file, and %s sets the directory of its data to one that no volume holds.", d.path.Name),
			Fix:      fmt.Sprintf("Set %s to %s or a directory below it, or mount the volume at %s.", v.Name, mounts[0].Path, v.Value)})
	}
	return findings
}

// dataDir returns the variable with which a path sets the directory of the
// data, if the code reads it and its value is absolute.
func dataDir(in *check.Input, p *manifest.Path) (manifest.Variable, bool) {
	for _, r := range in.Code.EnvReads() {
		if !r.Reachable || !slices.Contains(dataDirs, r.Name) {
			continue
		}
		if v := processVar(p, r.Name); v.Kind == manifest.Literal && strings.HasPrefix(v.Value, "/") {
			return v, true
		}
	}
	return manifest.Variable{}, false
}
