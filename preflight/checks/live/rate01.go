package live

import "github.com/ba-assistant/ba-assistant/preflight"

var rate01 = measured(preflight.Rule{
	ID:      "RATE-01",
	Title:   "Nothing limits sign-in attempts or cost",
	Level:   preflight.Warn,
	Rows:    []string{"S5"},
	Sources: []preflight.Source{preflight.Live},
	Why:     "Passwords can be guessed at full speed, and one person can spend the whole budget.",
	Fix:     "Limit per address and per user: about 10 requests a second, less on sign-in, and a daily budget for paid calls.",
	Verify:  "Send 30 sign-in requests at once: some must get 429.",
	FixCost: "1 hour",
	Cost:    preflight.Medium,
	Detect:  "Opt-in (--active): thirty sign-in requests at once; none is refused.",
	Silent:  "Bursts that reach no route that could be limited.",
	Bad:     "30 x POST /auth/login -> 401 each",
	Good:    "30 x POST /auth/login -> 401, then 429",
	OptIn:   true,
})
