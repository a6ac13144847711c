package live

import "github.com/ba-assistant/ba-assistant/preflight"

var web12 = measured(preflight.Rule{
	ID:       "WEB-12",
	Title:    "The https page loads or calls plain http",
	Level:    preflight.Fail,
	Rows:     []string{"P8"},
	Sources:  []preflight.Source{preflight.Live},
	Why:      "Browsers block it: parts of the page are missing, or nothing works.",
	Fix:      "Write https:// (or a path without a host) in the front end's configuration, and build again.",
	Verify:   "Open the console: no mixed content warnings.",
	FixCost:  "15 minutes",
	Cost:     preflight.Low,
	Detect:   "Sub-resources and API addresses with http:// in an https page and its scripts.",
	Silent:   "Namespaces, licences, local addresses, links that people click.",
	Bad:      "<script src=\"http://cdn.example.com/app.js\">",
	Good:     "<script src=\"https://cdn.example.com/app.js\">",
	Measures: true,
})
