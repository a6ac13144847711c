package live

import "github.com/ba-assistant/ba-assistant/preflight"

var sec07 = measured(preflight.Rule{
	ID:      "SEC-07",
	Title:   "A secret is in the scripts that every visitor downloads",
	Level:   preflight.Fail,
	Rows:    []string{"P2"},
	Sources: []preflight.Source{preflight.Live},
	Why:     "Whoever opens the page has the key, and can use it at your cost.",
	Fix:     "Move the call behind the back end, and rotate the key: it is public already.",
	Verify:  "Search the downloaded scripts for the beginning of the key.",
	FixCost: "2 hours",
	Cost:    preflight.High,
	Detect:  "The scripts of the page are downloaded and searched for the formats of server-side secrets.",
	Silent:  "Keys meant to be public: Firebase web keys, Supabase anon keys, publishable payment keys.",
	Bad:     "main.dart.js contains sk-ant-****",
	Good:    "main.dart.js contains no key of a server-side provider",
})
