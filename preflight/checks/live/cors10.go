package live

import "github.com/ba-assistant/ba-assistant/preflight"

var cors10 = measured(preflight.Rule{
	ID:      "CORS-10",
	Title:   "Browsers refuse the event stream of the API",
	Level:   preflight.Fail,
	Rows:    []string{"P4", "P9", "P4w4"},
	Sources: []preflight.Source{preflight.Live},
	Why:     "Answers never begin: the browser drops the stream before its first event.",
	Fix:     "Let the CORS layer cover the stream route too; a raw response of a framework often goes around it.",
	Verify:  "curl -siN -H \"Origin: https://app.example.com\" https://api.example.com/health/stream | grep -i access-control",
	FixCost: "15 minutes",
	Cost:    preflight.Low,
	Detect:  "The stream is opened with the front end's origin; the headers of its first byte are judged.",
	Silent:  "Streams that nobody named and that were not found; streams behind a login without a test token.",
	Bad:     "GET /chat/stream -> 200 text/event-stream without Access-Control-Allow-Origin",
	Good:    "GET /chat/stream -> 200 text/event-stream\nAccess-Control-Allow-Origin: https://app.example.com",
})
