package question

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var ops06 = asked(preflight.Rule{
	ID:      "OPS-06",
	Rows:    []string{"C12", "R3", "G3"},
	Sources: []preflight.Source{preflight.Repo},
	Why:     "Backups are in a dashboard or on another machine.",
	Detect:  "The application keeps data.",
	Silent:  "Applications without a database.",
}, "When was the last backup made, and when was one restored for a try?", func(in *check.Input) (string, bool) {
	if len(in.Code.Databases()) == 0 && len(in.Deploy.Databases) == 0 {
		return "no database was found", false
	}
	return "A backup counts when a restore was rehearsed.", true
})
