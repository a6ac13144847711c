package live

import "github.com/ba-assistant/ba-assistant/preflight"

var tls04 = measured(preflight.Rule{
	ID:      "TLS-04",
	Title:   "Names or addresses of the site do not answer",
	Level:   preflight.Fail,
	Rows:    []string{"P8", "C3", "G5", "R8", "P8w5"},
	Sources: []preflight.Source{preflight.Live},
	Why:     "Some people reach the site and others do not, and no certificate can be issued.",
	Fix:     "Delete the A or AAAA record that does not answer, point the rest at the platform, then ask it for the certificate again.",
	Verify:  "dig +short A app.example.com; dig +short AAAA app.example.com",
	FixCost: "30 minutes",
	Cost:    preflight.Medium,
	Detect:  "The name is resolved and a connection is made to each of its addresses, of both families.",
	Silent:  "Addresses that cannot be tried from this network; a name that does not resolve is not determined, since it may be this network that lacks it.",
	Bad:     "2001:db8::7: refuses connections; 203.0.113.7: connected",
	Good:    "203.0.113.7: connected",
	Sourced: "Railway expects a certificate within an hour and tries for 72 hours (its documentation of 2026-08-21).",
})
