package question

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var err03 = asked(preflight.Rule{
	ID:      "ERR-03",
	Rows:    []string{"U2", "C10", "U6"},
	Sources: []preflight.Source{preflight.Repo},
	Why:     "Whether words help is judged by people: the provider is down, the rate limit is reached, the login has expired.",
	Detect:  "The application answers requests.",
	Silent:  "Repositories without a server.",
}, "Do the error messages tell people whether to wait, to retry or to sign in again?", func(in *check.Input) (string, bool) {
	if !server(in) {
		return "no server was found", false
	}
	return "Try three: stop the AI provider, use an expired session, exceed a limit.", true
})
