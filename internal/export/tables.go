package export

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// The names of the columns, which reading knows again.
const (
	colID        = "ID"
	colStatement = "Requirement"
	colStory     = "User story"
	colType      = "Type"
	colQuality   = "Quality characteristic"
	colPriority  = "Priority"
	colStatus    = "Status"
	colRationale = "Rationale"
	colCriteria  = "Acceptance criteria"
	colOwner     = "Owner"
	colSources   = "Sources"
	colSupport   = "Support"
	colNumber    = "No."
	colGiven     = "Given"
	colWhen      = "When"
	colThen      = "Then"
)

// grid is a table of plain texts for the tabular formats.
type grid struct {
	name   string // of the sheet
	header []string
	widths []float64 // in characters
	rows   [][]string
}

// gridOf returns one of the tables.
func gridOf(in *Input, t Table) grid {
	switch t {
	case TableCriteria:
		return criteriaGrid(in)
	case TableMatrix:
		return matrixGrid(in)
	}
	return requirementsGrid(in, true)
}

// requirementsGrid has a row for each requirement; with its criteria in one
// cell where they have no sheet of their own.
func requirementsGrid(in *Input, withCriteria bool) grid {
	g := grid{name: "Requirements",
		header: []string{colID, colStatement, colType, colQuality, colPriority, colStatus, colRationale, colOwner, colSources, colSupport},
		widths: []float64{11, 64, 14, 22, 10, 11, 40, 20, 40, 13}}
	if withCriteria {
		g.header = append(g.header, colCriteria)
		g.widths = append(g.widths, 50)
	}
	for _, r := range in.Requirements() {
		row := []string{r.Key(), r.Statement, label(typeNames, r.Type), label(qualityNames, r.Quality), label(priorityNames, r.Priority),
			label(statusNames, r.Status), r.Rationale, in.name(r.Owner), places(r.Links), support(&r)}
		if withCriteria {
			row = append(row, criteriaText(r.Criteria))
		}
		g.rows = append(g.rows, row)
	}
	return g
}

func criteriaGrid(in *Input) grid {
	g := grid{name: colCriteria, header: []string{colID, colNumber, colGiven, colWhen, colThen}, widths: []float64{11, 6, 44, 44, 44}}
	for _, r := range in.Requirements() {
		for i, c := range r.Criteria {
			g.rows = append(g.rows, []string{r.Key(), strconv.Itoa(i + 1), c.Given, c.When, c.Then})
		}
	}
	return g
}

// matrixGrid has a column for each document or conversation; a cell holds the
// places that support the requirement.
func matrixGrid(in *Input) grid {
	g := grid{name: "Matrix", header: []string{colID, colStatement, "Links"}, widths: []float64{11, 64, 8}}
	list := in.Requirements()
	column := map[string]int{}
	for _, s := range linkedSources(list) {
		column[s.key] = len(g.header)
		g.header = append(g.header, s.name)
		g.widths = append(g.widths, 24)
	}
	for _, r := range list {
		row := make([]string, len(g.header))
		row[0], row[1], row[2] = r.Key(), r.Statement, strconv.Itoa(len(r.Links))
		for _, l := range r.Links {
			cell := &row[column[sourceKey(l)]]
			*cell = strings.TrimPrefix(*cell+"; "+linkPlace(l), "; ")
		}
		g.rows = append(g.rows, row)
	}
	return g
}

type linkedSource struct{ key, name string }

// linkedSources returns the documents and conversations that are linked, by
// name.
func linkedSources(list []ba.Requirement) []linkedSource {
	var out []linkedSource
	seen := map[string]bool{}
	for _, r := range list {
		for _, l := range r.Links {
			if key := sourceKey(l); !seen[key] {
				seen[key] = true
				out = append(out, linkedSource{key, cmp.Or(l.Filename, "Source without a name")})
			}
		}
	}
	slices.SortFunc(out, func(a, b linkedSource) int {
		return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.key, b.key))
	})
	return out
}

func sourceKey(l ba.Link) string {
	return string(l.Document) + "/" + string(l.Thread) + "/" + l.Filename
}

func linkPlace(l ba.Link) string {
	at := cmp.Or(l.Locator.String(), "quoted")
	if l.State == ba.LinkSuspect {
		at += " (changed)"
	}
	return at
}

// places names the sources of a requirement in one cell.
func places(links []ba.Link) string {
	var out []string
	for _, l := range links {
		if at := place(l.Filename, l.Locator); !slices.Contains(out, at) {
			out = append(out, at)
		}
	}
	return strings.Join(out, "; ")
}

// support says whether the sources carry the statement.
func support(r *ba.Requirement) string {
	switch {
	case r.Suspect():
		return "Suspect"
	case r.Assumption():
		return "Assumption"
	}
	return "Verified"
}

// criteriaText is a list of criteria in one cell: three lines for each.
func criteriaText(list []ba.Criterion) string {
	var lines []string
	for _, c := range list {
		for _, p := range []struct{ word, text string }{{colGiven, c.Given}, {colWhen, c.When}, {colThen, c.Then}} {
			lines = append(lines, strings.TrimSpace(p.word+" "+strings.Join(strings.Fields(p.text), " ")))
		}
	}
	return strings.Join(lines, "\n")
}

// parseCriteria reads criteriaText; a line that begins with none of the words
// goes on with the part before it.
func parseCriteria(text string) []ba.Criterion {
	var out []ba.Criterion
	last := 3
	for _, line := range strings.Split(text, "\n") {
		part, rest := criterionLine(strings.TrimSpace(line))
		if part < 0 && rest == "" {
			continue
		}
		if part < 0 && len(out) == 0 {
			part = 2
		}
		if part >= 0 && part <= last || len(out) == 0 {
			out = append(out, ba.Criterion{})
		}
		if part >= 0 {
			last = part
		}
		c := &out[len(out)-1]
		field := []*string{&c.Given, &c.When, &c.Then}[last]
		*field = strings.TrimSpace(*field + " " + rest)
	}
	return out
}

// criterionLine returns which part of a criterion a line begins, or -1, and
// what is left of it.
func criterionLine(line string) (part int, rest string) {
	for i, word := range []string{colGiven, colWhen, colThen} {
		if len(line) >= len(word) && strings.EqualFold(line[:len(word)], word) && (len(line) == len(word) || strings.ContainsAny(line[len(word):len(word)+1], " :")) {
			return i, strings.TrimLeft(line[len(word):], " :")
		}
	}
	return -1, line
}

// requirements adds the tables of a section's requirements.
func (d *document) requirements(list []ba.Requirement) {
	if len(list) == 0 {
		return
	}
	d.add(block{kind: blockTable, table: d.requirementTable(list)})
	if slices.ContainsFunc(list, func(r ba.Requirement) bool { return len(r.Criteria) > 0 }) {
		d.add(block{kind: blockHeading, level: 2, runs: textRuns(colCriteria)})
		d.add(block{kind: blockTable, table: criteriaTable(list)})
	}
}

func (d *document) requirementTable(list []ba.Requirement) *table {
	statement := colStatement
	if d.in.Kind == ba.ArtifactStories {
		statement = colStory
	}
	t := &table{}
	t.column(colID, 1).column(statement, 60)
	reasons := slices.ContainsFunc(list, func(r ba.Requirement) bool { return r.Rationale != "" })
	if reasons {
		t.column(colRationale, 24)
	}
	t.column(colType, 5).column(colPriority, 1).column(colStatus, 1).column(colSources, 3)
	for i := range list {
		r := &list[i]
		row := [][]run{textRuns(r.Key()), textRuns(r.Statement)}
		if reasons {
			row = append(row, textRuns(r.Rationale))
		}
		t.rows = append(t.rows, append(row, textRuns(typeText(r)), textRuns(label(priorityNames, r.Priority)), textRuns(label(statusNames, r.Status)), d.sources(r)))
	}
	return t
}

func (t *table) column(title string, weight float64) *table {
	t.columns = append(t.columns, tableColumn{title: textRuns(title), weight: weight})
	return t
}

// typeText is the type, for a quality with its characteristic.
func typeText(r *ba.Requirement) string {
	if r.Quality == "" {
		return label(typeNames, r.Type)
	}
	return label(typeNames, r.Type) + " (" + label(qualityNames, r.Quality) + ")"
}

// sources is the cell with a note for each link, and the label of what has no
// verified one.
func (d *document) sources(r *ba.Requirement) []run {
	var out []run
	if s := support(r); s != "Verified" {
		out = append(out, run{text: s})
	}
	for i, l := range r.Links {
		if i > 0 {
			out = append(out, run{text: " "})
		}
		out = append(out, run{note: d.note(linkText(l))})
	}
	return out
}

func criteriaTable(list []ba.Requirement) *table {
	t := &table{}
	t.column(colID, 2).column(colNumber, 1).column(colGiven, 34).column(colWhen, 34).column(colThen, 34)
	for _, r := range list {
		for i, c := range r.Criteria {
			t.rows = append(t.rows, [][]run{textRuns(r.Key()), textRuns(strconv.Itoa(i + 1)), textRuns(c.Given), textRuns(c.When), textRuns(c.Then)})
		}
	}
	return t
}
