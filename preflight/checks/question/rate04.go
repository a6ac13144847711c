package question

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var rate04 = asked(preflight.Rule{
	ID:      "RATE-04",
	Rows:    []string{"S5", "U7", "P2"},
	Sources: []preflight.Source{preflight.Repo},
	Why:     "The limit is set at the provider, behind your login.",
	Detect:  "The application calls a paid AI provider.",
	Silent:  "Applications without one.",
}, "Has the production key of the AI provider a spending limit?", func(in *check.Input) (string, bool) {
	if name := paidAI(in); name != "" {
		return "The key is " + name + "; without a limit one loop, or one thief, spends without end.", true
	}
	return "no paid AI provider was found", false
})
