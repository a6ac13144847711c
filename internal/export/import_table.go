package export

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/extract"
)

// importTable is a table whose columns are known.
type importTable struct {
	id       int           // the column of the key, or -1
	fields   map[int]Field // of a column
	parts    [3]int        // the columns of given, when and then, or -1
	ignored  bool          // a matrix: it repeats what stands elsewhere
	rows     []Row
	criteria map[int][]ba.Criterion
	found    int // criteria
}

// columnWords are the names under which columns are known, without case,
// spaces and punctuation.
var columnWords = map[string]Field{
	"requirement": FieldStatement, "userstory": FieldStatement, "statement": FieldStatement, "requirementtext": FieldStatement,
	"requirementstatement": FieldStatement, "description": FieldStatement, "text": FieldStatement,
	"type": FieldType, "requirementtype": FieldType, "kind": FieldType,
	"qualitycharacteristic": FieldQuality, "quality": FieldQuality,
	"priority": FieldPriority, "moscow": FieldPriority, "status": FieldStatus, "state": FieldStatus,
	"rationale": FieldRationale, "reason": FieldRationale, "justification": FieldRationale,
	"acceptancecriteria": FieldCriteria,
}

var idWords = map[string]bool{"id": true, "key": true, "reqid": true, "requirementid": true, "identifier": true, "no": true, "number": true}

// readHeader returns the table that a row begins, or nil where it names no
// columns that are known.
func readHeader(cells []string) *importTable {
	t := &importTable{id: -1, fields: map[int]Field{}, parts: [3]int{-1, -1, -1}, criteria: map[int][]ba.Criterion{}}
	seen := map[Field]bool{}
	known := 0
	for i, cell := range cells {
		if _, isKey := ba.ParseRequirementKey(cell); isKey {
			return nil
		}
		word := wordKey(cell)
		field := columnWords[word]
		switch {
		case t.part(word, i):
		case idWords[word] && t.id < 0:
			t.id = i
		case field != "" && !seen[field]:
			t.fields[i], seen[field] = field, true
		case word == "links":
			t.ignored = true
			continue
		default:
			continue
		}
		known++
	}
	if known < 2 || !seen[FieldStatement] && t.id < 0 || !seen[FieldStatement] && !t.isCriteria() && len(t.fields) == 0 {
		return nil
	}
	return t
}

// part takes a column of criteria.
func (t *importTable) part(word string, column int) bool {
	for i, name := range []string{"given", "when", "then"} {
		if word == name && t.parts[i] < 0 {
			t.parts[i] = column
			return true
		}
	}
	return false
}

func (t *importTable) isCriteria() bool {
	return t.id >= 0 && len(t.fields) == 0 && t.parts[2] >= 0
}

func (t *importTable) size() int { return len(t.rows) + t.found }

// take reads a row below the header.
func (t *importTable) take(b extract.Block) {
	row := Row{Key: cellAt(b, t.id), Where: b.Locator.String(), Values: map[Field]string{}, split: b.Level > 0}
	row.Number, _ = ba.ParseRequirementKey(row.Key)
	if t.isCriteria() {
		t.takeCriterion(row, b)
		return
	}
	for i, field := range t.fields {
		row.Values[field] = cellAt(b, i)
	}
	if t.parts[2] >= 0 { // one criterion beside the statement
		row.Values[FieldCriteria] = criteriaText(nonEmpty(t.criterion(b)))
	}
	if list, found := row.Values[FieldCriteria]; found {
		row.Values[FieldCriteria] = criteriaText(parseCriteria(list))
	}
	if kind, quality, found := strings.Cut(row.Values[FieldType], "("); found {
		row.Values[FieldType] = strings.TrimSpace(kind)
		if _, own := row.Values[FieldQuality]; !own {
			row.Values[FieldQuality] = strings.TrimSuffix(strings.TrimSpace(quality), ")")
		}
	}
	if b.Locator.Row == 0 {
		t.inferQuality(row)
	}
	if row.Key == "" && row.Values[FieldStatement] == "" {
		return
	}
	t.rows = append(t.rows, row)
}

// inferQuality says of a type without a characteristic in brackets that there
// is none, as in the Word export, which has no column for it.
func (t *importTable) inferQuality(row Row) {
	_, hasType := row.Values[FieldType]
	if _, own := row.Values[FieldQuality]; hasType && !own {
		row.Values[FieldQuality] = ""
	}
}

func (t *importTable) takeCriterion(row Row, b extract.Block) {
	if row.Number == 0 {
		return
	}
	if _, known := t.criteria[row.Number]; !known {
		t.rows = append(t.rows, row)
	}
	t.criteria[row.Number] = append(t.criteria[row.Number], nonEmpty(t.criterion(b))...)
	t.found++
}

func (t *importTable) criterion(b extract.Block) ba.Criterion {
	return ba.Criterion{Given: cellAt(b, t.parts[0]), When: cellAt(b, t.parts[1]), Then: cellAt(b, t.parts[2])}
}

func nonEmpty(c ba.Criterion) []ba.Criterion {
	if c == (ba.Criterion{}) {
		return nil
	}
	return []ba.Criterion{c}
}

// cellAt returns the text of a cell, in a CSV file without the apostrophe of a
// text that looks like a formula.
func cellAt(b extract.Block, i int) string {
	if i < 0 || i >= len(b.Cells) {
		return ""
	}
	if b.Locator.Row > 0 && b.Locator.Sheet == "" {
		return strings.TrimSpace(arm(b.Cells[i]))
	}
	return strings.TrimSpace(b.Cells[i])
}
