package manifest

import (
	"path"
	"regexp"
	"strings"
)

var gunicornWorkers = regexp.MustCompile(`(?m)^\s*workers\s*=\s*(.+?)\s*(?:#.*)?$`)

// countWorkers works out how many processes answer requests in one instance.
func (l *loader) countWorkers(p *Path) {
	p.Workers = Count{N: 1}
	server, ok := p.Start.Server()
	if !ok {
		l.baseWorkers(p)
		return
	}
	value := func(name string) (string, bool) {
		if v, ok := server.Env[name]; ok {
			return v, true
		}
		v := p.Var(name)
		return v.Value, v.Kind == Literal
	}
	at := server.Place
	text, found := workerFlag(server)
	switch prog := server.Program(); {
	case found:
	case prog == "gunicorn":
		if text, at.File, at.Line = l.gunicornConfig(p, server); text != "" {
			break
		}
		fallthrough
	case prog == "uvicorn":
		text = "${WEB_CONCURRENCY:-1}"
		if v, ok := p.Vars["WEB_CONCURRENCY"]; ok {
			at = v.Place
		}
	case prog == "hypercorn" || prog == "daphne" || prog == "granian" || prog == "fastapi" || prog == "waitress-serve":
		text = "1"
	default:
		return
	}
	out, known := Expand(text, value)
	n, num := atoi(strings.TrimSpace(out))
	if p.Workers = (Count{N: max(1, n), Known: known && num, Place: at}); !num {
		p.Workers.N = 1
		if strings.Contains(text, "cpu_count") || text == "max" || text == "-1" {
			p.Workers.N = 2 // at least, on any machine of today
		}
	}
}

// workerFlag returns the value of the server's option for processes.
func workerFlag(s Process) (string, bool) {
	var long []string
	short := ""
	switch s.Program() {
	case "gunicorn", "hypercorn":
		long, short = []string{"--workers"}, "-w"
	case "uvicorn", "fastapi", "granian", "sanic":
		long = []string{"--workers"}
	case "pm2", "pm2-runtime":
		long, short = []string{"--instances"}, "-i"
	case "puma":
		long, short = []string{"--workers"}, "-w"
	case "uwsgi":
		long, short = []string{"--processes", "--workers"}, "-p"
	default:
		return "", false
	}
	for i, a := range s.Args {
		for _, l := range long {
			if a == l && i+1 < len(s.Args) {
				return s.Args[i+1], true
			}
			if v, ok := strings.CutPrefix(a, l+"="); ok {
				return v, true
			}
		}
		if short == "" || !strings.HasPrefix(a, short) || strings.HasPrefix(a, "--") {
			continue
		}
		if a == short && i+1 < len(s.Args) {
			return s.Args[i+1], true
		}
		if v := strings.TrimPrefix(strings.TrimPrefix(a, short), "="); v != a && v != "" {
			return v, true
		}
	}
	return "", false
}

// gunicornConfig reads "workers = ..." of the configuration file that gunicorn
// is given, or finds by itself in its directory.
func (l *loader) gunicornConfig(p *Path, s Process) (text, file string, line int) {
	name := "gunicorn.conf.py"
	for i, a := range s.Args {
		if (a == "-c" || a == "--config") && i+1 < len(s.Args) {
			name = s.Args[i+1]
		}
		if v, ok := strings.CutPrefix(a, "--config="); ok {
			name = v
		}
	}
	name = strings.TrimPrefix(name, "file:")
	dir := s.Dir
	if p.Image != nil && dir == "" {
		dir = p.Workdir
	}
	file, ok := l.Locate(p, path.Join("/", dir), name)
	if !ok {
		return "", "", 0
	}
	src := l.t.Text(file)
	m := gunicornWorkers.FindStringSubmatchIndex(src)
	if m == nil {
		return "", "", 0
	}
	return pythonNumber(src[m[2]:m[3]]), file, 1 + strings.Count(src[:m[2]], "\n")
}

var envWithDefault = regexp.MustCompile(`(?:getenv|environ\.get)\(\s*["'](\w+)["']\s*,\s*["']?(\d+)["']?\s*\)`)

// pythonNumber reduces int(os.getenv("NAME", "4")) to ${NAME:-4}; a sum over the processors stays as written.
func pythonNumber(s string) string {
	if m := envWithDefault.FindStringSubmatch(s); m != nil {
		return "${" + m[1] + ":-" + m[2] + "}"
	}
	return s
}

// baseWorkers knows the images that start several processes by themselves.
func (l *loader) baseWorkers(p *Path) {
	if p.Image == nil || !p.Start.Unknown() {
		return
	}
	base := imageBase(p.Image.Effective().Base)
	if !strings.HasPrefix(base, "uvicorn-gunicorn") {
		return
	}
	at := p.Image.Effective().Place
	p.Workers = Count{N: 2, Place: at} // one per processor, two at least
	for _, name := range []string{"WEB_CONCURRENCY", "MAX_WORKERS"} {
		if v := p.Var(name); v.Kind == Literal {
			if n, ok := atoi(v.Value); ok && n > 0 {
				p.Workers = Count{N: n, Known: true, Place: v.Place}
				return
			}
		}
	}
}
