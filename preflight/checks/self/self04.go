package self

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
)

var self04 = Check{
	Rule: preflight.Rule{
		ID:      "SELF-04",
		Title:   "A suppression does not work as it was meant",
		Level:   preflight.Info,
		Rows:    []string{"S1"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "A suppression without a reason, or one that outlived its fault, hides the next one.",
		Fix:     "Write the id, a reason and a date, or remove the line.",
		Verify:  "Run preflight again: the suppression is no longer listed.",
		Detect:  "Comments with preflight:ignore and entries of .preflight.yaml that name no check, give no reason, have ended, or match nothing any more.",
		Silent:  "Suppressions of checks that did not run this time.",
		Bad:     "# preflight:ignore AUTH-01",
		Good:    "# preflight:ignore AUTH-01 only the command line tool uses it until=2027-01-31",
	},
	Run: runSelf04,
}

func runSelf04(_ context.Context, in *Input) preflight.Outcome {
	if in.Repository == nil {
		return preflight.NotApplicable("no repository was given")
	}
	var findings []preflight.Finding
	for _, p := range in.Suppressions {
		f := preflight.Finding{Level: preflight.Info, Title: "Suppression: " + p.Msg, Key: p.Msg}
		if p.File != "" {
			f.Evidence = []preflight.Evidence{{File: p.File, Line: p.Line}}
		}
		findings = append(findings, f)
	}
	return said(findings, "no suppression is out of order")
}
