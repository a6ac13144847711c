package code

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var adm01 = check.Check{
	Rule: preflight.Rule{
		ID:      "ADM-01",
		Title:   "An administrator with a published password is created at start",
		Level:   preflight.Fail,
		Rows:    []string{"P6", "S2"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Everybody who has seen the code is administrator of the deployed site.",
		Fix:     "Take the first administrator's password from a variable without a default, or let a set-up page with a one-time code make the account.",
		Verify:  "Try the old password on the deployed site: it must be refused.",
		FixCost: "30 minutes",
		Cost:    preflight.Critical,
		Detect:  "Live server code hashes or stores a literal password for an account named admin, root or superuser.",
		Silent:  "Passwords from variables, seeds that only development runs, tests.",
		Bad:     "-- main.py --\nfrom fastapi import FastAPI\nfrom passlib.context import CryptContext\nfrom models import User, session\napp = FastAPI()\npwd = CryptContext(schemes=['bcrypt'])\n@app.on_event('startup')\ndef seed():\n    session.add(User(username='admin', role='admin', password=pwd.hash('admin123')))\n",
		Good:    "-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom passlib.context import CryptContext\nfrom models import User, session\napp = FastAPI()\npwd = CryptContext(schemes=['bcrypt'])\n@app.on_event('startup')\ndef seed():\n    session.add(User(username='admin', role='admin', password=pwd.hash(os.environ['ADMIN_PASSWORD'])))\n",
	},
	Run: runAdm01,
}

func runAdm01(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	seen := map[*repo.Func]bool{}
	for _, m := range in.Code.LiveModules() {
		if clientSide(in, m) {
			continue
		}
		sites := append(append([]*repo.Site{}, m.Calls...), m.Dicts...)
		for _, s := range sites {
			fn := s.Scope.Enclosing()
			pass := passwordOf(in, s)
			if pass == nil || connects(s.Node) || seen[fn] || !namesAdmin(s.Node) || in.Code.Mode(s.Guards) || words(funcName(fn), "test", "demo", "mock") {
				continue
			}
			seen[fn] = true
			findings = append(findings, preflight.Finding{Level: preflight.Fail, Evidence: []preflight.Evidence{at(in, m.File.Path, int(pass.Line), "a literal password, "+mask(pass.Text))}})
		}
	}
	return preflight.Found(findings...)
}

func funcName(fn *repo.Func) string {
	if fn == nil {
		return ""
	}
	return fn.Node.Name + fn.Node.Text
}

// passwordOf returns the literal password among the arguments or keys of a site, nil when there is none.
func passwordOf(in *check.Input, s *repo.Site) *node {
	for _, a := range s.Node.List {
		var name string
		var x *node
		switch {
		case a.Kind == syntax.Keyword:
			name, x = a.Name, a.X
		case a.Kind == syntax.Pair && a.X.Is(syntax.Str):
			name, x = a.X.Text, a.Y
		default:
			continue
		}
		if !words(name, "password", "pwd", "passwd") || strings.Contains(name, ".") || words(name, "confirm", "placeholder", "label", "required", "prompt", "title", "hint", "message", "error", "help") {
			continue // texts of an interface
		}
		for x.Is(syntax.Call, syntax.Unary) {
			if x.Is(syntax.Unary) {
				x = x.X
				continue
			}
			if len(x.List) == 0 || !words(syntax.Last(x.X), "hash", "password", "encode", "bcrypt", "hashpw", "hashsync", "crypt") {
				x = nil
				break
			}
			x = x.List[0]
		}
		if x == nil {
			continue
		}
		if v := in.Code.Value(x, s.Scope); v.Kind == repo.Text && !v.Partial && len(v.Text) >= 4 && v.Text[0] != '$' && !mentions(&node{Text: v.Text}, " ", "/", "{") {
			return &node{Kind: syntax.Str, Text: v.Text, Line: int32(max(v.Place.Line, int(x.Line)))}
		}
	}
	return nil
}

// connects reports whether a site is the connection of a database or a server.
func connects(n *node) bool {
	for _, a := range n.List {
		name := a.Name
		if a.Kind == syntax.Pair && a.X != nil {
			name = a.X.Text
		}
		switch name {
		case "host", "port", "database", "server", "dbname", "db", "url", "hostname":
			return true
		}
	}
	return false
}

// namesAdmin reports whether a literal of a site names an administrator.
func namesAdmin(n *node) bool {
	for _, a := range n.List {
		x := a.X
		if a.Kind == syntax.Pair {
			x = a.Y
		}
		if x.Is(syntax.Str) && len(x.Text) < 60 && words(x.Text, "admin", "administrator", "superuser", "superadmin") {
			return true
		}
	}
	return words(syntax.Last(n.X), "superuser")
}
