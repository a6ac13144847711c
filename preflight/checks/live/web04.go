package live

import "github.com/ba-assistant/ba-assistant/preflight"

var web04 = measured(preflight.Rule{
	ID:      "WEB-04",
	Title:   "The page is a Flutter debug or profile build",
	Level:   preflight.Fail,
	Rows:    []string{"P5", "C6", "V5", "P5w4", "P5w5"},
	Sources: []preflight.Source{preflight.Live},
	Why:     "The first screen takes many seconds and megabytes, and the source is readable.",
	Fix:     "Deploy the output of flutter build web (release is its default).",
	Verify:  "main.dart.js must be one large minified file.",
	FixCost: "30 minutes",
	Cost:    preflight.Low,
	Detect:  "main.dart.js is the small bootstrap of a debug build (it names ddc_module_loader.js, require.js or dwds), or debug modules answer with a JavaScript type; readable function names in a large one are a profile build.",
	Silent:  "Pages that are not Flutter; hosts that answer their page to every path: the content type must be JavaScript.",
	Bad:     "main.dart.js (4 kB) names ddc_module_loader.js",
	Good:    "main.dart.js (2.1 MB), minified",
	Sourced: "Names as in flutter_tools, read in 2026.",
})
