package repo

import (
	"path"
	"strings"
)

// resolve finds the file that an import names, nil when it is not part of the repository.
func (p *Program) resolve(from *File, name string, only []string) *File {
	switch from.Lang {
	case Python:
		return p.resolvePython(from, name, only)
	case Script:
		return p.resolveScript(from, name)
	case Dart:
		return p.resolveDart(from, name)
	case Go:
		return p.resolveGo(name)
	}
	return nil
}

// resolvePython follows leading dots from the importing package; an absolute name is looked for from the nearest
// directory outwards, because the directory the program starts in is not known here.
func (p *Program) resolvePython(from *File, name string, only []string) *File {
	dots := len(name) - len(strings.TrimLeft(name, "."))
	rest := strings.ReplaceAll(name[dots:], ".", "/")
	dir := path.Dir(from.Path)
	if dots > 0 {
		for range dots - 1 {
			dir = path.Dir(dir)
		}
		return p.pythonModule(path.Join(dir, rest), only)
	}
	if rest == "" {
		return nil
	}
	for {
		if f := p.pythonModule(path.Join(dir, rest), only); f != nil && f != from {
			return f
		}
		if f := p.pythonModule(path.Join(dir, "src", rest), only); f != nil && f != from {
			return f
		}
		if dir == "." || dir == "/" {
			return nil
		}
		dir = path.Dir(dir)
	}
}

func (p *Program) pythonModule(base string, only []string) *File {
	if f := p.files[base+".py"]; f != nil {
		return f
	}
	if f := p.files[base+"/__init__.py"]; f != nil {
		return f
	}
	for _, name := range only { // a package without __init__
		if f := p.files[path.Join(base, name)+".py"]; f != nil {
			return f
		}
	}
	return nil
}

var scriptSuffixes = []string{"", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".vue", ".svelte", "/index.ts", "/index.tsx", "/index.js", "/index.jsx", "/index.mjs"}

func (p *Program) resolveScript(from *File, name string) *File {
	if strings.HasPrefix(name, ".") {
		return p.scriptFile(path.Join(path.Dir(from.Path), name))
	}
	rest := name
	for _, alias := range [...]string{"@/", "~/", "$lib/", "src/", "#/"} {
		if strings.HasPrefix(name, alias) {
			rest = name[len(alias):]
			return p.scriptUpwards(path.Dir(from.Path), rest)
		}
	}
	return nil
}

// scriptUpwards looks for an aliased path in each directory outwards and in its src and lib.
func (p *Program) scriptUpwards(dir, rest string) *File {
	for {
		for _, sub := range [...]string{"", "src", "src/lib", "app"} {
			if f := p.scriptFile(path.Join(dir, sub, rest)); f != nil {
				return f
			}
		}
		if dir == "." {
			return nil
		}
		dir = path.Dir(dir)
	}
}

func (p *Program) scriptFile(base string) *File {
	for _, suffix := range scriptSuffixes {
		if f := p.files[base+suffix]; f != nil && f.Lang == Script {
			return f
		}
	}
	if stem, ok := strings.CutSuffix(base, ".js"); ok { // TypeScript's ESM imports name the output
		for _, suffix := range [...]string{".ts", ".tsx"} {
			if f := p.files[stem+suffix]; f != nil {
				return f
			}
		}
	}
	return nil
}

func (p *Program) resolveDart(from *File, name string) *File {
	if rest, ok := strings.CutPrefix(name, "package:"); ok {
		_, rest, _ = strings.Cut(rest, "/")
		for dir := path.Dir(from.Path); ; dir = path.Dir(dir) {
			if f := p.files[path.Join(dir, "lib", rest)]; f != nil {
				return f
			}
			if path.Base(dir) == "lib" {
				if f := p.files[path.Join(dir, rest)]; f != nil {
					return f
				}
			}
			if dir == "." {
				return nil
			}
		}
	}
	if strings.Contains(name, ":") {
		return nil
	}
	return p.files[path.Join(path.Dir(from.Path), name)]
}

// resolveGo returns one file of the package; its siblings share its scope.
func (p *Program) resolveGo(name string) *File {
	if p.goModules == nil {
		p.readGoModules()
	}
	for dir, module := range p.goModules {
		rest, ok := strings.CutPrefix(name, module)
		if !ok || rest != "" && rest[0] != '/' {
			continue
		}
		if list := p.goPackage(path.Join(dir, rest)); len(list) > 0 {
			return list[0]
		}
	}
	return nil
}

func (p *Program) readGoModules() {
	p.goModules = map[string]string{}
	for _, f := range p.order {
		if path.Base(f.Path) != "go.mod" {
			continue
		}
		for _, line := range strings.Split(string(p.Source(f)), "\n") {
			if name, ok := strings.CutPrefix(strings.TrimSpace(line), "module "); ok {
				p.goModules[path.Dir(f.Path)] = strings.Trim(strings.TrimSpace(name), `"`)
				break
			}
		}
	}
}

// goPackage returns the source files of a directory, tests left out. It is asked for every name that a Go file does not
// define itself, so the list is made once.
func (p *Program) goPackage(dir string) []*File {
	list, ok := p.goPackages[dir]
	if ok {
		return list
	}
	for _, f := range p.inDir(dir) {
		if f.Lang == Go && !strings.HasSuffix(f.Path, "_test.go") {
			list = append(list, f)
		}
	}
	p.goPackages[dir] = list
	return list
}

// inDir returns the files that lie directly in a directory.
func (p *Program) inDir(dir string) []*File {
	if p.byDir == nil {
		p.byDir = map[string][]*File{}
		for _, f := range p.order {
			d := path.Dir(f.Path)
			p.byDir[d] = append(p.byDir[d], f)
		}
	}
	return p.byDir[dir]
}
