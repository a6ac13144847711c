package statement_test

import (
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/requirement/statement"
)

func TestASentenceIsARequirementByItsWords(t *testing.T) {
	for sentence, want := range map[string]statement.Rule{
		"The kiosk shall print a receipt within 3 seconds.":                         statement.RuleObligation,
		"Visitors must sign the register before they enter the lab.":                statement.RuleObligation,
		"A refund is required to be approved by two clerks.":                        statement.RuleObligation,
		"The operator needs to confirm each transfer.":                              statement.RuleNeed,
		"The exporter has to keep the order of the rows.":                           statement.RuleNeed,
		"Search results should appear while the user types.":                        statement.RuleWish,
		"Should support at least three printers.":                                   statement.RuleWish,
		"The customer will receive a confirmation by email.":                        statement.RuleFuture,
		"Members can renew a loan twice.":                                           statement.RuleAbility,
		"The system stores each invoice for ten years.":                             statement.RulePresent,
		"Ability to merge two customer accounts.":                                   statement.RulePresent,
		"Verify that session tokens are random.":                                    statement.RuleVerify,
		"As a nurse, I want to see allergies first, so that I give no wrong drug.":  statement.RuleStory,
		"As an account manager I need a phone view so that I can work on the road.": statement.RuleStory,
		"Das System muss jede Änderung protokollieren.":                             statement.RuleLanguage,
		"Der Benutzer soll Berichte exportieren können.":                            statement.RuleLanguage,
		"Le système doit enregistrer chaque modification.":                          statement.RuleLanguage,
		"El sistema debe registrar cada cambio de precio.":                          statement.RuleLanguage,
		"Система должна хранить журнал событий один год.":                           statement.RuleLanguage,
	} {
		if got, ok := statement.Is(sentence); got != want || !ok {
			t.Errorf("%q: got %q, want %q", sentence, got, want)
		}
	}
}

func TestWhatOnlySpeaksAboutRequirementsIsLeftOut(t *testing.T) {
	for _, sentence := range []string{
		"Must have",
		"This document shall be read together with the annex.",
		"The key words MUST and SHOULD are to be interpreted as described in RFC 2119.",
		"For example, the clerk must enter the number twice.",
		"Rationale: the auditor must be able to trace each change.",
		"Milestone: A date by which a result must be delivered.",
		"A condition that must hold before a case begins.",
		"The purpose of the kiosk is to shorten queues.",
		"Should the battery fail, the fault is obvious.",
		"Is it true that the system must print receipts?",
		"The meeting took place in May 2019 in Leeds.",
		"4.7 Payment must be possible .......... 23",
		"The committee met twice and agreed on a date.",
		"It should be noted that prices differ by region.",
		"Copyright 2024, all rights reserved, copies must carry this notice.",
	} {
		if rule, ok := statement.Is(sentence); ok {
			t.Errorf("%q is taken for a requirement by %q", sentence, rule)
		}
	}
}

func TestEveryRuleSaysWhyInASentence(t *testing.T) {
	for _, r := range []statement.Rule{statement.RuleStory, statement.RuleObligation, statement.RuleNeed, statement.RuleIdentified, statement.RuleListItem,
		statement.RuleColumn, statement.RuleVerify, statement.RuleWish, statement.RuleFuture, statement.RuleAbility, statement.RulePresent,
		statement.RuleSection, statement.RuleLanguage} {
		if reason := r.Reason(); len(reason) < 15 || reason[len(reason)-1] != '.' {
			t.Errorf("%s: %q", r, reason)
		}
	}
}
