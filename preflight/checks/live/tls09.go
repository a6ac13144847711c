package live

import "github.com/ba-assistant/ba-assistant/preflight"

var tls09 = measured(preflight.Rule{
	ID:      "TLS-09",
	Title:   "Session cookies lack their protection",
	Level:   preflight.Warn,
	Rows:    []string{"P8", "S8"},
	Sources: []preflight.Source{preflight.Live},
	Why:     "A script or a plain-http request can take the session and act as the user.",
	Fix:     "Set Secure, HttpOnly and SameSite=Lax on the session cookie.",
	Verify:  "curl -sI https://app.example.com/ | grep -i set-cookie",
	FixCost: "15 minutes",
	Cost:    preflight.Medium,
	Detect:  "Every cookie set during the run: Secure, HttpOnly, SameSite, and whether its name is that of a session.",
	Silent:  "Cookies that carry no session are information only; no cookie at all.",
	Bad:     "Set-Cookie: session=...; Path=/",
	Good:    "Set-Cookie: session=...; Path=/; Secure; HttpOnly; SameSite=Lax",
})
