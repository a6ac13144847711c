package manifest

import "strings"

// simple is one simple command of a shell text: assignments and words, with
// quotes removed and expansions left as written ($PORT, ${PORT:-8000}).
type simple struct {
	env   map[string]string
	args  []string
	line  int    // 0-based line in the text
	then  string // the operator that follows: "&&", "||", ";", "|", "&" or ""
	maybe bool   // inside if, case, a loop or after ||
}

const maxShellWords = 20_000

// shellSplit reads a shell text into simple commands, in the order in which
// they are written. Control words (if, then, for ...) are dropped: what stands
// inside a condition or a loop is listed as if it ran. It returns for any text.
func shellSplit(text string) []simple {
	p := &shellReader{text: text}
	p.run()
	return p.out
}

type shellReader struct {
	text    string
	pos     int
	line    int
	words   int
	cur     simple
	out     []simple
	heredoc []string
	depth   int // of if, case and loops
}

var shellDepth = map[string]int{"if": 1, "fi": -1, "case": 1, "esac": -1, "while": 1, "until": 1, "for": 1, "done": -1}

var shellKeywords = map[string]bool{"if": true, "then": true, "else": true, "elif": true, "fi": true, "do": true, "done": true, "while": true, "until": true,
	"{": true, "}": true, "!": true, "time": true, "esac": true}

func (p *shellReader) run() {
	for p.pos < len(p.text) && p.words < maxShellWords {
		switch c := p.text[p.pos]; {
		case c == '\\' && strings.HasPrefix(p.text[p.pos:], "\\\n"):
			p.pos += 2
			p.line++
		case c == '\n':
			p.pos++
			p.end(";")
			p.line++
			p.skipHeredocs()
		case c == ' ' || c == '\t' || c == '\r':
			p.pos++
		case c == '#':
			p.comment()
		case strings.IndexByte(";&|()", c) >= 0:
			p.operator()
		case c == '<' || c == '>':
			p.redirect()
		default:
			p.take()
		}
	}
	p.end("")
}

func (p *shellReader) comment() {
	if i := strings.IndexByte(p.text[p.pos:], '\n'); i >= 0 {
		p.pos += i
		return
	}
	p.pos = len(p.text)
}

func (p *shellReader) operator() {
	for _, op := range []string{"&&", "||", ";;", "|&"} {
		if strings.HasPrefix(p.text[p.pos:], op) {
			p.pos += 2
			p.end(op)
			return
		}
	}
	op := p.text[p.pos : p.pos+1]
	p.pos++
	if op == "(" || op == ")" {
		op = ";"
	}
	p.end(op)
}

// redirect drops a redirection and its target; a here-document is remembered.
func (p *shellReader) redirect() {
	rest := p.text[p.pos:]
	if n := len(p.cur.args); n > 0 && len(p.cur.args[n-1]) == 1 && p.pos > 0 && strings.IndexByte("012", p.text[p.pos-1]) >= 0 {
		p.cur.args = p.cur.args[:n-1] // the 2 of 2>&1
	}
	if strings.HasPrefix(rest, "<<") && !strings.HasPrefix(rest, "<<<") {
		p.pos += 2
		p.pos += len(rest[2:]) - len(strings.TrimLeft(rest[2:], "- \t"))
		p.heredoc = append(p.heredoc, p.word())
		return
	}
	p.pos += len(rest) - len(strings.TrimLeft(rest, "<>&|"))
	for p.pos < len(p.text) && (p.text[p.pos] == ' ' || p.text[p.pos] == '\t') {
		p.pos++
	}
	p.word()
}

func (p *shellReader) skipHeredocs() {
	for _, mark := range p.heredoc {
		for p.pos < len(p.text) {
			line, _, _ := strings.Cut(p.text[p.pos:], "\n")
			p.pos = min(len(p.text), p.pos+len(line)+1)
			p.line++
			if strings.TrimSpace(line) == mark {
				break
			}
		}
	}
	p.heredoc = nil
}

func (p *shellReader) take() {
	if len(p.cur.args) == 0 && len(p.cur.env) == 0 {
		p.cur.line = p.line
	}
	start := p.pos
	w := p.word()
	if p.pos == start { // a byte that no rule takes
		p.pos++
		return
	}
	p.words++
	if len(p.cur.args) == 0 {
		p.depth = max(0, p.depth+shellDepth[w])
		if shellKeywords[w] {
			return
		}
		if name, value, ok := strings.Cut(w, "="); ok && isName(name) {
			if p.cur.env == nil {
				p.cur.env = map[string]string{}
			}
			p.cur.env[name] = value
			return
		}
	}
	p.cur.args = append(p.cur.args, w)
}

func (p *shellReader) end(op string) {
	if len(p.cur.args) > 0 || len(p.cur.env) > 0 {
		p.cur.then = op
		n := len(p.out)
		p.cur.maybe = p.depth > 0 || n > 0 && p.out[n-1].then == "||"
		p.out = append(p.out, p.cur)
	}
	p.cur = simple{line: p.line}
}

// word reads one word. Text in quotes keeps its blanks; $(...) and `...` stay as written.
func (p *shellReader) word() string {
	var b strings.Builder
	for p.pos < len(p.text) {
		c := p.text[p.pos]
		switch {
		case strings.IndexByte(" \t\r\n;&|()<>", c) >= 0:
			return b.String()
		case c == '\'':
			b.WriteString(p.until('\'', false))
		case c == '"':
			b.WriteString(p.until('"', true))
		case c == '`':
			b.WriteString("`" + p.until('`', true) + "`")
		case c == '$' && p.pos+1 < len(p.text) && (p.text[p.pos+1] == '(' || p.text[p.pos+1] == '{'):
			b.WriteString(p.expansion())
		case c == '\\' && p.pos+1 < len(p.text):
			if p.text[p.pos+1] == '\n' {
				p.line++
			} else {
				b.WriteByte(p.text[p.pos+1])
			}
			p.pos += 2
		default:
			b.WriteByte(c)
			p.pos++
		}
	}
	return b.String()
}

// until reads a quoted part and returns what is between the quotes.
func (p *shellReader) until(quote byte, escapes bool) string {
	var b strings.Builder
	for p.pos++; p.pos < len(p.text); p.pos++ {
		c := p.text[p.pos]
		if c == '\n' {
			p.line++
		}
		if c == quote {
			p.pos++
			return b.String()
		}
		if escapes && c == '\\' && p.pos+1 < len(p.text) && strings.IndexByte("\"\\$`\n", p.text[p.pos+1]) >= 0 {
			p.pos++
			if p.text[p.pos] == '\n' {
				p.line++
				continue
			}
			c = p.text[p.pos]
		}
		b.WriteByte(c)
	}
	return b.String()
}

// expansion reads ${...} or $(...) with what is nested in it.
func (p *shellReader) expansion() string {
	start, depth := p.pos, 0
	open, shut := p.text[p.pos+1], byte('}')
	if open == '(' {
		shut = ')'
	}
	for p.pos++; p.pos < len(p.text); p.pos++ {
		switch p.text[p.pos] {
		case open:
			depth++
		case '\n':
			p.line++
		case shut:
			if depth--; depth == 0 {
				p.pos++
				return p.text[start:p.pos]
			}
		}
	}
	return p.text[start:]
}

// isName reports whether s can be the name of a variable.
func isName(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// Expand replaces $NAME, ${NAME}, ${NAME:-default} and ${NAME-default} with
// what value returns; where it knows nothing, the default, and without one the
// expansion stays as written. known is false when anything stayed.
func Expand(s string, value func(string) (string, bool)) (out string, known bool) {
	return expand(s, value, 0)
}

func expand(s string, value func(string) (string, bool), depth int) (string, bool) {
	var b strings.Builder
	known := true
	for i := 0; i < len(s); i++ {
		if s[i] != '$' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		ref, name, def, hasDef := reference(s[i:])
		if name == "" {
			b.WriteByte(s[i])
			known = known && ref == ""
			if ref != "" {
				b.WriteString(ref[1:])
				i += len(ref) - 1
			}
			continue
		}
		i += len(ref) - 1
		if v, ok := value(name); ok {
			b.WriteString(v)
		} else if hasDef && depth < 8 {
			d, ok := expand(def, value, depth+1)
			b.WriteString(d)
			known = known && ok
		} else {
			b.WriteString(ref)
			known = false
		}
	}
	return b.String(), known
}

// reference reads the expansion at the start of s ("$..."). name is empty for
// what is none ($$, $1) and for what cannot be known ($(...)): ref then is the
// text that stands for an unknown value, or empty.
func reference(s string) (ref, name, def string, hasDef bool) {
	if s[1] == '(' {
		p := &shellReader{text: s}
		return p.expansion(), "", "", false
	}
	if s[1] != '{' {
		n := 1
		for n < len(s) && isName(s[1:n+1]) {
			n++
		}
		if n == 1 {
			return "", "", "", false
		}
		return s[:n], s[1:n], "", false
	}
	p := &shellReader{text: s}
	ref = p.expansion()
	inner := strings.TrimSuffix(strings.TrimPrefix(ref, "${"), "}")
	n := 0
	for n < len(inner) && isName(inner[:n+1]) {
		n++
	}
	name, rest := inner[:n], inner[n:]
	switch {
	case strings.HasPrefix(rest, ":-"):
		return ref, name, rest[2:], true
	case strings.HasPrefix(rest, "-"):
		return ref, name, rest[1:], true
	}
	return ref, name, "", false
}
