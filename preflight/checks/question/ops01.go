package question

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var ops01 = asked(preflight.Rule{
	ID:      "OPS-01",
	Rows:    []string{"P1", "G1", "C8", "R1", "V1"},
	Sources: []preflight.Source{preflight.Repo},
	Why:     "The provider's console is behind your login.",
	Detect:  "The application signs people in with a provider.",
	Silent:  "Applications without such a sign-in.",
}, "Are the https redirect URIs registered in a separate production client, and localhost in none of it?", func(in *check.Input) (string, bool) {
	if how := signsIn(in); how != "" {
		return "People sign in with a provider (" + how + "). preflight URL prints the URI to register.", true
	}
	return "no sign-in with a provider was found", false
})
