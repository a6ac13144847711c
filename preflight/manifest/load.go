package manifest

import (
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/tree"
)

// maxManifests bounds how many files of one kind are read.
const maxManifests = 200

// Load reads every manifest of a tree. It never fails: what could not be read
// is in Problems.
func Load(t *tree.Tree) *Set {
	l := &loader{t: t, set: &Set{}, images: map[string]*Image{}, envs: map[string]*EnvFile{}}
	l.envFiles()
	l.dockerfiles()
	l.byName()
	l.composePaths()
	l.procfiles()
	l.unusedImages()
	l.unknownPath()
	l.settle()
	return l.set
}

type loader struct {
	t        *tree.Tree
	set      *Set
	images   map[string]*Image // by file
	envs     map[string]*EnvFile
	composes []*composeFile
	used     map[string]bool // Dockerfiles that a path builds
}

// elsewhere reports whether a file belongs to documentation, tests, templates
// or somebody else's code: such manifests deploy nothing of this repository.
func elsewhere(file string) bool {
	for _, d := range strings.Split(strings.ToLower(path.Dir(file)), "/") {
		switch d {
		case "docs", "doc", "example", "examples", "sample", "samples", "test", "tests", "testdata", "fixtures", "__tests__", "vendor", "third_party", "node_modules",
			"template", "templates", "cookiecutter", "deprecated", "archive", "archived", "legacy", "old", "backup", "backups", ".devcontainer", "tutorial", "tutorials", "site-packages":
			return true
		}
		if strings.Contains(d, "{{") {
			return true
		}
	}
	return false
}

// byName reads the manifests that are recognised by their names.
func (l *loader) byName() {
	for _, f := range l.t.Files() {
		if elsewhere(f.Path) {
			continue
		}
		base := path.Base(f.Path)
		switch lower := strings.ToLower(base); {
		case composeName.MatchString(lower):
			l.compose(f.Path)
		case lower == "render.yaml" || lower == "render.yml":
			l.render(f.Path)
		case lower == "railway.json" || lower == "railway.toml":
			l.railway(f.Path)
		case strings.HasSuffix(f.Path, ".railway/railway.ts") || f.Path == ".railway/railway.ts":
			l.railwayTS(f.Path)
		case path.Base(path.Dir(f.Path)) == ".railway" && (lower == "railway.py" || lower == "railway.go"):
			l.note(f.Path, "railway."+lower[8:], "Railway infrastructure in "+lower[8:]+" is not read; its services are unknown here")
		case strings.HasPrefix(lower, "fly.") && strings.HasSuffix(lower, ".toml"):
			l.fly(f.Path)
		case lower == "app.yaml" || lower == "app.yml":
			l.appYAML(f.Path)
		case lower == "vercel.json":
			l.vercel(f.Path)
		case lower == "netlify.toml":
			l.netlify(f.Path)
		case lower == "firebase.json":
			l.firebase(f.Path)
		case strings.HasPrefix(f.Path, ".github/workflows/") && (strings.HasSuffix(lower, ".yml") || strings.HasSuffix(lower, ".yaml")):
			l.workflow(f.Path)
		case isNginx(f.Path):
			l.nginx(f.Path)
		case lower == "caddyfile" || strings.HasSuffix(lower, ".caddyfile"):
			l.caddy(f.Path)
		case strings.HasSuffix(lower, ".service"):
			l.systemd(f.Path)
		}
	}
}

// read returns a manifest's bytes and records it.
func (l *loader) read(file, kind string) ([]byte, bool) {
	if len(l.set.Files) >= 10*maxManifests {
		return nil, false
	}
	l.set.Files = append(l.set.Files, File{file, kind})
	src, err := l.t.Read(file)
	switch {
	case errors.Is(err, tree.ErrTooLarge):
		l.problem(&Problem{Place{file, 0}, "not read: larger than 1 MiB"})
	case err != nil:
		l.problem(&Problem{Place{file, 0}, "not read: " + oneLine(err.Error())})
	}
	return []byte(strings.TrimPrefix(string(src), "\ufeff")), err == nil
}

func (l *loader) note(file, kind, msg string) {
	l.set.Files = append(l.set.Files, File{file, kind})
	l.problem(&Problem{Place{file, 0}, msg})
}

func (l *loader) problem(p *Problem) { l.set.Problems = append(l.set.Problems, *p) }

// newPath starts a path; its name is the manifest's, with the service where there is one.
func (l *loader) newPath(platform Platform, file, service string, at Place) *Path {
	name := file
	if service != "" {
		name += ": " + service
	}
	return &Path{Name: name, Platform: platform, Service: service, Role: Web, Place: at, Root: path.Dir(file),
		Vars: map[string]Variable{}, BuildVars: map[string]Variable{}, Replicas: Count{N: 1}, Workers: Count{N: 1}, manifest: file}
}

func (l *loader) add(p *Path) {
	if len(l.set.Paths) < 10*maxManifests {
		l.set.Paths = append(l.set.Paths, p)
	}
}

// useImage gives a path the image that it builds.
func (l *loader) useImage(p *Path, file, context, target string, at Place) {
	file = path.Clean(file)
	im := l.images[file]
	if im == nil {
		if l.t.Has(file) {
			im = l.dockerfile(file)
		} else {
			p.Missing = append(p.Missing, Missing{"Dockerfile", file, at})
		}
	}
	if im == nil {
		return
	}
	im, ok := im.WithTarget(target)
	if !ok {
		p.Missing = append(p.Missing, Missing{"stage", target, at})
	}
	im.Context = path.Clean(context)
	p.Image, p.Builder = im, "docker"
	if l.used == nil {
		l.used = map[string]bool{}
	}
	l.used[file] = true
	st := im.Effective()
	for k, v := range st.Env {
		if _, has := p.Vars[k]; !has {
			p.Vars[k] = v
		}
	}
	for k, v := range st.Args {
		if _, has := p.BuildVars[k]; !has && v.Kind == Literal {
			p.BuildVars[k] = v
		}
	}
	if p.Port == "" && len(st.Expose) > 0 {
		p.Port = st.Expose[0]
	}
	if st.Health.Text != "" && st.Health.Text != "NONE" && p.HealthAt.File == "" && (p.Platform == Docker || p.Platform == Compose) {
		p.Health, p.HealthAt = urlPath(st.Health.Text), st.Health.Place // hosting platforms do not run it
	}
	p.Mounts = append(p.Mounts, st.Volumes...)
}

// imageCommand works out what a container runs from its image and from what the manifest overrides.
func (l *loader) imageCommand(p *Path, entry, cmd *Command) {
	workdir := "/"
	if p.Image != nil {
		st := p.Image.Effective()
		if workdir = st.Workdir; workdir == "/" {
			workdir = baseWorkdir(st.Base)
		}
		if entry == nil && st.Entrypoint.Text != "" {
			entry = &st.Entrypoint
		}
		if cmd == nil && (entry == nil || entry == &st.Entrypoint) && st.Cmd.Text != "" {
			cmd = &st.Cmd
		}
	} else if p.ImageName != "" {
		workdir = baseWorkdir(p.ImageName)
	}
	if p.Workdir != "" {
		workdir = p.Workdir
	}
	p.Workdir = workdir
	p.Start = joined(entry, cmd)
	if p.Start.Text == "" {
		return
	}
	follow(l.t, l.finder(p), &p.Start, p.Start.argv, workdir)
}

// joined is ENTRYPOINT with CMD as its arguments.
func joined(entry, cmd *Command) Command {
	switch {
	case entry == nil && cmd == nil:
		return Command{}
	case entry == nil || entry.Text == "":
		return *cmd
	case cmd == nil || cmd.Text == "" || !entry.Exec:
		return *entry
	}
	out := Command{Exec: true, Place: cmd.Place, Text: entry.Text + " " + cmd.Text}
	out.argv = append(slices.Clone(entry.argv), cmd.argv...)
	if !cmd.Exec {
		out.argv = append(slices.Clone(entry.argv), "/bin/sh", "-c", cmd.Text)
	}
	return out
}

// finder maps files as the path's processes see them to the repository.
func (l *loader) finder(p *Path) func(dir, name string) string {
	return func(dir, name string) string {
		if strings.Contains(name, "$") {
			return ""
		}
		file, ok := l.Locate(p, path.Join("/", dir), name)
		if !ok || !l.t.Has(file) {
			return ""
		}
		return file
	}
}

// Locate returns the repository's path of a file as the path's processes see it.
func (l *loader) Locate(p *Path, dir, name string) (string, bool) { return Locate(l.t, p, dir, name) }

// Locate returns where in the repository a file or directory lies that the
// processes of a path see under name, from a directory. ok is false for what
// the repository does not hold.
func Locate(t *tree.Tree, p *Path, dir, name string) (file string, ok bool) {
	abs := absolute(dir, name)
	if p.Image == nil && p.ImageName == "" {
		if top := strings.TrimSuffix(p.Workdir, "/"+p.Root); p.Workdir != "" && top != p.Workdir && within(abs, top) {
			file = path.Join(".", strings.TrimPrefix(abs, top)) // the platform has the whole repository there
		} else {
			file = path.Join(p.Root, strings.TrimPrefix(abs, strings.TrimRight(p.Workdir, "/")))
		}
		return file, t.Has(file) || t.HasDir(file)
	}
	for _, m := range p.Mounts {
		if m.Kind == Bind && within(abs, m.Path) && !strings.HasPrefix(m.Name, "/") && !strings.HasPrefix(m.Name, "~") {
			file = path.Join(path.Dir(p.manifest), m.Name, strings.TrimPrefix(abs, m.Path))
			if t.Has(file) || t.HasDir(file) {
				return file, true
			}
		}
	}
	if p.Image == nil {
		return "", false
	}
	return p.Image.Source(t, p.Image.Final, abs)
}

// baseWorkdir is the working directory that a well-known image starts with.
func baseWorkdir(image string) string {
	name, _, _ := strings.Cut(path.Base(image), ":")
	switch {
	case strings.HasPrefix(name, "uvicorn-gunicorn"), strings.HasPrefix(name, "meinheld-gunicorn"):
		return "/app"
	case name == "bun":
		return "/home/bun/app"
	case name == "golang":
		return "/go"
	}
	return "/"
}
