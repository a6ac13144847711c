package extract

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// delimiters are tried in this order; the first of equals wins.
var delimiters = []byte{',', ';', '\t', '|'}

// readCSV delivers rows (RFC 4180, read leniently: any line end, quotation
// marks inside cells, rows of different lengths) with their number.
func (j *job) readCSV() error {
	enc := sniffEncoding(j.src.Data)
	r := bufio.NewReaderSize(j.text(enc), 64<<10)
	sample, _ := r.Peek(64 << 10)
	delim, declared := declaredDelimiter(sample)
	if declared {
		if err := skipLine(r); err != nil {
			return err
		}
	} else {
		delim = guessDelimiter(bytes.Clone(sample))
	}
	j.res.Delimiter = string(delim)
	rows := &csvReader{r: r, delim: delim}
	t := &table{put: j.out.put}
	for {
		cells, err := rows.next()
		if err == io.EOF {
			return t.flush()
		}
		if err != nil {
			return err
		}
		if err := j.csvRow(t, rows, cells); err != nil {
			return err
		}
	}
}

func (j *job) csvRow(t *table, rows *csvReader, cells []string) error {
	if rows.row%1024 == 0 && j.alive() != nil {
		return j.alive()
	}
	if rows.unclosed {
		j.res.warn("A quotation mark in row %d is never closed: the rest of the file was read as one cell.", rows.row)
	}
	j.res.Columns = max(j.res.Columns, len(cells))
	if strings.TrimSpace(strings.Join(cells, "")) == "" {
		return nil
	}
	j.res.Rows++
	return t.add(Block{Kind: Row, Cells: cells, Locator: ba.Locator{Row: rows.row}})
}

// declaredDelimiter reads the line "sep=;" with which Excel begins a file.
func declaredDelimiter(sample []byte) (byte, bool) {
	if len(sample) >= 6 && strings.EqualFold(string(sample[:4]), "sep=") && (sample[5] == '\r' || sample[5] == '\n') {
		return sample[4], sample[4] >= ' ' && sample[4] < 0x7F && sample[4] != '"' || sample[4] == '\t'
	}
	return 0, false
}

func skipLine(r *bufio.Reader) error {
	rows := &csvReader{r: r, delim: 0}
	_, err := rows.next()
	return err
}

// guessDelimiter returns the delimiter that cuts the sample into the most
// regular columns.
func guessDelimiter(sample []byte) byte {
	best, bestScore := delimiters[0], 0.0
	for _, d := range delimiters {
		if score := regularity(sample, d); score > bestScore {
			best, bestScore = d, score
		}
	}
	return best
}

// regularity is the share of rows that have the most usual number of columns,
// weighted by that number. It is zero where there is one column only.
func regularity(sample []byte, delim byte) float64 {
	rows := &csvReader{r: bufio.NewReader(bytes.NewReader(sample)), delim: delim}
	widths, total := map[int]int{}, 0
	for total < 200 {
		cells, err := rows.next()
		if err != nil {
			break
		}
		if len(cells) > 1 || cells[0] != "" {
			widths[len(cells)]++
			total++
		}
	}
	usual := 0
	for width, n := range widths {
		if n > widths[usual] || n == widths[usual] && width > usual {
			usual = width
		}
	}
	if usual < 2 {
		return 0
	}
	return float64(widths[usual]) / float64(total) * (1 + float64(min(usual, 20))/10)
}

// csvReader cuts UTF-8 text into rows.
type csvReader struct {
	r        *bufio.Reader
	delim    byte
	row      int  // number of the last row, from 1
	unclosed bool // the last cell was never closed
	cell     []byte
}

// next returns the cells of the next row, at least one, and io.EOF after the
// last.
func (c *csvReader) next() ([]string, error) {
	if _, err := c.r.Peek(1); err != nil {
		return nil, err
	}
	c.row++
	var cells []string
	for {
		text, last, err := c.nextCell()
		if err != nil {
			return nil, err
		}
		cells = append(cells, text)
		if last {
			return cells, nil
		}
		if len(cells) >= MaxColumns {
			return nil, reject(TooLarge, fmt.Sprintf("Row %d has more than %d columns. Check that the file is a table.", c.row, MaxColumns))
		}
	}
}

// nextCell reads one cell and its end; last says that it ended the row.
func (c *csvReader) nextCell() (text string, last bool, err error) {
	c.cell = c.cell[:0]
	quoted := false
	for {
		b, err := c.r.ReadByte()
		if err == io.EOF {
			c.unclosed = quoted
			return string(c.cell), true, nil
		}
		if err != nil {
			return "", false, err
		}
		switch {
		case quoted && b == '"':
			quoted = c.doubled()
		case quoted:
			c.cell = append(c.cell, b)
		case b == '"' && len(bytes.TrimLeft(c.cell, " ")) == 0:
			c.cell, quoted = c.cell[:0], true
		case b == c.delim:
			return string(c.cell), false, nil
		case b == '\n' || b == '\r':
			c.skipLF(b)
			return string(c.cell), true, nil
		default:
			c.cell = append(c.cell, b)
		}
	}
}

// doubled handles a quotation mark inside a quoted cell: two stand for one, a
// single one closes the cell. It reports whether the cell is still open.
func (c *csvReader) doubled() bool {
	if n, err := c.r.Peek(1); err == nil && n[0] == '"' {
		c.r.ReadByte()
		c.cell = append(c.cell, '"')
		return true
	}
	return false
}

func (c *csvReader) skipLF(b byte) {
	if b != '\r' {
		return
	}
	if n, err := c.r.Peek(1); err == nil && n[0] == '\n' {
		c.r.ReadByte()
	}
}
