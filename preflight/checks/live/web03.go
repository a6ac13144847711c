package live

import "github.com/ba-assistant/ba-assistant/preflight"

var web03 = measured(preflight.Rule{
	ID:       "WEB-03",
	Title:    "The page comes from a development server",
	Level:    preflight.Fail,
	Rows:     []string{"P5", "P10"},
	Sources:  []preflight.Source{preflight.Live},
	Why:      "The page is slow, shows the source to everybody, and stops when the server meets an error.",
	Fix:      "Build the front end and serve the output as files.",
	Verify:   "View the source of the page: no @vite/client, webpack-dev-server or the like.",
	FixCost:  "1 hour",
	Cost:     preflight.Low,
	Detect:   "The page or its scripts carry the marks of a development server.",
	Silent:   "Release pages.",
	Bad:      "<script type=\"module\" src=\"/@vite/client\"></script>",
	Good:     "<script type=\"module\" src=\"/assets/index-3f9c1a.js\"></script>",
	Measures: true,
})
