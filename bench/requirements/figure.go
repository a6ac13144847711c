package main

import (
	"encoding/csv"
	"fmt"
	"os"
)

// figure counts the answers of a yes-or-no question.
type figure struct{ truePos, falsePos, falseNeg, trueNeg int }

func (f *figure) add(want, got bool) {
	switch {
	case want && got:
		f.truePos++
	case want:
		f.falseNeg++
	case got:
		f.falsePos++
	default:
		f.trueNeg++
	}
}

func (f figure) plus(o figure) figure {
	return figure{f.truePos + o.truePos, f.falsePos + o.falsePos, f.falseNeg + o.falseNeg, f.trueNeg + o.trueNeg}
}

func (f figure) precision() float64 { return share(f.truePos, f.truePos+f.falsePos) }
func (f figure) recall() float64    { return share(f.truePos, f.truePos+f.falseNeg) }
func (f figure) f1() float64        { return harmonic(f.precision(), f.recall()) }
func (f figure) accuracy() float64 {
	return share(f.truePos+f.trueNeg, f.truePos+f.trueNeg+f.falsePos+f.falseNeg)
}

// macroF1 is the mean of the F1 of yes and of no.
func (f figure) macroF1() float64 { return (f.f1() + f.not().f1()) / 2 }

// not is the figure of the opposite question.
func (f figure) not() figure { return figure{f.trueNeg, f.falseNeg, f.falsePos, f.truePos} }

func share(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

func harmonic(p, r float64) float64 {
	if p+r == 0 {
		return 0
	}
	return 2 * p * r / (p + r)
}

// readTable reads a CSV file as maps from column to value.
func readTable(path string) ([]map[string]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil || len(rows) < 2 {
		return nil, fmt.Errorf("%s: %d rows: %w", path, len(rows), err)
	}
	list := make([]map[string]string, 0, len(rows)-1)
	for _, row := range rows[1:] {
		m := make(map[string]string, len(row))
		for i, name := range rows[0] {
			m[name] = row[i]
		}
		list = append(list, m)
	}
	return list, nil
}
