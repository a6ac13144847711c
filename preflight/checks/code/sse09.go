package code

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var sse09 = check.Check{
	Rule: preflight.Rule{
		ID:      "SSE-09",
		Title:   "An error in the middle of a stream is not told to the client",
		Level:   preflight.Warn,
		Rows:    []string{"U6", "U2", "C10"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "The answer just stops; the user does not know whether it is finished or whether trying again helps.",
		Fix:     "Catch errors inside the generator and yield an event of type error with a message for the user.",
		Verify:  "Break the connection to the provider during an answer: the page must say so.",
		FixCost: "30 minutes",
		Cost:    preflight.Low,
		Detect:  "The generator of an event stream awaits something that may fail and has no try, and neither has the function that it passes events on from.",
		Silent:  "Generators with a handler, generators that could not be followed, streams without calls.",
		Bad:     "-- main.py --\nfrom fastapi import FastAPI\nfrom fastapi.responses import StreamingResponse\nfrom openai import AsyncOpenAI\napp = FastAPI()\nclient = AsyncOpenAI()\nasync def events():\n    answer = await client.chat.completions.create(model='m', messages=[], stream=True)\n    async for part in answer:\n        yield f'data: {part}\\n\\n'\n@app.get('/stream')\nasync def stream():\n    return StreamingResponse(events(), media_type='text/event-stream', headers={'X-Accel-Buffering': 'no'})\n",
		Good:    "-- main.py --\nfrom fastapi import FastAPI\nfrom fastapi.responses import StreamingResponse\nfrom openai import AsyncOpenAI\napp = FastAPI()\nclient = AsyncOpenAI()\nasync def events():\n    try:\n        answer = await client.chat.completions.create(model='m', messages=[], stream=True)\n        async for part in answer:\n            yield f'data: {part}\\n\\n'\n    except Exception:\n        yield 'event: error\\ndata: try again\\n\\n'\n@app.get('/stream')\nasync def stream():\n    return StreamingResponse(events(), media_type='text/event-stream', headers={'X-Accel-Buffering': 'no'})\n",
	},
	Run: runSSE09,
}

func runSSE09(_ context.Context, in *check.Input) preflight.Outcome {
	all := streams(in)
	if len(all) == 0 {
		return preflight.NotApplicable("the code sends no event streams")
	}
	var findings []preflight.Finding
	seen := map[*repo.Func]bool{}
	for _, st := range all {
		fn := st.source
		if fn == nil || seen[fn] || fn.Scope.Mod.File.Lang != repo.Python {
			continue
		}
		seen[fn] = true
		if mayFail(in, fn) && !catches(in, fn, 0) {
			findings = append(findings, preflight.Finding{Level: preflight.Warn, Evidence: []preflight.Evidence{at(in, fn.Scope.Mod.File.Path, int(fn.Node.Line), "no handler in the generator"), here(in, st.site, "the stream")}})
		}
	}
	return preflight.Found(findings...)
}

// mayFail reports whether a generator asks a model, a network or another generator.
func mayFail(in *check.Input, fn *repo.Func) bool {
	for _, s := range fn.Scope.Mod.Calls {
		if s.Scope.Enclosing() == fn && (modelCall(in, s) || words(syntax.Last(s.Node.X), "stream", "astream", "request", "invoke", "generate")) {
			return true
		}
	}
	return false
}

// catches reports whether a generator, or one that it takes its events from, has a handler.
func catches(in *check.Input, fn *repo.Func, depth int) bool {
	if contains(fn.Node, func(n *node) bool { return n.Is(syntax.Handler) }) {
		return true
	}
	if depth > 2 {
		return true
	}
	for _, s := range fn.Scope.Mod.Calls {
		if s.Scope.Enclosing() != fn {
			continue
		}
		if v := in.Code.Value(s.Node.X, s.Scope); v.Kind == repo.Function && v.Func != nil && v.Func != fn && catches(in, v.Func, depth+1) {
			return true
		}
	}
	return false
}
