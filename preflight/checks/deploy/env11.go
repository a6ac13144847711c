package deploy

import (
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var env11 = check.Check{
	Rule: preflight.Rule{
		ID:      "ENV-11",
		Title:   "Debug mode is on in production",
		Level:   preflight.Fail,
		Rows:    []string{"P10", "C10"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "Every error shows source, settings and sometimes a console to whoever caused it.",
		Fix:     "Let debug mode be off unless a variable switches it on, and leave that variable out of production.",
		Verify:  "Ask for an address that fails: a plain error page must come.",
		FixCost: "10 minutes",
		Cost:    preflight.Medium,
		Detect:  "DEBUG = True of Django settings (or its default), debug=True of Flask where the program is started by python, and DEBUG, FLASK_DEBUG or APP_DEBUG set to true by a deployment path.",
		Silent:  "Settings modules for development, defaults that are off, debug arguments behind a server such as gunicorn, where they have no effect.",
		Bad:     "-- Procfile --\nweb: python app.py\n-- app.py --\nfrom flask import Flask\napp = Flask(__name__)\nif __name__ == '__main__':\n    app.run(host='0.0.0.0', debug=True)\n",
		Good:    "-- Procfile --\nweb: gunicorn app:app\n-- app.py --\nfrom flask import Flask\napp = Flask(__name__)\nif __name__ == '__main__':\n    app.run(host='0.0.0.0', debug=True)\n",
	},
	Run: runEnv11,
}

func runEnv11(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	findings = append(findings, debugVariables(in)...)
	findings = append(findings, debugSettings(in)...)
	findings = append(findings, debugCalls(in)...)
	if len(findings) == 0 && len(in.Code.Routes()) == 0 {
		return preflight.NotApplicable("no server was found")
	}
	return preflight.Found(findings...)
}

var debugNames = map[string]bool{"DEBUG": true, "FLASK_DEBUG": true, "APP_DEBUG": true, "DJANGO_DEBUG": true, "QUART_DEBUG": true}

func on(value string) bool {
	switch strings.ToLower(strings.Trim(value, `'" `)) {
	case "1", "true", "yes", "on", "t", "y":
		return true
	}
	return false
}

// debugVariables finds paths that switch debug mode on.
func debugVariables(in *check.Input) []preflight.Finding {
	var out []preflight.Finding
	for _, s := range configured(in) {
		if !debugNames[s.Name] || s.Kind != manifest.Literal || !on(s.Value) || s.path != nil && !runsCode(s.path) {
			continue
		}
		level := preflight.Fail
		if s.path != nil {
			level = certainOf(s.path, level)
		}
		out = append(out, preflight.Finding{Level: level, Path: s.by, Key: s.Name, Title: fmt.Sprintf("%s switches debug mode on (%s)", s.by, s.Name), Evidence: []preflight.Evidence{at(in, s.Place, "on")}})
	}
	return out
}

// debugSettings judges DEBUG of the Django settings that the program loads.
func debugSettings(in *check.Input) []preflight.Finding {
	var out []preflight.Finding
	for _, m := range in.Code.LiveModules() {
		if m.Scope == nil || len(m.Scope.Names["INSTALLED_APPS"]) == 0 && len(m.Scope.Names["ROOT_URLCONF"]) == 0 || forDevelopment(m.File.Path) {
			continue
		}
		for _, s := range m.Assigns {
			if len(s.Node.List) != 1 || !s.Node.List[0].Is(syntax.Name) || s.Node.List[0].Name != "DEBUG" || s.Scope.Kind != repo.ModuleScope || s.Guards != nil {
				continue
			}
			v := in.Code.Value(s.Node.X, s.Scope)
			truth, known := v.Fallback().Truth()
			if !known || !truth {
				continue
			}
			out = append(out, debugFinding(in, m.File.Path, int(s.Node.Line), v.Variables())...)
		}
	}
	return out
}

func forDevelopment(file string) bool {
	for _, w := range strings.FieldsFunc(strings.ToLower(file), func(r rune) bool { return strings.ContainsRune("/._-", r) }) {
		switch w {
		case "dev", "development", "local", "test", "tests", "testing", "ci", "debug":
			return true
		}
	}
	return false
}

func debugFinding(in *check.Input, file string, line int, vars []string) []preflight.Finding {
	var certainly, perhaps []*manifest.Path
	for _, p := range servers(in) {
		if !holds(p, file) {
			continue
		}
		state := check.SetNo
		for _, name := range vars {
			state = max(state, in.Sets(p, name))
		}
		switch {
		case len(vars) == 0 || state == check.SetNo && p.Platform != manifest.Unknown:
			certainly = append(certainly, p)
		case state != check.SetYes:
			perhaps = append(perhaps, p)
		}
	}
	var out []preflight.Finding
	add := func(list []*manifest.Path, level preflight.Level) {
		if len(list) > 0 {
			out = append(out, preflight.Finding{Level: level, Path: names(list), Key: file, Evidence: []preflight.Evidence{at(in, manifest.Place{File: file, Line: line}, "on, unless something says otherwise")}})
		}
	}
	add(certainly, preflight.Fail)
	add(perhaps, preflight.Warn)
	return out
}

// debugCalls finds programs started by python that switch the debugger on.
func debugCalls(in *check.Input) []preflight.Finding {
	var out []preflight.Finding
	for _, p := range servers(in) {
		s, ok := p.Start.Server()
		if !ok || s.Program() != "python" {
			continue
		}
		m := in.Code.Module(mainFile(in, p))
		if m == nil || path.Ext(m.File.Path) != ".py" {
			continue
		}
		for _, c := range m.Calls {
			name := in.Code.Qualified(c.Node.X, c.Scope)
			d := syntax.Arg(c.Node, -1, "debug")
			if !strings.HasSuffix(name, "Flask().run") || d == nil {
				continue
			}
			if truth, known := in.Code.Value(d, c.Scope).Truth(); known && truth {
				out = append(out, preflight.Finding{Level: certainOf(p, preflight.Fail), Path: p.Name, Key: m.File.Path, Title: "The debugger of Flask runs in production", Evidence: []preflight.Evidence{at(in, manifest.Place{File: m.File.Path, Line: int(c.Node.Line)}, "debug=True")}, Fix: "Start it with gunicorn, or remove debug=True."})
			}
		}
	}
	return out
}
