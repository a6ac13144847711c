package catalogue

import (
	"slices"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/preflight"
)

func TestNoIDStandsTwiceAmongChecksOfOneInput(t *testing.T) {
	static := slices.Concat(preflight.Rules(Repository()), preflight.Rules(Secrets()), preflight.Rules(Self()))
	for name, list := range map[string][]*preflight.Rule{"repository": static, "site": preflight.Rules(Live())} {
		seen := map[string]bool{}
		for _, r := range list {
			if seen[r.ID] {
				t.Errorf("%s stands twice among the checks of the %s", r.ID, name)
			}
			seen[r.ID] = true
		}
	}
}

func TestEveryRuleExplainsItself(t *testing.T) {
	for _, r := range Rules() {
		for _, missing := range preflight.Incomplete(r) {
			t.Errorf("%s: %s", r.ID, missing)
		}
		if !slices.Contains(families, r.Family()) {
			t.Errorf("%s is of no known family", r.ID)
		}
		for _, id := range r.YieldsTo {
			if !measured(id) {
				t.Errorf("%s yields to %s, which measures nothing", r.ID, id)
			}
		}
	}
}

func measured(id string) bool {
	for _, c := range Live() {
		if c.ID == id {
			return true
		}
	}
	return false
}

// No row of the study may be without a check or an honest question.
func TestEveryRowHasACheckOrAQuestion(t *testing.T) {
	covered := map[string][]string{}
	for _, r := range Rules() {
		if r.Family() == "SELF" {
			continue // about the run
		}
		for _, row := range r.Rows {
			covered[row] = append(covered[row], r.ID)
		}
	}
	for _, row := range preflight.Rows() {
		if len(covered[row.ID]) == 0 {
			t.Errorf("%s (%s) has neither", row.ID, row.Title)
		}
	}
}

// The first release of the catalogue.
func TestTheFirstReleaseIsComplete(t *testing.T) {
	ids := strings.Fields(`SELF-01 SELF-02 MAN-03 MAN-04 ENV-01 ENV-03 ENV-05 ENV-07 KEY-01 KEY-02 KEY-03 KEY-04 KEY-05 KEY-07
		AUTH-01 AUTH-02 AUTH-03 AUTH-07 AUTH-09 AUTH-10 SEC-01 SEC-02 SEC-03 SEC-04 SEC-05 SEC-06 DATA-01 DATA-02 DATA-05 DATA-07 DATA-18
		CORS-01 CORS-02 CORS-03 CORS-05 CORS-09 WEB-01 WEB-02 WEB-03 WEB-04 WEB-05 WEB-09 WEB-11 STATE-01 STATE-03 TLS-01 TLS-02 TLS-03
		SSE-01 SSE-03 SSE-07 HLT-02 HLT-05 LOG-01 RATE-01 OPS-01 OPS-02 OPS-03 OPS-04 OPS-05 OPS-06 OPS-07`)
	for _, id := range ids {
		if len(Find(id)) == 0 {
			t.Errorf("%s is missing", id)
		}
	}
}

func TestFindTakesEitherCase(t *testing.T) {
	if len(Find("sec-01")) != 1 || len(Find("CORS-03")) != 2 || len(Find("nope-01")) != 0 {
		t.Errorf("found %d, %d, %d", len(Find("sec-01")), len(Find("CORS-03")), len(Find("nope-01")))
	}
}
