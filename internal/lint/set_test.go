package lint

import (
	"strings"
	"testing"
)

func TestASetNamesBothStatementsOfAContradiction(t *testing.T) {
	list := Set([]Statement{
		{"REQ-0001", "The session shall expire after 15 minutes."},
		{"REQ-0002", "The clerk shall print the label."},
		{"REQ-0003", "Sessions must expire after 30 minutes."},
	})
	if len(list) != 1 {
		t.Fatalf("findings: %+v", list)
	}
	f := list[0]
	if f.Rule != ContradictingNumber || f.Statement != 2 || f.Other != 0 {
		t.Errorf("%+v", f)
	}
	if f.Reason != "30 here, but 15 in REQ-0001." {
		t.Errorf("reason: %q", f.Reason)
	}
	if text := "Sessions must expire after 30 minutes."; text[f.Start:f.End] != "30" {
		t.Errorf("span: %q", text[f.Start:f.End])
	}
}

func TestTheRarerWayToWriteATermIsReportedWhereverItStands(t *testing.T) {
	list := Set([]Statement{
		{"A", "The clerk shall enter the email address."},
		{"B", "The system shall verify the e-mail address."},
		{"C", "The email shall hold a link."},
		{"D", "The e-mail shall be in English. Each e-mail shall have a subject."},
		{"E", "The email shall be signed by the system. The email shall be archived by the system."},
	})
	var at []string
	for _, f := range list {
		if f.Rule == InconsistentTerm {
			at = append(at, []string{"A", "B", "C", "D", "E"}[f.Statement])
		}
	}
	if got := strings.Join(at, ""); got != "BDD" {
		t.Errorf("reported in %q", got)
	}
}

func TestAStatementAloneHasNothingToBeComparedWith(t *testing.T) {
	if list := Set([]Statement{{"A", "The clerk shall enter the email address."}}); len(list) != 0 {
		t.Errorf("%+v", list)
	}
	if list := Set(nil); len(list) != 0 {
		t.Errorf("%+v", list)
	}
}

func TestFindingsThatWereWaivedAreLeftOut(t *testing.T) {
	list := Text("The system should be fast.")
	if left := Without(list, SubjectiveWord); found(SubjectiveWord, left) || len(left) != len(list)-1 {
		t.Errorf("%+v of %+v", left, list)
	}
	if !found(SubjectiveWord, list) {
		t.Error("leaving a rule out changed the findings themselves")
	}
}

func TestRequirementsAreToldFromWhatExplainsThem(t *testing.T) {
	text := "This chapter has several sections. The limit is TBD. The system shall keep several copies."
	list := Requirements(text)
	if len(list) != 2 || list[0].Rule != Placeholder || list[1].Rule != VagueWord || list[1].Start < 50 {
		t.Errorf("%+v", list)
	}
}
