package deploy

import (
	"path"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
)

// database is a database as one deployment path gets to see it.
type database struct {
	repo.Database
	path  *manifest.Path
	url   string // what the process uses
	kind  string
	sure  bool           // false where a dashboard may set the variable to something else
	place manifest.Place // of what decides: the manifest's line, or the code's
	files []string       // for file databases: the absolute paths it may have; empty when unknown
}

// fileKinds are databases that live in a file or folder beside the program.
var fileKinds = []string{"sqlite", "duckdb", "bolt", "badger", "json", "pocketbase"}

func (d *database) isFile() bool { return slices.Contains(fileKinds, d.kind) }

// databases returns what each path that runs code uses, as far as it is known.
func databases(in *check.Input) []database {
	return in.Code.Keep("deploy databases", func() any { return readDatabases(in) }).([]database)
}

func readDatabases(in *check.Input) []database {
	var out []database
	for _, p := range servers(in) {
		seen := map[string]bool{}
		for _, d := range in.Code.Databases() {
			if !d.Reachable || d.Gated || !holds(p, d.File) {
				continue
			}
			got, ok := effective(in, p, d)
			if !ok || seen[got.kind+got.url] {
				continue
			}
			seen[got.kind+got.url] = true
			out = append(out, got)
		}
	}
	return out
}

// effective works out which URL a path gives the program. ok is false where
// that is not known.
func effective(in *check.Input, p *manifest.Path, d repo.Database) (database, bool) {
	out := database{Database: d, path: p, url: d.URL, kind: d.Kind, sure: true, place: manifest.Place{File: d.File, Line: d.Line}}
	if d.Var != "" {
		v := processVar(p, d.Var)
		switch {
		case v.Kind == manifest.Literal, v.Kind == manifest.Referenced && v.Value != "":
			out.url, out.place, out.kind = v.Value, v.Place, ""
			out.sure = v.Kind == manifest.Literal
		case v.Kind == manifest.FromDatabase:
			out.url, out.kind, out.place = "", "managed", v.Place
			return out, true
		case v.Kind != manifest.Unset:
			return out, false
		case in.Sets(p, d.Var) == check.SetYes:
			return out, false
		case in.Sets(p, d.Var) == check.SetUnknown, p.SecretsApart:
			out.sure = false
		}
		if out.url == "" && out.kind == "" || !d.Known && out.url == d.URL {
			return out, false
		}
	}
	if out.kind == "" {
		out.kind = kindOf(out.url)
	}
	if strings.Contains(out.url, ":memory:") || out.url == "sqlite://" {
		return out, false
	}
	if out.isFile() {
		out.files = candidates(p, &out)
	}
	return out, out.kind != ""
}

// processVar is the variable as the server process sees it: what stands before
// the command wins.
func processVar(p *manifest.Path, name string) manifest.Variable {
	if s, ok := p.Start.Server(); ok {
		if value, has := s.Env[name]; has {
			if out, known := manifest.Expand(value, func(n string) (string, bool) { v := p.Var(n); return v.Value, v.Known() }); known {
				return manifest.Variable{Name: name, Kind: manifest.Literal, Value: out, Place: s.Place}
			}
			return manifest.Variable{Name: name, Kind: manifest.Referenced, Ref: value, Place: s.Place}
		}
	}
	return p.Var(name)
}

func kindOf(url string) string {
	scheme, _, ok := strings.Cut(strings.ToLower(url), ":")
	if !ok {
		return ""
	}
	scheme, _, _ = strings.Cut(scheme, "+")
	switch scheme {
	case "sqlite", "sqlite3", "file":
		return "sqlite"
	case "postgres", "postgresql", "cockroachdb", "asyncpg":
		return "postgres"
	case "mysql", "mariadb":
		return "mysql"
	case "mongodb":
		return "mongo"
	case "duckdb", "bolt", "badger", "json":
		return scheme
	}
	return ""
}

// candidates returns the absolute paths that a database file may have. A
// relative one counts from the working directory; code that builds it from its
// own place counts from there, so both are tried.
func candidates(p *manifest.Path, d *database) []string {
	name, ok := fileOf(d.url)
	if !ok || strings.Trim(name, "./") == "" { // the rest is not known
		return nil
	}
	if strings.HasPrefix(name, "/") {
		return []string{path.Clean(name)}
	}
	base := p.Workdir
	if base == "" {
		base = home(p)
	}
	if base == "" {
		return nil
	}
	out := []string{path.Join(base, name), path.Join(base, "instance", name)} // Flask-SQLAlchemy counts from its instance folder
	if inside, ok := strings.CutPrefix(d.File, strings.TrimSuffix(path.Clean(p.Root), "/")+"/"); ok || path.Clean(p.Root) == "." {
		if !ok {
			inside = d.File
		}
		for dir := path.Dir(inside); dir != "."; dir = path.Dir(dir) {
			out = append(out, path.Join(base, dir, name))
		}
	}
	return out
}

// home is the directory that a platform runs a source deployment in; "" where
// it is not known. Source: the platforms' documentation, 2026.
func home(p *manifest.Path) string {
	switch p.Platform {
	case manifest.Railway, manifest.Heroku:
		return "/app"
	case manifest.Render:
		return path.Join("/opt/render/project/src", p.Root)
	}
	return ""
}

// fileOf returns the path in the URL of a file database: three slashes are a
// relative path, four an absolute one (SQLAlchemy; the others follow it).
func fileOf(url string) (name string, ok bool) {
	_, rest, found := strings.Cut(url, "://")
	if !found {
		rest, found = strings.CutPrefix(url, "file:") // prisma, modernc
		if !found {
			return "", false
		}
		name, _, _ = strings.Cut(rest, "?")
		return strings.TrimPrefix(name, "./"), name != ""
	}
	name, _, _ = strings.Cut(rest, "?")
	name = strings.TrimPrefix(name, "/")
	if strings.ContainsAny(name, "{}$%") || name == "" {
		return "", false
	}
	return strings.TrimPrefix(name, "./"), true
}

// inside returns the mount that holds the file of a database. found is false
// when no lasting mount does; unknown when nobody can tell.
func (d *database) inside() (m manifest.Mount, found, unknown bool) {
	if len(d.files) == 0 {
		return m, false, true
	}
	for _, f := range d.files {
		if m, ok := d.path.Holding(f); ok {
			return m, true, false
		}
	}
	return m, false, false
}

// lasting returns the mounts of a path that outlive a deployment, read-only
// ones and single configuration files left out.
func lasting(p *manifest.Path) []manifest.Mount {
	var out []manifest.Mount
	for _, m := range p.Mounts {
		if m.Lasts() && !m.ReadOnly && !configMount(m) {
			out = append(out, m)
		}
	}
	return out
}

// configMount recognises mounts of files and of the source itself.
func configMount(m manifest.Mount) bool {
	ext := path.Ext(m.Path)
	return m.Kind == manifest.Bind && (ext == ".conf" || ext == ".yml" || ext == ".yaml" || ext == ".json" || ext == ".toml" || ext == ".env" || ext == ".sock" || ext == ".pem" || ext == ".crt")
}
