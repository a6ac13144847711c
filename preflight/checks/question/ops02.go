package question

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var ops02 = asked(preflight.Rule{
	ID:      "OPS-02",
	Rows:    []string{"V1", "P1", "C1"},
	Sources: []preflight.Source{preflight.Repo},
	Why:     "A real account of a real person is needed.",
	Detect:  "The application signs people in with a provider.",
	Silent:  "Applications without such a sign-in.",
}, "Has somebody signed in on the production domain with a fresh browser profile?", func(in *check.Input) (string, bool) {
	if how := signsIn(in); how != "" {
		return "Use a private window: an old session hides a broken sign-in.", true
	}
	return "no sign-in with a provider was found", false
})
