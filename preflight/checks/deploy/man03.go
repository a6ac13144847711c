package deploy

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var man03 = check.Check{
	Rule: preflight.Rule{
		ID:      "MAN-03",
		Title:   "The start command points to something that is not there",
		Level:   preflight.Fail,
		Rows:    []string{"P10"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "The deployment ends in a crash loop, with an error about a missing module or file.",
		Fix:     "Name the module or file as it is seen from the directory in which the command runs.",
		Verify:  "Run the start command in that directory.",
		FixCost: "10 minutes",
		Cost:    preflight.Low,
		Detect:  "The module:application, the script, the package.json script, the Dockerfile or the stage that a deployment path names, resolved against its root and working directory; and files that an image copies.",
		Silent:  "Output of a build (dist, build, .next ...), modules of installed packages, names with variables in them, folders that a dashboard may choose.",
		Bad:     "-- Procfile --\nweb: uvicorn app.main:app --host 0.0.0.0 --port $PORT\n-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n-- requirements.txt --\nfastapi\nuvicorn\n",
		Good:    "-- Procfile --\nweb: uvicorn main:app --host 0.0.0.0 --port $PORT\n-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n-- requirements.txt --\nfastapi\nuvicorn\n",
	},
	Run: runMan03,
}

func runMan03(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	known := 0
	for _, p := range in.Paths() {
		for _, s := range p.Start.Steps {
			t, ok := targetOf(in, p, s)
			if !ok || s.Maybe {
				continue
			}
			known++
			if f, bad := missingTarget(in, p, s, t); bad {
				findings = append(findings, f)
			}
		}
		findings = append(findings, missingScript(in, p)...)
		findings = append(findings, missingParts(in, p)...)
	}
	findings = append(findings, missingCopies(in)...)
	if len(findings) == 0 && known == 0 {
		return preflight.NotApplicable("no start command names a file of the repository")
	}
	return preflight.Found(findings...)
}

// missingTarget judges what a process starts from.
func missingTarget(in *check.Input, p *manifest.Path, s manifest.Process, t target) (preflight.Finding, bool) {
	f := preflight.Finding{Level: preflight.Fail, Path: p.Name, Key: t.name, Evidence: []preflight.Evidence{at(in, s.Place, "the command")}}
	if t.file != "" {
		return f, t.python && missingAttribute(in, t, &f)
	}
	if generated(t.name) || installed(in, p, t) || p.Image == nil && p.ImageName != "" || builtElsewhere(p, t) || unknownImage(p) {
		return f, false
	}
	f.Title = fmt.Sprintf("%s starts %s, which is not there", s.Program(), t.name)
	if elsewhere := similar(in, t); elsewhere != "" {
		f.Evidence = append(f.Evidence, preflight.Evidence{File: elsewhere, Note: "meant is perhaps this"})
		f.Detail = fmt.Sprintf("Seen from %s there is no such file; there is %s.", rootName(p), elsewhere)
		if rootChosen(p) {
			f.Level = preflight.Warn
			f.Detail += " It is right only if the dashboard sets the root directory accordingly."
		}
		f.Fix = fmt.Sprintf("Set the root directory of the service to where the command works, or write the command for %s.", rootName(p))
		return f, true
	}
	f.Detail = fmt.Sprintf("No file of the repository fits %s.", t.name)
	return f, true
}

// rootName says from where a path's commands see the repository.
func rootName(p *manifest.Path) string {
	if p.Image != nil {
		return "the working directory " + p.Workdir + " of the image"
	}
	if path.Clean(p.Root) == "." {
		return "the root of the repository"
	}
	return "the folder " + p.Root
}

// rootChosen reports whether a dashboard may choose the folder that a path is built from.
func rootChosen(p *manifest.Path) bool {
	return p.Platform == manifest.Heroku || p.Platform == manifest.Railway && volumesApart(p)
}

// unknownImage reports whether files come into the image in ways that are not followed.
func unknownImage(p *manifest.Path) bool {
	if p.Image == nil {
		return false
	}
	st := p.Image.Effective()
	for _, r := range st.Runs {
		if strings.Contains(r.Text, "git clone") || strings.Contains(r.Text, "curl") || strings.Contains(r.Text, "wget") || strings.Contains(r.Text, "pip install .") {
			return true
		}
	}
	for _, c := range st.Copies {
		if c.From != "" && slices.ContainsFunc(c.Sources, generated) {
			return true // what a build put there is not in the repository
		}
	}
	return len(st.Copies) == 0
}

// builtElsewhere reports whether the base image or a build brings the target.
func builtElsewhere(p *manifest.Path, t target) bool {
	if p.Image == nil {
		for _, b := range p.Built() {
			if b.Program() == "tsc" || strings.Contains(strings.Join(b.Args, " "), "build") && !t.python {
				return true
			}
		}
	}
	return false
}

// installed reports whether the first part of a module is an installed package
// and none of the repository.
func installed(in *check.Input, p *manifest.Path, t target) bool {
	if !t.python || strings.HasSuffix(t.name, ".py") {
		return false
	}
	top, _, _ := strings.Cut(t.name, ".")
	top, _, _ = strings.Cut(top, ":")
	for _, f := range in.Tree.Files() {
		if strings.HasPrefix(f.Path, top+"/") || strings.Contains(f.Path, "/"+top+"/") || path.Base(f.Path) == top+".py" {
			return path.Base(path.Dir(f.Path)) == "src" // an installed package with a src layout
		}
	}
	for _, d := range dependencies(in, p.Root) {
		if strings.EqualFold(strings.ReplaceAll(d, "-", "_"), top) {
			return true
		}
	}
	return false
}

// similar finds a file of the repository that the command probably means.
func similar(in *check.Input, t target) string {
	name := t.name
	if t.python && !strings.HasSuffix(name, ".py") {
		module, _, _ := strings.Cut(name, ":")
		name = strings.ReplaceAll(module, ".", "/") + ".py"
	}
	name = strings.TrimPrefix(path.Clean(name), "./")
	for _, f := range in.Tree.Files() {
		if strings.HasSuffix(f.Path, "/"+name) && in.Code.File(f.Path) != nil {
			return f.Path
		}
	}
	for _, f := range in.Tree.Files() {
		if path.Base(f.Path) == path.Base(name) && strings.Count(f.Path, "/") < 3 {
			return f.Path
		}
	}
	return ""
}

// missingAttribute looks for the application object in its module.
func missingAttribute(in *check.Input, t target, f *preflight.Finding) bool {
	if t.attr == "" || strings.Contains(t.attr, ".") {
		return false
	}
	m := in.Code.Module(in.Code.File(t.file))
	if m == nil || len(m.Scope.Names[t.attr]) > 0 || len(m.Scope.Names["*"]) > 0 || len(m.Scope.Names["__getattr__"]) > 0 {
		return false
	}
	for _, im := range m.Imports {
		for _, only := range im.Only {
			if only == "*" || only == t.attr {
				return false
			}
		}
	}
	for _, s := range m.Calls { // globals()["app"], exec, setattr
		if s.Node.X != nil && (s.Node.X.Name == "globals" || s.Node.X.Name == "exec") {
			return false
		}
	}
	f.Title = fmt.Sprintf("%s has no %s, which the start command names", t.file, t.attr)
	f.Evidence = append(f.Evidence, preflight.Evidence{File: t.file, Note: "defines no " + t.attr})
	f.Detail = fmt.Sprintf("The command asks for %s.", t.name)
	return true
}

// missingScript finds npm scripts that package.json does not have.
func missingScript(in *check.Input, p *manifest.Path) []preflight.Finding {
	var out []preflight.Finding
	for _, s := range p.Start.Steps {
		program := s.Program()
		if program != "npm" && program != "yarn" && program != "pnpm" || s.Maybe {
			continue
		}
		name := ""
		for _, a := range s.Args[1:] {
			if a == "run" || a == "run-script" {
				continue
			}
			if !strings.HasPrefix(a, "-") {
				name = a
			}
			break
		}
		file, ok := locate(in, p, s.Dir, "package.json")
		if !ok || name == "" || strings.Contains(name, "$") || has(s.Args, "--prefix", "--filter", "-w", "--workspace", "workspace", "-C", "--cwd") || strings.Contains(in.Tree.Text(file), `"`+name+`"`) {
			continue
		}
		if nodeCommands[name] || program == "yarn" || program == "pnpm" && !has(s.Args, "run") {
			continue
		}
		if name == "start" {
			if _, ok := locate(in, p, s.Dir, "server.js"); ok {
				continue // npm start without a script runs server.js
			}
		}
		out = append(out, preflight.Finding{
			Level: preflight.Fail, Path: p.Name, Key: name, Title: fmt.Sprintf("The start command runs the script %q, which %s does not have", name, file),
			Evidence: []preflight.Evidence{at(in, s.Place, "the command"), {File: file, Note: "has no script " + name}},
		})
	}
	return out
}

var nodeCommands = map[string]bool{"install": true, "ci": true, "exec": true, "i": true, "dlx": true, "x": true, "prune": true, "config": true, "cache": true, "rebuild": true, "audit": true}

// missingParts reports Dockerfiles and stages that a manifest names.
func missingParts(in *check.Input, p *manifest.Path) []preflight.Finding {
	var out []preflight.Finding
	for _, m := range p.Missing {
		if m.Kind != "Dockerfile" && m.Kind != "stage" || strings.ContainsAny(m.Name, "${") {
			continue
		}
		f := preflight.Finding{Level: preflight.Fail, Path: p.Name, Key: m.Name, Title: fmt.Sprintf("%s names the %s %q, which is not there", p.Manifest(), m.Kind, m.Name),
			Evidence: []preflight.Evidence{at(in, m.Place, "names it")}}
		if p.Purpose == manifest.Either {
			f.Level = preflight.Warn
		}
		out = append(out, f)
	}
	return out
}

// missingCopies reports what the images that are deployed copy and the context does not have.
func missingCopies(in *check.Input) []preflight.Finding {
	var out []preflight.Finding
	seen := map[string]bool{}
	for _, p := range in.Paths() {
		if p.Image == nil || p.Purpose != manifest.Production {
			continue
		}
		for i := range p.Image.Stages {
			st := &p.Image.Stages[i]
			if st.From >= 0 && i != p.Image.Final {
				continue
			}
			for _, c := range st.Copies {
				for _, src := range c.Sources {
					if key := fmt.Sprint(c.Place, src); !seen[key] && c.From == "" && absent(in, p.Image, src) {
						seen[key] = true
						out = append(out, preflight.Finding{Level: preflight.Fail, Path: p.Name, Key: src, Title: fmt.Sprintf("The image copies %s, which the build context %s does not have", src, p.Image.Context),
							Evidence: []preflight.Evidence{at(in, c.Place, "the build fails here")}})
					}
				}
			}
		}
	}
	return out
}

// absent reports whether a source of COPY is certainly missing: a file of
// source or of dependencies, in no context that the file could be built with.
func absent(in *check.Input, im *manifest.Image, src string) bool {
	src = strings.TrimPrefix(src, "./")
	if strings.ContainsAny(src, "*?[${<") || strings.Contains(src, "://") || generated(src) || src == "." || src == "" || src == "/" {
		return false
	}
	switch base := path.Base(src); {
	case base == "requirements.txt", base == "package.json", base == "pyproject.toml", base == "go.mod", base == "pubspec.yaml", base == "manage.py", strings.HasSuffix(base, ".py"), strings.HasSuffix(base, ".sh"):
	default:
		return false
	}
	for _, f := range in.Tree.Files() { // another context would have it
		if f.Path == src || strings.HasSuffix(f.Path, "/"+src) {
			return !in.Tree.Has(path.Join(im.Context, src)) && namedContext(in, im)
		}
	}
	return true
}

// namedContext reports whether a manifest says from which folder the image is built.
func namedContext(in *check.Input, im *manifest.Image) bool {
	for _, p := range in.Deploy.Paths {
		if p.Image != nil && p.Image.File == im.File && p.Platform == manifest.Compose {
			return true
		}
	}
	return false
}
