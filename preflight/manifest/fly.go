package manifest

import (
	"path"
	"strings"
)

// fly reads fly.toml. Source: fly.io/docs/reference/configuration, 7 August 2026.
func (l *loader) fly(file string) {
	src, ok := l.read(file, "fly.toml")
	if !ok {
		return
	}
	doc, problem := parseTOML(file, src)
	if problem != nil {
		l.problem(problem)
		return
	}
	processes := map[string]string{"": ""}
	if m, ok := doc.value("processes").(map[string]any); ok && len(m) > 0 {
		processes = map[string]string{}
		for name, cmd := range m {
			processes[name] = scalar(cmd)
		}
	}
	served := flyServed(doc)
	for _, name := range sortedKeys(toAny(processes)) {
		l.flyProcess(doc, name, processes[name], name == "" || served[name] || len(served) == 0 && name == "app")
	}
}

func toAny(m map[string]string) map[string]any {
	out := make(map[string]any, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}

// flyServed returns the process groups that get requests.
func flyServed(doc *tomlDoc) map[string]bool {
	out := map[string]bool{}
	for _, key := range []string{"http_service", "services"} {
		for _, t := range doc.tables(key) {
			list, _ := t["processes"].([]any)
			for _, p := range list {
				out[scalar(p)] = true
			}
		}
	}
	return out
}

func (l *loader) flyProcess(doc *tomlDoc, name, command string, web bool) {
	file := doc.file
	p := l.newPath(Fly, file, name, Place{file, 1})
	p.VarsOpen, p.SecretsApart = true, true
	if !web {
		p.Role = Worker
	}
	if purpose, told := purposeOf(strings.TrimSuffix(path.Base(file), ".toml")); told {
		p.Purpose = purpose
	}
	for _, m := range doc.tables("mounts") {
		l.flyMount(p, doc, m)
	}
	l.flyService(p, doc)
	dockerfile, line := doc.get("build", "dockerfile")
	image, _ := doc.get("build", "image")
	target, _ := doc.get("build", "build-target")
	switch {
	case image != "":
		p.ImageName = image
	case dockerfile != "" || l.t.Has(path.Join(p.Root, "Dockerfile")):
		at := Place{file, line}
		if dockerfile == "" {
			dockerfile, at = "Dockerfile", p.Place
		}
		l.useImage(p, path.Join(p.Root, dockerfile), p.Root, target, at)
	default:
		p.Workdir = "/app"
	}
	for _, v := range doc.table("env") {
		p.Vars[v.Name], p.DeclaresVars = v, true
	}
	var cmd *Command
	if command != "" {
		_, line := doc.get("processes", name)
		cmd = &Command{Text: command, Place: Place{file, line}, Exec: true}
		for _, s := range shellSplit(command) {
			cmd.argv = append(cmd.argv, s.args...)
			cmd.Exec = cmd.Exec && s.then == ""
		}
	}
	if p.Image == nil && p.ImageName == "" && cmd == nil {
		cmd = l.procfileWeb(p.Root)
	}
	l.imageCommand(p, nil, cmd)
	if c, line := doc.get("deploy", "release_command"); c != "" {
		pre := Command{Text: c, Place: Place{file, line}}
		follow(l.t, l.finder(p), &pre, nil, p.Workdir)
		p.PreDeploy = append(p.PreDeploy, pre)
	}
	l.add(p)
}

func (l *loader) procfileWeb(root string) *Command {
	file := path.Join(root, "Procfile")
	for _, e := range procfileEntries(l.t.Text(file)) {
		if e.name == "web" {
			return &Command{Text: e.command, Place: Place{file, e.line}}
		}
	}
	return nil
}

func (l *loader) flyMount(p *Path, doc *tomlDoc, m map[string]any) {
	at := Place{doc.file, doc.line("mounts", "destination")}
	dest := scalar(m["destination"])
	if dest == "" || scalar(m["source"]) == "" {
		what := "mount destination"
		if dest != "" {
			what = "mount source"
		}
		p.Missing = append(p.Missing, Missing{what, scalar(m["source"]), Place{doc.file, doc.line("mounts")}})
		return
	}
	if list, ok := m["processes"].([]any); ok && p.Service != "" {
		mine := false
		for _, e := range list {
			mine = mine || scalar(e) == p.Service
		}
		if !mine {
			return
		}
	}
	p.Mounts = append(p.Mounts, Mount{Path: path.Clean(dest), Kind: Disk, Name: scalar(m["source"]), Place: at})
}

func (l *loader) flyService(p *Path, doc *tomlDoc) {
	p.Replicas = Count{N: 1}
	for _, key := range []string{"http_service", "services"} {
		for _, t := range doc.tables(key) {
			if n, ok := atoi(scalar(t["min_machines_running"])); ok && n > 1 {
				p.Replicas = Count{N: n, Known: true, Place: Place{doc.file, doc.line(key, "min_machines_running")}}
			}
			if port := scalar(t["internal_port"]); port != "" {
				p.Port = port
			}
			if on, told := t["force_https"].(bool); told && !on {
				p.PlainHTTP = Place{doc.file, doc.line(key, "force_https")}
			}
			for _, kind := range []string{"checks", "http_checks"} {
				checks, _ := t[kind].([]any)
				for _, c := range checks {
					if m, ok := c.(map[string]any); ok && scalar(m["path"]) != "" {
						p.Health, p.HealthAt = scalar(m["path"]), Place{doc.file, doc.line(key, kind, "path")}
					}
				}
			}
			if _, tcp := t["tcp_checks"].([]any); tcp && p.HealthAt.File == "" {
				p.HealthAt = Place{doc.file, doc.line(key, "tcp_checks")}
			}
		}
	}
	if checks, ok := doc.value("checks").(map[string]any); ok {
		for name := range checks {
			h, line := doc.get("checks", name, "path")
			if h != "" {
				p.Health = h
			}
			p.HealthAt = Place{doc.file, line}
		}
	}
}
