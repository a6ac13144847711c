package manifest

import (
	"path"
	"strings"
)

// appYAML reads app.yaml of App Engine, and of DigitalOcean's App Platform
// when it lies in a .do folder.
func (l *loader) appYAML(file string) {
	src, ok := l.t.Read(file)
	if ok != nil {
		return
	}
	doc, problem := parseYAML(file, src)
	if problem != nil || doc.get("runtime") == nil {
		return // some other app.yaml
	}
	l.set.Files = append(l.set.Files, File{file, "app.yaml"})
	p := l.newPath(AppEngine, file, doc.text("service"), Place{file, 1})
	p.VarsOpen = true
	for _, e := range doc.get("env_variables").pairs() {
		p.Vars[e.key] = Variable{Name: e.key, Kind: Literal, Value: e.value.str(), Place: Place{file, e.line}}
		p.DeclaresVars = true
	}
	p.Autoscale = doc.get("automatic_scaling") != nil || doc.get("manual_scaling") == nil && doc.get("basic_scaling") == nil
	if n, ok := atoi(doc.text("manual_scaling", "instances")); ok {
		p.Replicas = Count{N: n, Known: true, Place: Place{file, doc.get("manual_scaling", "instances").line()}}
	}
	if y := doc.get("entrypoint"); y.str() != "" {
		p.Start = Command{Text: y.str(), Place: Place{file, y.line()}}
		follow(l.t, l.finder(p), &p.Start, nil, "")
	}
	l.add(p)
}

// vercel reads vercel.json: functions and static files, no disk and no long-lived process.
func (l *loader) vercel(file string) {
	doc, ok := l.jsonManifest(file, "vercel.json")
	if !ok {
		return
	}
	p := l.newPath(Vercel, file, "", Place{file, 1})
	p.VarsOpen, p.SecretsApart, p.Role = true, true, Static
	for _, e := range doc.get("env").pairs() {
		p.Vars[e.key] = Variable{Name: e.key, Kind: Literal, Value: e.value.str(), Place: Place{file, e.line}}
		p.DeclaresVars = true
	}
	for _, b := range append(doc.get("builds").items(), doc.get("functions").items()...) {
		if strings.Contains(b.text("use"), "python") || strings.Contains(b.text("use"), "node") {
			p.Role = Web
		}
	}
	p.Publish = doc.text("outputDirectory")
	for _, key := range []string{"rewrites", "routes"} {
		for _, r := range doc.get(key).items() {
			dest := r.text("destination") + r.text("dest")
			p.Rewrites = p.Rewrites || strings.Contains(dest, "index.html") || dest == "/"
		}
	}
	p.Rewrites = p.Rewrites || doc.get("framework").str() == "nextjs"
	l.buildCommand(p, doc.get("buildCommand"))
	l.add(p)
}

func (l *loader) buildCommand(p *Path, y *ynode) {
	if y.str() == "" {
		return
	}
	c := Command{Text: y.str(), Place: Place{p.manifest, y.line()}}
	follow(l.t, l.finder(p), &c, nil, "")
	p.Build = append(p.Build, c)
}

func (l *loader) jsonManifest(file, kind string) (*ynode, bool) {
	src, ok := l.read(file, kind)
	if !ok {
		return nil, false
	}
	doc, problem := parseYAML(file, src)
	if problem != nil {
		l.problem(problem)
		return nil, false
	}
	return doc, doc.isMap()
}

// netlify reads netlify.toml.
func (l *loader) netlify(file string) {
	src, ok := l.read(file, "netlify.toml")
	if !ok {
		return
	}
	doc, problem := parseTOML(file, src)
	if problem != nil {
		l.problem(problem)
		return
	}
	p := l.newPath(Netlify, file, "", Place{file, 1})
	p.VarsOpen, p.SecretsApart, p.Role = true, true, Static
	if base, _ := doc.get("build", "base"); base != "" {
		p.Root = path.Join(p.Root, base)
	}
	p.Publish, _ = doc.get("build", "publish")
	for _, v := range doc.table("build", "environment") {
		p.BuildVars[v.Name] = v
		p.Vars[v.Name], p.DeclaresVars = v, true
	}
	for _, r := range doc.tables("redirects") {
		p.Rewrites = p.Rewrites || strings.HasSuffix(scalar(r["from"]), "/*") && scalar(r["status"]) == "200"
	}
	for _, f := range l.t.Named("_redirects") {
		p.Rewrites = p.Rewrites || strings.Contains(l.t.Text(f), "200")
	}
	if cmd, line := doc.get("build", "command"); cmd != "" {
		c := Command{Text: cmd, Place: Place{file, line}}
		follow(l.t, l.finder(p), &c, nil, "")
		p.Build = append(p.Build, c)
	}
	l.add(p)
}

// firebase reads the hosting part of firebase.json.
func (l *loader) firebase(file string) {
	doc, ok := l.jsonManifest(file, "firebase.json")
	if !ok {
		return
	}
	sites := doc.get("hosting").items()
	if h := doc.get("hosting"); h.isMap() {
		sites = []*ynode{h}
	}
	for _, h := range sites {
		p := l.newPath(Firebase, file, h.text("target"), Place{file, h.line()})
		p.VarsOpen, p.SecretsApart, p.Role = true, true, Static
		p.Publish = h.text("public")
		for _, r := range h.get("rewrites").items() {
			p.Rewrites = p.Rewrites || strings.Contains(r.text("destination"), "index.html")
		}
		l.add(p)
	}
}

// systemd reads a unit file that starts something.
func (l *loader) systemd(file string) {
	text := l.t.Text(file)
	if !strings.Contains(text, "ExecStart=") {
		return
	}
	l.set.Files = append(l.set.Files, File{file, "systemd unit"})
	p := l.newPath(Systemd, file, "", Place{file, 1})
	p.Root = "."
	for i, raw := range strings.Split(text, "\n") {
		key, value, _ := strings.Cut(strings.TrimSpace(raw), "=")
		at := Place{file, i + 1}
		switch key {
		case "ExecStart":
			p.Start = Command{Text: strings.TrimLeft(value, "-@:+!"), Place: at}
		case "WorkingDirectory":
			p.Workdir = value
		case "EnvironmentFile":
			p.VarsOpen, p.DeclaresVars = true, true
		case "Environment":
			p.DeclaresVars = true
			for _, s := range shellSplit(value) {
				for k, v := range s.env {
					p.Vars[k] = Variable{Name: k, Kind: Literal, Value: v, Place: at}
				}
			}
		}
	}
	if !p.DeclaresVars {
		p.VarsOpen = true
	}
	p.Replicas = Count{N: 1, Known: true}
	if strings.Contains(text, "Type=oneshot") {
		p.Role = Cron
	}
	follow(l.t, func(_, name string) string {
		if f := path.Clean(path.Base(name)); l.t.Has(f) {
			return f
		}
		return ""
	}, &p.Start, nil, p.Workdir)
	l.add(p)
}
