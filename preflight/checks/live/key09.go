package live

import "github.com/ba-assistant/ba-assistant/preflight"

var key09 = measured(preflight.Rule{
	ID:      "KEY-09",
	Title:   "Tokens of this deployment are signed with a key that everybody knows",
	Level:   preflight.Fail,
	Rows:    []string{"P6", "V6", "P6w4"},
	Sources: []preflight.Source{preflight.Live},
	Why:     "Anybody can make a token and sign in as anybody.",
	Fix:     "Set a key from openssl rand -hex 32, redeploy, and treat every token until now as forged.",
	Verify:  "Run preflight again with --active, or paste a token with --token-stdin.",
	FixCost: "5 minutes",
	Cost:    preflight.High,
	Detect:  "Opt-in. The signature of a token that the user pastes is tried offline against published defaults; with --active, tokens signed with them are shown to one harmless route, with random keys as the control.",
	Silent:  "Tokens that are not HS256/384/512; routes whose answers to random keys differ.",
	Bad:     "GET /api/me with a token signed with \"your-secret-key\" -> 200",
	Good:    "GET /api/me with a token signed with \"your-secret-key\" -> 401",
	OptIn:   true,
})
