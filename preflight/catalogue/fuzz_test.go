package catalogue

import (
	"context"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/tree"
)

// FuzzChecks runs every check on a repository of a few hostile files: none may
// panic, and every one must come to a state.
func FuzzChecks(f *testing.F) {
	py := "import os\nfrom fastapi import FastAPI\napp = FastAPI()\n"
	f.Add("Dockerfile", "FROM python:3\nCOPY . .\nCMD [\"uvicorn\", \"main:app\", \"--port\", \"$PORT\"]\n", py)
	f.Add("render.yaml", "services:\n  - type: web\n    name: a\n    envVars: [{key: A, value: b}]\n", py)
	f.Add("fly.toml", "app = 'x'\n[mounts]\nsource = 'a'\ndestination = '/a'\n", py)
	f.Add("compose.yaml", "services:\n  a:\n    build: .\n    ports: ['80:80', {target: 1}]\n    volumes: [a]\n", py)
	f.Add("nginx.conf", "server { listen 80; location / { proxy_pass http://a; } }", py)
	f.Add("package.json", `{"scripts": {"start": "vite"}, "dependencies": {"a": 1}}`, py)
	f.Add(".env.production", "A=b\nSECRET_KEY=changeme\n B = \u201cx\u201d\n", py)
	f.Add(".github/workflows/a.yml", "jobs:\n  a:\n    steps:\n      - run: flutter build web --debug\n", py)
	f.Fuzz(func(t *testing.T, name, text, code string) {
		if !fs.ValidPath(name) || name == "." || name == "main.py" || strings.HasPrefix(name, "main.py/") || len(text)+len(code) > 64<<10 {
			t.Skip("no file of that name")
		}
		tr, err := tree.From(fstest.MapFS{name: {Data: []byte(text), Mode: 0o644}, "main.py": {Data: []byte(code), Mode: 0o644}})
		if err != nil {
			t.Skip("no tree")
		}
		in, err := check.Load(tr, time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC))
		if err != nil {
			t.Fatal(err)
		}
		in.Git = check.Git{Repository: true}
		in.Names = map[string]bool{"A": true}
		for _, r := range preflight.Run(context.Background(), Repository(), in, preflight.Options{}) {
			if r.Panicked != "" {
				t.Fatal(r.Panicked)
			}
			if r.State == "" || r.State == preflight.StateNotChecked && r.Reason == "" {
				t.Errorf("%s came to %q without a reason", r.ID, r.State)
			}
		}
	})
}
