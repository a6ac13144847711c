package live

import "github.com/ba-assistant/ba-assistant/preflight"

var auth08 = measured(preflight.Rule{
	ID:      "AUTH-08",
	Title:   "The provider refuses the redirect URI of this site",
	Level:   preflight.Fail,
	Rows:    []string{"P1", "G1", "V1", "P1w3", "C1"},
	Sources: []preflight.Source{preflight.Live},
	Why:     "Nobody can sign in: the provider shows redirect_uri_mismatch or its own wording of it.",
	Fix:     "Register the URI that the site sends, to the letter, in the provider's console; Google may need minutes to apply it.",
	Verify:  "Begin to sign in on the site: the account chooser must appear.",
	FixCost: "10 minutes",
	Cost:    preflight.Low,
	Detect:  "With --contact-provider only: the authorization address is asked once, without cookies, and the page is searched for the provider's own words of refusal.",
	Silent:  "Pages that say neither yes nor no are not determined, never a pass.",
	Bad:     "https://accounts.google.com/... answers \"Error 400: redirect_uri_mismatch\"",
	Good:    "https://accounts.google.com/... shows the account chooser",
	OptIn:   true,
})
