package question

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var key10 = asked(preflight.Rule{
	ID:      "KEY-10",
	Rows:    []string{"S2", "R6", "C8"},
	Sources: []preflight.Source{preflight.Repo},
	Why:     "The key is not in the repository, as it should be; its age is known to whoever set it.",
	Detect:  "Deployed code reads a signing key.",
	Silent:  "Applications without one.",
}, "When was the signing key last changed, and what would break if it were changed today?", func(in *check.Input) (string, bool) {
	if name := reads(in, "SECRET_KEY", "JWT_SECRET", "SESSION_SECRET", "AUTH_SECRET", "COOKIE_SECRET", "APP_SECRET"); name != "" {
		return "The key is " + name + ". Everybody signs in again after a change; data that is encrypted with it would be lost.", true
	}
	return "no signing key is read", false
})
