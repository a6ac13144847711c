package analyst

import (
	"strings"
	"testing"
)

func TestAMessageIsTakenForWhatItWants(t *testing.T) {
	for want, messages := range map[intent][]string{
		greets:           {"Hi", "Hello there!", "good morning", "Hey, all"},
		thanks:           {"thanks!", "Thank you very much", "great, thanks"},
		asksHelp:         {"help", "What can you do?", "how do I start", "?"},
		asksIdentity:     {"Who are you?", "Are you an AI?", "How do I connect a model?", "which model is this", "How can I connect Claude?"},
		asksCoverage:     {"summary", "what have we covered so far?", "Where do we stand?", "what is still open"},
		asksEdges:        {"edge cases", "What could go wrong?", "propose edge cases for booking"},
		asksStories:      {"draft user stories", "Please write user stories about cancelling", "turn this into stories"},
		asksCriteria:     {"draft acceptance criteria", "give me acceptance criteria for the waiting list", "write given/when/then"},
		asksBRD:          {"draft a BRD", "create a business requirements document", "write the BRD outline please"},
		asksRequirements: {"list the requirements", "Extract all requirements from the documents", "list the requirements about reminders"},
		asksDocuments:    {"which documents are there?", "list the documents", "What files do you have?", "Which documents did I upload?"},
		asksSummary:      {"Summarise the specification", "give me a short summary of the minutes", "What is in the price list?", "What is this project about?", "what are we building?"},
		asksComparison:   {"compare A and B", "Where do the documents disagree?", "what is the difference between a card and a token?"},
		asksRefinement:   {"find vague words", "review the requirements", "Which requirements are ambiguous?", "check the specification"},
		begins:           {"start discovery", "Interview me", "let's start with the discovery", "ask me questions, please"},
		rubbish:          {"😀😀😀", "!!!???...;;;", "xkcdfgh", strings.Repeat("#*-!", 2500)},
		asks:             {"Who may book for a child?", "refund deadline", "tell me about fees", "how long is data kept", "Is it free?", "Which documents mention encryption?", "What are we building the kiosk for?"},
		states:           {"We want to build a kiosk.", "Patients can cancel until the day before", "Hello, I need an app for my shop.", "About 300 users, mostly on phones."},
	} {
		for _, m := range messages {
			if got := intentOf(m, false); got != want {
				t.Errorf("%.60q is taken for %d, want %d", m, got, want)
			}
		}
	}
}

func TestWhileAQuestionOfOursIsOpenAFewWordsAnswerIt(t *testing.T) {
	for m, want := range map[string]intent{
		"patients and the front desk": states,
		"about 300":                   states,
		"GDPR":                        states,
		"patients I guess?":           states,
		"skip":                        skips,
		"I don't know yet":            skips,
		"not sure":                    skips,
		"next":                        skips,
		"ok":                          goesOn,
		"Who may waive a fee?":        asks,
	} {
		if got := intentOf(m, true); got != want {
			t.Errorf("%q is taken for %d, want %d", m, got, want)
		}
	}
}
