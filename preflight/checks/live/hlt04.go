package live

import "github.com/ba-assistant/ba-assistant/preflight"

var hlt04 = measured(preflight.Rule{
	ID:      "HLT-04",
	Title:   "The health route tells strangers about the configuration",
	Level:   preflight.Fail,
	Rows:    []string{"C9", "S4"},
	Sources: []preflight.Source{preflight.Live},
	Why:     "Anybody can read how the deployment is set up, sometimes with its passwords.",
	Fix:     "Answer only what a platform needs: ok or not. Rotate what was shown.",
	Verify:  "Ask for the health route without signing in.",
	FixCost: "30 minutes",
	Cost:    preflight.High,
	Detect:  "The body of the health route holds names of settings with values, connection strings, or keys.",
	Silent:  "Booleans, versions, timings.",
	Bad:     "GET /health -> 200 {\"database_url\": \"postgresql://app:...@db/app\"}",
	Good:    "GET /health -> 200 {\"status\": \"ok\", \"database\": true}",
})
