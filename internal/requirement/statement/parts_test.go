package statement_test

import (
	"reflect"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/requirement/statement"
)

// one returns the only candidate of a text.
func one(t *testing.T, text string) statement.Candidate {
	t.Helper()
	found := statement.FindText(text)
	if len(found) != 1 {
		t.Fatalf("%q: %d candidates: %q", text, len(found), textsOf(found))
	}
	return found[0]
}

func TestConditionsFollowTheEARSPatterns(t *testing.T) {
	for _, c := range []struct {
		text       string
		pattern    statement.Pattern
		conditions []statement.Condition
	}{
		{"The pump shall stop at 4 bar.", statement.Ubiquitous, nil},
		{"When the door opens, the pump shall stop.", statement.EventDriven, []statement.Condition{{statement.EventDriven, "When the door opens"}}},
		{"While the door is open, the pump shall not start.", statement.StateDriven, []statement.Condition{{statement.StateDriven, "While the door is open"}}},
		{"Where a spare pump is installed, the unit shall offer both.", statement.Optional, []statement.Condition{{statement.Optional, "Where a spare pump is installed"}}},
		{"If the sensor fails, then the unit shall warn the operator.", statement.Unwanted, []statement.Condition{{statement.Unwanted, "If the sensor fails"}}},
		{"While the door is open, if the sensor fails, the unit shall warn.", statement.Complex,
			[]statement.Condition{{statement.StateDriven, "While the door is open"}, {statement.Unwanted, "if the sensor fails"}}},
		{"The unit shall warn the operator when the tank is empty.", statement.EventDriven, []statement.Condition{{statement.EventDriven, "when the tank is empty"}}},
	} {
		got := one(t, c.text)
		if got.Pattern != c.pattern || !reflect.DeepEqual(got.Conditions, c.conditions) {
			t.Errorf("%q: %s %+v", c.text, got.Pattern, got.Conditions)
		}
	}
}

func TestTheVerbAndTheMarkDecideOnThePriority(t *testing.T) {
	for text, want := range map[string]ba.Priority{
		"The kiosk shall print receipts.":                          ba.PriorityMust,
		"The kiosk should print receipts.":                         ba.PriorityShould,
		"The kiosk may print receipts in colour.":                  ba.PriorityCould,
		"The kiosk will print receipts.":                           "",
		"The kiosk should print receipts. (M)":                     ba.PriorityMust,
		"The kiosk shall print receipts in colour [Could]":         ba.PriorityCould,
		"The kiosk shall print receipts (optional)":                ba.PriorityCould,
		"The system shall print receipts (as the law asks for).":   ba.PriorityMust,
		"The kiosk shall print coupons (won't)":                    ba.PriorityWont,
		"As a clerk, I want to print receipts, so that I keep one": "",
	} {
		if got := one(t, text); got.Priority != want {
			t.Errorf("%q: got %q, want %q", text, got.Priority, want)
		}
	}
}

func TestTheDocumentsOwnIdentifierIsKept(t *testing.T) {
	for text, want := range map[string]string{
		"FR-12: The kiosk shall print receipts.":            "FR-12",
		"[REQ_004] The kiosk shall print receipts.":         "REQ_004",
		"3.2.1.4 The kiosk shall print receipts.":           "3.2.1.4",
		"5.2.3.28i The kiosk shall print receipts.":         "5.2.3.28i",
		"cES1007.3 The kiosk shall print receipts.":         "cES1007.3",
		"1. The kiosk shall print receipts.":                "",
		"a) The kiosk shall print receipts.":                "",
		"The kiosk shall print 2.5 receipts a second.":      "",
		"US-7 | The kiosk shall print receipts. | paper":    "US-7",
		"BR7.1 - Members must return books within 21 days.": "BR7.1",
	} {
		got := one(t, text)
		if got.SourceID != want {
			t.Errorf("%q: got %q, want %q", text, got.SourceID, want)
		}
		if want != "" && got.Quote == text {
			t.Errorf("%q: the quote holds the identifier", text)
		}
	}
}

func TestSentencesSurviveAbbreviationsNumbersAndIdentifiers(t *testing.T) {
	text := "The kiosk must accept coins, notes, etc. and return change, e.g. 2.50 EUR, cf. sec. 4.2.1. Prof. A. Miller must approve v1.2.3 of it (see fig. 3). Fees must not exceed 3.5%."
	equal(t, textsOf(statement.FindText(text)),
		"The kiosk must accept coins, notes, etc. and return change, e.g. 2.50 EUR, cf. sec. 4.2.1.",
		"Prof. A. Miller must approve v1.2.3 of it (see fig. 3).",
		"Fees must not exceed 3.5%.")
}
