package kits_test

import (
	"context"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	kits "github.com/ba-assistant/ba-assistant"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/scan"
)

// files are what lies in a repository that is deployed in one way.
type files []string

// The kits. Those of hosting platforms bring the Dockerfile that they build.
var (
	docker   = files{"Dockerfile", ".dockerignore", "deploy/docker/compose.yaml"}
	compose  = files{"Dockerfile", ".dockerignore", "deploy/compose/compose.yaml", "deploy/compose/Caddyfile"}
	postgres = files{"Dockerfile", ".dockerignore", "deploy/compose/compose.postgres.yaml", "deploy/compose/Caddyfile"}
	two      = files{"Dockerfile", ".dockerignore", "deploy/compose/compose.instances.yaml", "deploy/compose/Caddyfile.instances"}
	railway  = files{"Dockerfile", ".dockerignore", ".railway/railway.ts"}
	render   = files{"deploy/hosting/Dockerfile", ".dockerignore", "render.yaml"}
	fly      = files{"deploy/hosting/Dockerfile", ".dockerignore", "fly.toml"}
	direct   = files{"deploy/systemd/ba.service", "deploy/systemd/tls.conf"}
	nginx    = files{"deploy/systemd/ba.service", "deploy/nginx/ba.conf"}
	caddy    = files{"deploy/systemd/ba.service", "deploy/caddy/Caddyfile"}
)

var all = map[string]files{"docker": docker, "compose": compose, "compose with PostgreSQL": postgres, "two instances": two, "Railway": railway, "Render": render,
	"Fly": fly, "systemd alone": direct, "systemd and nginx": nginx, "systemd and Caddy": caddy}

func TestEachKitHasNoBlockerAndNoWarning(t *testing.T) {
	for name, k := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, f := range counted(look(t, k.lay(t))) {
				t.Errorf("%s %s: %s (%s) %s", f.ID, f.Level, f.Title, f.Path, places(f))
			}
		})
	}
}

func TestEveryFileOfTheKitsBelongsToOneThatIsTested(t *testing.T) {
	var used []string
	for _, k := range all {
		used = append(used, k...)
	}
	err := fs.WalkDir(kits.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !slices.Contains(used, name) {
			t.Errorf("%s is in no kit", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestBothImagesAreBuiltInTheSameWay(t *testing.T) {
	stage := func(name string) string {
		_, text, _ := strings.Cut(read(t, name), "FROM golang:")
		text, _, _ = strings.Cut(text, "FROM scratch")
		return text
	}
	ours, hosting := stage("Dockerfile"), stage("deploy/hosting/Dockerfile")
	if ours == "" || ours != hosting {
		t.Errorf("the build stages differ:\n%s\n---\n%s", ours, hosting)
	}
	mod, err := os.ReadFile(filepath.Join(testenv.Root(t), "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	image, _, _ := strings.Cut(ours, "-")
	if !strings.Contains(string(mod), "\ngo "+image+"\n") {
		t.Errorf("the image has Go %s, go.mod another", image)
	}
}

func read(t testing.TB, name string) string {
	t.Helper()
	text, err := fs.ReadFile(kits.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// lay makes a repository of the workspace's code and one kit.
func (k files) lay(t testing.TB) string {
	t.Helper()
	dir, root := t.TempDir(), testenv.Root(t)
	for _, part := range []string{"go.mod", ".gitignore", ".env.example", ".preflight.yaml", "ba", "cmd/ba", "internal/api",
		"internal/app", "internal/chat", "internal/config", "internal/httpx", "internal/identity", "internal/store", "internal/web"} {
		copyCode(t, root, dir, part)
	}
	for _, name := range k {
		write(t, dir, name, read(t, name))
	}
	return dir
}

// copyCode links what the program is built of, without tests.
func copyCode(t testing.TB, from, to, part string) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(from, part), func(file string, d fs.DirEntry, err error) error {
		if err != nil || strings.HasSuffix(file, "_test.go") {
			return err
		}
		rel, err := filepath.Rel(from, file)
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == "testdata" {
				return filepath.SkipDir
			}
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), text, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func write(t testing.TB, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// look runs preflight on a repository.
func look(t testing.TB, dir string) *preflight.Report {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	report, err := scan.Run(ctx, scan.Options{Path: dir})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Errors) > 0 {
		t.Fatalf("errors: %v", report.Errors)
	}
	return report
}

// counted returns what keeps a repository from being ready: blockers and
// warnings that are not accepted.
func counted(r *preflight.Report) []preflight.Finding {
	return slices.DeleteFunc(r.Findings, func(f preflight.Finding) bool { return f.Level < preflight.Warn || f.Suppressed != "" })
}

func places(f preflight.Finding) string {
	var out []string
	for _, e := range f.Evidence {
		out = append(out, path.Base(e.File)+" "+e.Excerpt)
	}
	return strings.Join(out, "; ")
}
