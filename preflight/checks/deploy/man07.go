package deploy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var man07 = check.Check{
	Rule: preflight.Rule{
		ID:      "MAN-07",
		Title:   "The start command needs a package that is not installed",
		Level:   preflight.Fail,
		Rows:    []string{"P10"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "The deployment ends in a crash loop: command not found, or no module of that name.",
		Fix:     "Add the package to the dependencies of the project.",
		Verify:  "Install the dependencies in an empty environment and run the start command.",
		FixCost: "5 minutes",
		Cost:    preflight.Low,
		Detect:  "gunicorn, uvicorn, hypercorn, daphne, granian or a uvicorn worker class in a start command, or a driver in a database URL, while no requirements file, pyproject, lock file or pip install of the path names the package.",
		Silent:  "Projects whose dependencies could not be found, packages that another one brings along (fastapi[standard]), base images that have them.",
		Bad:     "-- Procfile --\nweb: gunicorn app:app\n-- requirements.txt --\nflask==3.0\n-- app.py --\nfrom flask import Flask\napp = Flask(__name__)\n",
		Good:    "-- Procfile --\nweb: gunicorn app:app\n-- requirements.txt --\nflask==3.0\ngunicorn\n-- app.py --\nfrom flask import Flask\napp = Flask(__name__)\n",
	},
	Run: runMan07,
}

// bringers are packages that bring a server along.
var bringers = map[string][]string{
	"uvicorn":   {"uvicorn", "fastapi[standard]", "fastapi[all]", "fastapi-cli", "uvicorn-worker", "chainlit", "gradio", "mcp", "fastmcp", "open-webui", "prefect", "langserve", "langgraph-api", "sanic-testing", "connexion[uvicorn]", "esmerald", "litestar[standard]", "nicegui", "reflex", "starlite"},
	"gunicorn":  {"gunicorn", "apache-airflow", "mlflow"},
	"hypercorn": {"hypercorn", "quart"},
	"daphne":    {"daphne", "channels[daphne]"},
	"granian":   {"granian", "reflex"},
	"fastapi":   {"fastapi[standard]", "fastapi[all]", "fastapi-cli"},
}

func runMan07(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	known := 0
	for _, p := range servers(in) {
		s, ok := p.Start.Server()
		if !ok || s.Maybe {
			continue
		}
		needs := needed(s)
		deps := dependencies(in, p.Root)
		if len(needs) == 0 || len(deps) == 0 || opaqueInstall(in, p) {
			continue
		}
		known++
		for _, need := range needs {
			if slices.ContainsFunc(bringers[need], func(b string) bool { return slices.Contains(deps, b) }) || installs(p, need) {
				continue
			}
			findings = append(findings, preflight.Finding{
				Level: certainOf(p, preflight.Fail), Path: p.Name, Key: need, Title: fmt.Sprintf("The start command needs %s, which no dependency file of the project names", need),
				Evidence: []preflight.Evidence{at(in, s.Place, "needs "+need)}, Fix: fmt.Sprintf("Add %s to the dependencies.", need),
			})
		}
	}
	if known == 0 {
		return preflight.NotApplicable("no Python server with known dependencies is started")
	}
	return preflight.Found(findings...)
}

// needed returns the packages that a command runs.
func needed(s manifest.Process) []string {
	var out []string
	if _, ok := bringers[s.Program()]; ok {
		out = append(out, s.Program())
	}
	for _, a := range s.Args {
		if strings.Contains(a, "uvicorn.workers.") || strings.Contains(a, "uvicorn_worker.") {
			out = append(out, "uvicorn")
		}
	}
	return out
}

// installs reports whether a build step installs a package by name.
func installs(p *manifest.Path, need string) bool {
	for _, b := range p.Built() {
		text := " " + strings.Join(b.Args, " ") + " "
		if strings.Contains(text, "install") && (strings.Contains(text, " "+need) || strings.Contains(text, `"`+need) || strings.Contains(text, "'"+need)) || strings.Contains(text, " add ") && strings.Contains(text, " "+need) {
			return true
		}
	}
	return false
}

// opaqueInstall reports whether packages come from where nobody looks here.
func opaqueInstall(in *check.Input, p *manifest.Path) bool {
	if p.Image != nil {
		base := p.Image.Effective().Base
		for _, known := range []string{"python:", "python", "debian", "ubuntu", "alpine", "slim"} {
			if strings.HasPrefix(base, known) || strings.Contains(base, "/"+known) {
				return viaUnread(in, p)
			}
		}
		return true
	}
	return viaUnread(in, p)
}

// viaUnread reports installs from files of other names, conda, or the package itself.
func viaUnread(in *check.Input, p *manifest.Path) bool {
	for _, b := range p.Built() {
		text := strings.Join(b.Args, " ")
		if strings.Contains(text, "conda") || strings.Contains(text, "git+") || strings.Contains(text, "apk add") && strings.Contains(text, "py3-") || strings.Contains(text, "apt-get install") && strings.Contains(text, "python3-") {
			return true
		}
		for i, a := range b.Args {
			if a == "-r" && i+1 < len(b.Args) && !in.Tree.Has(strings.TrimPrefix(b.Args[i+1], "./")) && len(in.Tree.Named(lastElement(b.Args[i+1]))) == 0 {
				return true
			}
		}
	}
	return false
}

func lastElement(s string) string { return s[strings.LastIndexByte(s, '/')+1:] }
