package question

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var log05 = asked(preflight.Rule{
	ID:      "LOG-05",
	Rows:    []string{"S4"},
	Sources: []preflight.Source{preflight.Repo},
	Why:     "A helper that redacts exists or not; whether every logger uses it is proven by a test with a made-up key.",
	Detect:  "The application reads keys of providers.",
	Silent:  "Applications without secrets.",
}, "Does a test prove that keys never reach the logs?", func(in *check.Input) (string, bool) {
	if reads(in, "API_KEY", "SECRET", "TOKEN", "PASSWORD") == "" {
		return "no secret is read", false
	}
	if file := mentions(in, "redact", "Redact", "sanitize", "REDACTED", "mask_"); file != "" {
		return "A helper that redacts is in " + file + ".", true
	}
	return "No helper that redacts was found.", true
})
