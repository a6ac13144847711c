package code

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
)

var sse01 = check.Check{
	Rule: preflight.Rule{
		ID:      "SSE-01",
		Title:   "The event stream lets proxies buffer it",
		Level:   preflight.Warn,
		Rows:    []string{"P9", "C7", "R9", "V9", "P9w1", "P9w2", "P9w4"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "Behind a proxy the answer arrives in one piece after a long wait instead of word by word.",
		Fix:     "Send X-Accel-Buffering: no and Cache-Control: no-cache with the stream.",
		Verify:  "curl -N the stream through the public address: the events must arrive one by one.",
		FixCost: "10 minutes",
		Cost:    preflight.Low,
		Detect:  "An answer of the media type text/event-stream is sent without the header X-Accel-Buffering.",
		Silent:  "Libraries that set it (sse-starlette, better-sse, Nest), a middleware that sets it, headers that could not be followed, a proxy configuration in the repository that does not buffer, downloads, clients; on platforms documented not to buffer it is information only.",
		Bad:     sseHead + "    return StreamingResponse(events(), media_type='text/event-stream')\n",
		Good:    sseHead + "    return StreamingResponse(events(), media_type='text/event-stream', headers={'X-Accel-Buffering': 'no', 'Cache-Control': 'no-cache'})\n",
		Sourced: "nginx documentation, ngx_http_proxy_module, proxy_buffering: the X-Accel-Buffering field of a response switches buffering off.",
	},
	Run: runSSE01,
}

const sseHead = "-- main.py --\nfrom fastapi import FastAPI\nfrom fastapi.responses import StreamingResponse\napp = FastAPI()\nasync def events():\n    yield 'data: hello\\n\\n'\n@app.get('/stream')\nasync def stream():\n"

func runSSE01(_ context.Context, in *check.Input) preflight.Outcome {
	all := streams(in)
	if len(all) == 0 {
		return preflight.NotApplicable("the code sends no event streams")
	}
	proxied := unbufferedProxy(in)
	f := preflight.Finding{Level: preflight.Info, Detail: "The header X-Accel-Buffering is missing."}
	note, n := "", 0
	seen := map[*repo.Func]bool{}
	for _, st := range all {
		if st.unbuffer || st.fn != nil && seen[st.fn] {
			continue
		}
		seen[st.fn] = true
		n++
		f.Evidence = append(f.Evidence, streamEvidence(in, st)...)
		switch ok, why := streamPaths(in, st); {
		case ok:
			note = " " + why + "."
		case proxied != "":
			note = " " + proxied + " switches buffering off."
		default:
			f.Level = preflight.Warn
		}
	}
	if n == 0 {
		return preflight.Pass(count(len(all), "stream") + " looked at")
	}
	f.Evidence = first(f.Evidence, 8)
	if f.Level == preflight.Info {
		f.Detail += note
	}
	return preflight.Found(f)
}

// unbufferedProxy names a proxy configuration of the repository that switches buffering off.
func unbufferedProxy(in *check.Input) string {
	for _, cfg := range in.Deploy.Proxies {
		if cfg.Server == "caddy" {
			continue
		}
		for _, server := range cfg.Servers {
			for _, l := range server.Locations {
				if l.ProxyPass != "" && l.Directives["proxy_buffering"] == "off" {
					return cfg.File
				}
			}
		}
	}
	return ""
}
