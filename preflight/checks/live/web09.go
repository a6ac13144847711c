package live

import "github.com/ba-assistant/ba-assistant/preflight"

var web09 = measured(preflight.Rule{
	ID:      "WEB-09",
	Title:   "The scripts that browsers get name the developer's machine",
	Level:   preflight.Warn,
	Rows:    []string{"P1", "P10"},
	Sources: []preflight.Source{preflight.Live},
	Why:     "Every call of the front end goes to the visitor's own machine, and fails.",
	Fix:     "Give the build the public address of the API (VITE_API_URL, --dart-define=API_BASE_URL=...), and build again.",
	Verify:  "Search the downloaded scripts for localhost.",
	FixCost: "15 minutes",
	Cost:    preflight.Low,
	Detect:  "The scripts of the page contain http://localhost or 127.0.0.1 with a port as an address.",
	Silent:  "Text in messages; development helpers that are switched off. A bundle may also hold it as a default that is not used, so it is a warning.",
	Bad:     "index-3f9c1a.js contains \"http://localhost:8000/api\"",
	Good:    "index-3f9c1a.js contains \"https://api.example.com\"",
})
