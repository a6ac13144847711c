package statement

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/internal/extract"
)

// Find returns the requirement statements of a document's blocks, in reading
// order; nil where there is none.
func Find(blocks []extract.Block) []Candidate {
	f := &finder{blocks: blocks}
	for i := 0; i < len(blocks); {
		i = f.take(i)
	}
	f.closeList()
	return f.settle()
}

// finder walks through the blocks of one document.
type finder struct {
	blocks   []extract.Block
	headings []heading // those open at this place, the widest first
	table    table     // whose rows are read
	list     *list     // that a requirement has opened
	pending  string    // an identifier that stood alone, for the paragraph below it
	found    []Candidate
	firm     []bool // of each, whether its surroundings speak for it too
}

// heading is one of the nested headings above a block.
type heading struct {
	level   int
	number  string // such as 5.2, empty without one
	text    string
	section section
}

// within reports whether h stands below a wider heading.
func (h heading) within(wider heading) bool {
	if h.number != "" && wider.number != "" {
		return strings.HasPrefix(h.number, wider.number+".")
	}
	// A number does not begin within references or definitions that have none.
	return h.level > wider.level && (h.number == "" || wider.section != apart)
}

// take reads the block at i, and those that go on with its sentence, and
// returns the index of the next.
func (f *finder) take(i int) int {
	b := f.blocks[i]
	switch b.Kind {
	case extract.Margin, extract.Code, extract.Comment:
		return i + 1 // a list goes on below a page's foot
	case extract.Row:
		f.closeList()
		f.row(i)
		return i + 1
	}
	f.table = table{}
	u := f.unitAt(i)
	switch {
	case b.Kind == extract.Heading && !u.speaks():
		f.open(b.Level, b.Text)
		if isName(u.id) {
			f.pending = u.id // "REQ-12 Login", above the requirement
			return u.last + 1
		}
	case b.Kind != extract.Heading && u.isTitle():
		f.open(3+strings.Count(u.id, "."), b.Text)
	case u.isLabel():
		f.open(labelLevel, b.Text)
	case u.item && f.list != nil:
		f.list.add(u)
	case u.bare():
		f.closeList()
		f.pending = strings.Trim(strings.Fields(u.text)[0], around)
		return u.last + 1
	default:
		f.closeList()
		for _, piece := range u.pieces() {
			f.prose(piece)
		}
	}
	f.pending = ""
	return u.last + 1
}

// open makes a heading the nearest one.
func (f *finder) open(level int, text string) {
	f.closeList()
	number, _ := identifier(text)
	if number == "" {
		number = strings.TrimRight(text[:listMark(text)], " .)")
	}
	h := heading{level, strings.TrimSuffix(number, ".0"), text, sectionOf(text)}
	for n := len(f.headings); n > 0 && !h.within(f.headings[n-1]); n-- {
		f.headings = f.headings[:n-1]
	}
	f.headings = append(f.headings, h)
}

// section is what the nearest heading that says something says.
func (f *finder) section() section {
	for i := len(f.headings) - 1; i >= 0; i-- {
		if s := f.headings[i].section; s != anywhere {
			return s
		}
	}
	return anywhere
}

// headingText is the nearest heading.
func (f *finder) headingText() string {
	if len(f.headings) == 0 {
		return ""
	}
	return f.headings[len(f.headings)-1].text
}

// prose judges the sentences of a unit. Where the document gives the unit an
// identifier, the unit is one statement.
func (f *finder) prose(u unit) {
	s := setting{identified: u.id != "", named: isName(u.id), section: f.section()}
	if s.identified {
		f.whole(u, s)
		return
	}
	spans := sentences(u.text[u.from:u.end])
	for n, span := range spans {
		start, end := u.from+span[0], u.from+span[1]
		rule := s.judge(u.text[start:end], wordsOf(u.text[start:end]))
		if n == len(spans)-1 && f.lead(u, start, end, rule) {
			return
		}
		if rule == "" && u.item && s.section == requirements {
			rule = itemRule(u.text[start:end], wordsOf(u.text[start:end]))
		}
		if rule != "" {
			f.emit(f.candidate(u, start, end, rule))
		}
	}
}

// whole makes one candidate of a unit if any of its sentences is a requirement.
func (f *finder) whole(u unit, s setting) {
	rule := s.firstRule(u.text[u.from:u.end])
	start, end := trimSpan(u.text, u.from, u.end)
	if f.lead(u, start, end, rule) || rule == "" {
		return
	}
	for _, span := range s.parts(u.text, start, end) {
		f.emit(f.candidate(u, span[0], span[1], rule))
	}
}

// parts cuts a text with one identifier before each sentence that asks for
// something of its own and can be read alone.
func (s setting) parts(text string, start, end int) [][2]int {
	parts := [][2]int{{start, end}}
	asked := false
	for _, span := range sentences(text[start:end]) {
		sentence := text[start+span[0] : start+span[1]]
		words := wordsOf(sentence)
		asks := modalOf(words).force >= shouldForce && s.judge(sentence, words) != ""
		if asks && asked && !leans[words[0].s] {
			last := &parts[len(parts)-1]
			_, last[1] = trimSpan(text, last[0], start+span[0])
			parts = append(parts, [2]int{start + span[0], end})
		}
		asked = asked || asks
	}
	return parts
}

// leans are words that begin a sentence which needs the one before it.
var leans = setOf(`it its they their them this that these those such he she his her also furthermore moreover additionally otherwise then therefore thus hence however likewise similarly`)

// candidate describes the piece of a unit.
func (f *finder) candidate(u unit, start, end int, rule Rule) Candidate {
	own, size := tailIdentifier(u.text[start:end])
	end = start + size
	if u.id == "" {
		u.id = own
	}
	c := Candidate{Quote: u.text[start:end], First: u.first, Last: u.last, Start: start, End: end, SourceID: u.id, Rule: rule, SameAs: -1}
	if c.SourceID == "" {
		c.SourceID = f.pending
	}
	// A sentence that begins or ends in another block of the unit is counted there.
	for k := u.first; k < u.last; k++ {
		n := len(f.blocks[k].Text) + 1
		if c.Start < n {
			break
		}
		c.Start, c.End, c.First = c.Start-n, c.End-n, c.First+1
	}
	for at, k := 0, c.First; k <= u.last; k++ {
		at += len(f.blocks[k].Text) + 1
		if c.End < at {
			c.Last = k
			break
		}
	}
	c.Text = oneLine(c.Quote)
	return c
}

// joined returns the texts of blocks as a quote over several of them counts them.
func (f *finder) joined(first, last int) string {
	texts := make([]string, 0, last-first+1)
	for _, b := range f.blocks[first : last+1] {
		texts = append(texts, b.Text)
	}
	return strings.Join(texts, "\n")
}

// emit completes a candidate and keeps it.
func (f *finder) emit(c Candidate) {
	c.complete(f.headingText())
	f.found = append(f.found, c)
	f.firm = append(f.firm, f.speaksFor(c))
}

// speaksFor reports surroundings that make a weak sentence a requirement also
// in a document that says "shall".
func (f *finder) speaksFor(c Candidate) bool {
	switch {
	case c.SourceID != "" || f.table.headed > 0:
		return true
	case c.Rule == RuleFuture:
		return f.section() == requirements
	case c.Rule == RuleSection:
		return verbs[wordsOf(c.Text)[0].s]
	}
	return false
}

// complete fills in what the text of a candidate tells.
func (c *Candidate) complete(heading string) {
	c.Text, c.Priority = priorityOf(c.Text)
	words := wordsOf(c.Text)
	c.Pattern, c.Conditions = patternOf(c.Text, words)
	c.Type, c.Quality = classify(words, wordsOf(heading))
}
