package deploy

import (
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var data07 = check.Check{
	Rule: preflight.Rule{
		ID:      "DATA-07",
		Title:   "Uploads are written to the container's own disk",
		Level:   preflight.Fail,
		Rows:    []string{"P3", "C4", "P3w2"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "The files that people uploaded are gone after the next deployment, and links to them break.",
		Fix:     "Write below the mount of a volume, or to object storage.",
		Verify:  "Upload a file, redeploy, open it.",
		FixCost: "2 hours",
		Cost:    preflight.Critical,
		Detect:  "A handler of a route writes a file (open for writing, shutil, file.save, multer, writeFile, os.Create) to a literal folder that no lasting mount of the path holds.",
		Silent:  "Temporary folders, caches, logs, exports that are sent at once, folders that are not known, code without a deployment description.",
		Bad:     "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app\n-- main.py --\nimport shutil\nfrom fastapi import FastAPI, UploadFile\napp = FastAPI()\n@app.post('/files')\ndef upload(file: UploadFile):\n    with open('uploads/' + file.filename, 'wb') as out:\n        shutil.copyfileobj(file.file, out)\n    return {}\n",
		Good:    "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: python\n    startCommand: uvicorn main:app\n    disk:\n      name: d\n      mountPath: /opt/render/project/src/uploads\n-- main.py --\nimport shutil\nfrom fastapi import FastAPI, UploadFile\napp = FastAPI()\n@app.post('/files')\ndef upload(file: UploadFile):\n    with open('uploads/' + file.filename, 'wb') as out:\n        shutil.copyfileobj(file.file, out)\n    return {}\n",
	},
	Run: runData07,
}

// sink is a place that writes a file while a request is handled.
type sink struct {
	file string
	line int
	path string // as the code names it; what follows may be unknown
}

func runData07(_ context.Context, in *check.Input) preflight.Outcome {
	sinks := in.Code.Keep("deploy sinks", func() any { return writeSinks(in) }).([]sink)
	if len(sinks) == 0 {
		return preflight.NotApplicable("no handler that writes files to a known folder was found")
	}
	var findings []preflight.Finding
	for _, s := range sinks {
		var lost []*manifest.Path
		level := preflight.Fail
		for _, p := range servers(in) {
			if !holds(p, s.file) || !p.Platform.Ephemeral() || kept(p, s.path) {
				continue
			}
			lost = append(lost, p)
			if l := certain(p, preflight.Fail); volumesApart(p) || l < level {
				level = preflight.Warn
			}
		}
		if len(lost) > 0 {
			findings = append(findings, preflight.Finding{Level: level, Path: names(lost), Key: s.path, Rows: []string{"C4", "P3w2"}, Title: fmt.Sprintf("Uploads are written to %s, on the container's own disk", s.path),
				Evidence: []preflight.Evidence{at(in, manifest.Place{File: s.file, Line: s.line}, "writes here")}})
		}
	}
	return preflight.Found(findings...)
}

// kept reports whether a lasting mount of a path holds a folder, or nobody can tell.
func kept(p *manifest.Path, name string) bool {
	if strings.HasPrefix(name, "/") {
		_, ok := p.Holding(path.Clean(name))
		return ok
	}
	base := first(p.Workdir, home(p))
	if base == "" {
		return len(lasting(p)) > 0
	}
	_, ok := p.Holding(path.Join(base, name))
	if !ok && len(lasting(p)) > 0 { // the folder may count from the code's own place
		for _, m := range lasting(p) {
			if path.Base(m.Path) == strings.SplitN(path.Clean(name), "/", 2)[0] {
				return true
			}
		}
	}
	return ok
}

func writeSinks(in *check.Input) []sink {
	var out []sink
	seen := map[string]bool{}
	for _, m := range in.Code.LiveModules() {
		for _, s := range m.Calls {
			n := target0(in, s)
			if n == nil {
				continue
			}
			folder, ok := literalFolder(in, s, n)
			if !ok || temporary(folder) || seen[folder] {
				continue
			}
			if fn := s.Scope.Enclosing(); syntax.Last(s.Node.X) != "multer" && syntax.Last(s.Node.X) != "diskStorage" && !handlesUploads(in, fn) {
				continue
			}
			seen[folder] = true
			out = append(out, sink{m.File.Path, int(s.Node.Line), folder})
		}
	}
	return out
}

// target0 returns the argument that names where a call writes, nil when it does not write.
func target0(in *check.Input, s *repo.Site) *syntax.Node {
	name, last := syntax.Dotted(s.Node.X), syntax.Last(s.Node.X)
	writes := func(pos int) bool {
		mode := syntax.Arg(s.Node, pos, "mode")
		return mode.Is(syntax.Str) && strings.ContainsAny(mode.Text, "wax")
	}
	switch s.Mod().File.Lang {
	case repo.Python:
		switch {
		case name == "open" && writes(1), name == "aiofiles.open" && writes(1):
			return syntax.Arg(s.Node, 0, "file")
		case last == "save" && len(s.Node.List) > 0 && !strings.Contains(strings.ToLower(name), "session") && fileLike(name):
			return s.Node.List[0]
		}
	case repo.Script:
		switch last {
		case "multer":
			if len(s.Node.List) > 0 {
				return syntax.Field(s.Node.List[0], "dest")
			}
		case "writeFile", "writeFileSync", "createWriteStream", "mv":
			if len(s.Node.List) > 0 {
				return s.Node.List[0]
			}
		}
	case repo.Go:
		if name == "os.Create" && len(s.Node.List) > 0 {
			return s.Node.List[0]
		}
	}
	return nil
}

func fileLike(name string) bool {
	owner, _, _ := strings.Cut(name, ".")
	for _, w := range []string{"file", "upload", "image", "photo", "avatar", "f", "document", "attachment"} {
		if strings.EqualFold(owner, w) || strings.HasSuffix(strings.ToLower(owner), w) && len(w) > 1 {
			return true
		}
	}
	return false
}

// literalFolder returns the folder that a path begins with, as far as it is
// written in the code.
func literalFolder(in *check.Input, s *repo.Site, n *syntax.Node) (string, bool) {
	v := in.Code.Value(n, s.Scope)
	if v.Kind != repo.Text || v.Text == "" {
		return "", false
	}
	text := strings.TrimPrefix(v.Text, "./")
	if i := strings.LastIndexByte(text, '/'); i > 0 {
		return text[:i], !strings.Contains(text[:i], "://")
	}
	if syntax.Last(s.Node.X) == "multer" {
		return strings.TrimSuffix(text, "/"), true
	}
	return "", false
}

func temporary(folder string) bool {
	lower := strings.ToLower(folder)
	for _, w := range []string{"tmp", "temp", "cache", "log", "/dev", "/proc", "/var/run", "export", "scratch"} {
		if strings.HasPrefix(lower, w) || strings.HasPrefix(lower, "/"+w) || strings.Contains(lower, "/"+w) {
			return true
		}
	}
	return false
}

// handlesUploads reports whether a function answers a route and its text
// speaks of uploaded files.
func handlesUploads(in *check.Input, fn *repo.Func) bool {
	if fn == nil {
		return false
	}
	for _, r := range in.Code.Routes() {
		if r.Func == fn || r.Func != nil && r.Func.Node == fn.Node {
			return mentionsUpload(fn.Node)
		}
	}
	return false
}

func mentionsUpload(n *syntax.Node) bool {
	found := false
	syntax.Walk(n, func(x *syntax.Node) bool {
		for _, s := range []string{x.Name, x.Text} {
			lower := strings.ToLower(s)
			found = found || len(s) < 60 && (strings.Contains(lower, "upload") || lower == "files" || lower == "filename" || lower == "formfile" || lower == "originalname")
		}
		return !found
	})
	return found
}
