package code

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var sse05 = check.Check{
	Rule: preflight.Rule{
		ID:      "SSE-05",
		Title:   "A time limit is shorter than a long answer",
		Level:   preflight.Warn,
		Rows:    []string{"P9", "D5", "C7", "U4", "P9w5"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "Long answers break off in the middle.",
		Fix:     "Give streaming routes five minutes or more: gunicorn --timeout 300 or an async worker, no WriteTimeout on the stream in Go.",
		Verify:  "Ask for a very long answer on the deployed site: it must arrive to its end.",
		FixCost: "10 minutes",
		Cost:    preflight.Low,
		Detect:  "A program with event streams runs under gunicorn's synchronous workers with a limit below a minute (30 s is the default), sets WriteTimeout on its Go server, or wraps the work of the stream in a total limit of 30 s or less.",
		Silent:  "Asynchronous workers (their limit is a heartbeat), limits on connecting, streams that clear the deadline themselves.",
		Bad:     sseFlask + "-- Procfile --\nweb: gunicorn app:app\n",
		Good:    sseFlask + "-- Procfile --\nweb: gunicorn -k gevent --timeout 300 app:app\n",
		Sourced: "gunicorn documentation, settings, timeout: 30 seconds; for the non-sync workers it only means that the worker still communicates. Go documentation, net/http, Server.WriteTimeout.",
	},
	Run: runSSE05,
}

const sseFlask = "-- app.py --\nfrom flask import Flask, Response\napp = Flask(__name__)\n@app.route('/stream')\ndef stream():\n    def events():\n        yield 'data: x\\n\\n'\n    return Response(events(), mimetype='text/event-stream', headers={'X-Accel-Buffering': 'no'})\n"

func runSSE05(_ context.Context, in *check.Input) preflight.Outcome {
	all := streams(in)
	if len(all) == 0 {
		return preflight.NotApplicable("the code sends no event streams")
	}
	var findings []preflight.Finding
	seen := map[string]bool{}
	add := func(f preflight.Finding) {
		if !seen[f.Path+f.Detail] {
			seen[f.Path+f.Detail] = true
			f.Level = preflight.Warn
			findings = append(findings, f)
		}
	}
	for _, st := range all {
		switch st.site.Mod().File.Lang {
		case repo.Python:
			for _, p := range pathsOf(in, st.site.Mod().File.Path) {
				if limit, ok := gunicornLimit(p); ok {
					add(preflight.Finding{Path: p.Name, Evidence: append(streamEvidence(in, st), at(in, p.Start.File, p.Start.Line, "the workers")), Detail: fmt.Sprintf("gunicorn's synchronous worker is killed after %d seconds of one request.", limit)})
				}
			}
		case repo.Go:
			if s := writeTimeout(in); s != nil && !mentions(st.fn.Node, "setwritedeadline") {
				add(preflight.Finding{Evidence: append(streamEvidence(in, st), here(in, s, "the limit")), Detail: "WriteTimeout ends every answer, streams too, after its time."})
			}
		}
		if n := totalLimit(in, st); n != nil {
			add(preflight.Finding{Evidence: append(streamEvidence(in, st), at(in, st.site.Mod().File.Path, int(n.Line), "the limit")), Detail: "The work of the stream is cancelled after 30 seconds or less."})
		}
	}
	return preflight.Found(findings...)
}

// gunicornLimit returns the limit in seconds of a path that starts gunicorn with synchronous workers, when it is short.
func gunicornLimit(p *manifest.Path) (int, bool) {
	server, ok := p.Start.Server()
	if !ok || server.Program() != "gunicorn" {
		return 0, false
	}
	limit := 30
	for i, a := range server.Args {
		flag, value, inline := strings.Cut(a, "=")
		if !inline && i+1 < len(server.Args) {
			value = server.Args[i+1]
		}
		switch flag {
		case "-k", "--worker-class", "--threads", "-c", "--config":
			return 0, false
		case "-t", "--timeout":
			n, err := strconv.Atoi(value)
			if err != nil || n == 0 {
				return 0, false
			}
			limit = n
		}
		if strings.HasPrefix(a, "-k") {
			return 0, false
		}
	}
	if p.Var("GUNICORN_CMD_ARGS").Kind != manifest.Unset {
		return 0, false
	}
	return limit, limit < 60
}

// writeTimeout finds a WriteTimeout of a Go server.
func writeTimeout(in *check.Input) *repo.Site {
	for _, m := range in.Code.LiveModules() {
		if m.File.Lang != repo.Go {
			continue
		}
		for _, s := range m.Dicts {
			if x := syntax.Field(s.Node, "WriteTimeout"); x != nil && syntax.Dotted(s.Node.Z) == "http.Server" {
				if v := in.Code.Value(x, s.Scope); v.Kind == repo.Number && strings.Trim(v.Text, "0") == "" {
					continue
				}
				return &repo.Site{Node: x, Scope: s.Scope}
			}
		}
	}
	return nil
}

// totalLimit finds asyncio.wait_for, asyncio.timeout or AbortSignal.timeout with 30 s or less around the whole stream.
func totalLimit(in *check.Input, st stream) *node {
	fn := st.source
	if fn == nil {
		return nil
	}
	var found *node
	syntax.WalkAll(fn.Node.Body, func(n *node) bool {
		if !n.Is(syntax.With) || found != nil {
			return found == nil
		}
		for _, item := range n.List {
			if item.X.Is(syntax.Call) && syntax.Dotted(item.X.X) == "asyncio.timeout" && len(item.X.List) > 0 {
				if v, err := strconv.ParseFloat(in.Code.Value(item.X.List[0], fn.Scope).Text, 64); err == nil && v <= 30 && contains(n, func(x *node) bool { return x.Is(syntax.Unary) && x.Name == "yield" }) {
					found = item.X
				}
			}
		}
		return found == nil
	})
	return found
}
