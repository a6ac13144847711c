package manifest

import (
	"path"
	"regexp"
	"strings"
)

var composeName = regexp.MustCompile(`^(?:docker-)?(?:compose|stack)([._-][\w.-]+)?\.ya?ml$`)

// composeFile is a compose file before its services become paths.
type composeFile struct {
	file string
	root *ynode
	base *composeFile // the file that it only changes
}

// purposeOf derives what a file is for from its name.
func purposeOf(name string) (p Purpose, told bool) {
	for _, w := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("._-/ ", r) }) {
		switch w {
		case "dev", "devel", "development", "local", "override", "test", "tests", "testing", "ci", "debug", "e2e", "example", "examples", "demo", "devcontainer", "sandbox", "bench", "tools", "sample":
			return Development, true
		case "prod", "production", "deploy", "deployment", "live", "release", "swarm", "stack", "coolify", "dokploy", "staging", "server", "vps", "hosted", "cloud":
			return Production, true
		}
	}
	return Either, false
}

func (l *loader) compose(file string) {
	src, ok := l.read(file, "compose")
	if !ok {
		return
	}
	root, problem := parseYAML(file, src)
	if problem != nil {
		l.problem(problem)
		return
	}
	if !root.get("services").isMap() {
		return
	}
	l.composes = append(l.composes, &composeFile{file: file, root: root})
}

// composePaths turns the compose files into paths: a file whose services have
// neither image nor build only changes the plain file beside it.
func (l *loader) composePaths() {
	plain := map[string]*composeFile{}
	for _, c := range l.composes {
		if c.plain() {
			plain[path.Dir(c.file)] = c
		}
	}
	for _, c := range l.composes {
		if base := plain[path.Dir(c.file)]; base != nil && base != c && !c.standalone() {
			c.base = base
		}
		for _, p := range c.root.get("services").pairs() {
			l.composeService(c, p)
		}
		if c.base == nil {
			continue
		}
		for _, p := range c.base.root.get("services").pairs() { // services that the file leaves as they are
			if c.root.get("services", p.key) == nil {
				l.composeService(&composeFile{file: c.file, root: c.base.root, base: c.base}, p)
			}
		}
	}
}

// plain reports whether the file's name says nothing of what it is for, as
// compose.yaml and docker-compose.yml do.
func (c *composeFile) plain() bool {
	name := composeName.FindStringSubmatch(strings.ToLower(path.Base(c.file)))
	return name != nil && name[1] == ""
}

func (c *composeFile) standalone() bool {
	for _, p := range c.root.get("services").pairs() {
		if p.value.get("build") == nil && p.value.get("image") == nil && p.value.get("extends") == nil {
			return false
		}
	}
	return true
}

// service looks a key up in the service, then in the same service of the base file.
type composeService struct {
	own, base *ynode
	file      string
	baseFile  string
}

func (s composeService) get(key string) (*ynode, string) {
	if v := s.own.get(key); v != nil {
		return v, s.file
	}
	return s.base.get(key), s.baseFile
}

func (l *loader) composeService(c *composeFile, entry pair) {
	s := composeService{own: entry.value, file: c.file}
	if c.base != nil {
		s.base, s.baseFile = c.base.root.get("services", entry.key), c.base.file
		if c.root == c.base.root {
			s.file = c.base.file
		}
	}
	if ext := entry.value.text("extends", "service"); ext != "" && entry.value.get("extends", "file") == nil {
		s.base, s.baseFile = c.root.get("services", ext), c.file
	} else if ext := entry.value.text("extends"); ext != "" {
		s.base, s.baseFile = c.root.get("services", ext), c.file
	}
	if entry.value.get("extends", "file") != nil && s.own.get("image") == nil && s.own.get("build") == nil {
		return // the other file has it
	}
	p := l.newPath(Compose, c.file, entry.key, Place{s.file, entry.line})
	p.Purpose, _ = purposeOf(path.Base(c.file))
	if dirPurpose, told := purposeOf(path.Dir(c.file)); told && (dirPurpose == Development || p.Purpose == Either) {
		p.Purpose = dirPurpose
	}
	l.composeBuild(p, s, c)
	composeEnvironment(l, p, s)
	composeStorage(p, s)
	composeNetwork(p, s)
	if p.Purpose == Either && l.bindsSource(p) {
		p.Purpose = Development
	}
	l.composeCommand(p, s)
	if v, _ := s.get("profiles"); len(v.strs()) > 0 {
		p.Purpose = max(p.Purpose, profilesPurpose(v.strs()))
	}
	l.add(p)
}

// profilesPurpose derives what a service is for from its profiles: one that is started in production too is for production.
func profilesPurpose(profiles []string) Purpose {
	out := Production
	for _, name := range profiles {
		switch p, told := purposeOf(name); {
		case told && p == Production:
			return Production
		case told:
			out = p
		}
	}
	return out
}

func (l *loader) composeBuild(p *Path, s composeService, c *composeFile) {
	dir := path.Dir(c.file)
	image, _ := s.get("image")
	p.ImageName = image.str()
	p.Root = dir
	build, file := s.get("build")
	if build == nil {
		return
	}
	p.Builder = "docker"
	context, dockerfile, target := build.str(), "Dockerfile", ""
	if build.isMap() {
		context, target = build.text("context"), build.text("target")
		if d := build.text("dockerfile"); d != "" {
			dockerfile = d
		}
		if build.get("dockerfile_inline") != nil {
			return
		}
		p.BuildVars = composeVars(build.get("args"), file)
	}
	if context == "" {
		context = "."
	}
	if strings.Contains(context, "://") || strings.Contains(context, "$") {
		return
	}
	p.Root = path.Join(dir, context)
	l.useImage(p, path.Join(p.Root, dockerfile), p.Root, target, Place{file, build.line()})
}

// composeVars reads a mapping or a list of NAME=value.
func composeVars(y *ynode, file string) map[string]Variable {
	vars := map[string]Variable{}
	for _, e := range y.pairs() {
		v := composeVar(e.key, e.value.str(), e.value != nil && e.value.n.Tag != "!!null", Place{file, e.line})
		vars[e.key] = v
	}
	for _, i := range y.items() {
		name, value, has := strings.Cut(i.str(), "=")
		vars[name] = composeVar(name, value, has, Place{file, i.line()})
	}
	return vars
}

var wholeReference = regexp.MustCompile(`^\$\{?(\w+)(?:(:?[-?])(.*?))?\}?$`)

// composeVar reads one value: "$$" is a dollar, ${NAME} comes from the shell or .env of who starts it.
func composeVar(name, value string, has bool, at Place) Variable {
	v := Variable{Name: name, Kind: Literal, Value: value, Place: at}
	if !has {
		v.Kind, v.Ref = Referenced, name
		return v
	}
	if strings.Contains(strings.ReplaceAll(value, "$$", ""), "$") {
		v.Kind = Referenced
		v.Ref = value
		if m := wholeReference.FindStringSubmatch(value); m != nil {
			v.Ref = m[1]
		}
		if out, known := Expand(value, func(string) (string, bool) { return "", false }); known {
			v.Value = out // every part has a fallback
		} else {
			v.Value = ""
		}
		return v
	}
	v.Value = strings.ReplaceAll(value, "$$", "$")
	return v
}

func composeEnvironment(l *loader, p *Path, s composeService) {
	files, from := s.get("env_file")
	base := path.Dir(from)
	list := files.items()
	if files.str() != "" {
		list = []*ynode{files}
	}
	for _, f := range list {
		name := f.str()
		if f.isMap() {
			name = f.text("path")
		}
		p.DeclaresVars = true
		l.envInto(p, path.Join(base, name), Place{from, f.line()})
	}
	for _, y := range []struct {
		n *ynode
		f string
	}{{s.base.get("environment"), s.baseFile}, {s.own.get("environment"), s.file}} {
		for k, v := range composeVars(y.n, y.f) {
			p.Vars[k], p.DeclaresVars = v, true
		}
	}
	if !p.DeclaresVars {
		p.VarsOpen = true
	}
}

func composeStorage(p *Path, s composeService) {
	vols, file := s.get("volumes")
	for _, v := range vols.items() {
		if m, ok := composeMount(v, Place{file, v.line()}); ok {
			p.Mounts = append(p.Mounts, m)
		}
	}
	tmp, file := s.get("tmpfs")
	for _, v := range tmp.strs() {
		at, _, _ := strings.Cut(v, ":")
		p.Mounts = append(p.Mounts, Mount{Path: path.Clean(at), Kind: Memory, Place: Place{file, tmp.line()}})
	}
}

func composeMount(v *ynode, at Place) (Mount, bool) {
	if v.isMap() {
		m := Mount{Path: path.Clean(v.text("target")), Name: v.text("source"), ReadOnly: v.text("read_only") == "true", Place: at}
		switch v.text("type") {
		case "bind":
			m.Kind = Bind
		case "tmpfs":
			m.Kind = Memory
		default:
			m.Kind = Volume
			if m.Name == "" {
				m.Kind = Anonymous
			}
		}
		return m, v.text("target") != ""
	}
	parts := splitMount(v.str())
	m := Mount{Place: at}
	switch {
	case len(parts) == 0 || parts[0] == "":
		return m, false
	case len(parts) == 1:
		m.Path, m.Kind = path.Clean(parts[0]), Anonymous
		return m, true
	}
	m.Name, m.Path, m.Kind = parts[0], path.Clean(parts[1]), Volume
	if strings.ContainsAny(m.Name, "./~$") {
		m.Kind = Bind
	}
	m.ReadOnly = len(parts) > 2 && strings.Contains(parts[2], "ro")
	return m, true
}

// bindsSource reports whether a service has the source of the host mounted
// over its image, as developers do to see their changes.
func (l *loader) bindsSource(p *Path) bool {
	if p.Image == nil {
		return false
	}
	for _, m := range p.Mounts {
		if m.Kind != Bind || m.ReadOnly || !strings.HasPrefix(m.Name, ".") {
			continue
		}
		host := path.Join(path.Dir(p.manifest), m.Name)
		if host == path.Clean(p.Root) || l.holdsCode(host) {
			return true
		}
	}
	return false
}

// holdsCode reports whether a directory of the repository has source in it or
// one level below.
func (l *loader) holdsCode(dir string) bool {
	for _, f := range l.t.Below(dir) {
		rest := strings.TrimPrefix(f.Path, strings.TrimSuffix(dir, "/")+"/")
		if strings.Count(rest, "/") > 1 {
			continue
		}
		switch path.Ext(f.Path) {
		case ".py", ".ts", ".tsx", ".js", ".jsx", ".go", ".dart", ".vue", ".rb", ".php":
			return true
		}
	}
	return false
}

// splitMount splits at colons, but not inside ${...:-...}.
func splitMount(s string) []string {
	var out []string
	depth, from := 0, 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			depth--
		case ':':
			if depth == 0 {
				out = append(out, s[from:i])
				from = i + 1
			}
		}
	}
	return append(out, s[from:])
}

func composeNetwork(p *Path, s composeService) {
	ports, file := s.get("ports")
	for _, v := range ports.items() {
		at := Place{file, v.line()}
		if v.isMap() {
			p.Published = append(p.Published, Port{v.text("host_ip"), v.text("published"), v.text("target"), at})
			continue
		}
		text, _, _ := strings.Cut(v.str(), "/")
		parts := splitMount(text)
		for i := range parts {
			parts[i], _ = Expand(parts[i], func(string) (string, bool) { return "", false })
		}
		switch len(parts) {
		case 1:
			p.Published = append(p.Published, Port{"", "", parts[0], at})
		case 2:
			p.Published = append(p.Published, Port{"", parts[0], parts[1], at})
		case 3:
			p.Published = append(p.Published, Port{parts[0], parts[1], parts[2], at})
		}
	}
	if len(p.Published) > 0 {
		p.Port = p.Published[0].Target
	}
	deps, _ := s.get("depends_on")
	for _, d := range deps.pairs() {
		p.DependsOn = append(p.DependsOn, d.key)
	}
	p.DependsOn = append(p.DependsOn, deps.strs()...)
	deploy, file := s.get("deploy")
	replicas := deploy.get("replicas")
	if scale, f := s.get("scale"); replicas == nil && scale != nil {
		replicas, file = scale, f
	}
	p.Replicas = Count{N: 1, Known: true, Place: Place{file, replicas.line()}}
	if n, ok := atoi(replicas.str()); ok {
		p.Replicas.N = n
	} else if replicas != nil {
		p.Replicas.Known = false
	}
	if hc, f := s.get("healthcheck"); hc != nil && hc.text("disable") != "true" {
		p.HealthAt = Place{f, hc.line()}
		p.Health = urlPath(strings.Join(hc.get("test").strs(), " "))
	}
}

func (l *loader) composeCommand(p *Path, s composeService) {
	entry, file := s.get("entrypoint")
	cmd, cfile := s.get("command")
	workdir, _ := s.get("working_dir")
	p.Workdir = workdir.str()
	l.imageCommand(p, composeCommandOf(entry, file), composeCommandOf(cmd, cfile))
}

func composeCommandOf(y *ynode, file string) *Command {
	if y == nil {
		return nil
	}
	c := &Command{Place: Place{file, y.line()}}
	if y.isList() {
		c.Exec, c.argv = true, y.strs()
		c.Text = strings.Join(c.argv, " ")
		return c
	}
	c.Text = strings.TrimSpace(y.str())
	// Compose splits a plain string into words itself: no shell expands it.
	c.Exec = true
	for _, s := range shellSplit(strings.ReplaceAll(c.Text, "$$", "$")) {
		for k, v := range s.env {
			c.argv = append(c.argv, k+"="+v)
		}
		c.argv = append(c.argv, s.args...)
		if s.then != "" {
			c.Exec = false // written for a shell; follow it as one
		}
	}
	return c
}

var urlInText = regexp.MustCompile(`https?://[^/\s"']*(/[^\s"'|;)]*)?`)

// urlPath returns the path of the first URL in a health command, "/" for one without a path, "" if there is no URL.
func urlPath(text string) string {
	m := urlInText.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	if m[1] == "" {
		return "/"
	}
	p, _, _ := strings.Cut(m[1], "?")
	return p
}
