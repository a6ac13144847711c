package live

import "github.com/ba-assistant/ba-assistant/preflight"

var cors09 = measured(preflight.Rule{
	ID:      "CORS-09",
	Title:   "Browsers refuse the front end at the API",
	Level:   preflight.Fail,
	Rows:    []string{"P4", "C2", "V4", "R4", "P4w1", "P4w2", "P4w3"},
	Sources: []preflight.Source{preflight.Live},
	Why:     "The page loads, and nothing in it works: every call to the API fails in the browser.",
	Fix:     "Add the front end's exact origin (scheme, host, port, no slash) to the allowed origins of the API and deploy it.",
	Verify:  "Open the site, open the developer tools, and look for CORS errors in the console.",
	FixCost: "5 minutes",
	Cost:    preflight.Low,
	Detect:  "OPTIONS requests as a browser sends them, from the front end's origin, on the sign-in route, an API route and a stream: status, origin, method, headers and credentials of the answer are compared with what a browser demands.",
	Silent:  "Front end and API on one origin; paths that do not exist.",
	Bad:     "OPTIONS https://api.example.com/api/projects -> 400 Disallowed CORS origin",
	Good:    "OPTIONS https://api.example.com/api/projects -> 200\nAccess-Control-Allow-Origin: https://app.example.com",
})
