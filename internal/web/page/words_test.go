package page

import (
	"slices"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

func TestTimesReadAsPeopleSayThem(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		ago  time.Duration
		want string
	}{
		{20 * time.Second, "just now"}, {5 * time.Minute, "5 min ago"}, {3 * time.Hour, "3 h ago"}, {30 * time.Hour, "yesterday"},
		{4 * 24 * time.Hour, "4 days ago"}, {20 * 24 * time.Hour, "4 Nov"}, {400 * 24 * time.Hour, "20 Oct 2025"},
	} {
		if got := (Moment{now.Add(-c.ago)}).Ago(now); got != c.want {
			t.Errorf("%v: got %q, want %q", c.ago, got, c.want)
		}
	}
	if got := (Moment{}).Ago(now); got != "never" {
		t.Errorf("a time that never was reads %q", got)
	}
}

func TestBrowsersAreNamedByWhatTheyAre(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36":                            "Chrome on Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0":              "Edge on Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1":    "Safari on iPhone",
		"Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0":                                                                     "Firefox on Linux",
		"Mozilla/5.0 (Linux; Android 15; SM-S901B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36": "Samsung Internet on Android",
		"curl/8.9.1": "curl", "": "Unknown browser",
	} {
		if got := BrowserName(agent); got != want {
			t.Errorf("%q: got %q, want %q", agent, got, want)
		}
	}
}

func TestInitialsComeFromNamesAndAddresses(t *testing.T) {
	for name, want := range map[string]string{"Mara Lindqvist": "ML", "jon@harbour.example": "J", "ana.maria@x.example": "AM", "Élodie": "É", "": "?", "漢字": "漢"} {
		if got := Initials(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestPagesWithoutTextAreCountedInTheRightWords(t *testing.T) {
	d := Document{Status: ba.DocumentReady, Format: "pdf", Pages: 12, Empty: 3}
	if got := d.Gaps(); got != "3 of 12 pages have no text" {
		t.Error(got)
	}
	d = Document{Status: ba.DocumentReady, Format: "pptx", Pages: 8, Empty: 1}
	if got := d.Gaps(); got != "1 of 8 slides has no text" {
		t.Error(got)
	}
	d.Empty = 0
	if got := d.Gaps(); got != "" {
		t.Error(got)
	}
}

func TestTheQuoteIsFoundThoughItsLinesAreBrokenElsewhere(t *testing.T) {
	for _, c := range []struct{ text, quote, want string }{
		{"Free until\n24 hours before.", "until 24 hours", "until\n24 hours"},
		{"one one two", "one two", "one two"},
		{"a b", "zzz", ""},
		{"a b", "", ""},
		{"end", "end of it", ""},
	} {
		parts := SplitQuote(c.text, c.quote)
		var whole, marked string
		for _, p := range parts {
			whole += p.Text
			if p.Mark {
				marked += p.Text
			}
		}
		if whole != c.text || marked != c.want {
			t.Errorf("%q in %q: marked %q of %q, want %q", c.quote, c.text, marked, whole, c.want)
		}
	}
}

func TestBlocksAreShownTogether(t *testing.T) {
	groups := Groups([]Block{
		{Index: 0, Kind: "heading", Level: 1, Text: "Prices", Place: "Page 1"},
		{Index: 1, Kind: "list_item", Text: "a", Place: "Page 1"}, {Index: 2, Kind: "list_item", Text: "b", Place: "Page 1"},
		{Index: 3, Kind: "row", Header: true, Cells: []string{"Code", "Price"}, Place: "Page 2"},
		{Index: 4, Kind: "row", Cells: []string{"A", "1"}, Row: 2, Place: "Page 2"},
		{Index: 5, Kind: "comment", Text: "open", Place: "Page 2"},
	}, Cited{First: 4, Last: 5})
	var kinds []string
	for _, g := range groups {
		kinds = append(kinds, g.Kind)
	}
	if want := []string{"page", "heading", "list", "page", "table", "note"}; !slices.Equal(kinds, want) {
		t.Fatalf("got %v, want %v", kinds, want)
	}
	table, note := groups[4], groups[5]
	if !slices.Equal(table.Head, []string{"Code", "Price"}) || len(table.Lines) != 1 || table.Lines[0].Number != 2 {
		t.Errorf("table: %+v", table)
	}
	if !table.Lines[0].First || !note.Lines[0].Cited || note.Lines[0].First || groups[2].Lines[0].Cited {
		t.Errorf("the citation begins at the row and goes on to the note: %+v %+v", table, note)
	}
}

func TestEveryStateOfAnAnswerSaysWhatToDo(t *testing.T) {
	for state, want := range map[ba.TurnState][2]bool{ // continue, retry
		ba.TurnTruncated: {true, true}, ba.TurnInterrupted: {true, true}, ba.TurnStopped: {true, true}, ba.TurnRefused: {false, true}, ba.TurnFailed: {true, true},
	} {
		b := Message{State: state, Text: "part"}.Banner()
		if b == nil || b.Text == "" || b.Continue != want[0] || b.Retry != want[1] {
			t.Errorf("%s: %+v", state, b)
		}
	}
	for _, state := range []ba.TurnState{ba.TurnComplete, ba.TurnQueued, ba.TurnStreaming} {
		if b := (Message{State: state}).Banner(); b != nil {
			t.Errorf("%s says %+v", state, b)
		}
	}
	if b := (Message{State: ba.TurnFailed, Failure: &Failure{Text: "No credit."}}).Banner(); b.Retry || b.Continue {
		t.Error("a failure that no retry helps offers one")
	}
	unpaid := Message{State: ba.TurnInterrupted, Text: "part", Unpaid: "You can ask again from 1 December 2026."}
	if b := unpaid.Banner(); b.Retry || b.Continue || b.How != unpaid.Unpaid {
		t.Errorf("what the budget does not pay for is offered: %+v", b)
	}
	if b := (Message{State: ba.TurnInterrupted}).Banner(); b.Continue {
		t.Error("an answer without text offers to continue it")
	}
}
