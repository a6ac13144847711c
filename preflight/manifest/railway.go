package manifest

import (
	"path"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// railway reads railway.json and railway.toml ("Config as Code"). They stop
// being read on 1 December 2026. Source: docs.railway.com, 21 August 2026.
func (l *loader) railway(file string) {
	kind := path.Base(file)
	src, ok := l.read(file, kind)
	if !ok {
		return
	}
	get := func(keys ...string) (string, int) { return "", 0 }
	p := l.newPath(Railway, file, "", Place{file, 1})
	p.VarsOpen = true
	if strings.HasSuffix(file, ".json") {
		doc, problem := parseYAML(file, src) // JSON is YAML; comments and trailing commas pass as well
		if problem != nil {
			l.problem(problem)
			return
		}
		get = func(keys ...string) (string, int) { y := doc.get(keys...); return y.str(), y.line() }
		for _, region := range doc.get("deploy", "multiRegionConfig").pairs() {
			l.railwayReplicas(p, region.value.text("numReplicas"), Place{file, region.line}, true)
		}
	} else {
		doc, problem := parseTOML(file, src)
		if problem != nil {
			l.problem(problem)
			return
		}
		get = doc.get
		for _, v := range doc.table("variables") { // Railway ignores them: MAN-01 says so
			p.Ignored = append(p.Ignored, v)
		}
	}
	l.railwayService(p, get)
	l.add(p)
}

func (l *loader) railwayReplicas(p *Path, n string, at Place, add bool) {
	if v, ok := atoi(n); ok {
		if add && p.Replicas.Known {
			v += p.Replicas.N
		}
		p.Replicas = Count{N: v, Known: true, Place: at}
	}
}

func (l *loader) railwayService(p *Path, get func(...string) (string, int)) {
	file := p.manifest
	command := func(keys ...string) *Command {
		text, line := get(keys...)
		if strings.TrimSpace(text) == "" {
			return nil
		}
		return &Command{Text: strings.TrimSpace(text), Place: Place{file, line}}
	}
	if n, line := get("deploy", "numReplicas"); n != "" {
		l.railwayReplicas(p, n, Place{file, line}, false)
	}
	if !p.Replicas.Known {
		p.Replicas = Count{N: 1} // the dashboard may say more
	}
	if h, line := get("deploy", "healthcheckPath"); h != "" {
		p.Health, p.HealthAt = h, Place{file, line}
	}
	if cron, _ := get("deploy", "cronSchedule"); cron != "" {
		p.Role = Cron
	}
	builder, _ := get("build", "builder")
	p.Builder = strings.ToLower(builder)
	dockerfile, line := get("build", "dockerfilePath")
	start := command("deploy", "startCommand")
	own := path.Join(p.Root, "Dockerfile")
	switch {
	case dockerfile != "":
		f := l.either(path.Join(p.Root, dockerfile), strings.TrimPrefix(path.Clean(dockerfile), "/"))
		context := p.Root
		l.useImage(p, f, context, "", Place{file, line})
		l.railwayImageCommand(p, start)
	case p.Builder == "dockerfile" || p.Builder == "" && l.t.Has(own):
		l.useImage(p, own, p.Root, "", p.Place)
		l.railwayImageCommand(p, start)
	default:
		p.Workdir = "/app"
		l.nixpacks(p, start)
	}
	if b := command("build", "buildCommand"); b != nil {
		follow(l.t, l.finder(p), b, nil, "")
		p.Build = append(p.Build, *b)
	}
	if pre := command("deploy", "preDeployCommand"); pre != nil {
		follow(l.t, l.finder(p), pre, nil, p.Workdir)
		p.PreDeploy = append(p.PreDeploy, *pre)
	}
}

// railwayImageCommand: a start command replaces the image's ENTRYPOINT, in exec
// form without a shell.
func (l *loader) railwayImageCommand(p *Path, start *Command) {
	if start == nil {
		l.imageCommand(p, nil, nil)
		return
	}
	l.imageCommand(p, &Command{}, start)
}

// nixpacks completes a path that is built from source: its start command comes
// from the manifest, from nixpacks.toml, or from a Procfile.
func (l *loader) nixpacks(p *Path, start *Command) {
	p.Build = append(p.Build, l.nixBuild(p.Root)...)
	if start == nil {
		start = l.nixStart(p.Root)
	}
	if start == nil {
		file := path.Join(p.Root, "Procfile")
		for _, e := range procfileEntries(l.t.Text(file)) {
			if e.name == "web" {
				start = &Command{Text: e.command, Place: Place{file, e.line}}
			}
		}
	}
	if start == nil {
		start = l.packageStart(p.Root)
	}
	if start != nil {
		p.Start = *start
		follow(l.t, l.finder(p), &p.Start, nil, p.Workdir)
	}
}

// packageStart is "npm start" of a Node project without Python beside it.
func (l *loader) packageStart(root string) *Command {
	file := path.Join(root, "package.json")
	if !l.t.Has(file) || l.t.Has(path.Join(root, "requirements.txt")) || l.t.Has(path.Join(root, "pyproject.toml")) {
		return nil
	}
	if text, line := packageScript(l.t, file, "start"); text != "" {
		return &Command{Text: "npm start", Place: Place{file, line}}
	}
	return nil
}

func (l *loader) nixStart(root string) *Command {
	for _, name := range []string{"nixpacks.toml", "railpack.json"} {
		file := path.Join(root, name)
		if !l.t.Has(file) {
			continue
		}
		if name == "nixpacks.toml" {
			if doc, problem := parseTOML(file, []byte(l.t.Text(file))); problem == nil {
				if cmd, line := doc.get("start", "cmd"); cmd != "" {
					return &Command{Text: cmd, Place: Place{file, line}}
				}
			}
			continue
		}
		if doc, problem := parseYAML(file, []byte(l.t.Text(file))); problem == nil {
			if y := doc.get("deploy", "startCommand"); y.str() != "" {
				return &Command{Text: y.str(), Place: Place{file, y.line()}}
			}
		}
	}
	return nil
}

// nixBuild returns the build commands of nixpacks.toml.
func (l *loader) nixBuild(root string) []Command {
	file := path.Join(root, "nixpacks.toml")
	if !l.t.Has(file) {
		return nil
	}
	doc, problem := parseTOML(file, []byte(l.t.Text(file)))
	if problem != nil {
		return nil
	}
	var out []Command
	for _, phase := range []string{"setup", "install", "build"} {
		for _, cmd := range doc.list("phases", phase, "cmds") {
			_, line := doc.get("phases", phase, "cmds")
			c := Command{Text: cmd, Place: Place{file, line}}
			p := l.newPath(Unknown, file, "", Place{})
			follow(l.t, l.finder(p), &c, nil, "")
			out = append(out, c)
		}
	}
	return out
}

// tomlDoc is a TOML document; lines are found by searching for the key in its table.
type tomlDoc struct {
	file  string
	data  map[string]any
	lines []string
}

func parseTOML(file string, src []byte) (doc *tomlDoc, problem *Problem) {
	defer func() {
		if recover() != nil {
			doc, problem = nil, &Problem{Place{file, 0}, "this TOML could not be parsed"}
		}
	}()
	d := &tomlDoc{file: file, lines: strings.Split(string(src), "\n")}
	if err := toml.Unmarshal(src, &d.data); err != nil {
		line := 0
		if de, ok := err.(*toml.DecodeError); ok {
			line, _ = de.Position()
		}
		return nil, &Problem{Place{file, line}, "this TOML could not be parsed: " + oneLine(strings.TrimPrefix(err.Error(), "toml: "))}
	}
	return d, nil
}

func (d *tomlDoc) value(keys ...string) any {
	var cur any = d.data
	for _, k := range keys {
		m, ok := cur.(map[string]any)
		if !ok {
			return nil
		}
		cur = m[k]
	}
	return cur
}

// get returns a scalar as text, and its line; "" if it is absent.
func (d *tomlDoc) get(keys ...string) (string, int) {
	v := d.value(keys...)
	if v == nil {
		return "", 0
	}
	line := d.line(keys...)
	if list, ok := v.([]any); ok {
		if len(list) == 0 {
			return "", line
		}
		v = list[0]
	}
	return scalar(v), line
}

func (d *tomlDoc) list(keys ...string) []string {
	list, _ := d.value(keys...).([]any)
	var out []string
	for _, v := range list {
		out = append(out, scalar(v))
	}
	return out
}

// tables returns a table, or the tables of an array.
func (d *tomlDoc) tables(keys ...string) []map[string]any {
	switch v := d.value(keys...).(type) {
	case map[string]any:
		return []map[string]any{v}
	case []any:
		var out []map[string]any
		for _, e := range v {
			if m, ok := e.(map[string]any); ok {
				out = append(out, m)
			}
		}
		return out
	}
	return nil
}

// table returns the scalars of a table as variables, sorted by line.
func (d *tomlDoc) table(keys ...string) []Variable {
	m, _ := d.value(keys...).(map[string]any)
	var out []Variable
	for _, name := range sortedKeys(m) {
		if _, nested := m[name].(map[string]any); nested {
			continue
		}
		line := d.line(append(append([]string{}, keys...), name)...)
		out = append(out, Variable{Name: name, Kind: Literal, Value: scalar(m[name]), Place: Place{d.file, line}})
	}
	return out
}

// line finds the line of a key below its table header; 0 if it is written in a way that this search does not see.
func (d *tomlDoc) line(keys ...string) int {
	header := strings.Join(keys[:len(keys)-1], ".")
	key := keys[len(keys)-1]
	section := ""
	for i, l := range d.lines {
		l = strings.TrimSpace(l)
		if strings.HasPrefix(l, "[") && strings.HasSuffix(strings.TrimSpace(strings.SplitN(l, "#", 2)[0]), "]") {
			section = strings.Trim(strings.TrimSpace(strings.SplitN(l, "#", 2)[0]), "[] ")
			if section == strings.Join(keys, ".") {
				return i + 1
			}
			continue
		}
		name, _, ok := strings.Cut(l, "=")
		if ok && section == header && strings.Trim(strings.TrimSpace(name), `"'`) == key {
			return i + 1
		}
	}
	return 0
}
