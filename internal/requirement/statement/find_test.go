package statement_test

import (
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/extract"
	"github.com/ba-assistant/ba-assistant/internal/requirement/statement"
)

// textsOf returns the statements of candidates.
func textsOf(found []statement.Candidate) []string {
	var texts []string
	for _, c := range found {
		texts = append(texts, c.Text)
	}
	return texts
}

func equal(t *testing.T, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestEachItemOfAListReadsAsAWhole(t *testing.T) {
	blocks := []extract.Block{
		{Kind: extract.Paragraph, Text: "FR-7 The system shall:"},
		{Kind: extract.ListItem, Text: "a) Send a reminder on the due date;"},
		{Kind: extract.ListItem, Text: "b) Block further loans after 14 days."},
		{Kind: extract.Paragraph, Text: "This ends the list."},
	}
	found := statement.Find(blocks)
	equal(t, textsOf(found), "The system shall send a reminder on the due date", "The system shall block further loans after 14 days.")
	for _, c := range found {
		if c.SourceID != "FR-7" || c.Lead == nil || blocks[c.First].Text[c.Start:c.End] != c.Quote {
			t.Errorf("%+v", c)
		}
	}
}

func TestAMessageIsReadBySentence(t *testing.T) {
	text := "We met on Friday.\n\nMembers must return books within 21 days, i.e. three weeks. Late fees of 2.50 EUR should be charged. Who pays?\n- As a librarian, I want to block a card so that it cannot be misused."
	found := statement.FindText(text)
	equal(t, textsOf(found), "Members must return books within 21 days, i.e. three weeks.", "Late fees of 2.50 EUR should be charged.",
		"As a librarian, I want to block a card so that it cannot be misused.")
	for _, c := range found {
		if text[c.Start:c.End] != c.Quote {
			t.Errorf("the span of %q gives %q", c.Quote, text[c.Start:c.End])
		}
	}
}

func TestTalkIsReadForWhatPeopleAskFor(t *testing.T) {
	found := statement.FindText("Hi, thanks for the call. We must keep invoices for 10 years. I want managers to approve anything above 5,000 EUR. " +
		"Make sure nobody but HR sees salaries. Can we export to Excel? I will send you notes. We should meet on Monday. It would be nice to have a dark mode.")
	equal(t, textsOf(found), "We must keep invoices for 10 years.", "I want managers to approve anything above 5,000 EUR.",
		"Make sure nobody but HR sees salaries.", "It would be nice to have a dark mode.")
	for i, want := range []ba.Priority{ba.PriorityMust, ba.PriorityShould, ba.PriorityShould, ba.PriorityCould} {
		if i < len(found) && found[i].Priority != want {
			t.Errorf("%q: priority %q, want %q", found[i].Text, found[i].Priority, want)
		}
	}
}

func TestMarkdownInATextIsUnderstood(t *testing.T) {
	text := "## Requirements\n\nThe kiosk shall:\n\n  - print **receipts**;\n  - take coins.\n\n**FR-3**: The kiosk must beep.\r\n\n| ID | Requirement |\n| --- | --- |\n| R-1 | The kiosk must blink. |\n"
	found := statement.FindText(text)
	equal(t, textsOf(found), "The kiosk shall print receipts", "The kiosk shall take coins.", "The kiosk must beep.", "The kiosk must blink.")
	for i, id := range []string{"", "", "FR-3", "R-1"} {
		if i < len(found) && (found[i].SourceID != id || text[found[i].Start:found[i].End] != found[i].Quote) {
			t.Errorf("%+v", found[i])
		}
	}
}
