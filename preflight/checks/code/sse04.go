package code

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var sse04 = check.Check{
	Rule: preflight.Rule{
		ID:      "SSE-04",
		Title:   "The event stream is silent while nothing happens",
		Level:   preflight.Warn,
		Rows:    []string{"P9", "C7", "P9w5"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Proxies cut a connection that says nothing for a minute or a few: the browser loses the stream.",
		Fix:     "Send a comment line (\": ping\") every 15 seconds while waiting.",
		Verify:  "Leave the stream open for six minutes without activity: it must still deliver the next event.",
		FixCost: "15 minutes",
		Cost:    preflight.Low,
		Detect:  "The generator of an event stream waits for a queue or a subscription without a time limit and never sends a ping.",
		Silent:  "sse-starlette and other libraries that ping by themselves, waits with a time limit, loops that end with one answer.",
		Bad:     "-- main.py --\nimport asyncio\nfrom fastapi import FastAPI\nfrom fastapi.responses import StreamingResponse\napp = FastAPI()\nqueue = asyncio.Queue()\nasync def events():\n    while True:\n        item = await queue.get()\n        yield f'data: {item}\\n\\n'\n@app.get('/events')\nasync def stream():\n    return StreamingResponse(events(), media_type='text/event-stream', headers={'X-Accel-Buffering': 'no'})\n",
		Good:    "-- main.py --\nimport asyncio\nfrom fastapi import FastAPI\nfrom fastapi.responses import StreamingResponse\napp = FastAPI()\nqueue = asyncio.Queue()\nasync def events():\n    while True:\n        try:\n            item = await asyncio.wait_for(queue.get(), 15)\n            yield f'data: {item}\\n\\n'\n        except TimeoutError:\n            yield ': ping\\n\\n'\n@app.get('/events')\nasync def stream():\n    return StreamingResponse(events(), media_type='text/event-stream', headers={'X-Accel-Buffering': 'no'})\n",
		Sourced: "Railway documentation, snapshot of August 2026: a request without data is closed after 5 minutes, and at 15 minutes in all.",
	},
	Run: runSSE04,
}

func runSSE04(_ context.Context, in *check.Input) preflight.Outcome {
	all := streams(in)
	if len(all) == 0 {
		return preflight.NotApplicable("the code sends no event streams")
	}
	var findings []preflight.Finding
	seen := map[*repo.Func]bool{}
	for _, st := range all {
		fn := st.source
		if fn == nil {
			fn = st.fn
		}
		if st.library || fn == nil || seen[fn] {
			continue
		}
		seen[fn] = true
		if wait := endlessWait(fn); wait != nil && !pings(fn) && (st.fn == nil || !pings(st.fn)) {
			findings = append(findings, preflight.Finding{Level: preflight.Warn, Evidence: []preflight.Evidence{at(in, fn.Scope.Mod.File.Path, int(wait.Line), "waits for ever"), here(in, st.site, "the stream")}})
		}
	}
	return preflight.Found(findings...)
}

// endlessWait finds a wait for a queue, inside an endless loop, that has no time limit.
func endlessWait(fn *repo.Func) *node {
	var found *node
	syntax.WalkAll(fn.Node.Body, func(loop *node) bool {
		if !loop.Is(syntax.Loop) || found != nil {
			return found == nil
		}
		timed := false
		syntax.WalkAll(loop.Body, func(n *node) bool {
			timed = timed || n.Is(syntax.Call) && (syntax.Last(n.X) == "wait_for" || syntax.Last(n.X) == "timeout" || syntax.Last(n.X) == "sleep" || syntax.Last(n.X) == "After" || syntax.Last(n.X) == "NewTicker" || syntax.Last(n.X) == "wait") || n.Kind == syntax.Keyword && n.Name == "timeout"
			return true
		})
		if timed || !loop.X.Is(syntax.Const) || ending(loop) {
			return true
		}
		syntax.WalkAll(loop.Body, func(n *node) bool {
			if n.Is(syntax.Call) && syntax.Last(n.X) == "get" && len(n.List) == 0 && n.X.Is(syntax.Attr) && words(syntax.Last(n.X.X), "queue", "q", "events", "channel", "subscriber") {
				found = n
			}
			return found == nil
		})
		return found == nil
	})
	return found
}

// ending reports whether a loop can be left: the stream is then one answer, not a subscription.
func ending(loop *node) bool {
	found := false
	syntax.WalkAll(loop.Body, func(n *node) bool {
		found = found || n.Is(syntax.Return) || n.Is(syntax.Simple) && n.Name == "break"
		return !found && !n.Is(syntax.Func)
	})
	return found
}

// pings reports whether a function sends comments or named pings.
func pings(fn *repo.Func) bool {
	return contains(fn.Node, func(n *node) bool {
		lower := strings.ToLower(n.Text)
		return n.Is(syntax.Str) && (strings.HasPrefix(n.Text, ":") && len(n.Text) > 1 || strings.Contains(lower, "ping") || strings.Contains(lower, "heartbeat") || strings.Contains(lower, "keepalive") || strings.Contains(lower, "keep-alive\n"))
	})
}
