package repo

import (
	"bytes"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/repo/dart"
	"github.com/ba-assistant/ba-assistant/preflight/repo/golang"
	"github.com/ba-assistant/ba-assistant/preflight/repo/python"
	"github.com/ba-assistant/ba-assistant/preflight/repo/script"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// Node is a piece of source code.
type Node = syntax.Node

// Module is one parsed file with its names and its calls.
type Module struct {
	File  *File
	Tree  *Node
	Scope *Scope

	Calls    []*Site   // every call, in source order
	Assigns  []*Site   // every assignment, in source order
	Dicts    []*Site   // every dict or object literal
	Tests    []*Site   // every if, conditional expression and while
	Compares []*Site   // every comparison
	Attrs    []*Site   // every attribute and subscript
	Strings  []*Site   // every text that is not part of a larger one
	Exits    []*Site   // every return and raise
	Funcs    []*Func   // every function and lambda
	Classes  []*Scope  // every class, as its scope
	Imports  []*Import // what the module imports
}

// Import is one imported module.
type Import struct {
	Name string // as written
	Node *Node
	Only []string // names imported from it
	File *File    // nil when it is not part of the repository
}

// Module parses a file, once. It returns nil for a file without a front end or without readable source.
func (p *Program) Module(f *File) *Module {
	if f == nil || f.Lang == Other {
		return nil
	}
	if f.parsed {
		return f.mod
	}
	f.parsed = true
	tree := parse(f, p.Source(f))
	if tree == nil {
		return nil
	}
	m := &Module{File: f, Tree: tree}
	f.mod = m
	index(m)
	for _, im := range m.Imports {
		im.File = p.resolve(f, im.Name, im.Only)
	}
	return m
}

func parse(f *File, src []byte) *Node {
	if src == nil || f.Lang == Script && minified(src) {
		return nil
	}
	switch f.Lang {
	case Python:
		return python.Parse(src)
	case Script:
		if strings.HasSuffix(f.Path, ".vue") || strings.HasSuffix(f.Path, ".svelte") {
			return script.ParseModule(src)
		}
		return script.Parse(src, script.DialectOf(f.Path))
	case Dart:
		return dart.Parse(src)
	case Go:
		return golang.Parse(src)
	}
	return nil
}

// minified reports whether a script was written by a bundler: it has hardly any lines.
func minified(src []byte) bool {
	return len(src) > 4096 && bytes.Count(src, []byte("\n")) < len(src)/400
}
