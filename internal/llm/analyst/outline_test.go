package analyst_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/llm/analyst"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

func TestWhatAConversationHoldsOfTheAreasIsVerbatim(t *testing.T) {
	said := []analyst.Exchange{
		{Said: "We want to let patients cancel online. Reception wastes hours on the telephone.", Answer: "Noted."},
		{Said: "The share of no-shows should fall from 12 % to 6 % by June."},
	}
	told := analyst.Told(said)
	for area, want := range map[string]string{
		analyst.AreaObjective: "We want to let patients cancel online.",
		analyst.AreaPains:     "Reception wastes hours on the telephone.",
		analyst.AreaMeasures:  "The share of no-shows should fall from 12 % to 6 % by June.",
	} {
		if !strings.Contains(strings.Join(told[area], "\n"), want) {
			t.Errorf("%s: %q lacks %q", area, told[area], want)
		}
	}
	if len(told[analyst.AreaCompliance]) != 0 {
		t.Errorf("something is told of compliance: %q", told[analyst.AreaCompliance])
	}
}

func TestWhatPassagesStateOfAnAreaIsVerbatim(t *testing.T) {
	passages := []prompt.Passage{
		{Document: "a.md", Text: "The kiosk has a screen. Personal data is kept for 30 days by law and then erased."},
		{Document: "b.md", Text: "Nothing of note stands here."},
	}
	pieces := analyst.Stated(analyst.AreaCompliance, passages, 3)
	if len(pieces) != 1 || pieces[0].Passage != 0 || pieces[0].Quote != "Personal data is kept for 30 days by law and then erased." {
		t.Errorf("pieces %+v", pieces)
	}
	for _, known := range analyst.Areas() {
		area := known.Title
		if ask, search := analyst.Ask(area); ask == "" || search == "" {
			t.Errorf("%s is asked by nothing", area)
		}
		for _, p := range analyst.Stated(area, passages, 5) {
			if !strings.Contains(passages[p.Passage].Text, p.Quote) {
				t.Errorf("%s: %q does not stand in its passage", area, p.Quote)
			}
		}
	}
}

func TestGlossariesStepsAndFragmentsAreNotQuotedAsWhatIsWanted(t *testing.T) {
	for area, passages := range map[string][]prompt.Passage{
		analyst.AreaObjective: {
			{Text: "A set of rules that provides a capability to the user and serves a business objective or goal."},
			{Text: "The purpose of the Software Requirements Specification is to describe the objectives and goals."},
			{Text: "This document states the goal and the objectives of the product."},
			{Locator: "Appendix A: Glossary", Text: "The goal of a sprint is the objective that a team commits to."},
			{Text: "be formatted so that the goal and purpose of each link is clear."},
			{Text: "The customer clicks the button in order to edit the account, which is the goal."},
		},
		analyst.AreaPains: {
			{Text: "Plug and play: Plug and play is a problem that today causes many errors."},
			{Text: "The system shall show today's problems and errors to the clerk."},
			{Text: "Memory with twice the speed is found in modern machines of any make."},
		},
	} {
		for i := range passages {
			passages[i].Document = "srs.pdf"
		}
		if pieces := analyst.Stated(area, passages, 10); len(pieces) != 0 {
			t.Errorf("%s: %+v", area, pieces)
		}
	}
	wanted := []prompt.Passage{
		{Document: "a.md", Text: "The goal of the project is fewer calls at reception."},
		{Document: "b.md", Locator: "Objectives", Text: "Patients book and cancel online at any hour.\nReception answers half as many calls"},
		{Document: "c.md", Text: "We want to replace the paper forms, so that officers"},
	}
	var quotes []string
	for _, p := range analyst.Stated(analyst.AreaObjective, wanted, 10) {
		quotes = append(quotes, p.Quote)
	}
	want := []string{"The goal of the project is fewer calls at reception.", "Patients book and cancel online at any hour."}
	if !slices.Equal(quotes, want) {
		t.Errorf("quoted %q, want %q", quotes, want)
	}
}

func TestAStatementBecomesAStoryAndACriterionWithoutInvention(t *testing.T) {
	const statement = "Patients may cancel an appointment up to 24 hours before it begins."
	story, ok := analyst.Story(statement)
	if !ok || !strings.HasPrefix(story, "As a **patient**, I want to cancel an appointment up to 24 hours before it begins") || !strings.Contains(story, "benefit not stated") {
		t.Errorf("story %q", story)
	}
	c, ok := analyst.Criterion(statement)
	if !ok || !strings.Contains(c.When, "cancel an appointment") || c.Given != "…" {
		t.Errorf("criterion %+v", c)
	}
	if story, ok := analyst.Story("Prices in euros."); ok {
		t.Errorf("a story came of nothing: %q", story)
	}
}
