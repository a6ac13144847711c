package question

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var ops07 = asked(preflight.Rule{
	ID:      "OPS-07",
	Rows:    []string{"P2", "C11"},
	Sources: []preflight.Source{preflight.Repo},
	Why:     "They are settings of the platform.",
	Detect:  "The application is deployed as a service.",
	Silent:  "Repositories without a server.",
}, "Are the audit log of the platform and alerts for errors switched on?", func(in *check.Input) (string, bool) {
	if !server(in) {
		return "no server was found", false
	}
	return "Without them a leak or an outage is reported by users.", true
})
