package analyst

import (
	"slices"
	"strings"
	"testing"
)

func TestAQuestionIsReadByWhatItWants(t *testing.T) {
	for text, want := range map[string]struct {
		kind  kind
		value class
	}{
		"How long does a first visit take?":              {amountKind, durationValue},
		"How many patients are there?":                   {amountKind, countValue},
		"How much does a visit cost?":                    {amountKind, moneyValue},
		"What does a first visit cost?":                  {amountKind, moneyValue},
		"What is the price of a kiosk?":                  {amountKind, moneyValue},
		"How often must the report be sent?":             {amountKind, frequencyValue},
		"What percentage of loans runs over kiosks?":     {amountKind, shareValue},
		"Until when can a patient cancel?":               {timeKind, durationValue},
		"What are the response time requirements?":       {amountKind, durationValue},
		"What are the accessibility requirements?":       {listing, anyValue},
		"When is the next meeting?":                      {timeKind, dateValue},
		"Who may book for a child?":                      {personKind, anyValue},
		"Which roles are there?":                         {personKind, anyValue},
		"Where are the practices?":                       {placeKind, anyValue},
		"Why do we do this?":                             {reasonKind, anyValue},
		"What is the kiosk needed for?":                  {reasonKind, anyValue},
		"How is a reminder sent?":                        {mannerKind, anyValue},
		"What is EIRENE?":                                {meaning, anyValue},
		"What does VGCS stand for?":                      {meaning, anyValue},
		"What is the goal of the project?":               {topic, anyValue},
		"List the requirements about cancelling":         {listing, anyValue},
		"Which appointments can be booked online?":       {listing, anyValue},
		"Is payment online part of the release?":         {yesNo, anyValue},
		"May a reader extend a loan?":                    {yesNo, anyValue},
		"What happens when a therapist falls ill?":       {topic, anyValue},
		"Could you please tell me how long a loan lasts": {amountKind, durationValue},
		"According to the documents, who waives fees?":   {personKind, anyValue},
	} {
		q := readQuestion(text, nil)
		if q.kind != want.kind || q.value != want.value {
			t.Errorf("%q is of kind %d and value %d, want %d and %d", text, q.kind, q.value, want.kind, want.value)
		}
	}
}

func TestAQuestionKeepsTheWordsThatSaySomething(t *testing.T) {
	for text, want := range map[string]string{
		"What is the refund deadline?":                         "refund deadline",
		"Can you tell me who may waive the late fee, please?":  "waive fee",
		"What do the documents say about data protection?":     "data protection",
		"How many books may a reader borrow at the same time?": "books reader borrow",
		"Is REQ-10 about the front desk?":                      "REQ-10 front desk",
		`Where does "free of charge" stand?`:                   "free of charge",
		"What must a reminder say?":                            "reminder",
		"Who?":                                                 "",
	} {
		var words []string
		for _, term := range readQuestion(text, nil).contentTerms() {
			words = append(words, term.word)
		}
		if got := strings.Join(words, " "); got != want {
			t.Errorf("%q keeps %q, want %q", text, got, want)
		}
	}
}

func TestAMessageIsCutIntoItsQuestions(t *testing.T) {
	for text, want := range map[string][]string{
		"How long does a visit take, and what does it cost?": {"How long does a visit take", "what does it cost?"},
		"Who decides? When is the meeting?":                  {"Who decides? When is the meeting?"},
		"Who decides about fees? When is the meeting?":       {"Who decides about fees", "When is the meeting?"},
		"Which food and drink may be sold?":                  {"Which food and drink may be sold?"},
		"salt and pepper":                                    {"salt and pepper"},
	} {
		if got := splitQuestions(text); !slices.Equal(got, want) {
			t.Errorf("%q is cut into %q, want %q", text, got, want)
		}
	}
}

func TestAQuestionThatPointsBackTakesOverWhatTheOneBeforeWasAbout(t *testing.T) {
	before := readQuestion("How long does a first visit take?", nil)
	for text, want := range map[string]bool{
		"what does it cost?":                  true,
		"And for a child?":                    true,
		"What about lymphatic drainage?":      true,
		"Who is responsible for the billing?": false,
	} {
		q := readQuestion(text, before)
		if q.carried != want {
			t.Errorf("%q carries over: %v, want %v", text, q.carried, want)
		}
	}
	if q := readQuestion("What about lymphatic drainage?", before); q.kind != amountKind || q.value != durationValue {
		t.Errorf("a follow-up has kind %d, want that of the question before", q.kind)
	}
}

func TestValuesAreReadWithTheirUnits(t *testing.T) {
	for text, want := range map[string][]quantity{
		"up to 48 hours before":               {{class: durationValue, value: 48 * 3600, unit: "second", bound: "up to"}},
		"forty-eight hours":                   {{class: durationValue, value: 48 * 3600, unit: "second"}},
		"two days":                            {{class: durationValue, value: 48 * 3600, unit: "second"}},
		"within one second":                   {{class: durationValue, value: 1, unit: "second", bound: "up to"}},
		"about 2,400 active patients":         {{class: countValue, value: 2400, unit: "activ"}},
		"99.5 % of the days":                  {{class: shareValue, value: 99.5, unit: "percent"}},
		"half of all appointments":            {{class: countValue, value: 50, unit: ""}},
		"8,400 euros and 95 EUR":              {{class: moneyValue, value: 8400, unit: "EUR"}, {class: moneyValue, value: 95, unit: "EUR"}},
		"$12.50 or €3":                        {{class: moneyValue, value: 12.5, unit: "USD"}, {class: moneyValue, value: 3, unit: "EUR"}},
		"under sixteen the parent books":      {{class: countValue, value: 16, unit: "", bound: "under"}},
		"under 18 years":                      {{class: durationValue, value: 18 * 12, unit: "month", bound: "under"}},
		"answers in 2s over 5km":              {{class: durationValue, value: 2, unit: "second"}, {class: sizeValue, value: 5000, unit: "metre", bound: "over"}},
		"one of them, REQ-10, section 4.2":    nil,
		"within 5-8 seconds":                  {{class: durationValue, value: 8, unit: "second", bound: "up to"}},
		"Level 3 of 5-8-2":                    nil,
		"on 6 October 2026 at 14:00":          nil,
		"version 3 of 2026-10-06, page 12":    nil,
		"two hundred readers, three thousand": {{class: countValue, value: 200, unit: "reader"}, {class: countValue, value: 3000, unit: ""}},
	} {
		got := quantities(text, tokenise(text))
		same := slices.EqualFunc(got, want, func(a, b quantity) bool {
			return a.class == b.class && a.value == b.value && a.unit == b.unit && a.bound == b.bound
		})
		if !same {
			t.Errorf("%q holds %+v, want %+v", text, got, want)
		}
	}
}

func TestSentencesEndWhereAReaderWouldEndThem(t *testing.T) {
	for text, want := range map[string][]string{
		"Dr. Nair books. Jon types.":                      {"Dr. Nair books.", "Jon types."},
		"It costs 3.50 euros. No. 5 is free, e.g. today.": {"It costs 3.50 euros.", "No. 5 is free, e.g. today."},
		"Up to which age? Under sixteen.":                 {"Up to which age?", "Under sixteen."},
		"He said \"no.\" Then he left.":                   {"He said \"no.\"", "Then he left."},
		"lists, orders etc. The rest follows.":            {"lists, orders etc.", "The rest follows."},
		"要求仕様。次の文。":                                       {"要求仕様。", "次の文。"},
	} {
		var got []string
		for _, s := range sentences(text) {
			got = append(got, text[s[0]:s[1]])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q is cut into %q, want %q", text, got, want)
		}
	}
}
