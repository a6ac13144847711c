package extract

import (
	"math"
	"slices"
	"strings"
)

const (
	maxCells = 200 // cells of a line that may be a row
	maxRows  = 500 // rows of one table; what follows is the next one
	doubtful = 4   // rows after which a table has its columns, or is none
)

// span is a piece of the x axis.
type span struct{ x0, x1 float64 }

// tableRun returns how many of the first lines are rows of one table with three
// columns at least that hold for all of them, and the columns; or 0. A row with
// cells left empty belongs to it where the others stand in the columns.
func tableRun(lines []pdfLine) (int, []span) {
	var all, below []span // below: without the first row, whose titles may reach over several columns
	n, tabular := 0, 0
	for n < min(len(lines), maxRows) {
		l := lines[n]
		withAll, withBelow := insertCells(all, l), below
		if n > 0 {
			withBelow = insertCells(below, l)
		}
		narrow := len(l.cells) == 2 && n >= 2 && l.tabular && len(withAll) == len(all) && len(withBelow) == len(below)
		if l.turn != lines[0].turn || len(l.cells) < 3 && !narrow {
			break
		}
		all, below = withAll, withBelow
		if n++; n >= doubtful && max(len(all), len(below)) < 3 {
			return 0, nil
		}
		if l.tabular {
			tabular++
		}
	}
	cols := all
	if n > 2 && len(below) > len(all) {
		cols = below
	}
	if n < 2 || tabular*2 < n || len(cols) < 3 {
		return 0, nil
	}
	return n, cols
}

// insertCells returns the columns with the cells of a line: cells that overlap
// share one. The columns themselves are not changed.
func insertCells(cols []span, l pdfLine) []span {
	cols = slices.Clone(cols)
	for _, c := range l.cells {
		cols = insertSpan(cols, span{c.x0, c.x1})
	}
	return cols
}

// insertSpan adds s to sorted, disjoint spans, merging what it touches.
func insertSpan(spans []span, s span) []span {
	from := 0
	for from < len(spans) && spans[from].x1 < s.x0 {
		from++
	}
	to := from
	for to < len(spans) && spans[to].x0 <= s.x1 {
		s = span{min(s.x0, spans[to].x0), max(s.x1, spans[to].x1)}
		to++
	}
	return slices.Replace(spans, from, to, s)
}

// rowsOf returns the lines of a table as rows.
func rowsOf(lines []pdfLine, cols []span) []Block {
	rows := make([]Block, len(lines))
	for i, l := range lines {
		rows[i] = Block{Kind: Row, Cells: l.cellsIn(cols)}
	}
	return rows
}

// cellsIn puts the cells of a line into the columns, each where most of it
// stands.
func (l pdfLine) cellsIn(cols []span) []string {
	cells := make([]string, len(cols))
	for _, c := range l.cells {
		best, most := 0, math.Inf(-1)
		for i, col := range cols {
			if common := min(c.x1, col.x1) - max(c.x0, col.x0); common > most {
				best, most = i, common
			}
		}
		cells[best] = strings.TrimSpace(cells[best] + " " + c.text)
	}
	return cells
}
