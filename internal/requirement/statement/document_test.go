package statement_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/extract"
	"github.com/ba-assistant/ba-assistant/internal/requirement/statement"
)

func paragraph(text string) extract.Block { return extract.Block{Kind: extract.Paragraph, Text: text} }

func title(level int, text string) extract.Block {
	return extract.Block{Kind: extract.Heading, Level: level, Text: text}
}

func item(text string) extract.Block { return extract.Block{Kind: extract.ListItem, Text: text} }

func row(cells ...string) extract.Block {
	return extract.Block{Kind: extract.Row, Cells: cells, Text: strings.Join(cells, " | ")}
}

func TestSectionsWithoutRequirementsAreLeftOut(t *testing.T) {
	equal(t, textsOf(statement.Find([]extract.Block{
		title(1, "1 Glossary"),
		paragraph("A receipt must show the date."),
		title(2, "1.1 Abbreviations"),
		paragraph("POS must be understood by clerks."),
		title(1, "2 Requirements"),
		paragraph("The kiosk shall print receipts."),
		title(2, "References"),
		paragraph("Vendors shall read ISO 9001."),
		title(2, "2.1 Payments"),
		paragraph("The kiosk shall take coins."),
		paragraph("Preconditions:"),
		paragraph("The drawer must be closed."),
	})), "The kiosk shall print receipts.", "The kiosk shall take coins.")
}

func TestATableGivesOneStatementForEachRow(t *testing.T) {
	header := row("ID", "Title", "Requirement", "Rationale", "Priority")
	header.Header = true
	blocks := []extract.Block{
		header,
		row("R1", "Receipts", "Receipts on paper, or by mail where the customer prefers that", "The law must be kept.", "high"),
		row("R2", "Change", "The kiosk shall return change. It takes notes.", "", ""),
		row("R3", "Cash Handling", "", "", ""),
	}
	found := statement.Find(blocks)
	equal(t, textsOf(found), "Receipts on paper, or by mail where the customer prefers that", "The kiosk shall return change. It takes notes.")
	if found[0].SourceID != "R1" || found[0].Rule != statement.RuleColumn || found[1].SourceID != "R2" || found[1].Rule != statement.RuleObligation {
		t.Errorf("%+v", found)
	}
}

func TestAListOfThingsStaysOneStatement(t *testing.T) {
	blocks := []extract.Block{
		paragraph("4.1.2 The receipt shall show the following: (M)"),
		item("• date and time;"),
		item("• number of the kiosk;"),
		item("• sum."),
		paragraph("Receipts are small."),
	}
	found := statement.Find(blocks)
	equal(t, textsOf(found), "The receipt shall show the following: date and time; number of the kiosk; sum")
	if c := found[0]; c.First != 0 || c.Last != 3 || c.SourceID != "4.1.2" || c.Quote != "The receipt shall show the following: (M)\n• date and time;\n• number of the kiosk;\n• sum." {
		t.Errorf("%+v", c)
	}
}

func TestASentenceGoesOnInTheNextBlock(t *testing.T) {
	blocks := []extract.Block{
		paragraph("The kiosk shall print a receipt that shows the sum and"),
		paragraph("the date of the sale. Nobody reads it."),
	}
	found := statement.Find(blocks)
	equal(t, textsOf(found), "The kiosk shall print a receipt that shows the sum and the date of the sale.")
	if c := found[0]; c.First != 0 || c.Last != 1 || !strings.Contains(c.Quote, "and\nthe date") {
		t.Errorf("%+v", c)
	}
}

func TestTheReasonBelowARequirementIsNoPartOfIt(t *testing.T) {
	equal(t, textsOf(statement.Find([]extract.Block{paragraph("REQ-1 The kiosk shall print receipts. Rationale: The law must be kept.")})),
		"The kiosk shall print receipts.")
}

func TestWhatADocumentSaysTwiceIsMarked(t *testing.T) {
	found := statement.Find([]extract.Block{paragraph("The kiosk shall print receipts."), paragraph("Coins must be taken."), paragraph("The kiosk shall  print receipts.")})
	if len(found) != 3 || found[0].SameAs != -1 || found[1].SameAs != -1 || found[2].SameAs != 0 {
		t.Errorf("%+v", found)
	}
}

func TestBackgroundIsLeftOutWhereTheDocumentSaysShall(t *testing.T) {
	background := paragraph("The system stores each invoice. Clerks can print lists.")
	if found := statement.Find([]extract.Block{background}); len(found) != 2 {
		t.Errorf("alone: %q", textsOf(found))
	}
	blocks := []extract.Block{background}
	for i := range 20 {
		blocks = append(blocks, paragraph(fmt.Sprintf("The system shall print form %d.", i)))
	}
	if found := statement.Find(blocks); len(found) != 20 || found[0].Rule != statement.RuleObligation {
		t.Errorf("among shalls: %q", textsOf(found))
	}
}

func TestHeadingsNotesAndPageFeet(t *testing.T) {
	found := statement.Find([]extract.Block{
		title(2, "Payments must be safe"),
		title(2, "3.4 The kiosk shall take coins of all sizes."),
		{Kind: extract.Margin, Text: "The kiosk shall be blue. Page 3"},
		{Kind: extract.Code, Text: "The kiosk shall be red."},
		{Kind: extract.Comment, Text: "The kiosk shall be green?"},
		{Kind: extract.Note, Text: "Notes must be taken one by one."},
	})
	equal(t, textsOf(found), "The kiosk shall take coins of all sizes.", "Notes must be taken one by one.")
	if found[0].SourceID != "3.4" || found[0].Type != ba.RequirementFunctional {
		t.Errorf("%+v", found[0])
	}
}

func TestItemsBelowAHeadingOfRequirementsCount(t *testing.T) {
	equal(t, textsOf(statement.Find([]extract.Block{
		title(2, "Requirements"),
		item("- Login with a smart card"),
		item("- Export of invoices to a spreadsheet"),
		item("- Note: prices are in euro"),
		item("- Payment Terms And Conditions"),
		title(2, "Next steps"),
		item("- Call with the vendor on Monday"),
	})), "Login with a smart card", "Export of invoices to a spreadsheet")
}

func TestATableMayDescribeOneRequirement(t *testing.T) {
	found := statement.Find([]extract.Block{
		row("ID", "UC-7"),
		row("Description", "Receipts by mail where the customer prefers that"),
		row("Rationale", "The customer must find the receipt again."),
	})
	equal(t, textsOf(found), "Receipts by mail where the customer prefers that")
	if len(found) == 1 && found[0].SourceID != "UC-7" {
		t.Errorf("%+v", found[0])
	}
}

func TestAnIdentifierInTheHeadingBelongsToTheStatementBelow(t *testing.T) {
	found := statement.Find([]extract.Block{
		title(3, "REQ-12 Receipts"),
		paragraph("The kiosk shall print receipts."),
		paragraph("The kiosk shall beep."),
		title(3, "3.4 Index management"),
		paragraph("The archive shall keep an index."),
	})
	equal(t, textsOf(found), "The kiosk shall print receipts.", "The kiosk shall beep.", "The archive shall keep an index.")
	if found[0].SourceID != "REQ-12" || found[1].SourceID != "" || found[2].SourceID != "" {
		t.Errorf("%+v", found)
	}
}

func TestAStoryOverSeveralColumnsIsPutTogether(t *testing.T) {
	blocks := []extract.Block{
		row("ID", "As a...", "I want to...", "So that...", "Points"),
		row("US-1", "Clerk", "cancel an order", "I can correct a mistake.", "3"),
		row("US-2", "as an auditor", "I want to see each change", "", "5"),
	}
	found := statement.Find(blocks)
	equal(t, textsOf(found), "As a Clerk, I want to cancel an order, so that I can correct a mistake", "as an auditor, I want to see each change")
	if c := found[0]; c.SourceID != "US-1" || c.Quote != "Clerk | cancel an order | I can correct a mistake." || c.Rule != statement.RuleStory {
		t.Errorf("%+v", c)
	}
}

func TestIdentifiersInBracketsBeginOrEndAStatement(t *testing.T) {
	found := statement.Find([]extract.Block{
		paragraph("[SRS req 7] The kiosk shall beep. Beeps are short. [SRS req 8] The kiosk shall blink."),
		paragraph("The kiosk shall print. [K-9] The kiosk shall cut the paper. [K-10]"),
		paragraph("[1] ISO 9001 must be read first."),
	})
	equal(t, textsOf(found), "The kiosk shall beep. Beeps are short.", "The kiosk shall blink.", "The kiosk shall print.", "The kiosk shall cut the paper.", "[1] ISO 9001 must be read first.")
	for i, id := range []string{"SRS req 7", "SRS req 8", "K-9", "K-10", ""} {
		if i < len(found) && found[i].SourceID != id {
			t.Errorf("%q has %q, want %q", found[i].Text, found[i].SourceID, id)
		}
	}
}
