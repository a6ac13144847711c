package analyst

import (
	"strconv"
	"strings"
	"sync"
)

// quantity is a value with its unit as it stands in a text.
type quantity struct {
	class      class
	value      float64 // in the base unit of its class: seconds, percent, bytes, metres
	number     float64 // as written
	unit       string  // base unit, currency, or the stem of what is counted
	first      int     // token where it begins, with the number
	last       int     // token where it ends
	start, end int     // bytes of the text
	bound      string  // the word before that makes it a limit, such as "under"
}

// base is a unit: its class, and its size in the base unit.
type base struct {
	class class
	unit  string
	size  float64
}

// units by the stem of their name.
var units = sync.OnceValue(func() map[string]base {
	m := make(map[string]base)
	for _, u := range []struct {
		names string
		base
	}{
		{"second sec s", base{durationValue, "second", 1}},
		{"millisecond ms msec", base{durationValue, "second", 0.001}},
		{"minute min mins", base{durationValue, "second", 60}},
		{"hour h hr hrs", base{durationValue, "second", 3600}},
		{"day", base{durationValue, "second", 86400}},
		{"week", base{durationValue, "second", 7 * 86400}},
		{"month", base{durationValue, "month", 1}},
		{"quarter", base{durationValue, "month", 3}},
		{"year yr yrs", base{durationValue, "month", 12}},
		{"percent percentage pct", base{shareValue, "percent", 1}},
		{"euro eur", base{moneyValue, "EUR", 1}},
		{"dollar usd", base{moneyValue, "USD", 1}},
		{"pound gbp", base{moneyValue, "GBP", 1}},
		{"chf franc", base{moneyValue, "CHF", 1}},
		{"byte", base{sizeValue, "byte", 1}},
		{"kb kilobyte kbyte", base{sizeValue, "byte", 1e3}},
		{"mb megabyte mbyte", base{sizeValue, "byte", 1e6}},
		{"gb gigabyte gbyte", base{sizeValue, "byte", 1e9}},
		{"tb terabyte", base{sizeValue, "byte", 1e12}},
		{"character char letter digit", base{sizeValue, "character", 1}},
		{"mm millimetre millimeter", base{sizeValue, "metre", 0.001}},
		{"cm centimetre centimeter", base{sizeValue, "metre", 0.01}},
		{"m metre meter", base{sizeValue, "metre", 1}},
		{"km kilometre kilometer", base{sizeValue, "metre", 1000}},
		{"mile", base{sizeValue, "metre", 1609.344}},
		{"kg kilogram", base{sizeValue, "kilogram", 1}},
	} {
		for stem := range stemSet(u.names) {
			m[stem] = u.base
		}
	}
	return m
})

var numberWords = map[string]float64{
	"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
	"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "dozen": 12,
}

var multipliers = map[string]float64{"hundred": 100, "thousand": 1000, "million": 1e6, "billion": 1e9}

// shares are words for a part of a whole, in percent.
var shares = map[string]float64{"half": 50, "third": 100.0 / 3, "quarter": 25, "double": 200}

// bounds are the words before a number that make it a limit.
var bounds = wordSet(`under below over above until till within before after from least most than exceed to every maximum minimum max min only exactly`)

// quantities returns the values in text, whose tokens are given.
func quantities(text string, tokens []token) []quantity {
	var found []quantity
	for i := 0; i < len(tokens); i++ {
		q, ok := quantityAt(text, tokens, i)
		if ok {
			found = append(found, q)
			i = q.last
		}
	}
	return found
}

// quantityAt reads the value that begins with token i.
func quantityAt(text string, tokens []token, i int) (quantity, bool) {
	value, last, ok := numberAt(text, tokens, i)
	if !ok || isIdentifier(text, tokens, i, last) {
		return quantity{}, false
	}
	if last+1 < len(tokens) && rangeRE.MatchString(text[tokens[i].start:]) {
		if upper, end, ok := numberAt(text, tokens, last+1); ok {
			value, last = upper, end
		}
	}
	q := quantity{class: countValue, value: value, number: value, first: i, last: last, start: tokens[i].start, end: tokens[last].end}
	if i > 0 && bounds[tokens[i-1].word] {
		q.bound = boundName(tokens[i-1].word)
	}
	q.readUnit(text, tokens)
	return q, true
}

// readUnit finds the unit behind the number, or a sign beside it.
func (q *quantity) readUnit(text string, tokens []token) {
	if m := attachedRE.FindStringSubmatch(tokens[q.last].word); m != nil {
		b := units()[m[2]]
		q.class, q.unit, q.value = b.class, b.unit, q.value*b.size
		return
	}
	after := strings.TrimLeft(text[q.end:], " \u00a0-")
	switch {
	case strings.HasPrefix(after, "%"):
		q.class, q.unit = shareValue, "percent"
		q.end = len(text) - len(after) + 1
		return
	case hasCurrency(text[:q.start], after, q):
		return
	}
	for n := 1; n <= 2 && q.last+n < len(tokens); n++ {
		next := tokens[q.last+n]
		if strings.ContainsAny(text[tokens[q.last+n-1].end:next.start], ",;:.()|\"?!") {
			return
		}
		if b, ok := units()[next.stem]; ok && (n == 1 || next.word == "years" || tokens[q.last+1].word == "working" || tokens[q.last+1].word == "business" || tokens[q.last+1].word == "calendar") {
			q.class, q.unit, q.value = b.class, b.unit, q.value*b.size
			q.last, q.end = q.last+n, next.end
			return
		}
		if stopWords[next.word] || obligations[next.word] {
			return
		}
		if n == 1 && len(next.word) > 1 {
			q.unit = next.stem
		}
	}
}

var currencySigns = map[string]string{"€": "EUR", "$": "USD", "£": "GBP"}

func hasCurrency(before, after string, q *quantity) bool {
	before = strings.TrimRight(before, " \u00a0")
	for sign, name := range currencySigns {
		if strings.HasPrefix(after, sign) {
			q.class, q.unit = moneyValue, name
			q.end += len(sign) + strings.Index(after, sign)
			return true
		}
		if strings.HasSuffix(before, sign) {
			q.class, q.unit = moneyValue, name
			q.start = len(before) - len(sign)
			return true
		}
	}
	for _, name := range []string{"EUR", "USD", "GBP", "CHF"} {
		if strings.HasSuffix(before, name) {
			q.class, q.unit = moneyValue, name
			q.start = len(before) - len(name)
			return true
		}
	}
	return false
}

// attachedRE finds a number with its unit in one word, such as 2s or 50km.
var attachedRE = lazily(`^(\d{1,12})([a-z]{1,4})$`)

var digitsRE = lazily(`^\d{1,12}$`)

// numberAt reads a number in digits or words that begins with token i.
func numberAt(text string, tokens []token, i int) (value float64, last int, ok bool) {
	if digitsRE.MatchString(tokens[i].word) {
		return digitsAt(text, tokens, i)
	}
	if m := attachedRE.FindStringSubmatch(tokens[i].word); m != nil {
		if _, known := units()[m[2]]; known {
			v, err := strconv.ParseFloat(m[1], 64)
			return v, i, err == nil
		}
	}
	if s, isShare := shares[tokens[i].word]; isShare && tokens[i].word == "half" {
		return s, i, true
	}
	n, isWord := numberWords[tokens[i].word]
	if !isWord || tokens[i].word == "one" && !followedByUnit(text, tokens, i) {
		return 0, 0, false
	}
	value, last = n, i
	if n >= 20 && n < 100 && i+1 < len(tokens) { // forty-eight
		if m, small := numberWords[tokens[i+1].word]; small && m < 10 && tokens[i+1].start-tokens[i].end == 1 {
			value, last = n+m, i+1
		}
	}
	if last+1 < len(tokens) {
		if m, isMultiplier := multipliers[tokens[last+1].word]; isMultiplier {
			value, last = value*m, last+1
		}
	}
	return value, last, true
}

// digitsAt joins the groups of a number such as 1,200 or 62.00.
func digitsAt(text string, tokens []token, i int) (float64, int, bool) {
	s, last := tokens[i].word, i
	for last+1 < len(tokens) && digitsRE.MatchString(tokens[last+1].word) {
		gap := text[tokens[last].end:tokens[last+1].start]
		if gap == "," && len(tokens[last+1].word) == 3 && !strings.Contains(s, ".") {
			s += tokens[last+1].word
		} else if gap == "." && !strings.Contains(s, ".") {
			s += "." + tokens[last+1].word
		} else {
			break
		}
		last++
	}
	value, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, 0, false
	}
	if last+1 < len(tokens) {
		if m, isMultiplier := multipliers[tokens[last+1].word]; isMultiplier {
			value, last = value*m, last+1
		}
	}
	return value, last, true
}

// rangeRE finds a range with its unit, such as "5-8 seconds".
var rangeRE = lazily(`^\d{1,4} ?[-–] ?\d{1,4} ?(?:%|(?:(?:milli)?seconds?|ms|minutes?|hours?|days?|weeks?|months?|years?|characters?|percent|euros?|dollars?)\b)`)

// isIdentifier reports whether the number is part of a name such as REQ-10,
// v2, 4.0.3 or 2026-10-06, or a heading's number.
func isIdentifier(text string, tokens []token, first, last int) bool {
	start, end := tokens[first].start, tokens[last].end
	if rangeRE.MatchString(text[start:]) && (start == 0 || text[start-1] == ' ') {
		return false
	}
	if start > 0 && strings.ContainsRune("-_./:#", rune(text[start-1])) && !strings.HasSuffix(text[:start], " -") {
		return true
	}
	if end < len(text) && strings.ContainsRune("_/:", rune(text[end])) {
		return true
	}
	if end+1 < len(text) && (text[end] == '.' || text[end] == '-') && text[end+1] >= '0' && text[end+1] <= '9' {
		return true
	}
	if first > 0 {
		switch tokens[first-1].word {
		case "section", "chapter", "figure", "table", "page", "version", "draft", "rev", "revision", "step", "appendix", "article", "req", "requirement", "level", "phase", "release", "tier", "priority", "grade", "class":
			return true
		}
	}
	return isDateNumber(text, tokens, first, last)
}

func boundName(word string) string {
	switch word {
	case "under", "below":
		return "under"
	case "over", "above", "than":
		return "over"
	case "until", "till", "to", "before", "most", "maximum", "max", "within":
		return "up to"
	case "least", "from", "minimum", "min", "after":
		return "from"
	}
	return ""
}
