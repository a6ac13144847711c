package live

import "github.com/ba-assistant/ba-assistant/preflight"

var web05 = measured(preflight.Rule{
	ID:      "WEB-05",
	Title:   "The first load is too big, not compressed, or cached wrongly",
	Level:   preflight.Fail,
	Rows:    []string{"T5", "P5", "V5", "P5w2", "P5w1", "U5", "C6"},
	Sources: []preflight.Source{preflight.Live},
	Why:     "On a phone people wait many seconds at a blank page, at every visit.",
	Fix:     "Release build, compression (br or gzip), images as WebP, hashed names with a long cache, and no long cache on names without a hash.",
	Verify:  "Open the network tab without cache and read the transferred size.",
	FixCost: "2 hours",
	Cost:    preflight.Low,
	Detect:  "The scripts, styles and WebAssembly that the entry page loads are fetched and counted as transferred: above 3 MB a warning, above 6 MB a fail; missing compression; cache headers that keep an old version after a deploy.",
	Silent:  "CanvasKit and Skwasm are listed apart; the size of the build folder, which is not what is transferred.",
	Bad:     "main.dart.js: 7.4 MB transferred, no compression",
	Good:    "main.dart.js: 640 kB transferred (br)",
	Sourced: "The 3 MB and 6 MB limits are those of the study.",
})
