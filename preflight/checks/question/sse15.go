package question

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var sse15 = asked(preflight.Rule{
	ID:      "SSE-15",
	Rows:    []string{"U7", "T3"},
	Sources: []preflight.Source{preflight.Repo},
	Why:     "What people get to see is a matter of the interface; limits may also be at the provider.",
	Detect:  "The application calls a paid AI provider.",
	Silent:  "Applications without one.",
}, "Is there a warning before the token budget is used up, and a clear end when it is?", func(in *check.Input) (string, bool) {
	name := paidAI(in)
	if name == "" {
		return "no paid AI provider was found", false
	}
	if mentions(in, "budget", "Budget", "quota", "Quota", "token_limit") == "" {
		return "The code of " + name + " names neither budget nor quota.", true
	}
	return "The code names a budget: does the page warn at 80 % and stop at 100 %?", true
})
