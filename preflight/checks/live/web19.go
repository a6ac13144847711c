package live

import "github.com/ba-assistant/ba-assistant/preflight"

var web19 = measured(preflight.Rule{
	ID:      "WEB-19",
	Title:   "Source maps are published",
	Level:   preflight.Info,
	Rows:    []string{"P5w4"},
	Sources: []preflight.Source{preflight.Live},
	Why:     "Everybody can read the front end's source as it was written.",
	Fix:     "Upload the maps to the error service instead, or leave them out of the build.",
	Verify:  "curl -sI the script's address with .map at the end.",
	FixCost: "30 minutes",
	Cost:    preflight.Low,
	Detect:  "The maps that scripts name, and main.dart.js.map, answer with a source map.",
	Silent:  "Hosts that answer their page to every path.",
	Bad:     "GET /main.dart.js.map -> 200 {\"version\":3,\"sources\":[...",
	Good:    "GET /main.dart.js.map -> 404",
})
