package manifest

import (
	"path"
	"strings"
)

// render reads a Blueprint. Source: render.com/schema/render.yaml.json and the
// Blueprint reference, read on 18 August 2026.
func (l *loader) render(file string) {
	src, ok := l.read(file, "render.yaml")
	if !ok {
		return
	}
	root, problem := parseYAML(file, src)
	if problem != nil {
		l.problem(problem)
		return
	}
	r := &blueprint{l: l, file: file, groups: map[string]*ynode{}, databases: map[string]int{}}
	r.collect(root)
	for _, p := range root.get("projects").items() {
		for _, env := range p.get("environments").items() {
			r.collect(env)
		}
	}
	for _, s := range r.services {
		r.service(s)
	}
	for name, line := range r.databases {
		r.l.set.Databases = append(r.l.set.Databases, ManagedDatabase{Name: name, Platform: Render, Plan: r.plans[name], Place: Place{file, line}})
	}
}

type blueprint struct {
	l         *loader
	file      string
	services  []*ynode
	groups    map[string]*ynode
	databases map[string]int
	plans     map[string]string
}

func (r *blueprint) collect(y *ynode) {
	r.services = append(r.services, y.get("services").items()...)
	for _, g := range y.get("envVarGroups").items() {
		r.groups[g.text("name")] = g
	}
	for _, d := range y.get("databases").items() {
		if r.plans == nil {
			r.plans = map[string]string{}
		}
		r.databases[d.text("name")] = d.line()
		r.plans[d.text("name")] = d.text("plan")
	}
}

func (r *blueprint) service(s *ynode) {
	kind := s.text("type")
	if kind == "keyvalue" || kind == "redis" || kind == "" {
		return
	}
	p := r.l.newPath(Render, r.file, s.text("name"), Place{r.file, s.line()})
	p.Plan = s.text("plan")
	p.Root = path.Join(path.Dir(r.file), s.text("rootDir"))
	runtime := s.text("runtime")
	if runtime == "" {
		runtime = s.text("env")
	}
	p.Builder = runtime
	switch {
	case runtime == "static" || kind == "static" || kind == "static_site":
		p.Role = Static
		p.Publish = s.text("staticPublishPath")
	case kind == "worker":
		p.Role = Worker
	case kind == "cron":
		p.Role = Cron
	case kind == "pserv":
		p.Role = Private
	}
	p.DeclaresVars, p.VarsOpen = true, true
	r.variables(p, s.get("envVars"), 0)
	r.storage(p, s)
	p.Replicas = Count{N: 1, Known: true}
	if n, ok := atoi(s.text("numInstances")); ok {
		p.Replicas = Count{N: n, Known: true, Place: Place{r.file, s.get("numInstances").line()}}
	}
	if sc := s.get("scaling"); sc != nil {
		p.Autoscale = true
		low, _ := atoi(sc.text("minInstances"))
		high, _ := atoi(sc.text("maxInstances"))
		p.Replicas = Count{N: max(1, low, high), Known: true, Place: Place{r.file, sc.line()}}
	}
	if h := s.get("healthCheckPath"); h != nil {
		p.Health, p.HealthAt = h.str(), Place{r.file, h.line()}
	}
	p.Domains = append(s.get("domains").strs(), s.get("domain").strs()...)
	for _, route := range s.get("routes").items() {
		p.Rewrites = p.Rewrites || route.text("type") == "rewrite"
	}
	r.commands(p, s, runtime)
	r.l.add(p)
}

// variables reads envVars, with groups. Later entries win.
func (r *blueprint) variables(p *Path, list *ynode, depth int) {
	for _, e := range list.items() {
		if g := e.text("fromGroup"); g != "" && depth == 0 {
			if r.groups[g] == nil {
				p.VarsOpen = true // a group made in the dashboard
				p.Groups = append(p.Groups, g)
			}
			r.variables(p, r.groups[g].get("envVars"), 1)
			continue
		}
		name := e.text("key")
		if name == "" {
			continue
		}
		at := e.get("key")
		v := Variable{Name: name, Kind: Prompted, Place: Place{r.file, at.line()}}
		switch {
		case e.get("fromDatabase") != nil:
			v.Kind, v.Ref = FromDatabase, e.text("fromDatabase", "name")
			if _, ok := r.databases[v.Ref]; !ok {
				p.Missing = append(p.Missing, Missing{"database", v.Ref, Place{r.file, e.get("fromDatabase").line()}})
			}
		case e.get("fromService") != nil:
			v.Kind, v.Ref = Referenced, e.text("fromService", "name")
			if !r.hasService(v.Ref) {
				p.Missing = append(p.Missing, Missing{"service", v.Ref, Place{r.file, e.get("fromService").line()}})
			}
		case e.text("generateValue") == "true":
			v.Kind = Generated
		case e.get("value") != nil:
			v.Kind, v.Value = Literal, e.text("value")
		}
		p.Vars[name] = v
	}
}

func (r *blueprint) hasService(name string) bool {
	for _, s := range r.services {
		if s.text("name") == name {
			return true
		}
	}
	return false
}

func (r *blueprint) storage(p *Path, s *ynode) {
	disk := s.get("disk")
	if disk == nil {
		return
	}
	at := Place{r.file, disk.line()}
	mount := disk.text("mountPath")
	if mount == "" {
		p.Missing = append(p.Missing, Missing{"mount path", disk.text("name"), at})
		return
	}
	p.Mounts = append(p.Mounts, Mount{Path: path.Clean(mount), Kind: Disk, Name: disk.text("name"), Place: Place{r.file, disk.get("mountPath").line()}})
}

func (r *blueprint) commands(p *Path, s *ynode, runtime string) {
	command := func(key string) *Command {
		y := s.get(key)
		if y.str() == "" {
			return nil
		}
		return &Command{Text: strings.TrimSpace(y.str()), Place: Place{r.file, y.line()}}
	}
	if c := command("buildCommand"); c != nil {
		follow(r.l.t, r.l.finder(p), c, nil, "")
		p.Build = append(p.Build, *c)
	}
	pre := command("preDeployCommand")
	switch {
	case runtime == "image":
		p.ImageName = s.text("image", "url")
		r.l.imageCommand(p, nil, command("dockerCommand"))
	case runtime == "docker" || s.get("dockerfilePath") != nil:
		file := s.text("dockerfilePath")
		if file == "" {
			file = "Dockerfile"
		}
		context := p.Root
		if c := s.text("dockerContext"); c != "" {
			context = path.Join(p.Root, c)
		}
		at := Place{r.file, s.get("dockerfilePath").line()}
		if at.Line == 0 {
			at = p.Place
		}
		file = r.l.either(path.Join(p.Root, file), path.Join(path.Dir(r.file), file))
		r.l.useImage(p, file, context, "", at)
		r.l.imageCommand(p, nil, command("dockerCommand"))
	case p.Role != Static:
		p.Workdir = path.Join("/opt/render/project/src", s.text("rootDir"))
		if c := command("startCommand"); c != nil {
			p.Start = *c
			follow(r.l.t, r.l.finder(p), &p.Start, nil, p.Workdir)
		}
	}
	if pre != nil {
		follow(r.l.t, r.l.finder(p), pre, nil, p.Workdir)
		p.PreDeploy = append(p.PreDeploy, *pre)
	}
}

// either returns the first of the files that is there, else the first.
func (l *loader) either(files ...string) string {
	for _, f := range files {
		if l.t.Has(f) {
			return f
		}
	}
	return files[0]
}
