package deploy

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var data01 = check.Check{
	Rule: preflight.Rule{
		ID:       "DATA-01",
		Title:    "The database is a file on the container's own disk",
		Level:    preflight.Fail,
		Rows:     []string{"P3", "D1", "C4", "R3", "P3w1", "P3w2", "P3w3", "V3"},
		Sources:  []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:      "Everything that people made is gone after the next deployment.",
		Fix:      "Mount a volume and let the database URL point into it, or use a managed database.",
		Verify:   "preflight URL --canary write --canary-record PATH, redeploy, preflight URL --canary check",
		FixCost:  "30 minutes",
		Cost:     preflight.Critical,
		Detect:   "The database URL that a deployment path gives the program (its manifest, else the default in the code) is SQLite, DuckDB, Bolt, Badger or a JSON store, and no volume, disk or mount of the path holds the file; or a database server of a compose file has no volume with a name.",
		Silent:   "Paths whose manifest sets a managed database, databases in memory, caches, read-only data, replication by Litestream or LiteFS, machines that keep their disk (systemd).",
		Bad:      "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app --host 0.0.0.0 --port $PORT\n-- main.py --\nfrom fastapi import FastAPI\nfrom sqlalchemy import create_engine\nengine = create_engine('sqlite:///./app.db')\napp = FastAPI()\n@app.get('/')\ndef home():\n    return {}\n",
		Good:     "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app --host 0.0.0.0 --port $PORT\n    disk:\n      name: data\n      mountPath: /data\n-- main.py --\nfrom fastapi import FastAPI\nfrom sqlalchemy import create_engine\nengine = create_engine('sqlite:////data/app.db')\napp = FastAPI()\n@app.get('/')\ndef home():\n    return {}\n",
		Sourced:  "Disks of containers on Railway, Render, Fly.io, Heroku, Cloud Run and App Engine are replaced at each deployment (their documentation, read up to November 2026).",
		YieldsTo: []string{"DATA-18"},
	},
	Run: runData01,
}

func runData01(_ context.Context, in *check.Input) preflight.Outcome {
	list, unkept := databases(in), unkeptServers(in)
	if len(unkept) > 0 && len(list) == 0 {
		return preflight.Found(unkept...)
	}
	if len(list) == 0 {
		return preflight.NotApplicable("no database whose address is known was found in the code that is deployed")
	}
	var lost []database
	var fine []*manifest.Path
	for i := range list {
		if d := &list[i]; onOwnDisk(in, d) && len(lasting(d.path)) == 0 {
			lost = append(lost, *d)
		} else if d.kind != "" {
			fine = append(fine, d.path)
		}
	}
	if len(lost) == 0 && len(unkept) == 0 {
		return preflight.Pass(fmt.Sprintf("%s looked at", plural(len(list), "database")))
	}
	return preflight.Found(append(lostFindings(in, lost, fine), unkept...)...)
}

// onOwnDisk reports whether the file of a database is certainly on no lasting
// mount of its path, on a platform whose disk does not last.
func onOwnDisk(in *check.Input, d *database) bool {
	if !d.isFile() || !(d.path.Platform.Ephemeral() || d.path.Platform == manifest.Unknown) || harmless(d) || replicated(in, d.path) {
		return false
	}
	if d.path.Platform == manifest.Unknown && (len(in.Code.Routes()) == 0 || d.url == "" && !ownTables(in, d)) {
		return false // a tool or a library, or a file that may be somebody else's on a platform that nobody knows
	}
	_, found, _ := d.inside()
	return !found && !toldToMount(in, d)
}

var createTable = regexp.MustCompile(`(?i)\bcreate\s+table\b`)

// ownTables reports whether the module that opens a file also makes its tables, or one beside it does: then the file is
// the program's own, wherever it lies.
func ownTables(in *check.Input, d *database) bool {
	if d.kind != "sqlite" {
		return false
	}
	for _, m := range in.Code.LiveModules() {
		if path.Dir(m.File.Path) == path.Dir(d.File) && createTable.Match(in.Code.Source(m.File)) {
			return true
		}
	}
	return false
}

// harmless are files that may be lost: caches, and what is only read.
func harmless(d *database) bool {
	lower := strings.ToLower(d.url)
	name := path.Base(lower)
	return strings.Contains(name, "cache") || strings.Contains(lower, "mode=ro") || strings.Contains(lower, "immutable=1") || strings.Contains(lower, "mode=memory")
}

// replicated reports whether a path copies its SQLite file elsewhere all the time.
func replicated(in *check.Input, p *manifest.Path) bool {
	for _, f := range in.Tree.Named("litestream.yml", "litestream.yaml", "litefs.yml", "litefs.yaml") {
		if holds(p, f) || path.Dir(f) == "." || path.Base(path.Dir(f)) == "etc" {
			return true
		}
	}
	return strings.Contains(p.Start.Text, "litestream") || strings.Contains(p.Start.Text, "litefs")
}

// lostFindings makes one finding for each place in the code, with the paths it is true for.
func lostFindings(in *check.Input, lost []database, fine []*manifest.Path) []preflight.Finding {
	type group struct {
		first database
		level preflight.Level
		paths []*manifest.Path
	}
	var groups []*group
	for _, d := range lost {
		level := lostLevel(&d)
		var g *group
		for _, have := range groups {
			if have.first.File == d.File && have.first.Line == d.Line && have.level == level {
				g = have
			}
		}
		if g == nil {
			g = &group{first: d, level: level}
			groups = append(groups, g)
		}
		g.paths = append(g.paths, d.path)
	}
	var out []preflight.Finding
	for _, g := range groups {
		f := preflight.Finding{Level: g.level, Path: names(g.paths), Key: g.first.Var, Fix: keepFix(&g.first)}
		f.Evidence = databaseEvidence(in, &g.first)
		f.Detail = lostDetail(&g.first, names(g.paths))
		if ok := others(fine, g.paths); ok != "" {
			f.Detail += " " + ok + " is fine."
		}
		out = append(out, f)
	}
	return out
}

// others names the paths of list that are not in without.
func others(list, without []*manifest.Path) string {
	var out []*manifest.Path
	for _, p := range list {
		ok := true
		for _, w := range without {
			ok = ok && p.Name != w.Name
		}
		if ok {
			out = append(out, p)
		}
	}
	return names(out)
}

// lostLevel lowers the level where a dashboard may hold the variable or the
// volume, and where nobody says on which platform it runs.
func lostLevel(d *database) preflight.Level {
	level := certain(d.path, preflight.Fail)
	if !d.sure || volumesApart(d.path) || level < preflight.Fail || d.url == "" {
		return preflight.Warn
	}
	for _, m := range d.path.Mounts { // the image asks for a volume: whoever runs it may give one
		if m.Kind == manifest.Anonymous && len(d.files) > 0 && strings.HasPrefix(d.files[0], strings.TrimSuffix(m.Path, "/")+"/") {
			return preflight.Warn
		}
	}
	return level
}

// volumesApart reports whether volumes of the path are made in a dashboard and
// never stand in its manifest.
func volumesApart(p *manifest.Path) bool {
	return p.Platform == manifest.Railway && !strings.HasSuffix(p.Manifest(), ".ts")
}

func databaseEvidence(in *check.Input, d *database) []preflight.Evidence {
	code := manifest.Place{File: d.File, Line: d.Line}
	out := []preflight.Evidence{at(in, d.place, "the database")}
	if d.place != code {
		out = append(out, at(in, code, "opened here"))
	}
	if d.path.Place.File != "" {
		out = append(out, at(in, d.path.Place, "deployed by this"))
	}
	return out
}

func lostDetail(d *database, paths string) string {
	where := "a file on the container's own disk"
	if len(d.files) > 0 {
		where = fmt.Sprintf("%s, on the container's own disk", d.files[0])
	}
	var b strings.Builder
	fmt.Fprintf(&b, "With %s the data is in %s", paths, where)
	switch {
	case d.path.Platform == manifest.Unknown:
		b.WriteString("; no deployment description says where it runs, and most platforms replace that disk at each deployment.")
	case volumesApart(d.path):
		b.WriteString("; the file cannot name volumes, so this is right only if the dashboard has one mounted there.")
	case d.path.Platform == manifest.Docker:
		b.WriteString(" unless whoever starts the image mounts a volume there.")
	default:
		b.WriteString("; no volume of it is mounted there.")
	}
	if d.Var != "" && !d.sure {
		fmt.Fprintf(&b, " It is the value of %s unless that is set elsewhere, in a dashboard or as a secret.", d.Var)
	}
	return b.String()
}

// keepFix is what to write for the platform at hand.
func keepFix(d *database) string {
	variable := d.Var
	if variable == "" {
		variable = "DATABASE_URL"
	}
	scheme, _, _ := strings.Cut(d.url, ":")
	if scheme == "" || !strings.Contains(d.url, "://") {
		scheme = "sqlite"
	}
	url := scheme + ":////data/app.db"
	switch d.path.Platform {
	case manifest.Railway:
		return fmt.Sprintf("Mount a volume at /data in the dashboard (or volumeMounts in .railway/railway.ts) and set\n  %s=%s   (four slashes: an absolute path)\nor add a PostgreSQL service and refer to its DATABASE_URL.", variable, url)
	case manifest.Render:
		return fmt.Sprintf("Below the service in render.yaml (a paid plan is needed):\n  disk:\n    name: data\n    mountPath: /data\n  envVars:\n    - key: %s\n      value: %s\nor order a database and use fromDatabase.", variable, url)
	case manifest.Fly:
		return fmt.Sprintf("In fly.toml:\n  [mounts]\n    source = \"data\"\n    destination = \"/data\"\n  [env]\n    %s = \"%s\"\nand make the volume: fly volumes create data", variable, url)
	case manifest.Compose:
		return fmt.Sprintf("In the compose file:\n  services:\n    %s:\n      environment:\n        %s: %s\n      volumes:\n        - data:/data\n  volumes:\n    data:", first(d.path.Service, "app"), variable, url)
	case manifest.Docker, manifest.Unknown:
		return fmt.Sprintf("Write where the data lives into the deployment:\n  docker run -v data:/data -e %s=%s ...\nor use a managed database.", variable, url)
	}
	return "This platform has no disk that lasts: use its managed database."
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
