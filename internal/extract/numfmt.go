package extract

import (
	"math"
	"strconv"
	"strings"
)

// builtinFormats are the number formats that a workbook does not spell out
// (ECMA-376 part 1, 18.8.30). The dates that follow the reader's locale are
// shown in the order of ISO 8601, which nobody misreads.
var builtinFormats = map[string]string{
	"1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "9": "0%", "10": "0.00%", "11": "0.00E+00",
	"14": "yyyy-mm-dd", "15": "d-mmm-yy", "16": "d-mmm", "17": "mmm-yy", "18": "h:mm AM/PM", "19": "h:mm:ss AM/PM",
	"20": "h:mm", "21": "h:mm:ss", "22": "yyyy-mm-dd h:mm", "37": "#,##0;(#,##0)", "38": "#,##0;(#,##0)",
	"39": "#,##0.00;(#,##0.00)", "40": "#,##0.00;(#,##0.00)", "45": "mm:ss", "46": "[h]:mm:ss", "47": "mm:ss.0",
	"48": "##0.0E+0", "49": "@",
}

// formatCode returns the code of a number format, empty for General.
func formatCode(id string, custom map[string]string) string {
	if code, ok := custom[id]; ok {
		return code
	}
	if code, ok := builtinFormats[id]; ok {
		return code
	}
	if n, err := strconv.Atoi(id); err == nil && (n >= 27 && n <= 36 || n >= 50 && n <= 58) {
		return "yyyy-mm-dd" // dates of East Asian locales
	}
	return ""
}

// numberFormat is a parsed format code. The zero value is General.
type numberFormat struct{ sections []formatSection }

// formatSection is the part of a format for some values.
type formatSection struct {
	tokens  []formatToken
	cond    byte // '<', '>', '=', 'l' (<=), 'g' (>=), 'n' (<>); 0 without
	than    float64
	date    bool
	general bool // shows the number as General does, within its literals
	percent int
	scale   int // commas at the end: thousands left out
	comma   bool
	whole   int // placeholders before the point
	decimal int // and after it
	expo    bool
}

// formatToken is a literal or a placeholder: one of "0#?." for digits, letters
// for parts of a date, 'E' for an exponent, '@' for text.
type formatToken struct {
	kind  byte // 'x' for a literal
	text  string
	count int // of equal date letters or decimals of seconds
}

// maxFormat bounds the length of a format code (Excel allows 255).
const maxFormat = 1_000

func parseFormat(code string) numberFormat {
	var f numberFormat
	if code == "" || len(code) > maxFormat || strings.EqualFold(code, "General") {
		return f
	}
	for _, part := range splitSections(code) {
		f.sections = append(f.sections, parseSection(part))
	}
	return f
}

// splitSections cuts at semicolons outside of quotes, escapes and brackets.
func splitSections(code string) []string {
	var parts []string
	start := 0
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '"':
			if n := strings.IndexByte(code[i+1:], '"'); n >= 0 {
				i += n + 1
			}
		case '\\', '_', '*':
			i++
		case '[':
			if n := strings.IndexByte(code[i:], ']'); n >= 0 {
				i += n
			}
		case ';':
			parts = append(parts, code[start:i])
			start = i + 1
		}
	}
	return append(parts, code[start:])
}

// show returns the value as the format shows it; a value that is no number, or
// no date where the format is for dates, as it is.
func (f numberFormat) show(value string, is1904 bool) string {
	value = strings.TrimSpace(value)
	v, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return value
	}
	if len(f.sections) == 0 {
		return general(v)
	}
	s, abs := f.section(v)
	if s == nil {
		return general(v)
	}
	if s.date {
		if text, ok := s.showDate(v, is1904); ok {
			return text
		}
		return general(v)
	}
	return s.showNumber(v, abs)
}

// section returns the section for a value, and whether the sign is left to it.
func (f numberFormat) section(v float64) (*formatSection, bool) {
	conditions := false
	for i := range f.sections {
		s := &f.sections[i]
		if s.cond != 0 {
			conditions = true
			if s.matches(v) {
				return s, v < 0 && i > 0
			}
		}
	}
	n := len(f.sections)
	switch {
	case conditions:
		return &f.sections[n-1], false
	case v < 0 && n >= 2:
		return &f.sections[1], true
	case v == 0 && n >= 3:
		return &f.sections[2], false
	}
	return &f.sections[0], false
}

func (s *formatSection) matches(v float64) bool {
	switch s.cond {
	case '<':
		return v < s.than
	case '>':
		return v > s.than
	case '=':
		return v == s.than
	case 'l':
		return v <= s.than
	case 'g':
		return v >= s.than
	}
	return v != s.than
}

// general shows a number without a format: up to 15 digits, as far as they
// matter.
func general(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e15 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64)
	if err != nil {
		rounded = v
	}
	if abs := math.Abs(rounded); abs >= 1e15 || abs < 1e-9 {
		return strconv.FormatFloat(rounded, 'E', -1, 64)
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}

// showNumber fills the digits of v into the section's placeholders.
func (s *formatSection) showNumber(v float64, signless bool) string {
	if s.general {
		return s.literals(general(math.Abs(v)), v < 0 && !signless)
	}
	if s.whole+s.decimal == 0 {
		return s.literals("", false)
	}
	scaled := math.Abs(v) * math.Pow(100, float64(s.percent)) / math.Pow(1000, float64(s.scale))
	if s.expo {
		return s.literals(exponent(scaled, s.decimal), v < 0 && !signless)
	}
	digits := strconv.FormatFloat(scaled, 'f', s.decimal, 64)
	whole, fraction, _ := strings.Cut(digits, ".")
	if whole == "0" {
		whole = ""
	}
	negative := v < 0 && !signless && strings.Trim(digits, "0.") != ""
	return s.fill(whole, fraction, negative)
}

func exponent(v float64, decimals int) string {
	text := strconv.FormatFloat(v, 'E', decimals, 64)
	return text
}

// literals returns the section's literal text around a finished number.
func (s *formatSection) literals(number string, negative bool) string {
	var b strings.Builder
	if negative {
		b.WriteByte('-')
	}
	done := false
	for _, t := range s.tokens {
		switch t.kind {
		case 'x':
			b.WriteString(t.text)
		default:
			if !done {
				b.WriteString(number)
				done = true
			}
		}
	}
	return b.String()
}

// fill puts digits into placeholders: the last whole digit into the last whole
// placeholder, so that literals between them (000-00-0000) stay in place.
func (s *formatSection) fill(whole, fraction string, negative bool) string {
	var b strings.Builder
	if negative {
		b.WriteByte('-')
	}
	left, decimals, inFraction := s.whole, 0, false
	keep := s.keptDecimals(fraction)
	for _, t := range s.tokens {
		switch {
		case t.kind == 'x':
			b.WriteString(t.text)
		case t.kind == '.':
			inFraction = true
			if left == s.whole && s.whole == 0 {
				b.WriteString(whole)
			}
			if keep > 0 {
				b.WriteByte('.')
			}
		case inFraction:
			if decimals < keep {
				b.WriteByte(fraction[decimals])
			}
			decimals++
		default:
			s.fillWhole(&b, whole, left, t.kind)
			left--
		}
	}
	return b.String()
}

// fillWhole writes the digits for the whole placeholder that has left-1 others
// after it. The first one takes all digits that are too many.
func (s *formatSection) fillWhole(b *strings.Builder, whole string, left int, kind byte) {
	from := len(whole) - left
	to := from + 1
	if left == s.whole {
		from = 0
	}
	if to <= 0 {
		switch kind {
		case '0':
			b.WriteByte('0')
			s.separate(b, left-1)
		case '?':
			b.WriteByte(' ')
		}
		return
	}
	for i := max(from, 0); i < to; i++ {
		b.WriteByte(whole[i])
		s.separate(b, len(whole)-i-1)
	}
}

// separate writes the comma of thousands where after digits follow.
func (s *formatSection) separate(b *strings.Builder, after int) {
	if s.comma && after > 0 && after%3 == 0 {
		b.WriteByte(',')
	}
}

// keptDecimals returns how many decimals are shown: those that a "0" demands,
// and others up to the last that is not zero.
func (s *formatSection) keptDecimals(fraction string) int {
	keep, i, inFraction := 0, 0, false
	for _, t := range s.tokens {
		switch {
		case t.kind == '.':
			inFraction = true
		case inFraction && (t.kind == '0' || t.kind == '#' || t.kind == '?'):
			if i < len(fraction) && (t.kind == '0' || fraction[i] != '0') {
				keep = i + 1
			}
			i++
		}
	}
	return keep
}
