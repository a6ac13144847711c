package live

import "github.com/ba-assistant/ba-assistant/preflight"

var state07 = measured(preflight.Rule{
	ID:      "STATE-07",
	Title:   "The sign-in forgets its own state now and then",
	Level:   preflight.Fail,
	Rows:    []string{"P7", "V7", "P7w1", "P7w2"},
	Sources: []preflight.Source{preflight.Live},
	Why:     "Sign-in fails at random with \"invalid state\", more often the more processes run.",
	Fix:     "Keep the state in a signed cookie or in Redis; until then run one worker on one instance.",
	Verify:  "Run preflight again with --active.",
	FixCost: "2 hours",
	Cost:    preflight.Medium,
	Detect:  "Opt-in (--active): a sign-in is begun and its callback called on a new connection with the state just issued, up to ten times; refused states and accepted ones in one run prove more than one memory.",
	Silent:  "Callbacks whose answers do not tell a refused state from a refused code.",
	Bad:     "of 8 states just issued, 5 were refused and 3 went on to the exchange",
	Good:    "of 8 states just issued, 0 were refused",
	OptIn:   true,
})
