package code

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var log04 = check.Check{
	Rule: preflight.Rule{
		ID:      "LOG-04",
		Title:   "A route for debugging or seeding is open to everybody",
		Level:   preflight.Fail,
		Rows:    []string{"S4", "C10"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Anybody who guesses the address reads internals, fills the database or becomes administrator.",
		Fix:     "Remove the route, or add it only in development, or require an administrator.",
		Verify:  "curl the route on the deployed site: it must answer 404 or 401.",
		FixCost: "5 minutes",
		Cost:    preflight.Critical,
		Detect:  "A route whose path is that of a debugging, seeding or set-up helper, whose handler really does such a thing and asks for no sign-in.",
		Silent:  "Routes behind a flag, a condition on the environment, or anything that looks like authorization.",
		Bad:     "-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.get('/debug/users')\ndef debug_users():\n    return db.query(User).all()\n",
		Good:    "-- main.py --\nfrom fastapi import FastAPI, Depends\nfrom auth import require_admin\napp = FastAPI()\n@app.get('/debug/users')\ndef debug_users(user=Depends(require_admin)):\n    return db.query(User).all()\n",
	},
	Run: runLog04,
}

func runLog04(_ context.Context, in *check.Input) preflight.Outcome {
	routes := in.Code.Routes()
	if len(routes) == 0 {
		return preflight.NotApplicable("no routes were found in the code")
	}
	var findings []preflight.Finding
	for i := range routes {
		r := &routes[i]
		what := helperRoute(r.Path)
		if what == "" || r.Auth || r.Func == nil || in.Code.Mode(r.Func.Guards) || asksWho(r.Func) || modeInside(in, r.Func) {
			continue
		}
		if what == "log" && !mentions(r.Func.Node, ".log", "readfile", "tail", "logfile", "log_file") {
			continue
		}
		findings = append(findings, preflight.Finding{Level: preflight.Fail, Key: r.Path, Evidence: []preflight.Evidence{at(in, r.File, r.Line, r.Path+" is open")}, Detail: r.Path + " asks nobody who they are."})
	}
	return preflight.Found(findings...)
}

// helperRoute says what kind of helper a path is, "" for the routes of the application.
func helperRoute(p string) string {
	for _, part := range strings.Split(strings.ToLower(strings.Trim(p, "/")), "/") {
		switch part {
		case "debug", "debug-info", "test-db", "testdb", "db-test", "debug-env", "debug-config", "_debug":
			return "debug"
		case "seed", "seed-db", "seed-data", "seed-database", "init-db", "initdb", "reset-db", "reset-database", "resetdb", "drop-db", "drop-tables", "create-admin", "make-admin", "create-superuser", "wipe", "clear-db", "populate", "populate-db":
			return "seed"
		case "logs", "log":
			if !strings.Contains(strings.ToLower(p), "git") { // the history of a repository
				return "log"
			}
		}
	}
	return ""
}

// asksWho reports whether a handler looks at who is asking.
func asksWho(fn *repo.Func) bool {
	return contains(fn.Node, func(n *node) bool {
		switch {
		case n.Is(syntax.Name, syntax.Attr, syntax.Keyword, syntax.Param):
			return words(n.Name, "auth", "authorization", "authenticate", "admin", "token", "permission", "permissions", "secret", "apikey", "session", "current", "principal", "staff") && !words(n.Name, "create", "make")
		case n.Is(syntax.Str):
			l := strings.ToLower(n.Text)
			return strings.Contains(l, "authorization") || strings.HasPrefix(l, "x-") && strings.Contains(l, "key")
		}
		return false
	})
}

// modeInside reports whether a handler itself looks at where it runs, or whether it is switched on.
func modeInside(in *check.Input, fn *repo.Func) bool {
	return contains(&node{Kind: syntax.Block, Body: fn.Node.Body}, func(n *node) bool {
		return n.Is(syntax.If) && (in.Code.ModeTest(n.X, fn.Scope) || mentions(n.X, "enabled", "disabled"))
	})
}
