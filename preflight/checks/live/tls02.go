package live

import "github.com/ba-assistant/ba-assistant/preflight"

var tls02 = measured(preflight.Rule{
	ID:      "TLS-02",
	Title:   "Plain http is not redirected to https",
	Level:   preflight.Fail,
	Rows:    []string{"P8", "S8", "V8", "D4", "P8w1"},
	Sources: []preflight.Source{preflight.Live},
	Why:     "Passwords, cookies and tokens can be read and changed on the way.",
	Fix:     "Switch on the platform's redirect to https on the same host.",
	Verify:  "curl -sI http://app.example.com/ must show 301 or 308 to https.",
	FixCost: "10 minutes",
	Cost:    preflight.Medium,
	Detect:  "GET http://host/ and every hop after it: a page, a circle, another host, or plain http again.",
	Silent:  "Hosts that refuse plain http, which is as good; addresses on a port of their own; local addresses.",
	Bad:     "GET http://app.example.com/ -> 200",
	Good:    "GET http://app.example.com/ -> 301\nLocation: https://app.example.com/",
	Sourced: "Railway redirects GET with 301 and turns a POST on port 80 into a GET (its documentation of 2026-08-21).",
})
