package deploy

import (
	"context"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var data13 = check.Check{
	Rule: preflight.Rule{
		ID:      "DATA-13",
		Title:   "The start of the program destroys its data",
		Level:   preflight.Fail,
		Rows:    []string{"P3"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Every restart and every deployment empties the database.",
		Fix:     "Remove it, or put it behind a variable that is off unless somebody switches it on.",
		Verify:  "Restart twice: the data is still there.",
		FixCost: "10 minutes",
		Cost:    preflight.Critical,
		Detect:  "drop_all, sync({force: true}), DROP TABLE or the removal of the database file in code that runs at the start; prisma migrate reset, db push --force-reset or manage.py flush in a start command.",
		Silent:  "Tests, tools, routes, functions that nothing calls at the start, conditions that do not hold by default.",
		Bad:     "-- main.py --\nfrom fastapi import FastAPI\nfrom db import Base, engine\napp = FastAPI()\n@app.on_event('startup')\ndef startup():\n    Base.metadata.drop_all(engine)\n    Base.metadata.create_all(engine)\n@app.get('/')\ndef home():\n    return {}\n",
		Good:    "-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom db import Base, engine\napp = FastAPI()\n@app.on_event('startup')\ndef startup():\n    if os.getenv('RESET_DB', '') == 'yes':\n        Base.metadata.drop_all(engine)\n    Base.metadata.create_all(engine)\n@app.get('/')\ndef home():\n    return {}\n",
	},
	Run: runData13,
}

func runData13(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	for _, p := range in.Paths() {
		for _, s := range append(p.Start.Steps, p.Built()...) {
			text := strings.Join(s.Args, " ")
			if s.Maybe || !strings.Contains(text, "migrate reset") && !strings.Contains(text, "--force-reset") && !strings.Contains(text, "manage.py flush") && !strings.Contains(text, "downgrade base") && !strings.Contains(text, "schema:drop") && !strings.Contains(text, "db:drop") {
				continue
			}
			findings = append(findings, preflight.Finding{Level: certainOf(p, preflight.Fail), Path: p.Name, Key: p.Name, Title: p.Name + " empties the database at each deployment", Evidence: []preflight.Evidence{at(in, s.Place, "destroys")}})
		}
	}
	for _, m := range in.Code.LiveModules() {
		for _, s := range m.Calls {
			if what := destroys(in, s); what != "" && atStart(in, s) {
				findings = append(findings, preflight.Finding{Level: preflight.Fail, Key: m.File.Path, Title: fmt.Sprintf("%s at the start of the program", what), Evidence: []preflight.Evidence{at(in, manifest.Place{File: m.File.Path, Line: int(s.Node.Line)}, "destroys")}})
			}
		}
	}
	if len(findings) == 0 && len(in.Code.Databases()) == 0 {
		return preflight.NotApplicable("no database was found in the code that is deployed")
	}
	return preflight.Found(findings...)
}

// destroys says what a call destroys, "" for nothing.
func destroys(in *check.Input, s *repo.Site) string {
	switch syntax.Last(s.Node.X) {
	case "drop_all", "drop_tables", "drop_database":
		return syntax.Last(s.Node.X)
	case "run_sync":
		if len(s.Node.List) > 0 && syntax.Last(s.Node.List[0]) == "drop_all" {
			return "drop_all"
		}
	case "sync":
		for _, a := range s.Node.List {
			if f := syntax.Field(a, "force"); f.Is(syntax.Const) && f.Name == "true" {
				return "sync({force: true})"
			}
		}
	case "execute", "exec", "raw", "executescript":
		for _, a := range s.Node.List {
			if a.Is(syntax.Call) && len(a.List) > 0 {
				a = a.List[0]
			}
			if a.Is(syntax.Str) && strings.Contains(strings.ToUpper(a.Text), "DROP TABLE") && !strings.Contains(strings.ToUpper(a.Text), "CREATE TABLE") {
				return "DROP TABLE"
			}
		}
	}
	return ""
}

// atStart reports whether a site runs whenever the program starts: at module
// level, or in a function for the start, without a condition that does not
// hold by default.
func atStart(in *check.Input, s *repo.Site) bool {
	for g := s.Guards; g != nil; g = g.Outer {
		truth, known := in.Code.Value(g.Test, g.Scope).Fallback().Truth()
		if !known || truth == g.Not {
			return false
		}
	}
	fn := s.Scope.Enclosing()
	if fn == nil {
		return true
	}
	for g := fn.Guards; g != nil; g = g.Outer {
		return false
	}
	for _, d := range fn.Node.Else { // decorators
		if d.Is(syntax.Call) && syntax.Last(d.X) == "on_event" && len(d.List) > 0 && d.List[0].Text == "startup" {
			return true
		}
		if syntax.Last(d) == "asynccontextmanager" && strings.Contains(fn.Node.Name, "lifespan") {
			return true
		}
	}
	switch fn.Node.Name {
	case "lifespan", "on_startup", "startup", "startup_event":
		return true
	}
	return fn.Call != nil && calledAtModule(fn.Call)
}

// calledAtModule reports whether a lambda is an argument of a call at module
// level, as in sequelize.sync().then(() => ...).
func calledAtModule(call *repo.Site) bool { return call.Guards == nil && call.Scope.Enclosing() == nil }
