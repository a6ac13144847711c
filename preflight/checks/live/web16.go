package live

import "github.com/ba-assistant/ba-assistant/preflight"

var web16 = measured(preflight.Rule{
	ID:       "WEB-16",
	Title:    "Assets come from the application's own server without a cache in front",
	Level:    preflight.Info,
	Rows:     []string{"T6"},
	Sources:  []preflight.Source{preflight.Live},
	Why:      "Every visitor loads every file from one machine, also from the other side of the world.",
	Fix:      "Let a CDN or the platform's static hosting serve them, when there are many visitors.",
	Verify:   "curl -sI an asset and look for age, x-cache or cf-cache-status.",
	FixCost:  "2 hours",
	Cost:     preflight.Low,
	Detect:   "Headers of a cache (age, via, x-cache, cf-cache-status) are absent on the scripts.",
	Silent:   "Small pilots need none, so it is information.",
	Bad:      "GET /assets/index.js -> server: uvicorn",
	Good:     "GET /assets/index.js -> cf-cache-status: HIT",
	Measures: true,
})
