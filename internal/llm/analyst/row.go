package analyst

import (
	"strings"
	"unicode"
)

// separator stands between the cells of a row.
const separator = " | "

// isRow reports whether a line is a row of a table. An empty first cell leaves
// the separator at its beginning.
func isRow(line string) bool {
	return strings.Contains(line, separator) || strings.HasPrefix(line, separator[1:])
}

func nextIsRow(after []string) bool { return len(after) > 0 && isRow(after[0]) }

// addRow makes the unit of a row and returns the columns for the rows below. A
// row without digits at the beginning of a table names the columns.
func (s *source) addRow(start, end int, heading string, columns []string, more bool) []string {
	u := &unit{kind: row, start: start, end: end, heading: heading, columns: columns}
	u.cells = padded(cellsOf(u.in(s)), len(columns))
	if columns == nil {
		columns = []string{}
		if more && namesColumns(u.cells) {
			u.kind, columns = header, u.cells
			u.columns = nil
		}
	}
	s.add(u)
	return columns
}

func cellsOf(line string) []string {
	cells := strings.Split(strings.TrimSuffix(line, separator[:2]), separator)
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

// padded adds the empty cells at the end of a row that its text leaves out.
func padded(cells []string, n int) []string {
	for len(cells) < n {
		cells = append(cells, "")
	}
	return cells
}

// namesColumns reports whether cells look like labels: short, with letters,
// mostly without digits.
func namesColumns(cells []string) bool {
	full, digits := 0, 0
	for _, c := range cells {
		if c == "" || c == "#" {
			continue
		}
		full++
		if len(c) > 90 || !strings.ContainsFunc(c, unicode.IsLetter) {
			return false
		}
		if strings.ContainsFunc(c, unicode.IsDigit) {
			digits++
		}
	}
	return full >= 2 && (digits == 0 || 2*digits < full || len(strings.Join(cells, "")) < 12*len(cells) && digits < full)
}
