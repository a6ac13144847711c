package repo

import (
	"path"
	"strings"
)

// Lang is a programming language that a front end exists for.
type Lang uint8

// The languages.
const (
	Other Lang = iota
	Python
	Script // JavaScript and TypeScript, including single-file components and pages
	Dart
	Go
)

// LangOf derives the language from a file name.
func LangOf(name string) Lang {
	switch path.Ext(name) {
	case ".py":
		return Python
	case ".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte":
		return Script
	case ".dart":
		return Dart
	case ".go":
		return Go
	}
	return Other
}

// Role says what a file is for, as far as its path tells.
type Role uint8

// The roles. Only Deployed files can cause a failure.
const (
	Deployed Role = iota
	Test
	Docs
	Example
	Tooling // scripts, migrations, configuration of build tools
	Vendored
)

func (r Role) String() string {
	return [...]string{"code", "test", "documentation", "example", "tooling", "vendored"}[r]
}

var dirRoles = map[string]Role{
	"test": Test, "tests": Test, "__tests__": Test, "testing": Test, "spec": Test, "specs": Test, "e2e": Test, "fixtures": Test,
	"cypress": Test, "playwright": Test, "__mocks__": Test, "mocks": Test, "integration_test": Test, "test_driver": Test, "testdata": Test, "conftest": Test,
	"docs": Docs, "doc": Docs, "documentation": Docs,
	"example": Example, "examples": Example, "samples": Example, "sample": Example, "demo": Example, "demos": Example,
	"tutorial": Example, "tutorials": Example, "deprecated": Example, "archive": Example, "archived": Example, "old": Example,
	"legacy": Example, "backup": Example, "backups": Example, "notebooks": Example, "playground": Example, "sandbox": Example, "docs_src": Example,
	"scripts": Tooling, "script": Tooling, "migrations": Tooling, "alembic": Tooling, "tools": Tooling, "hack": Tooling, "bench": Tooling,
	"benchmarks": Tooling, ".github": Tooling, "seeds": Tooling, "seeders": Tooling, ".storybook": Tooling, "stories": Tooling, ".devcontainer": Tooling,
	"node_modules": Vendored, "vendor": Vendored, "venv": Vendored, ".venv": Vendored, "env": Deployed, "site-packages": Vendored,
	"bower_components": Vendored, "third_party": Vendored, "dist": Vendored, "build": Vendored, ".next": Vendored, ".dart_tool": Vendored, "out": Vendored,
}

// RoleOf derives a file's role from its slash-separated path.
func RoleOf(name string) Role {
	dir, base := path.Split(name)
	for _, part := range strings.Split(strings.Trim(dir, "/"), "/") {
		lower := strings.ToLower(part)
		if r, ok := dirRoles[lower]; ok && r != Deployed {
			return r
		}
		if strings.HasSuffix(lower, "-tests") || strings.HasSuffix(lower, "_tests") || strings.HasPrefix(lower, "test_") {
			return Test
		}
	}
	return baseRole(strings.ToLower(base))
}

func baseRole(base string) Role {
	stem, _, _ := strings.Cut(base, ".")
	switch {
	case strings.HasPrefix(base, "test_") || stem == "conftest" || strings.HasSuffix(stem, "_test") || stem == "tests":
		return Test
	case strings.Contains(base, ".test.") || strings.Contains(base, ".spec.") || strings.Contains(base, ".stories.") || strings.Contains(base, ".e2e."):
		return Test
	case strings.HasSuffix(stem, "_example") || strings.HasPrefix(stem, "example_") || strings.Contains(base, ".example."):
		return Example
	case strings.HasSuffix(base, ".min.js") || strings.HasSuffix(base, ".d.ts") || strings.HasSuffix(base, ".g.dart") || strings.HasSuffix(base, ".freezed.dart"):
		return Vendored
	case strings.Contains(base, ".config.") || strings.HasPrefix(base, "gulpfile") || stem == "setup" && strings.HasSuffix(base, ".py"):
		return Tooling
	}
	return Deployed
}
