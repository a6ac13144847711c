package export

import (
	"strconv"
	"strings"

	"github.com/ba-assistant/ba-assistant/internal/markdown"
)

// document is an Input as the formats for reading show it: blocks in reading
// order, and the notes that their runs refer to.
type document struct {
	in     *Input
	blocks []block
	notes  []string // the text of note n is notes[n-1]
	byText map[string]int
	lists  int
}

// Deeper lists and quotations stand at these levels: a page has an end.
const (
	maxLevel  = 8
	maxQuoted = 5
)

type blockKind int

const (
	blockParagraph blockKind = iota
	blockHeading             // level 1 for a section, deeper ones inside of it
	blockItem                // a paragraph of a list item
	blockCode
	blockRule
	blockTable
)

// block is one paragraph, table or piece of code.
type block struct {
	kind   blockKind
	level  int // of a heading from 1; of a list item from 0
	quoted int // how many quotations it stands in
	inList int // how many lists it stands in
	list   int // the list of an item, from 1: numbers go on inside of one list
	mark   string
	bullet bool // the item's mark is none of a number
	runs   []run
	text   string // of code
	table  *table
	anchor string // of a heading, unique in the document
}

// run is a piece of text in one style. A run with a note or a break has no text.
type run struct {
	text                       string
	bold, italic, strike, code bool
	href                       string
	note                       int // refers to a note
	line                       bool
}

// table is a table with a header row.
type table struct {
	columns []tableColumn
	rows    [][][]run
}

type tableColumn struct {
	title  []run
	weight float64 // share of the width
	align  string  // "right", "center" or empty
}

// compose lays out the whole input.
func compose(in *Input) *document {
	d := &document{in: in, byText: map[string]int{}}
	for _, s := range in.Sections {
		d.section(s)
	}
	return d
}

func (d *document) section(s Section) {
	if s.Title != "" {
		d.add(block{kind: blockHeading, level: 1, runs: textRuns(s.Title)})
	}
	d.nodes(markdown.Tree(markdown.LevelHeadings(s.text(), 2)), block{})
	d.requirements(s.Requirements)
}

func (d *document) add(b block) {
	if b.kind == blockHeading {
		b.anchor = "section-" + strconv.Itoa(len(d.blocks)+1)
	}
	d.blocks = append(d.blocks, b)
}

// nodes adds blocks of Markdown; around is where they stand.
func (d *document) nodes(nodes []markdown.Node, around block) {
	for _, n := range nodes {
		b := around
		switch n.Kind {
		case markdown.NodeHeading:
			b.kind, b.level, b.runs = blockHeading, n.Level, d.runs(n.Children, run{})
		case markdown.NodeList:
			d.list(n, around)
			continue
		case markdown.NodeQuote:
			around := around
			around.quoted = min(around.quoted+1, maxQuoted)
			d.nodes(n.Children, around)
			continue
		case markdown.NodeCode:
			b.kind, b.text = blockCode, n.Text
		case markdown.NodeRule:
			b.kind = blockRule
		case markdown.NodeTable:
			b.kind, b.table = blockTable, d.table(n)
		default:
			b.runs = d.runs(n.Children, run{})
			if len(b.runs) == 0 {
				continue
			}
		}
		d.add(b)
	}
}

// list adds the paragraphs of a list's items: the first of each has the mark.
func (d *document) list(n markdown.Node, around block) {
	d.lists++
	level := 0
	if around.kind == blockItem {
		level = min(around.level+1, maxLevel)
	}
	inside := block{kind: blockItem, level: level, inList: level + 1, list: d.lists, bullet: !n.Ordered, quoted: around.quoted}
	for i, item := range n.Children {
		first := len(d.blocks)
		d.nodes(item.Children, inside)
		if len(d.blocks) == first || d.blocks[first].kind != blockItem || d.blocks[first].list != inside.list {
			empty := inside // an item that begins with something else than its own text
			d.blocks = append(d.blocks[:first], append([]block{empty}, d.blocks[first:]...)...)
		}
		d.blocks[first].mark = "•"
		if n.Ordered {
			d.blocks[first].mark = strconv.Itoa(n.Start+i) + "."
		}
	}
}

func (d *document) table(n markdown.Node) *table {
	t := &table{}
	for i, row := range n.Children {
		var cells [][]run
		for _, cell := range row.Children {
			runs := d.runs(cell.Children, run{})
			if i == 0 {
				t.columns = append(t.columns, tableColumn{title: runs, align: strings.TrimPrefix(cell.Align, "left")})
			}
			cells = append(cells, runs)
		}
		if i > 0 {
			t.rows = append(t.rows, cells)
		}
	}
	t.weigh()
	return t
}

// weigh gives the columns shares of the width by what they hold: between the
// longest word and the longest text, so that short columns stay narrow.
func (t *table) weigh() {
	for i := range t.columns {
		longest := textWidth(plain(t.columns[i].title))
		for _, row := range t.rows {
			if i < len(row) {
				longest = max(longest, textWidth(plain(row[i])))
			}
		}
		t.columns[i].weight = float64(min(max(longest, 5), 60))
	}
}

// share divides a width among the columns: each gets what its longest word
// needs, as far as there is room, and the rest goes by weight.
func (t *table) share(width int, need func(word string, title bool) int) []int {
	out := make([]int, len(t.columns))
	total, left := 0.0, width
	for i, c := range t.columns {
		least := max(need(longestWord(c.title), true), need(t.longestWord(i), false))
		out[i] = min(least, width/max(len(t.columns), 3))
		left -= out[i]
		total += c.weight
	}
	rest := left
	for i, c := range t.columns {
		more := int(float64(rest) * c.weight / total)
		out[i] += more
		left -= more
	}
	if len(out) > 0 {
		out[len(out)-1] += left
	}
	return out
}

// longestWord returns the longest word in the rows of a column.
func (t *table) longestWord(column int) string {
	longest := ""
	for _, row := range t.rows {
		if column < len(row) {
			longest = longer(longest, longestWord(row[column]))
		}
	}
	return longest
}

func longestWord(runs []run) string {
	longest := ""
	for _, word := range strings.Fields(plain(runs)) {
		longest = longer(longest, word)
	}
	return longest
}

func longer(a, b string) string {
	if textWidth(b) > textWidth(a) {
		return b
	}
	return a
}

// textWidth is a rough width in Latin letters.
func textWidth(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x2E80 {
			n++
		}
	}
	return n
}

// runs returns what stands in a paragraph; style is that of what is around.
func (d *document) runs(nodes []markdown.Node, style run) []run {
	var out []run
	for _, n := range nodes {
		r := style
		switch n.Kind {
		case markdown.NodeText:
			r.text = n.Text
			out = append(out, r)
		case markdown.NodeCodeSpan:
			r.text, r.code = n.Text, true
			out = append(out, r)
		case markdown.NodeBreak:
			out = append(out, run{line: true})
		case markdown.NodeCitation:
			out = appendCitation(out, d.citation(n.Number, style))
		default:
			out = append(out, d.runs(n.Children, styled(r, n))...)
		}
	}
	return out
}

// appendCitation puts the raised number of a note right after the word, and
// apart from another one.
func appendCitation(out []run, cited run) []run {
	if last := len(out) - 1; last >= 0 && cited.note > 0 {
		if out[last].note > 0 {
			out = append(out, run{text: " "})
		} else {
			out[last].text = strings.TrimRight(out[last].text, " ")
		}
	}
	return append(out, cited)
}

func styled(r run, n markdown.Node) run {
	switch n.Kind {
	case markdown.NodeEmphasis:
		r.italic = true
	case markdown.NodeStrong:
		r.bold = true
	case markdown.NodeStrike:
		r.strike = true
	case markdown.NodeLink:
		r.href = n.Href
	}
	return r
}

// citation refers to the note of a source; a number without one stays text.
func (d *document) citation(number int, style run) run {
	for _, s := range d.in.Sources {
		if s.Number == number {
			return run{note: d.note(sourceText(s.Filename, s.Locator, s.Quote))}
		}
	}
	style.text = "[" + strconv.Itoa(number) + "]"
	return style
}

// note returns the number of a note; the same text is the same note.
func (d *document) note(text string) int {
	if n := d.byText[text]; n > 0 {
		return n
	}
	d.notes = append(d.notes, text)
	d.byText[text] = len(d.notes)
	return len(d.notes)
}

// textRuns returns plain text as runs, with its line breaks.
func textRuns(s string) []run {
	var out []run
	for i, line := range strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
		if i > 0 {
			out = append(out, run{line: true})
		}
		if line != "" {
			out = append(out, run{text: line})
		}
	}
	return out
}

// plain returns the words of runs, line breaks as line breaks.
func plain(runs []run) string {
	var b strings.Builder
	for _, r := range runs {
		if r.line {
			b.WriteByte('\n')
		}
		b.WriteString(r.text)
	}
	return b.String()
}
