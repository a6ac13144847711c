package live

import (
	"context"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/live"
)

// The faults themselves, on real servers with real certificates and proxies,
// are tested beside the prober (preflight/live). Here: that each of its ids is
// told, in every state, and nothing is told that it did not measure.

func TestEveryIDOfTheProberHasExactlyOneCheck(t *testing.T) {
	have := map[string]int{}
	for _, c := range Checks() {
		have[c.ID]++
	}
	for _, id := range append(live.IDs(), "DATA-18") {
		if have[id] != 1 {
			t.Errorf("%s has %d checks", id, have[id])
		}
		delete(have, id)
	}
	for id := range have {
		t.Errorf("%s is nothing that the prober measures", id)
	}
}

func TestEveryCheckExplainsItself(t *testing.T) {
	for _, c := range Checks() {
		for _, missing := range preflight.Incomplete(&c.Rule) {
			t.Errorf("%s: %s", c.ID, missing)
		}
	}
}

func run(c Check, in *Input) preflight.Result {
	return preflight.Run(context.Background(), []Check{c}, in, preflight.Options{})[0]
}

func TestEveryCheckTellsEveryStateOfItsMeasurement(t *testing.T) {
	want := map[live.State]preflight.State{
		live.NotDetermined: preflight.StateNotChecked, live.Pass: preflight.StatePass, live.Info: preflight.StatePass,
		live.NotApplicable: preflight.StateNotApplicable, live.Question: preflight.StateQuestion,
	}
	for _, c := range Checks() {
		for state := live.NotDetermined; state <= live.Question; state++ {
			o := live.Outcome{ID: c.ID, State: state, Title: "the host says so", URL: "https://app.lab.test/", Evidence: []string{"GET https://app.lab.test/x -> 500", "Server: x"}}
			in := &Input{Report: &live.Report{Outcomes: []live.Outcome{o, {ID: "OTHER-01", State: live.Fail}}}}
			if c.ID == "DATA-18" {
				in = &Input{Report: &live.Report{}, Canary: &o}
			}
			res := run(c, in)
			expect, ok := want[state]
			if state == live.Fail || state == live.Warn {
				expect, ok = preflight.StateFail, true
				if c.Level < preflight.Warn {
					expect = preflight.StatePass // its findings are information at most
				}
			}
			if !ok || res.State != expect {
				t.Errorf("%s: %s becomes %s, want %s", c.ID, state, res.State, expect)
			}
			if state == live.Fail && (len(res.Findings) != 1 || res.Findings[0].Evidence[0].Request != "GET https://app.lab.test/x -> 500" || res.Findings[0].Evidence[0].Excerpt != "Server: x") {
				t.Errorf("%s: findings %+v", c.ID, res.Findings)
			}
			if (state == live.NotDetermined || state == live.NotApplicable) && res.Reason == "" {
				t.Errorf("%s: %s without a reason", c.ID, state)
			}
		}
	}
}

func TestWhatOneHostHidesKeepsTheOthersFromPassing(t *testing.T) {
	in := &Input{Report: &live.Report{Outcomes: []live.Outcome{
		{ID: "TLS-01", State: live.Pass, Title: "valid"}, {ID: "TLS-01", State: live.NotDetermined, Title: "api.lab.test did not answer in time"},
	}}}
	if res := run(tls01, in); res.State != preflight.StateNotChecked || !strings.Contains(res.Reason, "in time") {
		t.Errorf("%s: %s", res.State, res.Reason)
	}
	in.Report.Outcomes = append(in.Report.Outcomes, live.Outcome{ID: "TLS-01", State: live.Fail, Title: "expired"})
	if res := run(tls01, in); res.State != preflight.StateFail {
		t.Errorf("a fault beside it: %s", res.State)
	}
}

func TestPersistenceIsNeverAssumed(t *testing.T) {
	if res := run(data18, &Input{Report: &live.Report{}}); res.State != preflight.StateNotChecked || !strings.Contains(res.Reason, "--canary write") {
		t.Errorf("%s: %s", res.State, res.Reason)
	}
}
