package statement

import (
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/internal/extract"
)

// table is what the heading row says of the columns.
type table struct {
	known  bool
	sheet  string
	roles  []role      // by column
	headed int         // how many columns hold requirements
	card   string      // the identifier of the one requirement that the table describes
	story  []storyPart // the columns over which user stories are spread
}

type role int

const (
	anyColumn         role = iota
	requirementColumn      // description, statement: with an identifier a requirement
	ruledColumn            // requirement: also without one
	idColumn
	otherColumn // rationale, source, remarks, test method
	titleColumn
)

var (
	requirementTitles = phrasesOf(`requirement*, description, statement, shall, specification, text, user story, story, feature, need, anforderung*, beschreibung, exigence*, требован*`)
	ruledTitles       = phrasesOf(`requirement*, req, anforderung*, exigence*, требован*, user story`)
	idTitles          = phrasesOf(`id, ids, identifier, identifiers, no, number, nr, ref, reference, key, label, unique, code, item`)
	otherTitles       = phrasesOf(`rationale*, comment*, remark*, note*, source*, verification, method*, test*, acceptance, priority, status, type, category, owner, justification, trace*, response*, scope, approach, version, date, author*, example*, definition*, term, acronym*`)
	titleTitles       = phrasesOf(`title, name, summary, short`)
)

// roleOf reads the name of a column.
func roleOf(title string) role {
	words := wordsOf(strings.ReplaceAll(title, "_", " "))
	switch {
	case otherTitles.in(words):
		return otherColumn
	case idTitles.in(words) || strings.TrimSpace(title) == "#":
		return idColumn
	case len(words) <= 3 && ruledTitles.in(words):
		return ruledColumn
	case requirementTitles.in(words):
		return requirementColumn
	case titleTitles.in(words):
		return titleColumn
	}
	return anyColumn
}

// row reads the block at i, a row of a table.
func (f *finder) row(i int) {
	b := f.blocks[i]
	if f.table.sheet != b.Locator.Sheet {
		f.table = table{sheet: b.Locator.Sheet}
	}
	cells := cellsOf(b)
	if f.card(i, cells) {
		return
	}
	if b.Header && !f.asks(b.Text, cells) || !f.table.known && looksLikeHeader(b.Cells) {
		f.table = tableOf(b)
		return
	}
	id := f.rowID(b.Text, cells)
	if f.story(i, cells, id) {
		return
	}
	for n, c := range cells {
		column := f.table.is(n, cells, ruledColumn) || f.table.is(n, cells, requirementColumn)
		f.cell(i, c, setting{identified: id != "", named: isName(id), column: id != "" && column, section: f.section()}, id)
	}
}

// asks reports a row whose cells ask for something: it names no columns.
func (f *finder) asks(row string, cells []cell) bool {
	for _, c := range cells {
		words := wordsOf(row[c.start:c.end])
		if len(words) > 5 && modalOf(words).force >= shouldForce {
			return true
		}
	}
	return false
}

// card reads a row of a table that describes one requirement: a name on the
// left, its value on the right. It reports whether the row is done.
func (f *finder) card(i int, cells []cell) bool {
	if len(cells) != 2 || f.table.headed > 0 {
		return false
	}
	row := f.blocks[i].Text
	name, value := row[cells[0].start:cells[0].end], row[cells[1].start:cells[1].end]
	if len(name) > 40 {
		return false
	}
	switch roleOf(name) {
	case idColumn:
		if !isIdentifierCell(value) {
			return false
		}
		f.table.card = value
	case otherColumn:
		return f.table.card != ""
	case requirementColumn, ruledColumn:
		if f.table.card == "" {
			return false
		}
		f.cell(i, cells[1], setting{identified: true, named: true, column: true, section: f.section()}, f.table.card)
	default:
		return false
	}
	return true
}

func looksLikeHeader(cells []string) bool {
	t := tableOf(extract.Block{Cells: cells})
	if t.story != nil {
		return true
	}
	return t.headed > 0 && slices.Contains(t.roles, idColumn) && !slices.ContainsFunc(cells, func(c string) bool { return len(c) > 60 })
}

func tableOf(b extract.Block) table {
	t := table{known: true, sheet: b.Locator.Sheet}
	for _, c := range b.Cells {
		r := roleOf(c)
		if r == requirementColumn || r == ruledColumn {
			t.headed++
		}
		t.roles = append(t.roles, r)
	}
	t.story = storyParts(b.Cells)
	return t
}

// is reports whether the cell belongs to a column with that role.
func (t table) is(n int, cells []cell, r role) bool {
	return t.known && cells[n].column < len(t.roles) && t.roles[cells[n].column] == r
}

// cell is a cell that holds something, with its place in the text of the row.
type cell struct{ column, start, end int }

// cellsOf finds the cells of a row in its text.
func cellsOf(b extract.Block) []cell {
	var cells []cell
	at := 0
	for n, c := range b.Cells {
		k := strings.Index(b.Text[at:], c)
		if c == "" || k < 0 {
			continue
		}
		start, end := trimSpan(b.Text, at+k, at+k+len(c))
		at += k + len(c)
		cells = append(cells, cell{n, start, end})
		f := cells[len(cells)-1]
		if f.start == f.end {
			cells = cells[:len(cells)-1]
		}
	}
	return cells
}

// rowID returns what names the row: the cell of an id column, the one nearest
// to the requirement; without such a column the first cell that looks like one.
func (f *finder) rowID(row string, cells []cell) string {
	id := ""
	for n, c := range cells {
		text := row[c.start:c.end]
		if !isIdentifierCell(text) {
			continue
		}
		if f.table.is(n, cells, idColumn) && (id == "" || !isDigits(text)) {
			id = text
		}
		if !f.table.known && id == "" && n < 3 {
			id = text
		}
	}
	if id == "" && f.table.known && len(cells) > 1 && isIdentifierCell(row[cells[0].start:cells[0].end]) {
		id = row[cells[0].start:cells[0].end]
	}
	return id
}

// cell judges one cell of the row at block i.
func (f *finder) cell(i int, c cell, s setting, id string) {
	if f.table.known && c.column < len(f.table.roles) && (f.table.roles[c.column] == otherColumn || f.table.roles[c.column] == idColumn) {
		return
	}
	u := unit{first: i, last: i, text: f.blocks[i].Text, from: c.start, id: id}
	c.end = bodyEnd(u.text[:c.end], c.start)
	text := strings.TrimSpace(u.text[c.start:c.end])
	c.end = c.start + len(text)
	if s.identified {
		if rule := s.firstRule(text); rule != "" {
			for _, span := range s.parts(u.text, c.start, c.end) {
				f.emit(f.candidate(u, span[0], span[1], rule))
			}
		}
		return
	}
	for _, span := range sentences(text) {
		if rule := s.judge(text[span[0]:span[1]], wordsOf(text[span[0]:span[1]])); rule != "" {
			f.emit(f.candidate(u, c.start+span[0], c.start+span[1], rule))
		}
	}
}

// firstRule returns the rule of the first sentence that is a requirement.
func (s setting) firstRule(text string) Rule {
	for _, span := range sentences(text) {
		if rule := s.judge(text[span[0]:span[1]], wordsOf(text[span[0]:span[1]])); rule != "" {
			return rule
		}
	}
	return ""
}
