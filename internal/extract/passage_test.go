package extract_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/extract"
)

func cut(t *testing.T, blocks ...extract.Block) []extract.Passage {
	t.Helper()
	var out []extract.Passage
	c := extract.Cutter{Emit: func(p extract.Passage) error {
		out = append(out, p)
		return nil
	}}
	for _, b := range blocks {
		if err := c.Add(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Flush(); err != nil {
		t.Fatal(err)
	}
	return out
}

func para(text string, page int) extract.Block {
	return extract.Block{Kind: extract.Paragraph, Text: text, Locator: ba.Locator{Page: page}}
}

func texts(passages []extract.Passage) []string {
	var out []string
	for _, p := range passages {
		out = append(out, p.Text)
	}
	return out
}

func TestPassagesEndWithTheirPageUnlessASentenceGoesOn(t *testing.T) {
	got := cut(t, para("First.", 1), para("A sentence that", 1), para("goes on.", 2), para("Second.", 2), para("Third.", 3))
	want := []string{"First.\nA sentence that\ngoes on.", "Second.", "Third."}
	if fmt.Sprint(texts(got)) != fmt.Sprint(want) {
		t.Fatalf("%q", texts(got))
	}
	if got[0].Locator.Page != 1 || got[1].Locator.Page != 2 || got[0].FirstBlock != 0 || got[0].LastBlock != 2 || got[2].FirstBlock != 4 {
		t.Errorf("%+v", got)
	}
}

func TestHeadingsBeginPassagesOnceThereIsSomethingBeforeThem(t *testing.T) {
	heading := func(s string) extract.Block { return extract.Block{Kind: extract.Heading, Level: 1, Text: s} }
	long := strings.Repeat("The kiosk prints a receipt. ", 8)
	got := texts(cut(t, heading("Scope"), heading("In scope"), para(long, 0), heading("Refunds"), para("Short.", 0), heading("Fees"), para(long, 0)))
	want := []string{"Scope\nIn scope\n" + long, "Refunds\nShort.\nFees\n" + long}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q", got)
	}
}

func TestRowsComeAfterTheRowThatNamesTheirColumns(t *testing.T) {
	row := func(n int) extract.Block {
		cells := []string{fmt.Sprint("REQ-", n), strings.Repeat("The system shall answer. ", 4)}
		return extract.Block{Kind: extract.Row, Cells: cells, Text: strings.Join(cells, " | "), Locator: ba.Locator{Sheet: "Reqs", Row: n}}
	}
	header := extract.Block{Kind: extract.Row, Header: true, Cells: []string{"Id", "Text"}, Text: "Id | Text", Locator: ba.Locator{Sheet: "Reqs", Row: 1}}
	blocks := []extract.Block{header}
	for n := range 60 {
		blocks = append(blocks, row(n+2))
	}
	got := cut(t, append(blocks, para("After the table.", 0))...)
	if len(got) < 4 {
		t.Fatalf("%d passages", len(got))
	}
	for i, p := range got[:len(got)-1] {
		if !strings.HasPrefix(p.Text, "Id | Text\nREQ-") || p.Locator.Row != p.FirstBlock+1 {
			t.Errorf("passage %d at %+v begins with %.40q", i, p.Locator, p.Text)
		}
	}
	if last := got[len(got)-1]; last.Text != "After the table." {
		t.Errorf("the table's header went on: %q", last.Text)
	}
}

func TestARowKeepsItsEmptyCellsUnderTheNamesOfItsColumns(t *testing.T) {
	row := func(header bool, cells ...string) extract.Block {
		full := slices.DeleteFunc(slices.Clone(cells), func(s string) bool { return s == "" })
		return extract.Block{Kind: extract.Row, Header: header, Cells: cells, Text: strings.Join(full, " | ")}
	}
	named := cut(t, row(true, "Code", "Minutes", "Price"), row(false, "D01", "", "50 %"), row(false, "", "40"))
	if want := "Code | Minutes | Price\nD01 |  | 50 %\n | 40"; named[0].Text != want {
		t.Errorf("%q, want %q", named[0].Text, want)
	}
	if bare := cut(t, row(false, "D01", "", "50 %")); bare[0].Text != "D01 | 50 %" {
		t.Errorf("without names of columns: %q", bare[0].Text)
	}
}

func TestLongTextIsCutAtSentenceEndsAndNothingIsLost(t *testing.T) {
	for name, sentence := range map[string]string{"English": "The kiosk prints number %d. ", "Chinese": "终端打印编号%d的收据。"} {
		var text strings.Builder
		for i := range 300 {
			fmt.Fprintf(&text, sentence, i)
		}
		whole := strings.TrimSpace(text.String())
		got := cut(t, para("Before.", 0), para(whole, 0), para("After.", 0))
		var again strings.Builder
		for _, p := range got {
			n := utf8.RuneCountInString(p.Text)
			if n > 2400 {
				t.Errorf("%s: a passage of %d characters", name, n)
			}
			if end, _ := utf8.DecodeLastRuneInString(p.Text); end != '.' && end != '。' {
				t.Errorf("%s: a passage ends within a sentence: %q", name, p.Text[len(p.Text)-20:])
			}
			again.WriteString(p.Text)
		}
		if strip(again.String()) != strip("Before."+whole+"After.") {
			t.Errorf("%s: text was lost", name)
		}
	}
}

func strip(s string) string { return strings.NewReplacer(" ", "", "\n", "").Replace(s) }

func TestPageHeadsAreFoundOnce(t *testing.T) {
	head := func(page int) extract.Block {
		return extract.Block{Kind: extract.Margin, Text: fmt.Sprintf("Secret plan, page %d", page), Locator: ba.Locator{Page: page}}
	}
	got := strings.Join(texts(cut(t, para("One.", 1), head(1), para("Two.", 2), head(2), para("Three.", 3), head(3))), "\n")
	if strings.Count(got, "Secret plan") != 1 {
		t.Errorf("%q", got)
	}
}
