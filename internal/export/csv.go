package export

import (
	"bufio"
	"io"
	"strings"
)

const byteOrderMark = "\uFEFF"

// writeCSV writes one of the tables as CSV (RFC 4180): lines end with CR LF,
// cells that a spreadsheet would take for a formula begin with an apostrophe.
func writeCSV(w io.Writer, in Input, opts Options) error {
	g := gridOf(&in, opts.Table)
	return writeRows(w, opts.BOM, append([][]string{g.header}, g.rows...))
}

func writeRows(w io.Writer, bom bool, rows [][]string) error {
	b := bufio.NewWriter(w)
	if bom {
		b.WriteString(byteOrderMark)
	}
	for _, row := range rows {
		for i, cell := range row {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(csvCell(disarm(strings.ReplaceAll(cell, "\r\n", "\n"))))
		}
		b.WriteString("\r\n")
	}
	return b.Flush()
}

// csvCell quotes a cell where that is needed. Line breaks inside of it stay line
// feeds alone: Excel shows the carriage return as a character.
func csvCell(s string) string {
	if strings.ContainsAny(s, "\",\r\n") || s != strings.TrimSpace(s) {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}

// formulaStarts begin a formula in one spreadsheet or another (OWASP, CSV
// Injection), the wide forms in East Asian editions.
const formulaStarts = "=+-@\t\r\n|%＝＋－＠"

// disarm puts an apostrophe before a text that a spreadsheet would calculate,
// and before one that arm would take for such.
func disarm(s string) string {
	if startsFormula(s) {
		return "'" + s
	}
	return s
}

// arm is the text that disarm was given.
func arm(s string) string {
	if rest, found := strings.CutPrefix(s, "'"); found && startsFormula(rest) {
		return rest
	}
	return s
}

// startsFormula looks behind apostrophes, so that disarm can be undone, and
// behind spaces, which some spreadsheets drop.
func startsFormula(s string) bool {
	rest := strings.TrimLeft(s, "' \u00A0\uFEFF")
	return rest != "" && strings.ContainsAny(rest[:1], formulaStarts) || strings.IndexAny(rest, "＝＋－＠") == 0
}
