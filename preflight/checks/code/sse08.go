package code

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var sse08 = check.Check{
	Rule: preflight.Rule{
		ID:      "SSE-08",
		Title:   "A blocking call stops the event loop",
		Level:   preflight.Warn,
		Rows:    []string{"T4", "P9"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "While one user's call waits, nobody else gets an answer, and running streams stand still.",
		Fix:     "Use the asynchronous client, or wrap the call in asyncio.to_thread; or declare the route with def, so that it runs in a thread.",
		Verify:  "Start a slow request and call the health route at the same time: it must answer at once.",
		FixCost: "30 minutes",
		Cost:    preflight.Low,
		Detect:  "An async function of a route or a stream calls time.sleep, requests, a synchronous model client, bcrypt or subprocess.run directly.",
		Silent:  "def routes (they run in a thread), calls inside to_thread or run_in_executor, code of start-up.",
		Bad:     "-- main.py --\nimport time\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.get('/slow')\nasync def slow():\n    time.sleep(5)\n    return {}\n",
		Good:    "-- main.py --\nimport asyncio\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.get('/slow')\nasync def slow():\n    await asyncio.sleep(5)\n    return {}\n",
	},
	Run: runSSE08,
}

var blocking = map[string]string{
	"time.sleep": "time.sleep", "requests.get": "requests", "requests.post": "requests", "requests.put": "requests", "requests.delete": "requests", "requests.request": "requests",
	"requests.Session().get": "requests", "requests.Session().post": "requests", "urllib.request.urlopen": "urllib", "httpx.get": "httpx without a client", "httpx.post": "httpx without a client",
	"subprocess.run": "subprocess.run", "subprocess.check_output": "subprocess.check_output", "bcrypt.hashpw": "bcrypt", "bcrypt.checkpw": "bcrypt",
	"openai.OpenAI().chat.completions.create": "the synchronous OpenAI client", "anthropic.Anthropic().messages.create": "the synchronous Anthropic client", "anthropic.Anthropic().messages.stream": "the synchronous Anthropic client",
	"openai.ChatCompletion.create": "the synchronous OpenAI client", "smtplib.SMTP().sendmail": "smtplib", "smtplib.SMTP().send_message": "smtplib", "os.system": "os.system",
}

func runSSE08(_ context.Context, in *check.Input) preflight.Outcome {
	streaming := map[*repo.Func]bool{}
	for _, st := range streams(in) {
		streaming[st.source], streaming[st.fn] = true, true
	}
	var routes, events []preflight.Evidence
	eachCall(in, func(m *repo.Module, s *repo.Site, last string) {
		fn := s.Scope.Enclosing()
		if m.File.Lang != repo.Python || fn == nil || !fn.Node.Has(syntax.Async) {
			return
		}
		what := blocking[callName(in, s)]
		if what == "" || handedOver(s) {
			return
		}
		switch {
		case streaming[fn]:
			events = append(events, here(in, s, what))
		case routeFunc(in, fn) != nil:
			routes = append(routes, here(in, s, what))
		}
	})
	var findings []preflight.Finding
	if len(events) > 0 {
		findings = append(findings, preflight.Finding{Level: preflight.Warn, Key: "stream", Evidence: first(events, 5), Detail: "The stream itself waits in a blocking call."})
	}
	if len(routes) > 0 {
		findings = append(findings, preflight.Finding{Level: preflight.Warn, Key: "route", Rows: []string{"T4"}, Evidence: first(routes, 5), Detail: count(len(routes), "blocking call") + " in async routes."})
	}
	return preflight.Found(findings...)
}

func first(list []preflight.Evidence, n int) []preflight.Evidence { return list[:min(n, len(list))] }

// handedOver reports whether a call is the argument of something that runs it elsewhere.
func handedOver(s *repo.Site) bool {
	return s.Parent.Is(syntax.Call) && strings.Contains(syntax.Last(s.Parent.X), "thread")
}
