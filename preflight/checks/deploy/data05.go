package deploy

import (
	"context"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var data05 = check.Check{
	Rule: preflight.Rule{
		ID:      "DATA-05",
		Title:   "A database is ordered, and the program is not connected to it",
		Level:   preflight.Fail,
		Rows:    []string{"P3", "P10"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "The program quietly writes its default, a file that is lost, while the database stays empty.",
		Fix:     "Hand the connection string to the service.",
		Verify:  "The tables are in the database after the first start.",
		FixCost: "10 minutes",
		Cost:    preflight.Critical,
		Detect:  "databases: in render.yaml, or a PostgreSQL or MySQL service in a compose file, while no variable of the services refers to it; in compose only where the program then falls back to a file.",
		Silent:  "Services whose variables are set elsewhere, files with a database only.",
		Bad:     "-- render.yaml --\ndatabases:\n  - name: main\nservices:\n  - type: web\n    name: api\n    runtime: docker\n    envVars:\n      - key: LOG_LEVEL\n        value: info\n",
		Good:    "-- render.yaml --\ndatabases:\n  - name: main\nservices:\n  - type: web\n    name: api\n    runtime: docker\n    envVars:\n      - key: DATABASE_URL\n        fromDatabase:\n          name: main\n          property: connectionString\n",
	},
	Run: runData05,
}

func runData05(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	ordered := len(in.Deploy.Databases)
	for _, db := range in.Deploy.Databases {
		if f, ok := notWired(in, db); ok {
			findings = append(findings, f)
		}
	}
	for _, p := range in.Paths() {
		if p.Role != manifest.Database || p.Platform != manifest.Compose || !relational(p.ImageName) {
			continue
		}
		ordered++
		for _, d := range databases(in) {
			if d.path.Manifest() != p.Manifest() || !d.isFile() || d.Var == "" || refersTo(d.path, p.Service) {
				continue
			}
			findings = append(findings, preflight.Finding{Level: certainOf(d.path, preflight.Fail), Path: d.path.Name, Key: p.Service, Title: fmt.Sprintf("%s uses a file, and the database service %s is beside it", d.path.Name, p.Service),
				Evidence: []preflight.Evidence{at(in, p.Place, "the database"), at(in, d.place, "what the program uses")}, Fix: fmt.Sprintf("Set %s to a URL with the host %s.", d.Var, p.Service)})
		}
	}
	if ordered == 0 {
		return preflight.NotApplicable("no manifest orders a database")
	}
	return preflight.Found(findings...)
}

func relational(image string) bool {
	for _, w := range []string{"postgres", "postgis", "pgvector", "timescale", "mysql", "mariadb"} {
		if strings.Contains(image, w) {
			return true
		}
	}
	return false
}

// refersTo reports whether any variable of a path names a service.
func refersTo(p *manifest.Path, service string) bool {
	for _, v := range p.Vars {
		if strings.Contains(v.Value, service) || strings.Contains(v.Ref, service) {
			return true
		}
	}
	return false
}

// notWired judges a managed database: nothing refers to it, and no service
// sets a variable for a database in another way.
func notWired(in *check.Input, db manifest.ManagedDatabase) (preflight.Finding, bool) {
	services := 0
	for _, p := range in.Paths() {
		if p.Manifest() != db.File || !runsCode(p) {
			continue
		}
		services++
		for _, v := range p.Vars {
			upper := strings.ToUpper(v.Name)
			if v.Ref == db.Name || strings.Contains(upper, "DATABASE") || strings.HasPrefix(upper, "DB_") || strings.HasPrefix(upper, "POSTGRES") || strings.HasPrefix(upper, "PG") {
				return preflight.Finding{}, false
			}
		}
		if len(p.Groups) > 0 {
			return preflight.Finding{}, false // a group of the dashboard may have it
		}
	}
	if services == 0 {
		return preflight.Finding{}, false
	}
	return preflight.Finding{Level: preflight.Fail, Path: db.File, Key: db.Name, Title: fmt.Sprintf("The database %s is ordered, and no service refers to it", db.Name), Evidence: []preflight.Evidence{at(in, db.Place, "ordered here")},
		Fix: fmt.Sprintf("Below the service:\n  envVars:\n    - key: DATABASE_URL\n      fromDatabase:\n        name: %s\n        property: connectionString", db.Name)}, true
}
