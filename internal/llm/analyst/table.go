package analyst

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// rowLead answers with a row of a table: the cell that was asked for, and the
// row with the names of its columns.
func (f finding) rowLead(best ranked) string {
	lead := ""
	if v, ok := f.q.bestQuantity(&best); ok && f.q.wantsValue() && !f.differs(v) {
		i := best.cellAt(v.start)
		value := best.cells[i]
		if len(value) > maxCellValue {
			value = f.q.phraseOf(best, v)
		}
		lead = "**" + escape(sentenceCase(value))
		if name := best.columnOf(i); name != "" && value == best.cells[i] {
			lead += " (" + escape(name) + ")"
		}
		lead += ".** "
	}
	rows := []ranked{best}
	if table := rowsTable(rows); table != "" {
		return lead + best.where() + " has this row:\n\n" + table
	}
	return lead + best.said()
}

// differs reports whether a row that answers as well holds another value of the
// same kind: then none of them is the answer, and the rows speak for themselves.
func (f finding) differs(v quantity) bool {
	best := f.evidence[0]
	for _, r := range f.evidence[1:] {
		w, ok := f.q.bestQuantity(&r)
		if ok && r.kind == row && r.score > best.score-rivalMargin && w.class == v.class && w.unit == v.unit && w.value != v.value && v.unit != "" {
			return true
		}
	}
	return false
}

// rivalMargin is how far below the best row another one may rank to rival it.
const rivalMargin = 0.15

// maxCellValue is the length of a cell, in bytes, that is a value and not a text.
const maxCellValue = 30

// rowsTable writes rows of one table as a Markdown table, with the number of
// the passage in a last column. It returns the empty string where the units are
// not rows with the same known columns.
func rowsTable(list []ranked) string {
	columns := list[0].columns
	for _, r := range list {
		if r.kind != row || len(r.columns) == 0 || len(r.cells) != len(r.columns) || strings.Join(r.columns, "\x00") != strings.Join(columns, "\x00") {
			return ""
		}
	}
	shown := shownColumns(list)
	var b strings.Builder
	b.WriteString("|")
	for _, i := range shown {
		b.WriteString(" " + escapeCell(columns[i]) + " |")
	}
	b.WriteString(" Source |\n|" + strings.Repeat(" --- |", len(shown)+1))
	for _, r := range list {
		b.WriteString("\n|")
		for _, i := range shown {
			b.WriteString(" " + escapeCell(r.cells[i]) + " |")
		}
		fmt.Fprintf(&b, " [%d] |", r.src.n)
	}
	return b.String()
}

// rowPoint quotes the cells of a row from the first that holds a word of the
// question to the one with the value, and names their columns.
func (q *question) rowPoint(r ranked) (string, bool) {
	if r.kind != row || len(r.columns) != len(r.cells) || !q.wantsValue() {
		return "", false
	}
	v, ok := q.bestQuantity(&r)
	if !ok {
		return "", false
	}
	from, to := r.cellAt(v.start), r.cellAt(v.start)
	for _, h := range r.hits {
		if c := r.cellAt(r.tokens[h].start); c < to {
			from = min(from, c)
		}
	}
	start, end := r.cellSpan(from, to)
	if end-start > maxQuoted {
		return "", false
	}
	names := escape(strings.Join(r.columns[from:to+1], ", "))
	return fmt.Sprintf("%s, %s: %s [%d]", r.where(), names, quoted(r.text()[start:end]), r.src.n), true
}

// cellSpan returns where the cells from and to begin and end, in bytes of the row.
func (u *unit) cellSpan(from, to int) (start, end int) {
	parts := strings.Split(u.text(), separator)
	for i, p := range parts[:to+1] {
		if i == from {
			start = end
		}
		end += len(p) + len(separator)
	}
	return trimSpan(u.text(), start, end-len(separator))
}

// maxRows bounds the rows of a table in an answer.
const maxRows = 15

// listRows returns the rows that answer "which appointments can be booked
// online": those of one table whose columns name what is asked, where the cell
// does not deny it (or does, where the question does).
func (q *question) listRows(all []ranked) []ranked {
	if q.kind != listing {
		return nil
	}
	var rows []ranked
	for _, r := range all {
		if r.kind != row || len(rows) > 0 && !sameTable(r.unit, rows[0].unit) {
			continue
		}
		if matched, denied := q.columnsOf(r.unit); matched >= 0.6 && denied == q.denies() {
			rows = append(rows, r)
		}
	}
	if len(rows) < 2 {
		return nil
	}
	slices.SortStableFunc(rows, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.src.n, b.src.n), cmp.Compare(a.index, b.index))
	})
	return rows[:min(len(rows), maxRows)]
}

func sameTable(a, b *unit) bool {
	return a.src.document == b.src.document && slices.Equal(a.columns, b.columns)
}

// columnsOf returns the share of the question that the names of the row's
// columns hold, and whether a cell below one of them says no.
func (q *question) columnsOf(u *unit) (matched float64, denied bool) {
	total := 0.0
	for _, t := range q.terms {
		total += t.weight
		for i, name := range u.columns {
			if u.columnOf(i) == "" || u.cells[i] == "" {
				continue
			}
			if _, cover := (&unit{kind: header, tokens: u.src.kept(name)}).match(t); cover > 0 {
				matched += t.weight * cover
				denied = denied || denies(u.cells[i])
				break
			}
		}
	}
	if total == 0 {
		return 0, false
	}
	return matched / total, denied
}

// denies reports whether a question asks for what is not.
func (q *question) denies() bool {
	for _, w := range wordsOf(q.text) {
		if negations[w] {
			return true
		}
	}
	return false
}

// maxColumns bounds the columns of a table in an answer.
const maxColumns = 8

// shownColumns returns the columns that hold something, the first ones where
// there are too many.
func shownColumns(list []ranked) []int {
	var shown []int
	for i := range list[0].columns {
		for _, r := range list {
			if r.cells[i] != "" {
				shown = append(shown, i)
				break
			}
		}
	}
	return shown[:min(len(shown), maxColumns)]
}

func escapeCell(s string) string {
	return strings.ReplaceAll(escape(s), "|", `\|`)
}
