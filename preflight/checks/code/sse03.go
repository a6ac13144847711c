package code

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var sse03 = check.Check{
	Rule: preflight.Rule{
		ID:      "SSE-03",
		Title:   "Compression holds the event stream back",
		Level:   preflight.Fail,
		Rows:    []string{"P9", "P9w2"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "The compressor waits for enough text before it sends anything: the answer arrives in lumps or all at once.",
		Fix:     "Leave text/event-stream out of the compression (a filter in Express, a newer Starlette), or send Cache-Control: no-transform with the stream.",
		Verify:  "curl -N --compressed the stream: the events must arrive one by one.",
		FixCost: "10 minutes",
		Cost:    preflight.Low,
		Detect:  "A program with event streams uses Express's compression() without a filter and without flush, Django's GZipMiddleware, or Starlette's GZipMiddleware in a pinned version that still compresses event streams.",
		Silent:  "A filter, res.flush(), Cache-Control: no-transform on the stream, Starlette from 0.46 or without a pinned version.",
		Bad:     sseNode + "app.use(compression());\n" + sseNodeRoute,
		Good:    sseNode + "app.use(compression({ filter: (req, res) => res.getHeader('Content-Type') !== 'text/event-stream' && compression.filter(req, res) }));\n" + sseNodeRoute,
		Sourced: "Starlette pull request 2871 (February 2025), released in 0.46.0; expressjs/compression README, section Server-Sent Events.",
	},
	Run: runSSE03,
}

const (
	sseNode      = "-- server.js --\nconst express = require('express');\nconst compression = require('compression');\nconst app = express();\n"
	sseNodeRoute = "app.get('/events', (req, res) => {\n  res.writeHead(200, { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });\n  setInterval(() => res.write('data: tick\\n\\n'), 1000);\n});\n"
)

func runSSE03(_ context.Context, in *check.Input) preflight.Outcome {
	all := streams(in)
	if len(all) == 0 {
		return preflight.NotApplicable("the code sends no event streams")
	}
	var findings []preflight.Finding
	for _, c := range compressors(in) {
		for _, st := range all {
			if st.site.Mod().File.Lang != c.site.Mod().File.Lang || st.fn != nil && mentions(st.fn.Node, "no-transform", "flush") {
				continue
			}
			findings = append(findings, preflight.Finding{Level: preflight.Fail, Evidence: []preflight.Evidence{here(in, c.site, "compresses"), here(in, st.site, "the stream")}, Detail: c.why})
			break
		}
	}
	return preflight.Found(findings...)
}

// compressor is a middleware that compresses event streams.
type compressor struct {
	site *repo.Site
	why  string
}

func compressors(in *check.Input) []compressor {
	var out []compressor
	eachCall(in, func(m *repo.Module, s *repo.Site, last string) {
		switch {
		case last == "compression" && m.File.Lang == repo.Script && strings.TrimSuffix(callName(in, s), ".default") == "compression":
			o := optionsOf(in, s)
			if _, ok := o.get("filter"); !ok && !o.open && !in.Code.Mode(s.Guards) {
				out = append(out, compressor{s, "compression() has no filter that leaves event streams out, and nothing flushes it."})
			}
		case (last == "add_middleware" || last == "Middleware") && len(s.Node.List) > 0 && syntax.Last(s.Node.List[0]) == "GZipMiddleware":
			if why := oldStarlette(in); why != "" {
				out = append(out, compressor{s, why})
			}
		}
	})
	for _, m := range in.Code.LiveModules() {
		for _, s := range m.Strings {
			if s.Node.Text == "django.middleware.gzip.GZipMiddleware" {
				out = append(out, compressor{s, "Django's GZipMiddleware compresses streams as well."})
			}
		}
	}
	return out
}

// oldStarlette says which pinned version still compresses event streams; "" when none is known to.
func oldStarlette(in *check.Input) string {
	if v := pinned(in, "starlette"); v != "" {
		if older(v, "0.46.0") {
			return "starlette " + v + " still compresses event streams; 0.46.0 leaves them alone."
		}
		return ""
	}
	if v := pinned(in, "fastapi"); v != "" && older(v, "0.115.9") {
		return "fastapi " + v + " brings a starlette before 0.46.0, which compresses event streams."
	}
	return ""
}
