package live

import "github.com/ba-assistant/ba-assistant/preflight"

var tls03 = measured(preflight.Rule{
	ID:       "TLS-03",
	Title:    "Browsers are not told to use https only (HSTS)",
	Level:    preflight.Warn,
	Rows:     []string{"P8", "S8", "D4"},
	Sources:  []preflight.Source{preflight.Live},
	Why:      "The first visit of everybody, and every visit by an old link, can be intercepted.",
	Fix:      "Send Strict-Transport-Security: max-age=300 for a week, then max-age=31536000. Leave preload out.",
	Verify:   "curl -sI https://app.example.com/ | grep -i strict-transport-security",
	FixCost:  "10 minutes",
	Cost:     preflight.Low,
	Detect:   "The Strict-Transport-Security header of the https answer: absent, unreadable, zero or short.",
	Silent:   "Top-level domains that browsers never open without https; local addresses.",
	Bad:      "GET https://app.example.com/ -> 200 without Strict-Transport-Security",
	Good:     "Strict-Transport-Security: max-age=31536000",
	Sourced:  "RFC 6797, sections 6.1.1 and 7.2.",
	Measures: true,
})
