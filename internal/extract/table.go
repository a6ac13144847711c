package extract

import (
	"strings"
	"unicode"
)

// lookahead is how many rows are held back to find the one that names the
// columns.
const lookahead = 12

// table passes the rows of one table on and marks the header row. Workbooks and
// CSV files often begin with a title; the header is the first row that fills
// most of the columns with words.
type table struct {
	put    func(Block) error
	held   []Block
	passed bool // the header was decided
}

func (t *table) add(b Block) error {
	if t.passed {
		return t.put(b)
	}
	t.held = append(t.held, b)
	for _, held := range t.held {
		if held.Header {
			return t.flush()
		}
	}
	if len(t.held) >= lookahead {
		return t.flush()
	}
	return nil
}

// flush decides and delivers what was held back. It is called at the end of the
// table too.
func (t *table) flush() error {
	if !t.passed {
		t.passed = true
		if i := headerRow(t.held); i >= 0 {
			t.held[i].Header = true
		}
	}
	held := t.held
	t.held = nil
	for _, b := range held {
		if err := t.put(b); err != nil {
			return err
		}
	}
	return nil
}

// headerRow returns the index of the row that names the columns, or -1.
func headerRow(rows []Block) int {
	widest := 0
	for i := range rows {
		if rows[i].Header {
			return -1
		}
		words, full := wordCells(rows[i].Cells)
		_ = words
		widest = max(widest, full)
	}
	for i := range rows {
		words, full := wordCells(rows[i].Cells)
		if full >= 2 && full*10 >= widest*6 && words*10 >= full*8 && i+1 < len(rows) {
			return i
		}
	}
	return -1
}

// wordCells counts the cells that begin with or hold mostly letters and are no
// longer than a label, and those that hold anything.
func wordCells(cells []string) (words, full int) {
	for _, c := range cells {
		c = strings.TrimSpace(c)
		if c == "" {
			continue
		}
		full++
		letters, others := 0, 0
		for _, r := range c {
			if unicode.IsLetter(r) {
				letters++
			} else if !unicode.IsSpace(r) {
				others++
			}
		}
		if letters > others && len(c) <= 120 {
			words++
		}
	}
	return words, full
}
