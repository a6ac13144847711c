package self

import (
	"context"
	"fmt"
	"time"

	"github.com/ba-assistant/ba-assistant/preflight"
)

// FactsAsOf is the day on which the facts about platforms that checks rely on
// (timeouts, limits, formats, dates of change) were last read at their sources.
var FactsAsOf = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// stale is the age at which platform facts are no longer believed without a look.
const stale = 180 * 24 * time.Hour

var self05 = Check{
	Rule: preflight.Rule{
		ID:      "SELF-05",
		Title:   "The built-in facts about hosting platforms are old",
		Level:   preflight.Info,
		Rows:    []string{"G3", "G5", "D5"},
		Sources: []preflight.Source{preflight.Self},
		Why:     "Platforms change their limits and formats; advice from last year may be wrong.",
		Fix:     "Install a newer preflight.",
		Verify:  "preflight version",
		Detect:  "The date of the built-in facts lies more than 180 days back.",
		Silent:  "Facts that are newer.",
		Bad:     "facts of 23 November 2026, run in July 2027",
		Good:    "facts of 23 November 2026, run in January 2027",
		Sourced: "Documentation of Railway, Render, Fly.io, Let's Encrypt and Caddy, read up to 23 November 2026.",
	},
	Run: runSelf05,
}

func runSelf05(_ context.Context, in *Input) preflight.Outcome {
	as := FactsAsOf.Format("2 January 2006")
	if in.Now.Sub(FactsAsOf) <= stale {
		return said(nil, "facts of "+as)
	}
	days := int(in.Now.Sub(FactsAsOf).Hours() / 24)
	title := fmt.Sprintf("The built-in facts about hosting platforms are %d days old (of %s)", days, as)
	return said([]preflight.Finding{{Level: preflight.Info, Title: title}}, "")
}
