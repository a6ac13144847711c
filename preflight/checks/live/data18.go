package live

import "github.com/ba-assistant/ba-assistant/preflight"

var data18 = measured(preflight.Rule{
	ID:      "DATA-18",
	Title:   "Data does not survive a redeploy",
	Level:   preflight.Fail,
	Rows:    []string{"P3", "V3", "C4", "P3w4", "P3w1"},
	Sources: []preflight.Source{preflight.Live},
	Why:     "Everything that people made is gone after the next deployment.",
	Fix:     "Put the database on a volume that is mounted where it writes, or use a managed database; then repeat the test.",
	Verify:  "preflight URL --canary write --canary-record PATH, redeploy, preflight URL --canary check",
	FixCost: "1 hour",
	Cost:    preflight.Critical,
	Detect:  "A record that you made is asked for and a salted hash of it kept; after a redeploy it is asked for again. The boot marks of the application (start time, build) must have changed, or no redeploy was seen.",
	Silent:  "Records that others may change: choose a field.",
	Bad:     "GET /api/notes/1 -> 200 before the redeploy, 404 after it",
	Good:    "GET /api/notes/1 -> the same note after the redeploy",
})
