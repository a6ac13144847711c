package repo_test

import (
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/dart"
	"github.com/ba-assistant/ba-assistant/preflight/repo/golang"
	"github.com/ba-assistant/ba-assistant/preflight/repo/python"
	"github.com/ba-assistant/ba-assistant/preflight/repo/script"
)

// soon fails when parsing takes longer than any file of its size may.
func soon(t *testing.T, src []byte, parse func([]byte)) {
	t.Helper()
	if len(src) > 64<<10 {
		t.Skip("larger than what is worth the time")
	}
	start := time.Now()
	parse(src)
	if took := time.Since(start); took > 5*time.Second {
		t.Fatalf("%d bytes took %v", len(src), took)
	}
}

func FuzzPython(f *testing.F) {
	f.Add([]byte("from fastapi import FastAPI\napp = FastAPI()\n@app.get('/x/{id}')\nasync def x(id: int) -> dict[str, int]:\n    return {f'{id}': [i for i in range(3)]}\n"))
	f.Add([]byte("class A(B):\n\tx: int = 1\n\tdef f(self, *a, **k): return lambda: (yield)\nmatch x:\n  case {'a': 1}: pass\n"))
	f.Add([]byte("def f(:\n  ((((((\n'''"))
	f.Fuzz(func(t *testing.T, src []byte) { soon(t, src, func(b []byte) { python.Parse(b) }) })
}

func FuzzScript(f *testing.F) {
	f.Add([]byte("import x from 'y'\nconst a = ({b, ...c}) => <div onClick={() => b?.c ?? `${c}`}>x</div>\nexport default async function* f() { yield* a }\n"))
	f.Add([]byte("type A<T extends B = C> = { [k in keyof T]?: T[k] }\nenum E { A = 1 }\ndeclare module 'x' {}\n"))
	f.Add([]byte("<script setup lang=\"ts\">\nconst x = 1\n</script>\n<template><a/></template>"))
	f.Fuzz(func(t *testing.T, src []byte) {
		soon(t, src, func(b []byte) {
			for _, name := range []string{"a.ts", "a.tsx", "a.js"} {
				script.Parse(b, script.DialectOf(name))
			}
			script.ParseModule(b)
		})
	})
}

func FuzzDart(f *testing.F) {
	f.Add([]byte("import 'package:a/b.dart';\nclass A extends B with C { final String x; const A({required this.x}); @override Widget build(c) => Text('$x ${1 + 2}'); }\n"))
	f.Add([]byte("void main() async { await for (final x in y) { switch (x) { case 1: break; } } }\nr'''raw"))
	f.Fuzz(func(t *testing.T, src []byte) { soon(t, src, func(b []byte) { dart.Parse(b) }) })
}

func FuzzGo(f *testing.F) {
	f.Add([]byte("package main\nimport \"net/http\"\ntype C struct { A string `env:\"A\"` }\nfunc main() { http.ListenAndServe(\":80\", nil) }\n"))
	f.Add([]byte("package x\nfunc f[T any](a ...T) (b T, err error) { defer func() {}(); return }\n"))
	f.Fuzz(func(t *testing.T, src []byte) { soon(t, src, func(b []byte) { golang.Parse(b) }) })
}

// FuzzFacts asks a program of one file everything that the checks ask.
func FuzzFacts(f *testing.F) {
	f.Add("main.py", []byte("import os\nfrom fastapi import FastAPI\nfrom sqlalchemy import create_engine\nURL = os.getenv('A', 'sqlite:///x')\nengine = create_engine(URL)\napp = FastAPI()\n"))
	f.Add("server.js", []byte("const app = require('express')()\nconst x = { ...process.env, y: process.env.Z || 'a' }\napp.get('/a', (q, r) => r.send(x.y))\n"))
	f.Add("main.go", []byte("package main\nimport \"os\"\nvar a = os.Getenv(\"A\") + \"b\"\n"))
	f.Add("lib/main.dart", []byte("const a = String.fromEnvironment('A', defaultValue: 'b');\nvoid main() {}\n"))
	f.Fuzz(func(t *testing.T, name string, src []byte) {
		if repo.LangOf(name) == repo.Other || len(name) > 100 || !fs.ValidPath(name) {
			t.Skip("no program")
		}
		fsys := fstest.MapFS{name: &fstest.MapFile{Data: src, Mode: 0o644}}
		soon(t, src, func([]byte) {
			p, err := repo.Load(fsys)
			if err != nil {
				return
			}
			p.EnvReads()
			p.Databases()
			p.Gates()
			p.Routes()
			for _, m := range p.LiveModules() {
				for _, s := range m.Calls {
					p.ValueOf(s, s.Node)
					p.Qualified(s.Node.X, s.Scope)
				}
				for _, s := range m.Tests {
					p.ModeTest(s.Node.X, s.Scope)
				}
			}
		})
	})
}
