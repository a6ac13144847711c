package deploy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

// dataFolders are where the images of database servers keep what they are given (their documentation on the Docker Hub).
var dataFolders = map[string]string{
	"postgres": "/var/lib/postgresql/data", "postgis": "/var/lib/postgresql/data", "pgvector": "/var/lib/postgresql/data", "timescaledb": "/var/lib/postgresql/data",
	"mysql": "/var/lib/mysql", "mariadb": "/var/lib/mysql", "mongo": "/data/db",
}

// unkeptServers finds database servers of compose files that keep their data in a volume without a name, which "docker
// compose down" parts from the service.
func unkeptServers(in *check.Input) []preflight.Finding {
	var out []preflight.Finding
	for _, p := range in.Paths() {
		folder := dataFolders[imageBase(p.ImageName)]
		if p.Platform != manifest.Compose || p.Role != manifest.Database || folder == "" || len(lasting(p)) > 0 || scratch(p) || !beside(in, p) {
			continue
		}
		f := preflight.Finding{Level: preflight.Warn, Path: p.Name, Key: p.Name, Title: fmt.Sprintf("%s keeps its data in no volume of a name", p.Name), Evidence: []preflight.Evidence{at(in, p.Place, "no volume is mounted")}}
		if told(p) {
			f.Level = preflight.Fail
		}
		f.Detail = "docker compose down, or a host that is set up anew, leaves the data behind and starts with an empty database."
		f.Fix = fmt.Sprintf("In the compose file:\n  services:\n    %s:\n      volumes:\n        - %s-data:%s\n  volumes:\n    %s-data:", p.Service, p.Service, folder, p.Service)
		out = append(out, f)
	}
	return out
}

// imageBase returns the last part of an image's name, without its tag.
func imageBase(image string) string {
	name := image[strings.LastIndexByte(image, '/')+1:]
	name, _, _ = strings.Cut(name, ":")
	name, _, _ = strings.Cut(name, "@")
	return name
}

// scratch reports whether a database is meant to forget: its data lie in memory.
func scratch(p *manifest.Path) bool {
	return strings.Contains(strings.ToLower(p.Service), "test") || slices.ContainsFunc(p.Mounts, func(m manifest.Mount) bool { return m.Kind == manifest.Memory })
}

// beside reports whether a service that runs code of the repository stands in the same file.
func beside(in *check.Input, p *manifest.Path) bool {
	return slices.ContainsFunc(servers(in), func(o *manifest.Path) bool { return o != p && o.Manifest() == p.Manifest() })
}

// sharedFiles finds database files that lie on one volume of two services of a file: the locks of SQLite then go
// through a volume, and each service may find the file busy.
func sharedFiles(in *check.Input) []preflight.Finding {
	var out []preflight.Finding
	first := map[string]database{}
	told := map[string]bool{}
	for _, d := range databases(in) {
		m, found, _ := d.inside()
		if d.kind != "sqlite" || !found || m.Name == "" || !m.Lasts() || harmless(&d) {
			continue
		}
		key := d.path.Manifest() + "\x00" + m.Name
		have, again := first[key]
		if !again {
			first[key] = d
			continue
		}
		if have.path.Name == d.path.Name || told[key] {
			continue
		}
		told[key] = true
		mount, _, _ := have.inside()
		out = append(out, preflight.Finding{Level: preflight.Warn, Rows: []string{"D1", "D3", "T1"}, Path: have.path.Name + ", " + d.path.Name, Key: m.Name,
			Title:    fmt.Sprintf("%s and %s write one database file on the volume %s", have.path.Service, d.path.Service, m.Name),
			Evidence: []preflight.Evidence{at(in, d.place, "the database"), at(in, mount.Place, "mounted here"), at(in, m.Place, "and here")},
			Fix:      "Let one service write the file and the others ask it, or use PostgreSQL."})
	}
	return out
}
