package question

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var data19 = asked(preflight.Rule{
	ID:      "DATA-19",
	Rows:    []string{"G3"},
	Sources: []preflight.Source{preflight.Repo},
	Why:     "It is a matter of people and of rights in the dashboard.",
	Detect:  "A path has a volume of its platform.",
	Silent:  "Paths without volumes.",
}, "Does everybody who may delete the service know that its volume goes with it?", func(in *check.Input) (string, bool) {
	if list := volumes(in); len(list) > 0 {
		return list[0].Name + " has one. Railway keeps a deleted volume for 48 hours, restorable by a mailed link (its documentation of 21 August 2026).", true
	}
	return "no path has a volume of its platform", false
})
