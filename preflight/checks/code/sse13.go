package code

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var sse13 = check.Check{
	Rule: preflight.Rule{
		ID:      "SSE-13",
		Title:   "Every message opens a stream that nothing closes",
		Level:   preflight.Info,
		Rows:    []string{"T7"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "A browser allows six connections to a host over HTTP/1.1: after a few messages the page hangs.",
		Fix:     "Keep one EventSource for each page, and close it when the answer has ended.",
		Verify:  "Send ten messages and look at the network tab: one open stream at most.",
		Detect:  "Client code makes an EventSource in a module where nothing is closed.",
		Silent:  "A call of close(), streams by POST and fetch: one request for each answer is right.",
		Bad:     sseClient + "export function send(text) {\n  const source = new EventSource('/chat?m=' + text);\n  source.onmessage = (e) => console.log(e.data);\n}\nsend('a');\n",
		Good:    sseClient + "export function send(text) {\n  const source = new EventSource('/chat?m=' + text);\n  source.onmessage = (e) => { if (e.data === 'end') source.close(); };\n}\nsend('a');\n",
	},
	Run: runSSE13,
}

const sseClient = "-- package.json --\n{\"dependencies\": {\"react\": \"18\", \"react-dom\": \"18\", \"vite\": \"5\"}}\n-- src/main.jsx --\nimport { createRoot } from 'react-dom/client';\ncreateRoot(document.body).render(null);\n"

func runSSE13(_ context.Context, in *check.Input) preflight.Outcome {
	seen := false
	var evidence []preflight.Evidence
	eachCall(in, func(m *repo.Module, s *repo.Site, last string) {
		if last != "EventSource" || m.File.Lang != repo.Script || !clientSide(in, m) {
			return
		}
		seen = true
		if s.Scope.Enclosing() != nil && !contains(m.Tree, func(n *node) bool { return n.Is(syntax.Call) && syntax.Last(n.X) == "close" }) {
			evidence = append(evidence, here(in, s, "opened, never closed"))
		}
	})
	switch {
	case !seen:
		return preflight.NotApplicable("no client opens an EventSource")
	case len(evidence) == 0:
		return preflight.Pass("every stream is closed")
	}
	return preflight.Found(preflight.Finding{Level: preflight.Info, Evidence: first(evidence, 3)})
}
