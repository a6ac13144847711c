package live

import "github.com/ba-assistant/ba-assistant/preflight"

var tls05 = measured(preflight.Rule{
	ID:      "TLS-05",
	Title:   "The custom domain shows the platform and not the application",
	Level:   preflight.Fail,
	Rows:    []string{"C3", "P8w5"},
	Sources: []preflight.Source{preflight.Live},
	Why:     "People see a page of the hosting company that says that nothing is here.",
	Fix:     "Add the domain to the service in the platform's dashboard, set the records it shows (Railway: CNAME and TXT), and wait for its check.",
	Verify:  "Open the domain in a private window.",
	FixCost: "30 minutes",
	Cost:    preflight.Low,
	Detect:  "The certificate names only the platform's own domain, or the page is one of its placeholders.",
	Silent:  "The platform's own addresses; application pages.",
	Bad:     "GET https://app.example.com/ -> 404 \"Application not found\" (Railway)",
	Good:    "GET https://app.example.com/ -> 200, the application",
})
