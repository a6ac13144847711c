package preflightbench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/bench/yardstick"
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/catalogue"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/tree"
)

// repository writes a work tree of n files as real projects have them: a
// FastAPI back end, a TypeScript front end, a Flutter app, tests, documents,
// manifests.
func repository(tb testing.TB, n int) string {
	tb.Helper()
	dir := tb.TempDir()
	write := func(name, text string) {
		at := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o644); err != nil {
			tb.Fatal(err)
		}
	}
	write("render.yaml", "services:\n  - type: web\n    name: api\n    runtime: python\n    rootDir: backend\n    startCommand: uvicorn app.main:app --host 0.0.0.0 --port $PORT\n    envVars:\n      - key: SECRET_KEY\n        generateValue: true\n")
	write("docker-compose.yml", "services:\n  web:\n    build: ./frontend\n    ports: ['80:80']\n")
	write("frontend/Dockerfile", "FROM node:22 AS b\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\nFROM nginx:1.27\nCOPY --from=b /app/dist /usr/share/nginx/html\n")
	write("frontend/package.json", `{"scripts": {"dev": "vite", "build": "vite build"}, "dependencies": {"react": "18"}}`)
	write("mobile/pubspec.yaml", "name: app\n")
	write(".env.example", "SECRET_KEY=change-me\nDATABASE_URL=\n")
	var routers strings.Builder
	for i := range 9 {
		n--
		switch i {
		case 0:
			write("backend/requirements.txt", "fastapi\nuvicorn\nsqlalchemy\n")
		}
	}
	for i := 0; i < n; i++ {
		body := fmt.Sprintf("%d", i)
		switch i % 10 {
		case 0, 1:
			write(fmt.Sprintf("backend/app/m%d/part%d.py", i%50, i), strings.Repeat("import os\nfrom fastapi import APIRouter\nrouter = APIRouter(prefix='/p"+body+"')\n\n@router.get('/items/{item_id}')\nasync def read(item_id: int, q: str | None = None):\n    value = os.getenv('SETTING_"+body+"', 'x')\n    return {'id': item_id, 'q': q, 'value': value}\n\n", 6))
			if i < 2000 {
				fmt.Fprintf(&routers, "from app.m%d.part%d import router as r%d\napp.include_router(r%d)\n", i%50, i, i, i)
			}
		case 2, 3, 4:
			write(fmt.Sprintf("frontend/src/c%d/Part%d.tsx", i%60, i), strings.Repeat("import React from 'react'\nexport function Part"+body+"({ title }: { title: string }) {\n  const [open, setOpen] = React.useState(false)\n  return <div onClick={() => setOpen(!open)}>{title}{open ? <b>open</b> : null}</div>\n}\n", 8))
		case 5, 6:
			write(fmt.Sprintf("mobile/lib/f%d/part%d.dart", i%40, i), strings.Repeat("import 'package:flutter/material.dart';\nclass Part"+body+" extends StatelessWidget {\n  const Part"+body+"({super.key});\n  @override\n  Widget build(BuildContext context) => Text('part "+body+"');\n}\n", 6))
		case 7:
			write(fmt.Sprintf("backend/tests/test_%d.py", i), strings.Repeat("def test_"+body+"():\n    assert 1 + 1 == 2\n\n", 20))
		case 8:
			write(fmt.Sprintf("docs/page%d.md", i), strings.Repeat("# Page "+body+"\n\nSome text about the page that says how things work.\n\n", 20))
		case 9:
			write(fmt.Sprintf("data/item%d.json", i), `{"id": `+body+`, "name": "item", "tags": ["a", "b", "c"]}`)
		}
	}
	write("backend/app/__init__.py", "")
	write("backend/app/main.py", "from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\napp = FastAPI()\napp.add_middleware(CORSMiddleware, allow_origins=['http://localhost:3000'], allow_credentials=True)\n"+routers.String())
	return dir
}

// limit is what the checks of a repository of 10,000 files may take on one core.
const limit = 2000 // ms

// TestRepositoryChecksAreFast runs every check of code and manifests on 10,000
// files, on one core.
func TestRepositoryChecksAreFast(t *testing.T) {
	files := yardstick.Pick(10_000, 2000)
	dir := repository(t, files)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	used := yardstick.CPU()
	results := checkRepository(t, dir)
	took := yardstick.CPU() - used
	if yardstick.Full() {
		for _, r := range results {
			if r.Took > 30*time.Millisecond {
				t.Logf("%s %v", r.ID, r.Took.Round(time.Millisecond))
			}
		}
	}
	found := false
	for _, r := range results {
		found = found || r.ID == "CORS-01" && r.State == preflight.StateFail
	}
	if !found {
		t.Error("the fault that was planted was not found")
	}
	yardstick.Limit(t, fmt.Sprintf("checks of a repository of %d files, one core", files), yardstick.Milliseconds(took), limit, "ms")
}

func checkRepository(tb testing.TB, dir string) []preflight.Result {
	tb.Helper()
	t, err := tree.Open(dir)
	if err != nil {
		tb.Fatal(err)
	}
	defer t.Close()
	in, err := check.Load(t, time.Now())
	if err != nil {
		tb.Fatal(err)
	}
	return preflight.Run(context.Background(), catalogue.Repository(), in, preflight.Options{})
}

func BenchmarkRepositoryChecks(b *testing.B) {
	dir := repository(b, 10_000)
	for b.Loop() {
		checkRepository(b, dir)
	}
}
