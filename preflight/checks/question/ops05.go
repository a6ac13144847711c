package question

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var ops05 = asked(preflight.Rule{
	ID:      "OPS-05",
	Rows:    []string{"D3"},
	Sources: []preflight.Source{preflight.Repo},
	Why:     "One instance with a volume stops before its successor starts; whether that matters is for you to say.",
	Detect:  "A path has a volume of its platform.",
	Silent:  "Paths without volumes.",
}, "Is a short pause at each deployment acceptable?", func(in *check.Input) (string, bool) {
	if list := volumes(in); len(list) > 0 {
		return list[0].Name + " has a volume: the platform stops the old instance first.", true
	}
	return "no path has a volume of its platform", false
})
