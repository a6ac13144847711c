package preflight

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// State is the result of a check, a finding or a row.
type State string

// The states. A check that found something at level info only has passed.
const (
	StatePass          State = "pass"
	StateFail          State = "fail"
	StateNotApplicable State = "not_applicable"
	StateNotChecked    State = "not_checked"
	StateQuestion      State = "question"
)

// Evidence is one place that proves a finding: a line of a file or a request.
type Evidence struct {
	File    string `json:"file,omitempty"`    // slash-separated, relative to the root of the repository
	Line    int    `json:"line,omitempty"`    // 1-based; 0 means the whole file
	Excerpt string `json:"excerpt,omitempty"` // at most five lines, secret parts masked by the check
	Note    string `json:"note,omitempty"`    // what to see there
	Commit  string `json:"commit,omitempty"`  // for history
	Request string `json:"request,omitempty"` // for live checks: "GET https://host/path"
}

// Finding is one fault, or one question. A check fills what is particular to
// it; Run completes the rest from the rule.
type Finding struct {
	ID       string     `json:"id"`
	Rows     []string   `json:"rows"`
	Level    Level      `json:"level"`
	State    State      `json:"state"` // fail for warn and fail, pass for info, question
	Path     string     `json:"path"`  // the deployment paths it is true for, by name; empty: all, or none is known
	Evidence []Evidence `json:"evidence"`
	Title    string     `json:"title"`
	Detail   string     `json:"detail,omitempty"` // how the evidence joins, in one to three sentences
	Why      string     `json:"why,omitempty"`
	Fix      string     `json:"fix,omitempty"` // commands or a diff for this project
	Verify   string     `json:"verify,omitempty"`
	FixCost  string     `json:"fix_cost,omitempty"`
	Cost     Cost       `json:"recovery_cost,omitempty"`

	// Key tells findings of one check apart where file and excerpt don't: a
	// variable's name, a service. Never a secret.
	Key         string `json:"key,omitempty"`
	Fingerprint string `json:"fingerprint"`
	// Suppressed is the reason of the suppression that covers it; such a finding counts for nothing.
	Suppressed string `json:"suppressed,omitempty"`
	// Baseline says that an earlier report already had it.
	Baseline bool `json:"baseline,omitempty"`
}

// Outcome is what one check returns. The zero Outcome is a pass.
type Outcome struct {
	Findings []Finding
	// State, when set, is not derived from the findings: not applicable, not
	// checked or question. Findings at level warn or fail outrank it.
	State  State
	Reason string // why it was not checked or does not apply; for a pass, what was seen
}

// Pass says that the check looked and found nothing wrong. what names what was seen; it may be empty.
func Pass(what string) Outcome { return Outcome{Reason: what} }

// Found returns findings as an outcome; without any it is a pass.
func Found(findings ...Finding) Outcome { return Outcome{Findings: findings} }

// NotApplicable says that there is nothing the check is about.
func NotApplicable(reason string) Outcome {
	return Outcome{State: StateNotApplicable, Reason: reason}
}

// NotChecked says that the check could not look, and why.
func NotChecked(reason string) Outcome { return Outcome{State: StateNotChecked, Reason: reason} }

// Ask returns a question to a person, with the hint that the input gave, if any.
func Ask(question, hint string, evidence ...Evidence) Outcome {
	return Outcome{Findings: []Finding{{Level: Question, Title: question, Detail: hint, Evidence: evidence}}}
}

// Unsure adds to findings that a part could not be checked: without findings
// that fail, the outcome is not checked for this reason.
func Unsure(reason string, findings ...Finding) Outcome {
	return Outcome{Findings: findings, State: StateNotChecked, Reason: reason}
}

// complete fills a finding from its rule and caps its level.
func (f *Finding) complete(r *Rule) {
	f.ID = r.ID
	f.Rows = orElse(f.Rows, r.Rows)
	f.Level = min(f.Level, r.Level)
	switch f.Level {
	case Question:
		f.State = StateQuestion
	case Info:
		f.State = StatePass
	default:
		f.State = StateFail
	}
	f.Title = first(f.Title, r.Title)
	f.Why = first(f.Why, r.Why)
	f.Fix = first(f.Fix, r.Fix)
	f.Verify = first(f.Verify, r.Verify)
	f.FixCost = first(f.FixCost, r.FixCost)
	if f.Cost == 0 {
		f.Cost = r.Cost
	}
	if f.Evidence == nil {
		f.Evidence = []Evidence{}
	}
	f.Fingerprint = f.fingerprint()
}

// fingerprint is made of the id, the path and the normalised context, so that
// moving lines does not open a finding again.
func (f *Finding) fingerprint() string {
	parts := []string{f.ID, f.Path, f.Key}
	for i, e := range f.Evidence {
		if i == 2 {
			break
		}
		parts = append(parts, e.File, strings.Join(strings.Fields(e.Excerpt), " "), e.Request)
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:10])
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func orElse(a, b []string) []string {
	if len(a) > 0 {
		return a
	}
	return slices.Clone(b)
}
