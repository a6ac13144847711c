package code

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var state03 = check.Check{
	Rule: preflight.Rule{
		ID:      "STATE-03",
		Title:   "Sessions are kept in the library's own memory store",
		Level:   preflight.Fail,
		Rows:    []string{"P7", "D2"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "Everybody is signed out at each deployment, and with a second process people are signed out at random.",
		Fix:     "Give the session library a store that all processes share: Redis (connect-redis, RedisStore) or the database.",
		Verify:  "Sign in, restart the server, reload: you must still be signed in.",
		FixCost: "1 hour",
		Cost:    preflight.Medium,
		Detect:  "A session library is set up without a store (express-session), with its memory store, with Django's local cache, or with files on the container's disk.",
		Silent:  "Sessions in signed cookies (cookie-session, Starlette, Flask), any store that is given, also conditionally. With one process on every path it is a warning.",
		Bad:     "-- server.js --\nconst express = require('express');\nconst session = require('express-session');\nconst app = express();\napp.use(session({ secret: process.env.SESSION_SECRET, resave: false }));\napp.listen(3000);\n-- Procfile --\nweb: pm2-runtime start server.js -i 4\n",
		Good:    "-- server.js --\nconst express = require('express');\nconst session = require('express-session');\nconst RedisStore = require('connect-redis').default;\nconst app = express();\napp.use(session({ store: new RedisStore({}), secret: process.env.SESSION_SECRET }));\napp.listen(3000);\n",
	},
	Run: runState03,
}

// sessionStore is a place where sessions are kept in memory or in files.
type sessionStore struct {
	site *repo.Site
	what string
}

func runState03(_ context.Context, in *check.Input) preflight.Outcome {
	list, seen := memorySessions(in)
	if seen == 0 {
		return preflight.NotApplicable("no session library was found in the code")
	}
	var findings []preflight.Finding
	for _, s := range list {
		f := preflight.Finding{Level: preflight.Warn, Evidence: []preflight.Evidence{here(in, s.site, s.what)}}
		f.Detail = "Sessions live in " + s.what + "; a restart loses them."
		if c := crowded(in, s.site.Mod().File.Path); c.some() {
			f.Level, f.Path = preflight.Fail, pathNames(c.paths)
			f.Detail = c.sentence + " " + f.Detail
			f.Evidence = append(f.Evidence, c.evidence...)
		}
		findings = append(findings, f)
	}
	return preflight.Found(findings...)
}

// memorySessions returns the set-ups that keep sessions in the process, and how many set-ups were seen at all.
func memorySessions(in *check.Input) (list []sessionStore, seen int) {
	add := func(s *repo.Site, what string) { list = append(list, sessionStore{s, what}) }
	eachCall(in, func(m *repo.Module, s *repo.Site, last string) {
		if in.Code.Mode(s.Guards) {
			return
		}
		name := strings.TrimSuffix(callName(in, s), ".default")
		switch {
		case name == "express-session" || name == "koa-generic-session" || name == "@fastify/session":
			seen++
			if o := optionsOf(in, s); !givesStore(o, m) {
				add(s, "the memory of the process, the library's default")
			}
		case strings.HasSuffix(name, "gin-contrib/sessions/memstore.NewStore"), name == "starsessions.InMemoryStore", strings.HasSuffix(name, "in_memory.InMemoryBackend"):
			seen++
			add(s, "the memory of the process")
		case strings.Contains(name, "gofiber/fiber") && strings.HasSuffix(name, "middleware/session.New"):
			seen++
			if o := optionsOf(in, s); !o.open {
				if _, ok := o.get("Storage"); !ok {
					add(s, "the memory of the process, the library's default")
				}
			}
		case strings.HasSuffix(name, "gorilla/sessions.NewFilesystemStore"):
			seen++
			add(s, "files in the container")
		case name == "flask_session.Session":
			seen++
			if at := flaskSessionFiles(in, m); at != nil {
				add(at, "files in the container")
			}
		}
	})
	s, n := djangoSessions(in)
	return append(list, s...), seen + n
}

// givesStore reports whether a store is given, may be given, or is assigned later.
func givesStore(o *options, m *repo.Module) bool {
	if opt, ok := o.get("store"); ok {
		v := o.in.Code.Value(opt.expr, opt.scope)
		return v.Kind != repo.None && !inProcess(o.in.Code.Qualified(opt.expr, opt.scope)) && !(opt.expr.Is(syntax.Call) && inProcess(o.in.Code.Qualified(opt.expr.X, opt.scope)))
	}
	if o.open {
		return true
	}
	for _, a := range m.Assigns {
		for _, t := range a.Node.List {
			if t.Is(syntax.Attr) && t.Name == "store" {
				return true
			}
		}
	}
	return false
}

// inProcess reports whether a store of that qualified name keeps its sessions in the memory of the process: the one of
// express-session, and the package memorystore that tidies it up.
func inProcess(name string) bool {
	name = strings.TrimSuffix(name, "()")
	return strings.HasSuffix(name, "MemoryStore") || strings.HasPrefix(name, "memorystore")
}

// flaskSessionFiles returns the place that sets SESSION_TYPE to files.
func flaskSessionFiles(in *check.Input, m *repo.Module) *repo.Site {
	for _, mod := range in.Code.LiveModules() {
		if mod.File.Lang != repo.Python {
			continue
		}
		for _, s := range mod.Assigns {
			if len(s.Node.List) != 1 || s.Node.X == nil || in.Code.Mode(s.Guards) {
				continue
			}
			t := s.Node.List[0]
			name := syntax.Last(t)
			if t.Is(syntax.Index) && t.Y.Is(syntax.Str) {
				name = t.Y.Text
			}
			if v := in.Code.Value(s.Node.X, s.Scope); name == "SESSION_TYPE" && v.Kind == repo.Text && v.Text == "filesystem" {
				return s
			}
		}
	}
	return nil
}

// djangoSessions finds sessions in a cache that is local to the process, and in files.
func djangoSessions(in *check.Input) (list []sessionStore, seen int) {
	for _, m := range in.Code.LiveModules() {
		if m.Scope.Names["INSTALLED_APPS"] == nil {
			continue
		}
		seen++
		defs := m.Scope.Names["SESSION_ENGINE"]
		if len(defs) == 0 || defs[len(defs)-1].Value == nil {
			continue
		}
		d := defs[len(defs)-1]
		site := &repo.Site{Node: d.Node, Scope: m.Scope, Guards: d.Guards}
		engine := in.Code.Value(d.Value, m.Scope)
		switch {
		case in.Code.Mode(d.Guards) || engine.Kind != repo.Text:
		case strings.HasSuffix(engine.Text, "backends.file"):
			list = append(list, sessionStore{site, "files in the container"})
		case strings.HasSuffix(engine.Text, "backends.cache") && localCache(in, m):
			list = append(list, sessionStore{site, "Django's local cache, in the memory of the process"})
		}
	}
	return list, seen
}

// localCache reports whether Django's default cache is the one in memory.
func localCache(in *check.Input, m *repo.Module) bool {
	defs := m.Scope.Names["CACHES"]
	if len(defs) == 0 {
		return true // Django's own default
	}
	v, ok := optionsIn(in, in.Code.Value(defs[len(defs)-1].Value, m.Scope)).value("default")
	if !ok {
		return false
	}
	backend, ok := optionsIn(in, v).value("BACKEND")
	return ok && backend.Kind == repo.Text && strings.Contains(backend.Text, "LocMemCache")
}
