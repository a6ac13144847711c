package live

import "github.com/ba-assistant/ba-assistant/preflight"

var hlt05 = measured(preflight.Rule{
	ID:      "HLT-05",
	Title:   "The health route does not answer as a platform expects",
	Level:   preflight.Fail,
	Rows:    []string{"C9", "V10", "P10w1"},
	Sources: []preflight.Source{preflight.Live},
	Why:     "The platform takes the deployment for broken, or never notices when it is.",
	Fix:     "Answer 200 within a second when everything that users need is there, 503 when not, without login and redirect.",
	Verify:  "curl -si https://api.example.com/health",
	FixCost: "30 minutes",
	Cost:    preflight.Medium,
	Detect:  "The health route (given, found in the OpenAPI document, or under its usual names) is asked: status, time, kind of answer.",
	Silent:  "Static sites without a back end; a route that asks for a login is a question.",
	Bad:     "GET /health -> 503 {\"status\": \"not ready\", \"missing\": [\"GOOGLE_CLIENT_ID\"]}",
	Good:    "GET /health -> 200 {\"status\": \"ok\"}",
})
