package extract

import (
	"strconv"
	"strings"
)

// parseSection reads one section of a format code.
func parseSection(code string) formatSection {
	p := sectionParser{code: code}
	for p.at < len(code) {
		p.token()
	}
	p.finish()
	return p.s
}

type sectionParser struct {
	code    string
	at      int
	s       formatSection
	point   bool
	commas  int // seen since the last placeholder
	slashes bool
}

func (p *sectionParser) literal(text string) {
	p.s.tokens = append(p.s.tokens, formatToken{kind: 'x', text: text})
}

// token reads the token at the current place.
func (p *sectionParser) token() {
	rest := p.code[p.at:]
	c := rest[0]
	switch {
	case c == '"':
		p.quoted(rest)
	case c == '\\' || c == '_' || c == '*':
		p.escaped(rest)
	case c == '[':
		p.bracket(rest)
	case c == '0' || c == '#' || c == '?':
		p.digit(c)
	case c == '.' && p.secondsBefore():
		p.fraction(rest)
	case c == '.' && !p.point:
		p.point = true
		p.s.tokens = append(p.s.tokens, formatToken{kind: '.'})
		p.at++
	case c == ',':
		p.commas++
		p.at++
	case c == '%':
		p.s.percent++
		p.literal("%")
		p.at++
	case len(rest) >= 7 && strings.EqualFold(rest[:7], "General"):
		p.s.general = true
		p.s.tokens = append(p.s.tokens, formatToken{kind: '0'})
		p.at += 7
	case (c == 'E' || c == 'e') && len(rest) > 1 && (rest[1] == '+' || rest[1] == '-'):
		p.s.expo = true
		p.at += 2
		for p.at < len(p.code) && strings.IndexByte("0#?", p.code[p.at]) >= 0 {
			p.at++
		}
	case c == '@':
		p.s.general = true
		p.s.tokens = append(p.s.tokens, formatToken{kind: '@'})
		p.at++
	default:
		p.letter(rest)
	}
}

func (p *sectionParser) quoted(rest string) {
	end := strings.IndexByte(rest[1:], '"')
	if end < 0 {
		end = len(rest) - 1
		p.literal(rest[1:])
	} else {
		p.literal(rest[1 : end+1])
		end++
	}
	p.at += end + 1
	p.at = min(p.at, len(p.code))
}

// escaped reads "\x" (x itself), "_x" (a space as wide as x) and "*x" (x
// repeated over the width of the cell).
func (p *sectionParser) escaped(rest string) {
	if len(rest) == 1 {
		p.at++
		return
	}
	size := len(string([]rune(rest[1:min(len(rest), 5)])[:1]))
	switch rest[0] {
	case '\\':
		p.literal(rest[1:min(1+size, len(rest))])
	case '_':
		p.literal(" ")
	}
	p.at += 1 + size
	p.at = min(p.at, len(p.code))
}

// bracket reads a colour, a condition, a currency or an elapsed time.
func (p *sectionParser) bracket(rest string) {
	end := strings.IndexByte(rest, ']')
	if end < 0 {
		p.at = len(p.code)
		return
	}
	p.at += end + 1
	inner := rest[1:end]
	lower := strings.ToLower(inner)
	switch {
	case strings.HasPrefix(inner, "$"):
		symbol, _, _ := strings.Cut(inner[1:], "-")
		p.literal(symbol)
	case inner != "" && strings.IndexByte("<>=", inner[0]) >= 0:
		p.condition(inner)
	case lower != "" && (strings.Trim(lower, "h") == "" || strings.Trim(lower, "m") == "" || strings.Trim(lower, "s") == ""):
		p.s.date = true
		p.s.tokens = append(p.s.tokens, formatToken{kind: lower[0] - 'a' + 'A', count: len(lower)})
	}
}

func (p *sectionParser) condition(inner string) {
	ops := map[string]byte{"<=": 'l', ">=": 'g', "<>": 'n', "<": '<', ">": '>', "=": '='}
	for _, op := range []string{"<=", ">=", "<>", "<", ">", "="} {
		if number, ok := strings.CutPrefix(inner, op); ok {
			if v, err := strconv.ParseFloat(number, 64); err == nil {
				p.s.cond, p.s.than = ops[op], v
			}
			return
		}
	}
}

func (p *sectionParser) digit(c byte) {
	if p.commas > 0 && !p.point && p.s.whole > 0 {
		p.s.comma = true
	}
	p.commas = 0
	if p.point {
		p.s.decimal++
	} else {
		p.s.whole++
	}
	p.s.tokens = append(p.s.tokens, formatToken{kind: c})
	p.at++
}

// secondsBefore reports that the last date token is for seconds, so that a
// point begins their fraction.
func (p *sectionParser) secondsBefore() bool {
	n := len(p.s.tokens)
	return n > 0 && (p.s.tokens[n-1].kind == 's' || p.s.tokens[n-1].kind == 'S')
}

func (p *sectionParser) fraction(rest string) {
	zeros := len(rest) - 1 - len(strings.TrimLeft(rest[1:], "0"))
	p.s.tokens = append(p.s.tokens, formatToken{kind: 'f', count: min(zeros, 3)})
	p.at += 1 + zeros
}

// letter reads a part of a date or any other character.
func (p *sectionParser) letter(rest string) {
	for _, mark := range []string{"AM/PM", "A/P"} {
		if len(rest) >= len(mark) && strings.EqualFold(rest[:len(mark)], mark) {
			p.s.date = true
			p.s.tokens = append(p.s.tokens, formatToken{kind: 'a', count: len(mark)})
			p.at += len(mark)
			return
		}
	}
	c := rest[0] | 0x20
	if strings.IndexByte("ymdhs", c) < 0 {
		size := len(string([]rune(rest[:min(len(rest), 4)])[:1]))
		p.slashes = p.slashes || rest[0] == '/'
		p.literal(rest[:min(size, len(rest))])
		p.at += min(size, len(rest))
		return
	}
	n := 1
	for n < len(rest) && rest[n]|0x20 == c {
		n++
	}
	p.s.date = true
	p.s.tokens = append(p.s.tokens, formatToken{kind: c, count: n})
	p.at += n
}

// finish settles what depends on the whole section: commas at the end, minutes
// or months, fractions such as "# ?/?", which are shown as decimals.
func (p *sectionParser) finish() {
	p.s.scale = p.commas
	if p.s.date {
		minutes(p.s.tokens)
		return
	}
	if p.slashes && p.s.whole > 1 && !p.point {
		p.s = formatSection{general: true, tokens: []formatToken{{kind: '0'}}}
	}
}

// minutes marks each "m" or "mm" after hours or before seconds as minutes: 'n'.
func minutes(tokens []formatToken) {
	last := byte(0)
	for i := range tokens {
		t := &tokens[i]
		switch t.kind {
		case 'x', 'f', 'a':
			continue
		case 'm':
			if t.count <= 2 && (last == 'h' || last == 'H' || nextPart(tokens[i+1:]) == 's') {
				t.kind = 'n'
			}
		}
		last = t.kind
	}
}

func nextPart(tokens []formatToken) byte {
	for _, t := range tokens {
		if t.kind != 'x' {
			return t.kind | 0x20
		}
	}
	return 0
}
