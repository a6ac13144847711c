package kits_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/kit"
)

func TestWhatInitWritesHasNoBlockerAndNoWarning(t *testing.T) {
	for name, o := range map[string]kit.Options{
		"docker": {Platform: "docker", Host: "ba.acme.dev"}, "compose": {Platform: "compose", Host: "ba.acme.dev"}, "PostgreSQL": {Platform: "compose", Host: "ba.acme.dev", Postgres: true},
		"two instances": {Platform: "compose", Host: "ba.acme.dev", Two: true},
		"railway":       {Platform: "railway", Repo: "acme/ba-assistant"}, "render": {Platform: "render"}, "render with a domain": {Platform: "render", Host: "ba.acme.dev"},
		"fly": {Platform: "fly", Host: "https://ba.acme.dev/"}, "systemd": {Platform: "systemd", Host: "ba.acme.dev"}, "systemd alone": {Platform: "systemd", Host: "ba.acme.dev", TLS: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := files(nil).lay(t)
			done, err := kit.Write(dir, o)
			if err != nil {
				t.Fatal(err)
			}
			if len(done.Steps) != 3 {
				t.Errorf("%d steps", len(done.Steps))
			}
			commitAll(t, dir)
			for _, f := range counted(look(t, dir)) {
				t.Errorf("%s %s: %s (%s) %s", f.ID, f.Level, f.Title, f.Path, places(f))
			}
			secretsAreGood(t, dir, done)
		})
	}
}

// secretsAreGood reads the secrets back as the program would, and looks who may.
func secretsAreGood(t *testing.T, dir string, done kit.Result) {
	t.Helper()
	for _, name := range done.Written {
		file := filepath.Join(dir, name)
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		base := filepath.Base(name)
		open := info.Mode().Perm()&0o077 != 0
		if folder, err := os.Stat(filepath.Dir(file)); err == nil && folder.Mode().Perm() == 0o700 {
			open = false
		}
		switch {
		case base == "master_key":
			if _, err := config.DecodeKey(string(text)); err != nil || open {
				t.Errorf("%s: %v, open %v", name, err, open)
			}
		case base == "secret_key":
			if len(strings.TrimSpace(string(text))) != 64 || open {
				t.Errorf("%s has %d bytes, open %v", name, len(text), open)
			}
		case base == ".env.railway" || base == ".env.fly":
			if !strings.HasPrefix(string(text), "SECRET_KEY=") || !strings.Contains(string(text), "\nMASTER_KEY=") || open {
				t.Errorf("%s: open %v", name, open)
			}
		}
	}
}

func TestInitReplacesNothingThatSomebodyWrote(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "go.mod", "module github.com/ba-assistant/ba-assistant\n")
	write(t, dir, "fly.toml", "app = 'mine'\n")
	o := kit.Options{Platform: "fly"}
	if _, err := kit.Write(dir, o); err == nil || !strings.Contains(err.Error(), "--force") {
		t.Fatalf("a changed file: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, ".env.fly")); err == nil {
		t.Error("a part was written although another was refused")
	}
	o.Force = true
	if _, err := kit.Write(dir, o); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, ".env.fly"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kit.Write(dir, o); err != nil {
		t.Fatal(err)
	}
	if after, err := os.ReadFile(filepath.Join(dir, ".env.fly")); err != nil || string(after) != string(before) {
		t.Errorf("the secrets were replaced: %v", err)
	}
}

func TestInitSaysWhatItCannotKnow(t *testing.T) {
	t.Parallel()
	clone := t.TempDir()
	write(t, clone, "go.mod", "module github.com/ba-assistant/ba-assistant\n")
	for name, test := range map[string]struct {
		dir  string
		o    kit.Options
		says string
	}{
		"a platform that has no kit": {clone, kit.Options{Platform: "heroku"}, "railway"},
		"no host":                    {clone, kit.Options{Platform: "compose"}, "--host"},
		"a host with a port":         {clone, kit.Options{Platform: "compose", Host: "ba.acme.dev:8443"}, "without a path or port"},
		"two instances elsewhere":    {clone, kit.Options{Platform: "docker", Host: "ba.acme.dev", Two: true}, "kit compose only"},
		"no clone":                   {t.TempDir(), kit.Options{Platform: "render"}, "clone"},
		"no repository":              {clone, kit.Options{Platform: "railway"}, "--repo"},
	} {
		if _, err := kit.Write(test.dir, test.o); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
