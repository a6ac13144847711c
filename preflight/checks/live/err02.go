package live

import "github.com/ba-assistant/ba-assistant/preflight"

var err02 = measured(preflight.Rule{
	ID:       "ERR-02",
	Title:    "Error answers show the inside of the application",
	Level:    preflight.Warn,
	Rows:     []string{"C10", "U2"},
	Sources:  []preflight.Source{preflight.Live},
	Why:      "Stack traces tell attackers what runs where; users of the API get pages that their program cannot read.",
	Fix:      "Switch debug mode off and answer errors as JSON with a code and a sentence for people.",
	Verify:   "curl -si https://api.example.com/does-not-exist",
	FixCost:  "1 hour",
	Cost:     preflight.Medium,
	Detect:   "A path that does not exist, a method that is not allowed and a broken parameter are asked for; stack traces and the debug pages of frameworks are recognised, and HTML from an API.",
	Silent:   "Plain error pages.",
	Bad:      "GET /api/%ff -> 500 Traceback (most recent call last): ...",
	Good:     "GET /api/%ff -> 400 {\"title\": \"The address is not valid.\"}",
	Measures: true,
})
