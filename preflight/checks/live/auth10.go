package live

import "github.com/ba-assistant/ba-assistant/preflight"

var auth10 = measured(preflight.Rule{
	ID:      "AUTH-10",
	Title:   "A token or session id is in the address of the site",
	Level:   preflight.Warn,
	Rows:    []string{"S8", "S4", "D4"},
	Sources: []preflight.Source{preflight.Live},
	Why:     "Tokens in addresses stay in the history, in logs and in the Referer of every link that is followed.",
	Fix:     "Set an HttpOnly cookie, or hand over a one-time code that the client exchanges by POST.",
	Verify:  "Sign in and look at the address bar and the network tab: no token= may appear.",
	FixCost: "2 hours",
	Cost:    preflight.Medium,
	Detect:  "The addresses that the sign-in route redirects to carry access_token=, token=, jwt= or session_id= in the query.",
	Silent:  "Authorization codes, state, one-time links, fragments of the provider.",
	Bad:     "Location: https://app.example.com/auth/callback?token=eyJhbGciOi...",
	Good:    "Location: https://app.example.com/projects\nSet-Cookie: session=...; HttpOnly; Secure; SameSite=Lax",
})
