package live

import "github.com/ba-assistant/ba-assistant/preflight"

var hlt03 = measured(preflight.Rule{
	ID:       "HLT-03",
	Title:    "The health route reports trouble with status 200",
	Level:    preflight.Info,
	Rows:     []string{"C9"},
	Sources:  []preflight.Source{preflight.Live},
	Why:      "The platform reads the status only: it keeps sending people to a broken instance.",
	Fix:      "Answer 503 when something that users need is down.",
	Verify:   "Stop the database and ask for the health route: it must not be 200.",
	FixCost:  "30 minutes",
	Cost:     preflight.Low,
	Detect:   "The health route answers 200 and its body says that something is down, degraded or failed.",
	Silent:   "Bodies that report nothing bad.",
	Bad:      "GET /health -> 200 {\"status\": \"ok\", \"database\": \"disconnected\"}",
	Good:     "GET /health -> 503 {\"status\": \"unavailable\", \"database\": \"disconnected\"}",
	Measures: true,
})
