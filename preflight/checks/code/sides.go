package code

import (
	"encoding/json"
	"path"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// project is what the nearest package.json of a script says.
type project struct {
	dir  string
	deps map[string]string // names of packages with the versions asked for, development ones included
	runs map[string]string // scripts
}

func (p *project) has(names ...string) bool {
	if p == nil {
		return false
	}
	for _, n := range names {
		if _, ok := p.deps[n]; ok {
			return true
		}
	}
	return false
}

// projectOf reads the package.json that a file belongs to; nil when there is none.
func projectOf(in *check.Input, file string) *project {
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		if f := in.Code.File(path.Join(dir, "package.json")); f != nil {
			return once(in, f.Path, func() *project { return readProject(in, f, dir) })
		}
		if dir == "." || dir == "/" {
			return nil
		}
	}
}

func readProject(in *check.Input, f *repo.File, dir string) *project {
	var raw struct {
		Dependencies    map[string]string `json:"dependencies"`
		DevDependencies map[string]string `json:"devDependencies"`
		Scripts         map[string]string `json:"scripts"`
	}
	out := &project{dir: dir, deps: map[string]string{}}
	if json.Unmarshal(in.Code.Source(f), &raw) == nil {
		out.runs = raw.Scripts
		for n, v := range raw.DevDependencies {
			out.deps[n] = v
		}
		for n, v := range raw.Dependencies {
			out.deps[n] = v
		}
	}
	return out
}

var browserPackages = []string{"react", "react-dom", "vue", "svelte", "@angular/core", "preact", "solid-js", "lit", "react-router-dom", "vue-router", "pinia", "react-redux", "zustand", "@reduxjs/toolkit", "@tanstack/react-query", "jquery", "react-dom/client", "next/navigation", "next/router", "expo", "react-native", "@ionic/react"}

var serverPackages = []string{"express", "fastify", "koa", "hono", "@nestjs/common", "@nestjs/core", "http", "node:http", "fs", "node:fs", "fs/promises", "node:fs/promises", "next/server", "next/headers", "@hapi/hapi", "elysia", "pg", "mongoose", "@prisma/client", "server-only", "ws", "@hono/node-server", "path", "node:path", "multer", "restify", "@elysiajs/cors"}

// clientSide reports whether a module runs in a browser or on a phone.
func clientSide(in *check.Input, m *repo.Module) bool {
	known := once(in, "client", func() map[*repo.Module]bool { return map[*repo.Module]bool{} })
	side, ok := known[m]
	if !ok {
		side = findSide(in, m)
		known[m] = side
	}
	return side
}

func findSide(in *check.Input, m *repo.Module) bool {
	switch m.File.Lang {
	case repo.Dart:
		return !importsAny(m, "dart:io") || importsAny(m, "package:flutter/material.dart", "package:flutter/foundation.dart")
	case repo.Script:
	default:
		return false
	}
	if importsAny(m, serverPackages...) || serverFile(m) {
		return false
	}
	if importsAny(m, browserPackages...) || firstDirective(m) == "use client" {
		return true
	}
	switch path.Ext(m.File.Path) {
	case ".vue", ".svelte", ".jsx":
		return true
	}
	p := projectOf(in, m.File.Path)
	if p.has("next", "nuxt", "@sveltejs/kit", "@remix-run/node", "@remix-run/react", "astro") {
		return usesBrowser(m)
	}
	if p.has("express", "fastify", "koa", "hono", "@nestjs/core", "@hapi/hapi", "elysia") {
		return usesBrowser(m) && p.has("vite", "react-scripts", "@angular/core", "vue", "react-dom") || strings.Contains("/"+m.File.Path, "/public/")
	}
	return p.has("vite", "react-scripts", "@angular/core", "react-dom", "vue", "svelte", "parcel", "webpack") || usesBrowser(m) || p == nil && !usesNode(m)
}

// serverFile reports whether a framework runs a file on the server by its place.
func serverFile(m *repo.Module) bool {
	name := "/" + m.File.Path
	base := path.Base(m.File.Path)
	return strings.HasPrefix(base, "route.") || strings.HasPrefix(base, "middleware.") || strings.Contains(name, "/pages/api/") || strings.HasPrefix(base, "+server.") || strings.HasPrefix(base, "+page.server.") || strings.Contains(name, "/server/") || firstDirective(m) == "use server"
}

func firstDirective(m *repo.Module) string {
	if len(m.Tree.Body) > 0 && m.Tree.Body[0].Is(syntax.ExprStmt) && m.Tree.Body[0].X.Is(syntax.Str) {
		return m.Tree.Body[0].X.Text
	}
	return ""
}

func importsAny(m *repo.Module, names ...string) bool {
	for _, im := range m.Imports {
		for _, n := range names {
			if im.Name == n {
				return true
			}
		}
	}
	return false
}

func usesBrowser(m *repo.Module) bool {
	for _, s := range m.Attrs {
		if !s.Node.X.Is(syntax.Name) {
			continue
		}
		switch s.Node.X.Name {
		case "window", "document", "localStorage", "sessionStorage", "navigator", "location":
			return true
		}
	}
	return false
}

func usesNode(m *repo.Module) bool {
	for _, s := range m.Attrs {
		if s.Node.X.Is(syntax.Name) && (s.Node.X.Name == "process" || s.Node.X.Name == "module" || s.Node.X.Name == "exports") {
			return true
		}
	}
	for _, s := range m.Calls {
		if syntax.Dotted(s.Node.X) == "require" {
			return true
		}
	}
	return false
}

// serves reports whether the program answers requests at all.
func serves(in *check.Input) bool { return len(in.Code.Routes()) > 0 }

// routeOf returns the route that a piece of code answers, nil when it is called from elsewhere.
func routeOf(in *check.Input, s *repo.Site) *repo.Route {
	for fn := s.Scope.Enclosing(); fn != nil; fn = fn.Outer.Enclosing() {
		if r := routeFunc(in, fn); r != nil {
			return r
		}
	}
	return nil
}

func routeFunc(in *check.Input, fn *repo.Func) *repo.Route {
	byFunc := once(in, "routes", func() map[*repo.Func]*repo.Route {
		out := map[*repo.Func]*repo.Route{}
		routes := in.Code.Routes()
		for i := range routes {
			if f := routes[i].Func; f != nil && out[f] == nil {
				out[f] = &routes[i]
			}
		}
		return out
	})
	return byFunc[fn]
}

// inTests reports whether a file lies in a folder of tests, examples or foreign code.
func inTests(name string) bool {
	for _, part := range strings.Split(path.Dir(name), "/") {
		switch part {
		case "test", "tests", "testdata", "fixtures", "example", "examples", "node_modules", "vendor", "third_party":
			return true
		}
	}
	return false
}
