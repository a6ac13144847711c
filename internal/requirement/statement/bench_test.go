package statement_test

import (
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/extract"
	"github.com/ba-assistant/ba-assistant/internal/requirement/statement"
)

// sample is a page of a specification as extraction gives it.
var sample = []extract.Block{
	title(2, "4.2 Payment"),
	paragraph("4.2.1 When the customer has chosen a ticket, the kiosk shall show the price within 2 seconds and offer to pay in cash or by card. (M)"),
	paragraph("The market hall was built in 1912 and has eleven entrances, two of which are closed in winter. Its tenants meet once a year and elect a speaker, who keeps the minutes."),
	paragraph("4.2.2 The receipt shall show the following:"),
	item("- date and time;"),
	item("- number of the kiosk;"),
	item("- sum and tax."),
	row("R-17", "Change", "If the drawer holds too few coins, the kiosk must not take notes.", "Nobody wants to wait for change."),
	paragraph("Clerks can see the level of each coin tube, and the system warns them by mail. For example, a tube with less than ten coins is shown in red."),
}

func BenchmarkFind(b *testing.B) {
	var blocks []extract.Block
	size := 0
	for range 100 {
		blocks = append(blocks, sample...)
	}
	for _, block := range blocks {
		size += len(block.Text)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		if found := statement.Find(blocks); len(found) < 300 {
			b.Fatal(len(found))
		}
	}
	b.ReportMetric(float64(len(blocks)*b.N)/b.Elapsed().Seconds(), "blocks/s")
}

func BenchmarkFindText(b *testing.B) {
	var lines []string
	for _, block := range sample {
		lines = append(lines, block.Text)
	}
	text := strings.Join(lines, "\n")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		statement.FindText(text)
	}
}
