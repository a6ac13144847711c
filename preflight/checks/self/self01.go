package self

import (
	"context"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
)

var self01 = Check{
	Rule: preflight.Rule{
		ID:      "SELF-01",
		Title:   "Some pitfalls were not looked at",
		Level:   preflight.Info,
		Rows:    []string{"V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8", "V9", "V10"},
		Sources: []preflight.Source{preflight.Self},
		Why:     "What was not looked at is not known to work.",
		Fix:     "Give what is missing: the folder of the repository, the address of the running site, a list of variable names.",
		Verify:  "Run preflight with a folder and an address: fewer checks are listed as not run.",
		Detect:  "Checks that had no source to read, or whose source could not be read, by reason.",
		Silent:  "Checks that run only when asked for.",
		Bad:     "preflight .    (the site was not checked)",
		Good:    "preflight . https://app.example.com --names names.txt",
	},
	Run: runSelf01,
}

func runSelf01(_ context.Context, in *Input) preflight.Outcome {
	byReason := map[string][]string{}
	var order []string
	for i := range in.Results {
		res := &in.Results[i]
		if res.State != preflight.StateNotChecked || res.Rule.OptIn {
			continue
		}
		if byReason[res.Reason] == nil {
			order = append(order, res.Reason)
		}
		byReason[res.Reason] = append(byReason[res.Reason], res.ID)
	}
	var findings []preflight.Finding
	for _, reason := range order {
		ids := byReason[reason]
		findings = append(findings, preflight.Finding{
			Level:  preflight.Info,
			Title:  fmt.Sprintf("%s not run: %s", count(len(ids), "check"), reason),
			Detail: some(ids, 15),
			Key:    reason,
		})
	}
	return said(findings, "every check that was not opt-in ran")
}

// some joins the first ids; every check with its state is in the report.
func some(ids []string, limit int) string {
	if len(ids) <= limit {
		return strings.Join(ids, " ")
	}
	return strings.Join(ids[:limit], " ") + fmt.Sprintf(" and %d more", len(ids)-limit)
}

// said returns findings about the run. They say nothing of the rows: those
// neither pass nor fail by them.
func said(findings []preflight.Finding, otherwise string) preflight.Outcome {
	if len(findings) > 0 {
		otherwise = "it is about the run"
	}
	return preflight.Outcome{Findings: findings, State: preflight.StateNotApplicable, Reason: otherwise}
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
