package deploy

import (
	"context"
	"path"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
)

var sse02 = check.Check{
	Rule: preflight.Rule{
		ID:       "SSE-02",
		Title:    "nginx holds the event stream back",
		Level:    preflight.Fail,
		Rows:     []string{"P9", "P9w2"},
		Sources:  []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:      "Answers arrive in one piece at their end, or the connection is cut after a minute.",
		Fix:      "In the location of the stream: proxy_buffering off; proxy_read_timeout 3600s; proxy_http_version 1.1; or send X-Accel-Buffering: no from the application.",
		Verify:   "curl -N through nginx shows a line at a time.",
		FixCost:  "10 minutes",
		Cost:     preflight.Low,
		Detect:   "The program sends text/event-stream without X-Accel-Buffering: no, and a configuration of nginx proxies to it without proxy_buffering off anywhere.",
		Silent:   "Programs that send the header (sse-starlette does), configurations that switch buffering off for any location, programs without streams.",
		Bad:      "-- nginx.conf --\nserver {\n  listen 80;\n  location /api/ {\n    proxy_pass http://api:8000;\n  }\n}\n-- compose.yaml --\nservices:\n  api:\n    build: .\n  web:\n    image: nginx\n    volumes: ['./nginx.conf:/etc/nginx/conf.d/default.conf:ro']\n-- Dockerfile --\nFROM python:3.12\nCOPY . .\nCMD [\"uvicorn\", \"main:app\", \"--host\", \"0.0.0.0\"]\n-- main.py --\nfrom fastapi import FastAPI\nfrom fastapi.responses import StreamingResponse\napp = FastAPI()\n@app.get('/api/stream')\ndef stream():\n    return StreamingResponse(iter(()), media_type='text/event-stream')\n",
		Good:     "-- nginx.conf --\nserver {\n  listen 80;\n  location /api/ {\n    proxy_pass http://api:8000;\n    proxy_buffering off;\n  }\n}\n-- compose.yaml --\nservices:\n  api:\n    build: .\n  web:\n    image: nginx\n    volumes: ['./nginx.conf:/etc/nginx/conf.d/default.conf:ro']\n-- Dockerfile --\nFROM python:3.12\nCOPY . .\nCMD [\"uvicorn\", \"main:app\", \"--host\", \"0.0.0.0\"]\n-- main.py --\nfrom fastapi import FastAPI\nfrom fastapi.responses import StreamingResponse\napp = FastAPI()\n@app.get('/api/stream')\ndef stream():\n    return StreamingResponse(iter(()), media_type='text/event-stream')\n",
		Sourced:  "nginx, ngx_http_proxy_module: proxy_buffering is on by default, and X-Accel-Buffering in the answer switches it off.",
		YieldsTo: []string{"SSE-07"},
	},
	Run: runSSE02,
}

func runSSE02(_ context.Context, in *check.Input) preflight.Outcome {
	stream, header := eventStream(in)
	if stream.File == "" {
		return preflight.NotApplicable("no program of the repository sends an event stream")
	}
	if header && !deaf(in) {
		return preflight.Pass("the program sends X-Accel-Buffering: no, or its library does")
	}
	var findings []preflight.Finding
	proxies := 0
	for _, cfg := range in.Deploy.Proxies {
		if cfg.Server != "nginx" {
			continue
		}
		loc, found, off := proxied(cfg)
		if !found {
			continue
		}
		proxies++
		if off || header && !ignoresHeader(loc) {
			continue
		}
		f := preflight.Finding{Level: preflight.Fail, Path: cfg.File, Key: cfg.File, Evidence: []preflight.Evidence{at(in, loc.PassAt, "buffers what it passes"), at(in, stream, "the stream")}}
		if !inUse(in, cfg.File) {
			f.Level = preflight.Warn
			f.Detail = "Nothing in the repository says where this configuration is used."
		}
		findings = append(findings, f)
	}
	if proxies == 0 {
		return preflight.NotApplicable("no nginx configuration passes requests on")
	}
	return preflight.Found(findings...)
}

// deaf reports whether an nginx configuration ignores the header that would
// switch its buffering off.
func deaf(in *check.Input) bool {
	for _, cfg := range in.Deploy.Proxies {
		if loc, found, off := proxied(cfg); cfg.Server == "nginx" && found && !off && ignoresHeader(loc) {
			return true
		}
	}
	return false
}

func ignoresHeader(loc manifest.ProxyLocation) bool {
	return strings.Contains(strings.ToLower(loc.Directives["proxy_ignore_headers"]), "x-accel-buffering")
}

// eventStream returns where deployed server code makes an event stream, and
// whether it, or a library that it uses, sends the header that stops buffering.
func eventStream(in *check.Input) (at manifest.Place, header bool) {
	for _, m := range in.Code.LiveModules() {
		if m.File.Lang == repo.Dart {
			continue
		}
		source := string(in.Code.Source(m.File))
		header = header || strings.Contains(strings.ToLower(source), "x-accel-buffering") || strings.Contains(source, "EventSourceResponse")
		if at.File != "" {
			continue
		}
		for _, s := range m.Strings {
			if strings.HasPrefix(s.Node.Text, "text/event-stream") && !asksFor(source) {
				at = manifest.Place{File: m.File.Path, Line: int(s.Node.Line)}
				break
			}
		}
	}
	for _, f := range in.Deploy.Files {
		header = header || strings.Contains(in.Tree.Text(f.Path), "X-Accel-Buffering")
	}
	return at, header
}

// asksFor reports whether a module is a client that accepts event streams.
func asksFor(source string) bool {
	return strings.Contains(source, "new EventSource(") || strings.Contains(source, "Accept: 'text/event-stream'") || strings.Contains(source, `"Accept": "text/event-stream"`) || strings.Contains(source, `Accept: "text/event-stream"`) || strings.Contains(source, `'Accept': 'text/event-stream'`)
}

// proxied returns a location that passes requests on, and whether any location
// of the configuration switches buffering off.
func proxied(cfg *manifest.ProxyConfig) (loc manifest.ProxyLocation, found, off bool) {
	for _, s := range cfg.Servers {
		for _, l := range s.Locations {
			if l.ProxyPass == "" {
				continue
			}
			if !found {
				loc, found = l, true
			}
			off = off || l.Directives["proxy_buffering"] == "off"
		}
	}
	return loc, found, off
}

// inUse reports whether a path for production copies or mounts a file.
func inUse(in *check.Input, file string) bool {
	for _, p := range in.Paths() {
		if p.Image != nil && (copies(p, file) || copiesDir(p, file)) {
			return true
		}
		for _, m := range p.Mounts {
			if m.Kind == manifest.Bind && (path.Join(path.Dir(p.Manifest()), m.Name) == file || strings.HasPrefix(file, path.Join(path.Dir(p.Manifest()), m.Name)+"/")) {
				return true
			}
		}
	}
	return false
}

func copiesDir(p *manifest.Path, file string) bool {
	for _, c := range p.Image.Effective().Copies {
		for _, src := range c.Sources {
			if dir := path.Join(p.Image.Context, src); c.From == "" && dir != "." && strings.HasPrefix(file, dir+"/") {
				return true
			}
		}
	}
	return false
}
