package question

import (
	"fmt"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var ops04 = asked(preflight.Rule{
	ID:      "OPS-04",
	Rows:    []string{"P7", "D3", "V7", "R7"},
	Sources: []preflight.Source{preflight.Repo},
	Why:     "A dashboard can raise the number of instances with one click.",
	Detect:  "The application is deployed as a service.",
	Silent:  "Repositories without a server.",
}, "Is the limit to one instance written down, with the step that comes before a second one?", func(in *check.Input) (string, bool) {
	if !server(in) {
		return "no server was found", false
	}
	for _, p := range in.Paths() {
		if n, known := p.Processes(); known && n > 1 {
			return fmt.Sprintf("%s runs %d processes already.", p.Name, n), true
		}
	}
	return "Before a second instance: sign-in state, sessions, limits and files must be shared.", true
})
