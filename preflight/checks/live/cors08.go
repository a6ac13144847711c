package live

import "github.com/ba-assistant/ba-assistant/preflight"

var cors08 = measured(preflight.Rule{
	ID:       "CORS-08",
	Title:    "Error answers leave without CORS headers",
	Level:    preflight.Info,
	Rows:     []string{"G8", "C10", "P4w2"},
	Sources:  []preflight.Source{preflight.Live},
	Why:      "The browser's console blames CORS for every error, so people look in the wrong place.",
	Fix:      "Let the CORS layer be the outermost one: add it last in Starlette, first in Express.",
	Verify:   "curl -si -H \"Origin: https://app.example.com\" https://api.example.com/does-not-exist | grep -i access-control",
	FixCost:  "15 minutes",
	Cost:     preflight.Low,
	Detect:   "Answers with 404, 405, 422 or 500 to an allowed origin lack Access-Control-Allow-Origin.",
	Silent:   "Front end and API on one origin.",
	Bad:      "GET /api/missing -> 404 without Access-Control-Allow-Origin",
	Good:     "GET /api/missing -> 404\nAccess-Control-Allow-Origin: https://app.example.com",
	Measures: true,
})
