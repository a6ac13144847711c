package question

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var data10 = asked(preflight.Rule{
	ID:      "DATA-10",
	Rows:    []string{"D1", "D3", "T1"},
	Sources: []preflight.Source{preflight.Repo},
	Why:     "One database file serves about five people who write; only you know how many there will be.",
	Detect:  "A deployed program keeps its data in a SQLite file.",
	Silent:  "Other databases.",
}, "How many people will use it at the same time?", func(in *check.Input) (string, bool) {
	for _, d := range in.Code.Databases() {
		if d.Reachable && !d.Gated && d.Kind == "sqlite" {
			return "The data is in a SQLite file (" + d.File + "). Above ten people move to PostgreSQL first.", true
		}
	}
	return "no SQLite database was found in the code that is deployed", false
})
