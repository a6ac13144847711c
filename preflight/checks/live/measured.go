package live

import (
	"context"
	"regexp"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/live"
)

// Input is what was measured on a running deployment.
type Input struct {
	Report *live.Report
	Canary *live.Outcome // of --canary check; nil when it was not asked for
}

// Check is a check of a running deployment.
type Check = preflight.Check[*Input]

// measured makes a check that tells what the prober found under the rule's id.
func measured(rule preflight.Rule) Check {
	return Check{Rule: rule, Run: func(_ context.Context, in *Input) preflight.Outcome {
		return tell(rule.ID, in.outcomes(rule.ID))
	}}
}

func (in *Input) outcomes(id string) []live.Outcome {
	var out []live.Outcome
	for _, o := range in.Report.Outcomes {
		if o.ID == id {
			out = append(out, o)
		}
	}
	if in.Canary != nil && in.Canary.ID == id {
		out = append(out, *in.Canary)
	}
	return out
}

const noCanary = "needs a record before and after a redeploy: --canary write, redeploy, --canary check"

// tell joins the outcomes of one id on all hosts: what was found, else what
// could not be determined, else the pass.
func tell(id string, list []live.Outcome) preflight.Outcome {
	var out preflight.Outcome
	var passed, unknown, other []string
	for _, o := range list {
		switch o.State {
		case live.Pass:
			passed = append(passed, o.Title)
		case live.NotDetermined:
			unknown = append(unknown, o.Title)
		case live.NotApplicable:
			other = append(other, o.Title)
		default:
			out.Findings = append(out.Findings, finding(o))
		}
	}
	switch {
	case len(unknown) > 0:
		out.State, out.Reason = preflight.StateNotChecked, strings.Join(unknown, "; ")
	case len(passed) > 0 || len(out.Findings) > 0:
		out.Reason = strings.Join(passed, "; ")
	case len(other) > 0:
		out.State, out.Reason = preflight.StateNotApplicable, strings.Join(other, "; ")
	case id == "DATA-18":
		out.State, out.Reason = preflight.StateNotChecked, noCanary
	default:
		out.State, out.Reason = preflight.StateNotChecked, "the run ended before this check"
	}
	return out
}

var levels = map[live.State]preflight.Level{live.Fail: preflight.Fail, live.Warn: preflight.Warn, live.Info: preflight.Info, live.Question: preflight.Question}

func finding(o live.Outcome) preflight.Finding {
	return preflight.Finding{
		Level: levels[o.State], Title: sentence(o.Title), Fix: o.Fix, Verify: o.Verify,
		Evidence: []preflight.Evidence{evidence(o)},
	}
}

// sentence begins with a capital letter, unless it begins with a host's name.
func sentence(s string) string {
	word, _, _ := strings.Cut(s, " ")
	if s == "" || strings.Contains(word, ".") || word[0] < 'a' || word[0] > 'z' {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

var requestLine = regexp.MustCompile(`^(?:GET|HEAD|OPTIONS|POST) https?://`)

// evidence is the request that shows it, with what came back below.
func evidence(o live.Outcome) preflight.Evidence {
	e := preflight.Evidence{Request: "GET " + o.URL}
	lines := o.Evidence
	if len(lines) > 0 && requestLine.MatchString(lines[0]) {
		e.Request, lines = lines[0], lines[1:]
	}
	e.Excerpt = strings.Join(lines, "\n")
	return e
}
