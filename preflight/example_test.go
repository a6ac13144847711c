package preflight_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
)

// A check is a rule with its texts, and a function of its input. The input is
// a type of your own: here, the variables of a deployment.
func Example() {
	type variables map[string]string
	unset := preflight.Check[variables]{
		Rule: preflight.Rule{
			ID: "ACME-01", Title: "MAIL_FROM is not set", Level: preflight.Warn, Rows: []string{"P10"}, Sources: []preflight.Source{preflight.Env},
			Why: "Nobody gets mail.", Fix: "Set it.", Verify: "Send a mail.", FixCost: "1 minute", Cost: preflight.Low,
			Detect: "The variable is missing.", Bad: "(nothing)", Good: "MAIL_FROM=ba@acme.net",
		},
		Run: func(_ context.Context, in variables) preflight.Outcome {
			if in["MAIL_FROM"] == "" {
				return preflight.Found(preflight.Finding{Level: preflight.Warn})
			}
			return preflight.Pass("mail has a sender")
		},
	}
	results := preflight.Run(context.Background(), []preflight.Check[variables]{unset}, variables{}, preflight.Options{})
	report := preflight.NewReport(results, nil)
	fmt.Println(report.Headline())
	fmt.Println(report.ExitCode(false), report.ExitCode(true))
	// Output:
	// No blockers found: 0 blockers, 1 warning, 0 questions
	// 0 1
}

func ExampleRule_Explain() {
	r := preflight.Rule{ID: "ACME-01", Title: "MAIL_FROM is not set", Level: preflight.Warn, Rows: []string{"P10"}, Sources: []preflight.Source{preflight.Env}, Why: "Nobody gets mail.", Fix: "Set it."}
	if err := r.Explain(os.Stdout, 80); err != nil {
		fmt.Println(err)
	}
	// Output:
	// ACME-01  MAIL_FROM is not set
	// warn, Back end, reads env
	//
	// Why it matters
	//   Nobody gets mail.
	//
	// How to repair it
	//   Set it.
	//
	// Rows
	//   P10
}

func ExampleComments() {
	text := "x = 1  # preflight" + ":ignore AUTH-01 only the tool uses it until=2027-01-31\n"
	list, problems := preflight.Comments("tool.py", text)
	fmt.Println(list[0].ID, "-", list[0].Reason, "-", list[0].Until.Format("2 January 2006"), len(problems))
	// Output: AUTH-01 - only the tool uses it - 31 January 2027 0
}

func ExampleReadBaseline() {
	known, err := preflight.ReadBaseline(strings.NewReader(`{"schema": 1, "findings": [{"id": "AUTH-01", "fingerprint": "5d0c3f6a"}]}`))
	fmt.Println(known["5d0c3f6a"], err)
	// Output: true <nil>
}

func ExamplePrintable() {
	fmt.Println(preflight.Printable("a\x1b[2Jb.py"))
	// Output: a\x1b[2Jb.py
}
