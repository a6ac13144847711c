package extract

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// docxNumbering counts the numbered paragraphs (ECMA-376 part 1, 17.9), so that
// "3.2.1" stands before the text as on the page.
type docxNumbering struct {
	lists    map[string]*docxList // by abstract id
	instance map[string]docxInstance
	started  map[string]bool // instances whose overrides were applied
}

// docxList is an abstract numbering with its counters.
type docxList struct {
	levels   [9]docxLevel
	counters [9]int
	begun    [9]bool
}

type docxLevel struct {
	start  int
	format string // decimal, lowerLetter, bullet...
	text   string // such as "%1.%2"
	legal  bool   // all numbers in digits
}

// docxInstance is a numbering that paragraphs refer to.
type docxInstance struct {
	abstract string
	restart  map[int]int // level to its first number
}

func (p *opcPackage) docxNumbering() (*docxNumbering, error) {
	n := &docxNumbering{lists: map[string]*docxList{}, instance: map[string]docxInstance{}, started: map[string]bool{}}
	for _, part := range p.ofType("wordprocessingml.numbering+xml") {
		r := numberingReader{n: n}
		if err := p.each(part, r.element); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// numberingReader follows the elements of the numbering part.
type numberingReader struct {
	n     *docxNumbering
	list  *docxList
	num   string
	level int
}

func (r *numberingReader) element(x *xmlPart, e xml.StartElement) error {
	val := attr(e, "val")
	switch e.Name.Local {
	case "abstractNum":
		r.list, r.num = &docxList{}, ""
		r.n.lists[attr(e, "abstractNumId")] = r.list
	case "num":
		r.list, r.num = nil, attr(e, "numId")
	case "abstractNumId":
		r.n.instance[r.num] = docxInstance{abstract: val, restart: map[int]int{}}
	case "lvlOverride", "lvl":
		n, _ := strconv.Atoi(attr(e, "ilvl"))
		r.level = min(max(n, 0), 8)
	case "startOverride":
		if start, err := strconv.Atoi(val); err == nil && r.n.instance[r.num].restart != nil {
			r.n.instance[r.num].restart[r.level] = start
		}
	default:
		if r.list != nil {
			r.list.levels[r.level].read(e.Name.Local, val)
		}
	}
	return nil
}

func (l *docxLevel) read(name, val string) {
	switch name {
	case "start":
		l.start, _ = strconv.Atoi(val)
	case "numFmt":
		l.format = val
	case "lvlText":
		l.text = val
	case "isLgl":
		l.legal = !isOff(val)
	}
}

// next counts a paragraph of an instance and level. It returns its label, empty
// for bullets, and whether it is in a list at all.
func (n *docxNumbering) next(num string, level int) (string, bool) {
	instance, ok := n.instance[num]
	list := n.lists[instance.abstract]
	if num == "" || num == "0" || !ok || list == nil {
		return "", false
	}
	if !n.started[num] {
		n.started[num] = true
		for level, start := range instance.restart {
			list.counters[level], list.begun[level] = start-1, true
		}
	}
	list.count(level)
	if f := list.levels[level].format; f == "bullet" || f == "none" || f == "" {
		return "", true
	}
	return list.label(level), true
}

// count steps the level's counter and restarts the deeper ones.
func (l *docxList) count(level int) {
	for i := 0; i <= level; i++ {
		if !l.begun[i] {
			l.begun[i] = true
			l.counters[i] = l.levels[i].start
			if i == level {
				l.counters[i]--
			}
		}
	}
	l.counters[level]++
	for i := level + 1; i < len(l.begun); i++ {
		l.begun[i] = false
	}
}

// label fills the counters into the level's text.
func (l *docxList) label(level int) string {
	text := l.levels[level].text
	if len(text) > 100 {
		return ""
	}
	for i := 0; i <= level; i++ {
		format := l.levels[i].format
		if l.levels[level].legal {
			format = "decimal"
		}
		text = strings.ReplaceAll(text, "%"+strconv.Itoa(i+1), formatNumber(l.counters[i], format))
	}
	return strings.TrimSpace(text)
}

// formatNumber writes n in one of the number formats of ECMA-376 part 1,
// 17.18.59; those that are not Latin are written in digits.
func formatNumber(n int, format string) string {
	switch format {
	case "lowerLetter":
		return letters(n, 'a')
	case "upperLetter":
		return letters(n, 'A')
	case "lowerRoman":
		return strings.ToLower(roman(n))
	case "upperRoman":
		return roman(n)
	case "decimalZero":
		if n < 10 && n >= 0 {
			return "0" + strconv.Itoa(n)
		}
	case "russianLower", "russianUpper":
		return cyrillic(n, format == "russianUpper")
	}
	return strconv.Itoa(n)
}

// letters counts a, b, ... z, aa, bb, ... as Word does.
func letters(n int, first rune) string {
	if n < 1 || n > 26*20 {
		return strconv.Itoa(n)
	}
	return strings.Repeat(string(first+rune((n-1)%26)), (n-1)/26+1)
}

func cyrillic(n int, upper bool) string {
	alphabet := []rune("абвгдежзиклмнопрстуфхцчшщэюя")
	if n < 1 || n > len(alphabet) {
		return strconv.Itoa(n)
	}
	if s := string(alphabet[n-1]); upper {
		return strings.ToUpper(s)
	}
	return string(alphabet[n-1])
}

func roman(n int) string {
	if n < 1 || n >= 4000 {
		return strconv.Itoa(n)
	}
	values := []int{1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1}
	signs := []string{"M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"}
	var b strings.Builder
	for i, v := range values {
		for n >= v {
			b.WriteString(signs[i])
			n -= v
		}
	}
	return b.String()
}
