package deploy

import (
	"context"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var man04 = check.Check{
	Rule: preflight.Rule{
		ID:      "MAN-04",
		Title:   "The server listens where the platform does not look",
		Level:   preflight.Fail,
		Rows:    []string{"P10"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "The deployment starts and is never reachable; the platform reports a failed health check or answers 502.",
		Fix:     "Listen on all addresses and on the port that the platform names: --host 0.0.0.0 --port $PORT, in a command that a shell expands.",
		Verify:  "The log of the start names 0.0.0.0 and the port of the platform.",
		FixCost: "5 minutes",
		Cost:    preflight.Low,
		Detect:  "The server of a web path listens on 127.0.0.1 or localhost, by its options, by its default, or by the call in the code; $PORT stands in a command that no shell expands; a literal port where the platform chooses one; ports of a mapping or of fly.toml that differ from the server's.",
		Silent:  "Servers behind a proxy in the same container, sockets, configuration files that decide, hosts that keep their own addresses (systemd).",
		Bad:     "-- Dockerfile --\nFROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD [\"uvicorn\", \"main:app\", \"--port\", \"$PORT\"]\n-- fly.toml --\napp = 'x'\n-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n",
		Good:    "-- Dockerfile --\nFROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD [\"sh\", \"-c\", \"exec uvicorn main:app --host 0.0.0.0 --port ${PORT:-8080}\"]\n-- fly.toml --\napp = 'x'\n-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n",
		Sourced: "Documentation of uvicorn, gunicorn, hypercorn, Flask, Django, Fastify and Vite for their default addresses; of Heroku, Cloud Run, Railway, Render and Fly.io for ports (2026).",
	},
	Run: runMan04,
}

func runMan04(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	known := 0
	for _, p := range in.Paths() {
		if p.Role != manifest.Web || p.Platform == manifest.Systemd || p.Platform == manifest.AppEngine || p.Platform == manifest.Vercel {
			continue
		}
		findings = append(findings, unexpanded(in, p)...)
		l, ok := listenerOf(in, p)
		if !ok {
			l, ok = flyPort(in, p)
		}
		if !ok || behindOwnProxy(p) || hostNetwork(in, p) {
			continue
		}
		known++
		if f, bad := wrongHost(in, p, l); bad {
			findings = append(findings, f)
			continue
		}
		if f, bad := wrongPort(in, p, l); bad {
			findings = append(findings, f)
		}
	}
	if known == 0 && len(findings) == 0 {
		return preflight.NotApplicable("no path says where its server listens")
	}
	return preflight.Found(findings...)
}

// unexpanded finds variables in a command that is run without a shell.
func unexpanded(in *check.Input, p *manifest.Path) []preflight.Finding {
	s, ok := p.Start.Server()
	if !ok || p.Image == nil || s.Maybe {
		return nil
	}
	exec := p.Start.Exec && !shellStart(p) && p.Start.Place.File == p.Image.File && s.Place == p.Start.Place
	railway := p.Platform == manifest.Railway && p.Start.Place.File == p.Manifest() && s.Place == p.Start.Place && !shellStart(p)
	if !exec && !railway {
		return nil
	}
	for _, a := range s.Args[1:] {
		if !strings.Contains(a, "$PORT") && !strings.Contains(a, "${PORT") {
			continue
		}
		f := preflight.Finding{Level: preflight.Fail, Path: p.Name, Key: "exec " + p.Name, Title: "$PORT stands in a command that no shell expands",
			Evidence: []preflight.Evidence{at(in, s.Place, "the server gets the text $PORT")},
			Fix:      fmt.Sprintf("  CMD [\"sh\", \"-c\", \"exec %s\"]", strings.ReplaceAll(joined(s.Args, 20), `"`, `\"`))}
		if railway {
			f.Level = preflight.Warn
			f.Detail = "Railway runs the start command of an image without a shell."
			f.Fix = fmt.Sprintf("  \"startCommand\": \"sh -c 'exec %s'\"", joined(s.Args, 20))
		}
		return []preflight.Finding{f}
	}
	return nil
}

func shellStart(p *manifest.Path) bool {
	text := strings.TrimSpace(p.Start.Text)
	for _, prefix := range []string{"sh ", "bash ", "/bin/sh ", "/bin/bash "} {
		if strings.HasPrefix(text, prefix) {
			return true
		}
	}
	return strings.ContainsAny(text, "&|;")
}

// flyPort is the port of a program that reads PORT: Fly sets none, so that it is
// the one that fly.toml or the image gives.
func flyPort(in *check.Input, p *manifest.Path) (listener, bool) {
	v := processVar(p, "PORT")
	if p.Platform != manifest.Fly || v.Kind != manifest.Literal || len(variableNames(in).read["PORT"]) == 0 {
		return listener{}, false
	}
	return listener{port: v.Value, place: v.Place}, true
}

// behindOwnProxy reports whether a proxy runs in the same container.
func behindOwnProxy(p *manifest.Path) bool {
	for _, s := range p.Start.Steps {
		switch s.Program() {
		case "nginx", "caddy", "haproxy", "traefik", "envoy", "cloudflared", "apache2", "httpd", "service", "systemctl", "tailscaled":
			return true
		}
	}
	return false
}

func hostNetwork(in *check.Input, p *manifest.Path) bool {
	text := in.Tree.Text(p.Manifest())
	return strings.Contains(text, "network_mode: host") || strings.Contains(text, `network_mode: "host"`)
}

func wrongHost(in *check.Input, p *manifest.Path, l listener) (preflight.Finding, bool) {
	if !onlyHere(l.host) || p.Platform == manifest.Unknown {
		return preflight.Finding{}, false
	}
	if p.Platform == manifest.Compose && len(p.Published) == 0 && !dependedOn(in, p) {
		return preflight.Finding{}, false
	}
	f := preflight.Finding{Level: certainOf(p, preflight.Fail), Path: p.Name, Key: "host " + p.Name,
		Title:    fmt.Sprintf("The server listens on %s, which nobody outside of its container reaches", l.host),
		Evidence: []preflight.Evidence{at(in, l.place, "listens on "+l.host)}}
	f.Fix = "Add --host 0.0.0.0 to the command (gunicorn: --bind 0.0.0.0:$PORT; in code: host=\"0.0.0.0\")."
	if l.byDefault {
		f.Detail = fmt.Sprintf("%s listens on %s when nothing else is said.", l.program, l.host)
	}
	return f, true
}

// dependedOn reports whether another service of the compose file wants to reach the path.
func dependedOn(in *check.Input, p *manifest.Path) bool {
	for _, o := range in.Paths() {
		for _, d := range o.DependsOn {
			if d == p.Service && o.Manifest() == p.Manifest() {
				return true
			}
		}
	}
	return false
}

func wrongPort(in *check.Input, p *manifest.Path, l listener) (preflight.Finding, bool) {
	f := preflight.Finding{Level: certainOf(p, preflight.Fail), Path: p.Name, Key: "port " + p.Name, Evidence: []preflight.Evidence{at(in, l.place, "listens on port "+l.port)}}
	if !portNumber.MatchString(l.port) {
		return f, false
	}
	switch p.Platform {
	case manifest.Heroku:
		if p.Purpose == manifest.Either || processVar(p, "PORT").Value == l.port {
			return f, false
		}
		f.Title = "The server listens on port " + l.port + ", and the platform chooses the port"
		f.Level = preflight.Warn // other platforms read a Procfile too, and find the port by themselves
		f.Fix = "Use --port $PORT."
		return f, true
	case manifest.CloudRun:
		if l.port == "8080" || p.Port == l.port {
			return f, false
		}
		f.Title, f.Level = "The server listens on port "+l.port+", and Cloud Run sends requests to 8080 unless told otherwise", preflight.Warn
		return f, true
	case manifest.Fly:
		want := first(p.Port, "8080")
		if !portNumber.MatchString(want) || want == l.port {
			return f, false
		}
		f.Title = fmt.Sprintf("fly.toml sends requests to port %s, and the server listens on %s", want, l.port)
		f.Evidence = append(f.Evidence, at(in, p.Place, "internal_port is "+want))
		f.Fix = "  [http_service]\n    internal_port = " + l.port
		return f, true
	case manifest.Railway:
		f.Title, f.Level = "The server listens on the literal port "+l.port+"; Railway names one in PORT", preflight.Info
		f.Detail = "It works where the domain's target port is " + l.port + "."
		f.Fix = "Use --port $PORT, or set the target port of the domain."
		return f, true
	case manifest.Compose:
		return f, mapped(in, p, l, &f)
	}
	return f, false
}

// mapped compares the published ports with the one that the server listens on.
func mapped(in *check.Input, p *manifest.Path, l listener, f *preflight.Finding) bool {
	if len(p.Published) == 0 {
		return false
	}
	for _, pub := range p.Published {
		if !portNumber.MatchString(pub.Target) || pub.Target == l.port {
			return false
		}
	}
	pub := p.Published[0]
	f.Title = fmt.Sprintf("The compose file maps port %s, and the server listens on %s", pub.Target, l.port)
	f.Evidence = append(f.Evidence, at(in, pub.Place, "maps to "+pub.Target))
	f.Fix = fmt.Sprintf("  ports:\n    - \"%s:%s\"", first(pub.Published, l.port), l.port)
	return true
}
