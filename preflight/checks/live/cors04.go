package live

import "github.com/ba-assistant/ba-assistant/preflight"

var cors04 = measured(preflight.Rule{
	ID:       "CORS-04",
	Title:    "Any website may read answers, without cookies",
	Level:    preflight.Info,
	Rows:     []string{"S7"},
	Sources:  []preflight.Source{preflight.Live},
	Why:      "Right for a public API; with bearer tokens it lets any page try tokens that it has.",
	Fix:      "List the origins, unless the API is meant for everybody.",
	Verify:   "curl -si -H \"Origin: https://evil.example\" https://api.example.com/ | grep -i access-control",
	FixCost:  "15 minutes",
	Cost:     preflight.Low,
	Detect:   "A stranger's origin, or *, is allowed without credentials.",
	Silent:   "Hosts that answer no cross-origin request.",
	Bad:      "Access-Control-Allow-Origin: *",
	Good:     "Access-Control-Allow-Origin: https://app.example.com",
	Measures: true,
})
