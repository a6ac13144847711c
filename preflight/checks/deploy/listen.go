package deploy

import (
	"net"
	"regexp"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// listener is where a server listens, as far as it is known.
type listener struct {
	host, port string         // "" where nothing is known
	place      manifest.Place // of the command or the call that says it
	byDefault  bool           // the host is the program's default
	program    string
}

// serverDefaults are the address and port of servers that are told nothing.
// Sources: the documentation of each, 2026.
var serverDefaults = map[string]listener{
	"uvicorn": {host: "127.0.0.1", port: "8000"}, "hypercorn": {host: "127.0.0.1", port: "8000"}, "gunicorn": {host: "127.0.0.1", port: "8000"},
	"daphne": {host: "127.0.0.1", port: "8000"}, "granian": {host: "127.0.0.1", port: "8000"}, "flask": {host: "127.0.0.1", port: "5000"},
	"manage.py": {host: "127.0.0.1", port: "8000"}, "waitress-serve": {host: "0.0.0.0", port: "8080"},
	"next": {host: "0.0.0.0", port: "3000"}, "vite": {host: "localhost", port: "4173"}, "streamlit": {host: "0.0.0.0", port: "8501"},
}

// listenerOf works out where the server of a path listens.
func listenerOf(in *check.Input, p *manifest.Path) (listener, bool) {
	s, ok := p.Start.Server()
	if !ok {
		return listener{}, false
	}
	program := s.Program()
	if program == "python" && len(s.Args) > 1 && strings.HasSuffix(s.Args[1], "manage.py") {
		if !has(s.Args, "runserver") {
			return listener{}, false
		}
		program = "manage.py"
	}
	l, known := serverDefaults[program]
	switch {
	case program == "flask" && !has(s.Args, "run"), program == "vite" && !has(s.Args, "preview"), program == "next" && !has(s.Args, "start"):
		return listener{}, false
	case program == "fastapi":
		l, known = listener{host: "0.0.0.0", port: "8000"}, true
		if has(s.Args, "dev") {
			l.host = "127.0.0.1"
		}
	case !known:
		return codeListener(in, p)
	}
	l.program, l.place, l.byDefault = program, s.Place, true
	l.fromEnvironment(p, s)
	if !l.fromArguments(p, s) {
		return l, false
	}
	return l, true
}

// fromEnvironment applies the variables that servers read by themselves.
func (l *listener) fromEnvironment(p *manifest.Path, s manifest.Process) {
	prefix := map[string]string{"uvicorn": "UVICORN_", "flask": "FLASK_RUN_"}[l.program]
	if prefix != "" {
		for _, name := range []string{"HOST", "PORT"} {
			v := processVar(p, prefix+name)
			switch {
			case v.Kind == manifest.Unset:
			case name == "HOST":
				l.host, l.byDefault = v.Value, false
			default:
				l.port = v.Value
			}
		}
	}
	switch l.program {
	case "gunicorn":
		if v := processVar(p, "PORT"); v.Kind != manifest.Unset || p.Platform.InjectsPort() {
			l.host, l.port, l.byDefault = "0.0.0.0", "$PORT", false
		}
		if processVar(p, "GUNICORN_CMD_ARGS").Kind != manifest.Unset {
			l.host, l.port = "", ""
		}
	case "next":
		if processVar(p, "PORT").Kind != manifest.Unset || p.Platform.InjectsPort() {
			l.port = "$PORT"
		}
	}
}

// fromArguments applies the options of the command. It reports false where a
// file that is not read decides.
func (l *listener) fromArguments(p *manifest.Path, s manifest.Process) bool {
	value := func(i int, flag string) (string, bool) {
		if s.Args[i] == flag && i+1 < len(s.Args) {
			return s.Args[i+1], true
		}
		return strings.CutPrefix(s.Args[i], flag+"=")
	}
	for i := 1; i < len(s.Args); i++ {
		if s.Args[i] == "--uds" || s.Args[i] == "--fd" || strings.HasPrefix(s.Args[i], "unix:") {
			return false
		}
		for _, flag := range []string{"--host", "-H", "-h", "--hostname", "--address", "--server.address"} {
			if v, ok := value(i, flag); ok {
				l.host, l.byDefault = expand(p, s, v), false
			} else if s.Args[i] == "--host" && l.program == "vite" {
				l.host, l.byDefault = "0.0.0.0", false
			}
		}
		for _, flag := range []string{"--port", "-p", "--server.port"} {
			if v, ok := value(i, flag); ok {
				l.port = expand(p, s, v)
			}
		}
		for _, flag := range []string{"--bind", "-b", "--listen", "-l"} {
			v, ok := value(i, flag)
			if !ok && flag == "-b" {
				v, ok = strings.CutPrefix(s.Args[i], "-b")
			}
			if ok && !(flag == "-b" && l.program == "daphne") {
				l.bound(expand(p, s, v))
			} else if ok {
				l.host, l.byDefault = expand(p, s, v), false
			}
		}
		for _, flag := range []string{"--config", "-c"} {
			if _, ok := value(i, flag); ok && l.program == "gunicorn" {
				return false
			}
		}
		if l.program == "manage.py" && !strings.HasPrefix(s.Args[i], "-") && strings.ContainsAny(s.Args[i], "0123456789$") && s.Args[i] != "manage.py" {
			l.bound(expand(p, s, s.Args[i]))
		}
	}
	return true
}

// bound reads "host:port", ":port", "port" and "unix:path".
func (l *listener) bound(s string) {
	l.byDefault = false
	if strings.HasPrefix(s, "unix:") || strings.HasPrefix(s, "/") {
		l.host, l.port = "", ""
		return
	}
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		if l.program == "manage.py" {
			l.port = s // the address stays the default
			l.byDefault = true
			return
		}
		l.host, l.port = s, ""
		return
	}
	l.host, l.port = strings.Trim(s[:i], "[]"), s[i+1:]
	if l.host == "" {
		l.host = "0.0.0.0"
	}
}

// expand replaces what the path sets; the rest stays as written.
func expand(p *manifest.Path, s manifest.Process, text string) string {
	out, _ := manifest.Expand(text, func(name string) (string, bool) {
		v := processVar(p, name)
		return v.Value, v.Known()
	})
	return strings.Trim(out, `"'`)
}

// codeListener looks into the program that a path starts for the call that listens.
func codeListener(in *check.Input, p *manifest.Path) (listener, bool) {
	file := mainFile(in, p)
	var modules []*repo.Module
	if file != nil {
		modules = append(modules, in.Code.Module(file))
	} else if s, ok := p.Start.Server(); ok && s.Program() != "python" && s.Program() != "node" && s.Program() != "npm" {
		for _, m := range in.Code.LiveModules() {
			if m.File.Lang == repo.Go && holds(p, m.File.Path) {
				modules = append(modules, m)
			}
		}
	}
	for _, m := range modules {
		if m == nil {
			continue
		}
		for _, s := range m.Calls {
			if l, ok := listenCall(in, p, s); ok {
				l.place = manifest.Place{File: m.File.Path, Line: int(s.Node.Line)}
				return l, true
			}
		}
	}
	return listener{}, false
}

// listenCall reads a call that listens.
func listenCall(in *check.Input, p *manifest.Path, s *repo.Site) (listener, bool) {
	name := in.Code.Qualified(s.Node.X, s.Scope)
	last := syntax.Last(s.Node.X)
	arg := func(pos int, keys ...string) string {
		n := syntax.Arg(s.Node, pos, keys...)
		if n == nil {
			return ""
		}
		return settled(in, p, in.Code.Value(n, s.Scope))
	}
	given := func(pos int, keys ...string) bool { return syntax.Arg(s.Node, pos, keys...) != nil }
	switch {
	case name == "uvicorn.run":
		return withDefaults(listener{host: arg(-1, "host"), port: arg(-1, "port"), program: "uvicorn"}, given(-1, "host"), given(-1, "port"), "127.0.0.1", "8000"), !given(-1, "uds")
	case last == "run" && (strings.HasSuffix(name, "Flask().run") || strings.HasSuffix(name, "APIFlask().run")):
		return withDefaults(listener{host: arg(0, "host"), port: arg(1, "port"), program: "flask"}, given(0, "host"), given(1, "port"), "127.0.0.1", "5000"), true
	case last == "listen" && s.Mod().File.Lang == repo.Script:
		return scriptListen(in, p, s, name)
	case name == "net/http.ListenAndServe", name == "http.ListenAndServe", name == "net/http.ListenAndServeTLS", last == "ListenAndServe" && given(0):
		l := listener{program: "the program"}
		if addr := arg(0); addr != "" && strings.Contains(addr, ":") {
			l.bound(addr)
			return l, true
		}
	}
	return listener{}, false
}

func withDefaults(l listener, host, port bool, defaultHost, defaultPort string) listener {
	if !host {
		l.host, l.byDefault = defaultHost, true
	}
	if !port {
		l.port = defaultPort
	}
	return l
}

// scriptListen reads app.listen(port, host) and Fastify's listen({port, host}).
func scriptListen(in *check.Input, p *manifest.Path, s *repo.Site, name string) (listener, bool) {
	l := listener{host: "0.0.0.0", program: "node"}
	if len(s.Node.List) == 0 {
		return l, false
	}
	value := func(n *syntax.Node) string { return settled(in, p, in.Code.Value(n, s.Scope)) }
	if opts := s.Node.List[0]; opts.Is(syntax.Dict) {
		host, port := syntax.Field(opts, "host", "hostname"), syntax.Field(opts, "port")
		switch {
		case host != nil:
			l.host = value(host)
		case strings.Contains(strings.ToLower(name), "fastify"):
			l.host, l.byDefault, l.program = "localhost", true, "fastify"
		}
		if port != nil {
			l.port = value(port)
		}
		return l, port != nil
	}
	l.port = value(s.Node.List[0])
	if len(s.Node.List) > 1 {
		if second := s.Node.List[1]; second.Is(syntax.Str, syntax.Name, syntax.Binary, syntax.Attr) {
			if v := in.Code.Value(second, s.Scope); v.Kind == repo.Text || v.Kind == repo.Env {
				l.host = settled(in, p, v)
			}
		}
	}
	return l, true
}

// settled is what a value of the code comes to on a path; "" where that is not known.
func settled(in *check.Input, p *manifest.Path, v repo.Value) string {
	switch v.Kind {
	case repo.Text, repo.Number:
		if v.Partial {
			return ""
		}
		return v.Text
	case repo.Env:
		for _, name := range v.Names {
			got := processVar(p, name)
			switch {
			case got.Known():
				return got.Value
			case got.Kind == manifest.Injected, name == "PORT":
				return "$" + name
			case got.Kind != manifest.Unset, in.Sets(p, name) != check.SetNo:
				return ""
			}
		}
		if d := v.Fallback(); d.Kind == repo.Text || d.Kind == repo.Number {
			return d.Text
		}
	}
	return ""
}

var portNumber = regexp.MustCompile(`^\d{2,5}$`)

// onlyHere reports whether an address is that of the machine itself.
func onlyHere(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
