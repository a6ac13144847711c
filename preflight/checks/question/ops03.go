package question

import (
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var ops03 = asked(preflight.Rule{
	ID:      "OPS-03",
	Rows:    []string{"R2", "P2"},
	Sources: []preflight.Source{preflight.Repo},
	Why:     "Whether an old value still works is known to its provider only.",
	Detect:  "The repository has a git history and code that reads secrets.",
	Silent:  "Repositories without secrets.",
}, "Were all secrets that were ever in git replaced?", func(in *check.Input) (string, bool) {
	if !in.Git.Repository || reads(in, "API_KEY", "SECRET", "TOKEN", "PASSWORD") == "" {
		return "no secret is read by the code, or there is no git repository", false
	}
	return "SEC-01 to SEC-03 list what was found; a clean list now says nothing about copies made before.", true
})
