package deploy

import (
	"path"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
)

// target is the file that a process starts from, as its command names it.
type target struct {
	name   string // as written: "app.main:app", "server.js"
	file   string // in the repository; "" when it is not there
	attr   string // the application object behind the colon
	python bool   // a module of Python
}

// asgiServers take "module:attribute".
var asgiServers = map[string]bool{"uvicorn": true, "gunicorn": true, "hypercorn": true, "daphne": true, "granian": true, "waitress-serve": true, "uwsgi": false, "sanic": true}

// targetOf returns what a process starts from. ok is false where the command
// names nothing that a repository would hold.
func targetOf(in *check.Input, p *manifest.Path, s manifest.Process) (target, bool) {
	switch program := s.Program(); {
	case asgiServers[program]:
		return moduleTarget(in, p, s)
	case program == "python" || program == "node" || program == "bun" || program == "deno" || program == "tsx" || program == "ts-node":
		return scriptTarget(in, p, s)
	}
	return target{}, false
}

func moduleTarget(in *check.Input, p *manifest.Path, s manifest.Process) (target, bool) {
	dirs := []string{s.Dir}
	word := ""
	for i := 1; i < len(s.Args); i++ {
		a := s.Args[i]
		if name, value, ok := strings.Cut(a, "="); ok && (name == "--app-dir" || name == "--chdir") {
			dirs = append(dirs, value)
			continue
		}
		if (a == "--app-dir" || a == "--chdir") && i+1 < len(s.Args) {
			dirs = append(dirs, s.Args[i+1])
			i++
			continue
		}
		if strings.HasPrefix(a, "-") {
			if valued(a) && i+1 < len(s.Args) {
				i++
			}
			continue
		}
		word = a
		break
	}
	module, attr, _ := strings.Cut(word, ":")
	if word == "" || strings.ContainsAny(word, "${/ ") || !dotted(module) {
		return target{}, false
	}
	attr, _, _ = strings.Cut(attr, "(")
	t := target{name: word, attr: attr, python: true}
	rel := strings.ReplaceAll(module, ".", "/")
	for _, dir := range append(dirs, pythonPath(p, s)...) {
		for _, sub := range []string{"", "src", "app"} {
			for _, name := range []string{rel + ".py", rel + "/__init__.py"} {
				if f, ok := locate(in, p, dir, path.Join(sub, name)); ok {
					t.file = f
					return t, true
				}
			}
		}
	}
	return t, true
}

// valued reports whether an option of a Python server takes the next word.
func valued(option string) bool {
	switch option {
	case "--reload", "--proxy-headers", "--no-proxy-headers", "--no-access-log", "--access-log", "--factory", "--preload", "--use-colors", "--no-server-header", "-D", "--daemon", "--dev":
		return false
	}
	return !strings.Contains(option, "=")
}

func dotted(s string) bool {
	for _, c := range s {
		if c != '.' && c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return s != ""
}

// pythonPath returns the folders that PYTHONPATH adds.
func pythonPath(p *manifest.Path, s manifest.Process) []string {
	value := s.Env["PYTHONPATH"]
	if v := p.Var("PYTHONPATH"); value == "" && v.Known() {
		value = v.Value
	}
	var out []string
	for _, d := range strings.Split(value, ":") {
		if d != "" && !strings.Contains(d, "$") {
			out = append(out, d)
		}
	}
	return out
}

func scriptTarget(in *check.Input, p *manifest.Path, s manifest.Process) (target, bool) {
	for i := 1; i < len(s.Args); i++ {
		a := s.Args[i]
		if strings.HasPrefix(a, "-") {
			if a == "-r" || a == "--require" || a == "--import" || a == "--loader" || a == "-c" || a == "-e" || a == "-m" {
				return target{}, false
			}
			continue
		}
		if a == "run" && s.Program() != "python" && s.Program() != "node" {
			continue
		}
		if strings.ContainsAny(a, "$*") || path.Ext(a) == "" && s.Program() != "node" || a == "." || strings.HasSuffix(a, "/") {
			return target{}, false
		}
		t := target{name: a, python: s.Program() == "python"}
		for _, name := range []string{a, a + ".js", a + "/index.js", a + ".mjs"} {
			if f, ok := locate(in, p, s.Dir, name); ok && in.Tree.Has(f) {
				t.file = f
				break
			}
		}
		return t, true
	}
	return target{}, false
}

// locate finds a file as a process of a path sees it, from the directory that
// a cd before it led to.
func locate(in *check.Input, p *manifest.Path, dir, name string) (string, bool) {
	base := p.Workdir
	if path.IsAbs(dir) {
		base = dir
	} else if dir != "" {
		base = path.Join(base, dir)
	}
	f, ok := manifest.Locate(in.Tree, p, base, name)
	return f, ok && in.Tree.Has(f)
}

// generated reports whether a path is the output of a build.
func generated(name string) bool {
	for _, part := range strings.Split(path.Clean(name), "/") {
		switch strings.ToLower(part) {
		case "dist", "build", "out", ".next", ".output", "target", "bin", "lib", "public", "static", "staticfiles", "node_modules", "venv", ".venv", "publish", "release", "generated", ".medusa", "server.js.map", "standalone":
			return true
		}
	}
	return false
}

// mainFile returns the parsed file that a path's server starts from, nil when it is not known.
func mainFile(in *check.Input, p *manifest.Path) *repo.File {
	s, ok := p.Start.Server()
	if !ok {
		return nil
	}
	t, ok := targetOf(in, p, s)
	if !ok || t.file == "" {
		return nil
	}
	return in.Code.File(t.file)
}
