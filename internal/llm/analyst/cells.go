package analyst

import "strings"

// columnOf returns the name of the column of cell i, or the empty string where
// it is not known.
func (u *unit) columnOf(i int) string {
	if i < len(u.columns) && len(u.columns) == len(u.cells) {
		return u.columns[i]
	}
	return ""
}

// cellAt returns the cell that a byte of the row belongs to.
func (u *unit) cellAt(at int) int {
	return strings.Count(u.text()[:at], separator)
}

// columnClasses are the words of column names that give the class of their numbers.
var columnClasses = []struct {
	words func() map[string]bool
	class class
}{
	{stemmed("minutes hours days weeks months years duration time age seconds length"), durationValue},
	{stemmed("price cost fee amount eur usd gbp chf budget salary rate total charge"), moneyValue},
	{stemmed("percent share percentage"), shareValue},
	{stemmed("size length width height weight mb gb km bytes"), sizeValue},
	{stemmed("number count quantity qty no total population"), countValue},
}

// classOfColumn returns the class of the numbers under a column's name.
func classOfColumn(name string) class {
	for _, c := range columnClasses {
		for _, t := range tokenise(name) {
			if c.words()[t.stem] {
				return c.class
			}
		}
	}
	if strings.Contains(name, "€") || strings.Contains(name, "$") {
		return moneyValue
	}
	if strings.Contains(name, "%") {
		return shareValue
	}
	return anyValue
}

// acceptsCell reports whether a value in a row is of the class that was asked
// for, by its own unit or the name of its column.
func (q *question) acceptsCell(u *unit, v quantity) bool {
	name := u.columnOf(u.cellAt(v.start))
	if q.counted != "" && (v.unit == q.counted || hasStem(name, q.counted)) {
		return true
	}
	c := v.class
	if c == countValue {
		if c = classOfColumn(name); c == anyValue && name == "" {
			c = v.class
		}
	}
	if q.long && c == sizeValue {
		return true
	}
	switch q.value {
	case anyValue:
		return c != anyValue
	case countValue:
		return c == countValue
	case dateValue:
		return c == durationValue
	case moneyValue:
		return c == moneyValue || v.class == shareValue && classOfColumn(name) == moneyValue
	}
	return c == q.value
}

func hasStem(text, stem string) bool {
	for _, t := range tokenise(text) {
		if t.stem == stem {
			return true
		}
	}
	return false
}

// resolve gives a bare number in a row the unit that its column names, such as
// "Minutes" or "Price EUR".
func (u *unit) resolve(v quantity) quantity {
	if u.kind != row || v.class != countValue {
		return v
	}
	name := u.columnOf(u.cellAt(v.start))
	for _, t := range tokenise(name) {
		if b, ok := units()[t.stem]; ok && len(t.word) > 1 {
			v.class, v.unit, v.value = b.class, b.unit, v.value*b.size
			return v
		}
	}
	if c := classOfColumn(name); c != anyValue {
		v.class = c
	}
	return v
}
