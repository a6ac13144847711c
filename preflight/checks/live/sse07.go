package live

import "github.com/ba-assistant/ba-assistant/preflight"

var sse07 = measured(preflight.Rule{
	ID:      "SSE-07",
	Title:   "The event stream does not reach people as it is sent",
	Level:   preflight.Fail,
	Rows:    []string{"P9", "C7", "R9", "V9", "P9w1", "P9w2", "P9w3", "P9w4"},
	Sources: []preflight.Source{preflight.Live},
	Why:     "People stare at a spinner, and then everything arrives at once or the answer stops in the middle.",
	Fix:     "Send X-Accel-Buffering: no and Cache-Control: no-cache, exclude text/event-stream from compression, and switch off buffering in the proxy, in that order.",
	Verify:  "curl -N https://api.example.com/health/stream must show a line at a time.",
	FixCost: "30 minutes",
	Cost:    preflight.Low,
	Detect:  "The stream is opened and the arrival of each event is timed: held back, late, cut before its end, compressed.",
	Silent:  "Streams that are too short to measure; streams behind a login without a test token; no stream known.",
	Bad:     "event 1 at 4.0 s, event 2 at 4.0 s, event 3 at 4.0 s ...",
	Good:    "event 1 at 0.1 s, event 2 at 0.6 s, event 3 at 1.1 s ...",
})
