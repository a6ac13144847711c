package live

import "github.com/ba-assistant/ba-assistant/preflight"

var cors07 = measured(preflight.Rule{
	ID:       "CORS-07",
	Title:    "The pattern of allowed origins lets strangers in",
	Level:    preflight.Fail,
	Rows:     []string{"S7"},
	Sources:  []preflight.Source{preflight.Live},
	Why:      "Anybody who registers a matching name can read the data of signed-in users.",
	Fix:      "Anchor the pattern and escape its dots: ^https://app\\.example\\.com$",
	Verify:   "curl -si -H \"Origin: https://app.example.com.evil.example\" https://api.example.com/ | grep -i access-control",
	FixCost:  "15 minutes",
	Cost:     preflight.High,
	Detect:   "Origins that only look like the allowed one (another ending, a prefix, a dot replaced) are let in with credentials, while a stranger is not.",
	Silent:   "Patterns that refuse all look-alikes.",
	Bad:      "Origin: https://app.example.com.unrelated.example\nAccess-Control-Allow-Origin: https://app.example.com.unrelated.example",
	Good:     "Origin: https://app.example.com.unrelated.example\n(no Access-Control-Allow-Origin)",
	Measures: true,
})
