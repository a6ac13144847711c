package question

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var auth15 = asked(preflight.Rule{
	ID:      "AUTH-15",
	Rows:    []string{"U3"},
	Sources: []preflight.Source{preflight.Repo},
	Why:     "A button that shows nothing for two seconds gets pressed again; whether the page tells is seen by looking at it.",
	Detect:  "The application signs people in with a provider.",
	Silent:  "Applications without such a sign-in.",
}, "Does the login page say at once that it is contacting the provider?", func(in *check.Input) (string, bool) {
	if how := signsIn(in); how != "" {
		return "People sign in with a provider (" + how + ").", true
	}
	return "no sign-in with a provider was found", false
})
