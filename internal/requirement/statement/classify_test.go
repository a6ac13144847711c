package statement_test

import (
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/requirement/statement"
)

func TestTheTypeFollowsFromTheWords(t *testing.T) {
	for text, want := range map[string]ba.RequirementType{
		"The kiosk shall display the queue number.":                            ba.RequirementFunctional,
		"The clerk shall be able to cancel an order.":                          ba.RequirementFunctional,
		"As a nurse, I want to see allergies first.":                           ba.RequirementFunctional,
		"The server must be written in Java.":                                  ba.RequirementConstraint,
		"The product shall comply with the regulations of the central bank.":   ba.RequirementConstraint,
		"The kiosk shall interface with the card terminal of the bank.":        ba.RequirementInterface,
		"A loan shall consist of a member, a copy and a due date.":             ba.RequirementData,
		"Members are charged a late fee of 20 cents for each day.":             ba.RequirementBusinessRule,
		"The kiosk must answer within 2 seconds.":                              ba.RequirementQuality,
		"A person who never used the kiosk shall find it easy to use at once.": ba.RequirementQuality,
	} {
		if got, _ := statement.Classify(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestAQualityRequirementNamesItsCharacteristic(t *testing.T) {
	for text, want := range map[string]ba.Quality{
		"The kiosk must answer within 2 seconds.":                                 ba.QualityPerformance,
		"The service shall handle 500 requests at the same time.":                 ba.QualityPerformance,
		"The kiosk shall be available 99.5 % of the time.":                        ba.QualityReliability,
		"After a crash the editor must recover the last draft.":                   ba.QualityReliability,
		"All card numbers must be encrypted at rest.":                             ba.QualitySecurity,
		"Only authorized clerks may see salaries.":                                ba.QualitySecurity,
		"90% of the users shall order without training.":                          ba.QualityUsability,
		"The look and feel of all pages shall be consistent with the brand book.": ba.QualityUsability,
		"The code should be easy to extend and well documented.":                  ba.QualityMaintainability,
		"The app shall run on any operating system without changes.":              ba.QualityPortability,
		"The converter must be backward compatible with version 2.":               ba.QualityCompatibility,
		"The kiosk shall print a receipt.":                                        "",
	} {
		if _, got := statement.Classify(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
