package deploy

import (
	"context"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var web03 = check.Check{
	Rule: preflight.Rule{
		ID:      "WEB-03",
		Title:   "A development server runs in production",
		Level:   preflight.Fail,
		Rows:    []string{"P5", "P10"},
		Sources: []preflight.Source{preflight.Manifest},
		Why:     "It is slow, shows its source and its errors to everybody, and restarts or stops by itself.",
		Fix:     "Front end: build it and serve the output as files. Back end: start the server without reload and debug mode.",
		Verify:  "The log of the start names no development server and no reloader.",
		FixCost: "1 hour",
		Cost:    preflight.Low,
		Detect:  "The process that a deployment path keeps running, followed through scripts and package.json, is a development server: vite, next dev, react-scripts start, ng serve, nodemon, flask run, manage.py runserver, uvicorn --reload, fastapi dev, air and their like.",
		Silent:  "Development stages, compose files for development, commands that another manifest replaces for the same service.",
		Bad:     "-- Dockerfile --\nFROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci\nCMD [\"npm\", \"run\", \"dev\"]\n-- package.json --\n{\"scripts\": {\"dev\": \"vite --host\", \"build\": \"vite build\"}}\n",
		Good:    "-- Dockerfile --\nFROM node:22 AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\nFROM nginx:1.27-alpine\nCOPY --from=build /app/dist /usr/share/nginx/html\n-- package.json --\n{\"scripts\": {\"dev\": \"vite --host\", \"build\": \"vite build\"}}\n",
	},
	Run: runWeb03,
}

// devServer describes a development server: what makes the program one.
type devServer struct {
	program string
	words   []string // one of these words or flags must be there; none: always
	without []string // and none of these
	front   bool     // serves a front end
}

var devServers = []devServer{
	{program: "vite", without: []string{"build", "preview", "optimize"}, front: true},
	{program: "next", words: []string{"dev"}, front: true},
	{program: "nuxt", words: []string{"dev"}, front: true},
	{program: "nuxi", words: []string{"dev"}, front: true},
	{program: "astro", words: []string{"dev"}, front: true},
	{program: "react-scripts", words: []string{"start"}, front: true},
	{program: "craco", words: []string{"start"}, front: true},
	{program: "react-app-rewired", words: []string{"start"}, front: true},
	{program: "vue-cli-service", words: []string{"serve"}, front: true},
	{program: "ng", words: []string{"serve"}, front: true},
	{program: "gatsby", words: []string{"develop"}, front: true},
	{program: "webpack", words: []string{"serve", "--watch"}, front: true},
	{program: "webpack-dev-server", front: true},
	{program: "parcel", without: []string{"build", "watch"}, front: true},
	{program: "expo", words: []string{"start"}, front: true},
	{program: "remix", words: []string{"dev"}, front: true},
	{program: "flutter", words: []string{"run"}, without: []string{"--debug"}, front: true},
	{program: "nodemon"}, {program: "ts-node-dev"}, {program: "node-dev"},
	{program: "tsx", words: []string{"watch", "--watch"}},
	{program: "node", words: []string{"--watch"}},
	{program: "nest", words: []string{"--watch", "--debug"}},
	{program: "flask", words: []string{"run"}},
	{program: "fastapi", words: []string{"dev"}},
	{program: "uvicorn", words: []string{"--reload"}},
	{program: "gunicorn", words: []string{"--reload"}},
	{program: "hypercorn", words: []string{"--reload"}},
	{program: "quart", words: []string{"run"}},
	{program: "manage.py", words: []string{"runserver", "runserver_plus"}},
	{program: "django-admin", words: []string{"runserver"}},
	{program: "air"}, {program: "watchexec"}, {program: "watchmedo", words: []string{"auto-restart"}}, {program: "watchfiles"},
}

func runWeb03(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	known := 0
	for _, p := range in.Paths() {
		for _, s := range p.Start.Steps {
			if !s.Last || s.Maybe {
				continue
			}
			known++
			if d, ok := development(s); ok && !replaced(in, p) {
				findings = append(findings, devFinding(in, p, s, d))
			}
		}
	}
	if known == 0 {
		return preflight.NotApplicable("no deployment path says what it runs")
	}
	if len(findings) == 0 {
		return preflight.Pass(plural(known, "start command") + " looked at")
	}
	return preflight.Found(findings...)
}

// development returns the development server that a process is.
func development(s manifest.Process) (devServer, bool) {
	program, args := s.Program(), s.Args[1:]
	if program == "python" && len(args) > 0 && strings.HasSuffix(args[0], "manage.py") {
		program = "manage.py"
	}
	if program == "flutter" && !has(args, "--release") {
		return devServer{}, false // WEB-01
	}
	for _, d := range devServers {
		if d.program != program || len(d.without) > 0 && has(args, d.without...) {
			continue
		}
		if len(d.words) == 0 || has(args, d.words...) {
			return d, !(program == "vite" && has(args, "--version"))
		}
	}
	return devServer{}, false
}

// replaced reports whether another manifest gives the same folder a command of
// its own, so that this image's default never runs.
func replaced(in *check.Input, p *manifest.Path) bool {
	if p.Platform != manifest.Docker && p.Platform != manifest.Heroku {
		return false
	}
	return slices.ContainsFunc(in.Paths(), func(o *manifest.Path) bool {
		return o != p && o.Root == p.Root && o.Platform != manifest.Docker && o.Platform != manifest.Heroku && !o.Start.Unknown() && o.Start.Place != p.Start.Place
	})
}

func devFinding(in *check.Input, p *manifest.Path, s manifest.Process, d devServer) preflight.Finding {
	f := preflight.Finding{
		Level: certainOf(p, preflight.Fail), Path: p.Name, Key: p.Name,
		Evidence: []preflight.Evidence{at(in, s.Place, "the command that stays")},
		Detail:   p.Name + " keeps " + joined(s.Args, 8) + " running.",
	}
	if d.front {
		f.Fix = "Build the front end in the image (npm run build) and serve the output with nginx, Caddy or the platform's static hosting."
		return f
	}
	f.Rows = []string{"P10", "P10w5"}
	switch s.Program() {
	case "flask", "quart":
		f.Fix = "gunicorn --bind 0.0.0.0:$PORT app:app   (a server made for production)"
		f.Level = min(f.Level, preflight.Warn) // without debug mode it is slow, and not more than that
	case "uvicorn", "gunicorn", "hypercorn":
		f.Fix = "Remove --reload from the command."
	case "fastapi":
		f.Fix = "fastapi run instead of fastapi dev."
	default:
		f.Fix = "Start the server itself, without the reloader: gunicorn for Django, node for JavaScript."
	}
	return f
}
