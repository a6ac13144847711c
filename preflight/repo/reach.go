package repo

import (
	"path"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// Reach returns the files that the given entry files import, directly or through others, themselves included. Packages
// named by text (Django applications, Flask blueprints loaded by name) are followed where their name is a literal.
func (p *Program) Reach(entries []*File) map[*File]bool {
	live := map[*File]bool{}
	queue := append([]*File{}, entries...)
	for len(queue) > 0 {
		f := queue[0]
		queue = queue[1:]
		if f == nil || live[f] {
			continue
		}
		live[f] = true
		queue = append(queue, p.imports(f)...)
	}
	return live
}

func (p *Program) imports(f *File) []*File {
	m := p.Module(f)
	if m == nil {
		return nil
	}
	var out []*File
	for _, im := range m.Imports {
		out = append(out, p.importedFiles(f, im)...)
	}
	if f.Lang == Go {
		out = append(out, p.goPackage(dirOf(f.Path))...)
	}
	if f.Lang == Python {
		out = append(out, p.packageInits(f)...)
		out = append(out, p.namedModules(m)...)
	}
	return out
}

func (p *Program) importedFiles(f *File, im *Import) []*File {
	var out []*File
	if im.File != nil {
		out = append(out, im.File)
	}
	if f.Lang != Python {
		return out
	}
	sep := "."
	if strings.HasSuffix(im.Name, ".") {
		sep = ""
	}
	for _, name := range im.Only { // from package import module
		if name == "*" {
			continue
		}
		if sub := p.resolvePython(f, im.Name+sep+name, nil); sub != nil {
			out = append(out, sub)
		}
	}
	return out
}

// packageInits returns the __init__ modules that importing a file runs.
func (p *Program) packageInits(f *File) []*File {
	var out []*File
	for dir := dirOf(f.Path); dir != "."; dir = path.Dir(dir) {
		init := p.files[dir+"/__init__.py"]
		if init == nil {
			break
		}
		out = append(out, init)
	}
	return out
}

// namedModules follows literals that are the dotted path of a module: settings, applications, "module:attribute".
func (p *Program) namedModules(m *Module) []*File {
	out := p.configObjects(m)
	for _, s := range m.Strings {
		text := s.Node.Text
		if len(text) > 80 || len(text) < 3 || strings.ContainsAny(text, " /\n{<") {
			continue
		}
		text, _, _ = strings.Cut(text, ":")
		if !dottedName(text) {
			continue
		}
		if f := p.resolvePython(m.File, text, nil); f != nil && f.Role == Deployed && strings.Contains(text, ".") {
			out = append(out, f)
			continue
		}
		if i := strings.LastIndexByte(text, '.'); i > 0 {
			if f := p.resolvePython(m.File, text[:i], nil); f != nil && strings.Count(text, ".") >= 1 && f.Role == Deployed {
				out = append(out, f)
			}
		}
		out = append(out, p.djangoApp(m.File, text)...)
	}
	return out
}

// configObjects follows app.config.from_object("config"), whose module may have a name without a dot.
func (p *Program) configObjects(m *Module) []*File {
	var out []*File
	for _, s := range m.Calls {
		if name := syntax.Arg(s.Node, 0); syntax.Last(s.Node.X) == "from_object" && name.Is(syntax.Str) && dottedName(name.Text) {
			if f := p.resolvePython(m.File, name.Text, nil); f != nil && f.Role == Deployed {
				out = append(out, f)
			}
		}
	}
	return out
}

func dottedName(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '.' || c >= '0' && c <= '9' && i > 0) {
			return false
		}
	}
	return s != "" && s[0] != '.' && s[len(s)-1] != '.'
}

// djangoApp returns the modules of an application package named in INSTALLED_APPS.
func (p *Program) djangoApp(from *File, name string) []*File {
	if path.Base(from.Path) != "settings.py" && !strings.Contains(from.Path, "settings/") {
		return nil
	}
	name = strings.SplitN(name, ".apps.", 2)[0]
	f := p.resolvePython(from, name, nil)
	if f == nil || path.Base(f.Path) != "__init__.py" {
		return nil
	}
	var out []*File
	for _, other := range p.inDir(dirOf(f.Path)) {
		if other.Lang == Python && other.Role == Deployed {
			out = append(out, other)
		}
	}
	return out
}
