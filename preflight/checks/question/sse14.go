package question

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var sse14 = asked(preflight.Rule{
	ID:      "SSE-14",
	Rows:    []string{"U1"},
	Sources: []preflight.Source{preflight.Repo},
	Why:     "How it looks without a network is seen by switching the network off.",
	Detect:  "The application uses event streams.",
	Silent:  "Applications without streams.",
}, "Does the page say when the connection is lost, and keep what was typed?", func(in *check.Input) (string, bool) {
	file := streams(in)
	if file == "" {
		return "no event stream was found", false
	}
	if mentions(in, "onerror", "reconnect", "Reconnect", "navigator.onLine", "connectivity_plus") == "" {
		return "The code names no error handler and no reconnection (" + file + ").", true
	}
	return "There is code for lost connections; try it in the developer tools (offline).", true
})
