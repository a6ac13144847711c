package live

import "github.com/ba-assistant/ba-assistant/preflight"

var log04 = measured(preflight.Rule{
	ID:      "LOG-04",
	Title:   "Diagnostic routes answer strangers",
	Level:   preflight.Fail,
	Rows:    []string{"S4", "C10"},
	Sources: []preflight.Source{preflight.Live},
	Why:     "Anybody can read logs and settings, or reset the data.",
	Fix:     "Remove the routes from the deployment, or put them behind an administrator's login.",
	Verify:  "Ask for the route without signing in: it must be 404 or 401.",
	FixCost: "30 minutes",
	Cost:    preflight.High,
	Detect:  "Routes such as /debug, /api/env, /logs, /test-db, /actuator/env are asked by GET and answer with content of that kind, while a random path does not.",
	Silent:  "Hosts that answer their page to every path.",
	Bad:     "GET /debug/config -> 200 {\"DATABASE_URL\": ...}",
	Good:    "GET /debug/config -> 404",
})
