package chat

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestATitleNamesWhatAQuestionIsAbout(t *testing.T) {
	for question, want := range map[string]string{
		"":                           "",
		"???":                        "",
		"Ok":                         "",
		"Hello!":                     "",
		"Hi there, thanks":           "",
		"Guten Tag":                  "",
		"你好":                         "",
		"***\n\n> Quote":             "Quote",
		"What is the refund policy?": "Refund policy",
		"what's our refund policy for gift cards":                         "Refund policy for gift cards",
		"Hello, could you please summarise the meeting notes? Thanks":     "Summary of the meeting notes",
		"Write a BRD for the new checkout.":                               "BRD for the new checkout",
		"Please list all user stories for v2.1 of the portal":             "User stories for v2.1 of the portal",
		"How should we handle returned goods?":                            "How we should handle returned goods",
		"When does the migration begin?":                                  "When does the migration begin",
		"Tell me about the approval workflow":                             "Approval workflow",
		"Hi!\n\nWho approves invoices above 10.000 EUR?":                  "Who approves invoices above 10.000 EUR",
		"iOS app for field staff":                                         "iOS app for field staff",
		"Wie lange dürfen Kunden Waren zurückgeben, wenn sie bar zahlen?": "Wie lange dürfen Kunden Waren zurückgeben",
		"Bonjour, quelles sont les exigences du portail ?":                "Quelles sont les exigences du portail",
		"¿Cuáles son los requisitos?":                                     "Cuáles son los requisitos",
		"退款政策是什么？请解释。":                                                    "退款政策是什么",
		strings.Repeat("x", 80):                                           "X" + strings.Repeat("x", 58) + "…",
	} {
		if title := titleOf(question); title != want {
			t.Errorf("the title of %q is %q, want %q", question, title, want)
		}
	}
}

func TestAPastedTextIsNamedByItsHeadingOrByWhatIsAskedOfIt(t *testing.T) {
	for pasted, want := range map[string]string{
		"From: Ana\nSent: Monday\n\n# Minutes of the steering committee\n\nPresent: all":                                                     "Minutes of the steering committee",
		"Review these minutes:\n\n# Steering committee\n\nPresent: all":                                                                      "Review of these minutes",
		"```\nERROR 42: no route\n```\nWhy does this error come?":                                                                            "ERROR 42: no route",
		"Dear all,\n\nthe customer portal must support single sign-on for partners of the group and for all of their subsidiaries.\nRegards": "The customer portal must support single sign-on",
	} {
		if title := titleOf(pasted); title != want {
			t.Errorf("the title of %q is %q, want %q", pasted, title, want)
		}
	}
}

func FuzzATitleIsShortAndOneLine(f *testing.F) {
	for _, s := range []string{"Hello", "What is \xff?", "İstanbul, which", "你好。退款", "a. b", strings.Repeat("für ", 40)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, question string) {
		title := titleOf(question)
		if utf8.RuneCountInString(title) > titleLength+1 || strings.ContainsAny(title, "\n\r") {
			t.Errorf("the title of %q is %q", question, title)
		}
	})
}
