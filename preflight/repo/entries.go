package repo

import (
	"bytes"
	"path"
	"strings"
)

// markers are texts that the file which starts a server or draws a front end contains.
var markers = map[Lang][]string{
	Python: {"FastAPI(", "Flask(", "Starlette(", "Sanic(", "Litestar(", "Quart(", "get_wsgi_application", "get_asgi_application", "web.Application(", "execute_from_command_line", "Bottle(", "tornado.web.Application(", "FastMCP(", "APIFlask("},
	Script: {"express()", "express.default()", "fastify(", "Fastify(", "new Hono", "createServer(", "NestFactory", "new Koa(", "new Elysia", "createRoot(", "ReactDOM.render", "createApp(", "hydrateRoot(", "Bun.serve(", "Deno.serve(", "new Vue(", "bootstrapApplication(", "hydrate("},
	Dart:   {"main("},
	Go:     {"func main("},
}

// frameworks load files by their place in the tree instead of by import.
var frameworks = []string{`"next"`, `"nuxt"`, `"@remix-run/`, `"@sveltejs/kit"`, `"astro"`, `"gatsby"`, `"expo-router"`, `"@react-router/dev"`, `"@nestjs/core"`, `"@adonisjs/core"`, `"@strapi/strapi"`}

// SetEntries tells which files the deployment's commands start. Without it, and for languages none of them is written
// in, entries are found by what files contain.
func (p *Program) SetEntries(files []*File) {
	p.entries = files
	p.live = nil
}

// Live reports whether a file is reached from an entry of the program.
func (p *Program) Live(f *File) bool {
	if p.live == nil {
		p.live = p.Reach(p.starts())
	}
	return p.live[f]
}

// LiveModules returns the modules that are reached and are not tests, documentation, examples or tooling.
func (p *Program) LiveModules() []*Module {
	if p.liveModules != nil {
		return p.liveModules
	}
	for _, f := range p.order {
		if f.Lang == Other || f.Role != Deployed || !p.Live(f) {
			continue
		}
		if m := p.Module(f); m != nil && !testLibrary(m) {
			p.liveModules = append(p.liveModules, m)
		}
	}
	return p.liveModules
}

// testLibrary reports whether a Go module is made for tests: it imports the package testing outside of one.
func testLibrary(m *Module) bool {
	if m.File.Lang != Go {
		return false
	}
	for _, im := range m.Imports {
		if im.Name == "testing" {
			return true
		}
	}
	return false
}

// starts returns the entries given, and the found ones of the languages that none was given for.
func (p *Program) starts() []*File {
	given := map[Lang]bool{}
	out := append([]*File{}, p.entries...)
	for _, f := range p.entries {
		given[f.Lang] = true
	}
	loaded := p.frameworkDirs()
	found := map[Lang]bool{}
	for _, f := range p.order {
		if f.Lang == Other || f.Role != Deployed {
			continue
		}
		if given[f.Lang] && f.Lang != Script {
			continue
		}
		if below(f.Path, loaded) && f.Role == Deployed || p.hasMarker(f) {
			out = append(out, f)
			found[f.Lang] = true
		}
	}
	return append(out, p.rest(found, given)...)
}

// rest returns every deployed file of a language without any entry: better to judge all of it than none.
func (p *Program) rest(found, given map[Lang]bool) []*File {
	var out []*File
	for _, f := range p.order {
		if f.Lang != Other && f.Role == Deployed && !found[f.Lang] && !given[f.Lang] {
			out = append(out, f)
		}
	}
	return out
}

func (p *Program) hasMarker(f *File) bool {
	src := p.Source(f)
	for _, m := range markers[f.Lang] {
		if i := bytes.Index(src, []byte(m)); i >= 0 {
			return true
		}
	}
	return false
}

// frameworkDirs returns the directories whose package.json depends on a framework that loads files by their place.
func (p *Program) frameworkDirs() []string {
	var dirs []string
	for _, f := range p.order {
		if path.Base(f.Path) != "package.json" {
			continue
		}
		src := p.Source(f)
		for _, name := range frameworks {
			if bytes.Contains(src, []byte(name)) {
				dirs = append(dirs, dirOf(f.Path))
				break
			}
		}
	}
	return dirs
}

func below(name string, dirs []string) bool {
	for _, d := range dirs {
		if d == "." || strings.HasPrefix(name, d+"/") {
			return true
		}
	}
	return false
}

// StartFile finds the file that a server process begins with: the module of "uvicorn app.main:app", the script of
// "node server.js" or "python app.py". dir is where it runs, relative to the root. It is nil when nothing fits.
func (p *Program) StartFile(dir string, args []string) *File {
	if len(args) == 0 {
		return nil
	}
	for _, a := range args[1:] {
		if strings.HasPrefix(a, "-") {
			continue
		}
		module, _, colon := strings.Cut(a, ":")
		module = strings.Trim(module, `"'`)
		if ext := path.Ext(module); LangOf(module) != Other && ext != "" {
			if f := p.files[path.Join(dir, module)]; f != nil {
				return f
			}
		}
		if (colon || dottedName(module)) && !strings.Contains(a, "/") {
			for _, base := range [...]string{"", "src", "app", "backend", "server", "api"} {
				if f := p.pythonModule(path.Join(dir, base, strings.ReplaceAll(module, ".", "/")), nil); f != nil {
					return f
				}
			}
		}
	}
	return nil
}
