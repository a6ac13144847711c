package live

import "github.com/ba-assistant/ba-assistant/preflight"

var web08 = measured(preflight.Rule{
	ID:       "WEB-08",
	Title:    "Paths that only the app knows give 404",
	Level:    preflight.Warn,
	Rows:     []string{"P1", "U3"},
	Sources:  []preflight.Source{preflight.Live},
	Why:      "Reloading a page, opening a shared link or coming back from sign-in ends at an error page.",
	Fix:      "Let the host answer unknown paths with index.html (nginx: try_files $uri /index.html; Render: a rewrite rule).",
	Verify:   "Reload the site at a deep link.",
	FixCost:  "15 minutes",
	Cost:     preflight.Low,
	Detect:   "A single-page app is asked for a path that only its router knows, and for the callback path.",
	Silent:   "Apps that keep their paths behind #; sites with pages of their own.",
	Bad:      "GET https://app.example.com/projects/7 -> 404",
	Good:     "GET https://app.example.com/projects/7 -> 200, the app",
	Measures: true,
})
