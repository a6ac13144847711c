package live

import "github.com/ba-assistant/ba-assistant/preflight"

var web13 = measured(preflight.Rule{
	ID:       "WEB-13",
	Title:    "Fonts are fetched from another host at run time",
	Level:    preflight.Info,
	Rows:     []string{"G6", "P5w3"},
	Sources:  []preflight.Source{preflight.Live},
	Why:      "Where that host is blocked or slow, text appears late or as boxes.",
	Fix:      "Bundle the fonts with the application, or name a system font as the fallback.",
	Verify:   "Block fonts.gstatic.com in the developer tools and reload.",
	FixCost:  "1 hour",
	Cost:     preflight.Low,
	Detect:   "The page or its scripts name a host of web fonts.",
	Silent:   "Fonts of the own host.",
	Bad:      "main.dart.js fetches https://fonts.gstatic.com/...",
	Good:     "/assets/fonts/Roboto.woff2",
	Measures: true,
})
