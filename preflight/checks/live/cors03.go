package live

import "github.com/ba-assistant/ba-assistant/preflight"

var cors03 = measured(preflight.Rule{
	ID:       "CORS-03",
	Title:    "Any website may read answers with the cookies of your users",
	Level:    preflight.Fail,
	Rows:     []string{"S7"},
	Sources:  []preflight.Source{preflight.Live},
	Why:      "A page that a signed-in user opens elsewhere can read their data from your API.",
	Fix:      "List the origins that may call the API, and allow credentials for those only.",
	Verify:   "curl -si -H \"Origin: https://evil.example\" https://api.example.com/ | grep -i access-control",
	FixCost:  "15 minutes",
	Cost:     preflight.High,
	Detect:   "The API is asked with origins that nobody allowed: a stranger, \"null\", look-alikes. The answer lets one of them in and allows credentials.",
	Silent:   "Answers without Access-Control-Allow-Credentials; a wildcard, which browsers never combine with cookies.",
	Bad:      "Origin: https://unrelated.example\nAccess-Control-Allow-Origin: https://unrelated.example\nAccess-Control-Allow-Credentials: true",
	Good:     "Origin: https://unrelated.example\n(no Access-Control-Allow-Origin)",
	Measures: true,
})
