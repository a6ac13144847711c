package export

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/extract"
)

// ProposalKind is what a file would do to a requirement.
type ProposalKind string

// The kinds of proposal.
const (
	ProposeChange  ProposalKind = "change"
	ProposeAdd     ProposalKind = "add"
	ProposeMissing ProposalKind = "missing" // in the project, not in the file; nothing is deleted by itself
)

// Proposal is what a file would do to one requirement. Applying it is the
// caller's: an update of ID against Version with the fields of Next that
// Changes names, or a new requirement.
type Proposal struct {
	Kind    ProposalKind
	ID      ba.RequirementID // empty for an addition
	Number  int              // zero for an addition
	Version int              // of the requirement that it was compared with
	Where   string           // in the file; empty for what is missing
	Changes []Change         // in the order of Fields; of an addition all fields that it has
	Next    ba.Requirement   // as it would be; without the changes that have a Problem
	Note    string           // a sentence that the person should read; may be empty
}

// Change is one field with its old and its new value, as they are shown.
type Change struct {
	Field   Field
	Old     string
	New     string
	Problem string // why it cannot be applied; empty where it can
}

// Propose compares the rows of a file with the requirements of a project by
// their keys. The result has changes and additions in the order of the file, then
// what is missing; nil where all is the same.
func Propose(rows []Row, current []ba.Requirement) []Proposal {
	byNumber := map[int]*ba.Requirement{}
	for i := range current {
		byNumber[current[i].Number] = &current[i]
	}
	inFile := map[int][]Row{} // a document may show a requirement in several sections
	for _, row := range rows {
		inFile[row.Number] = append(inFile[row.Number], row)
	}
	var out []Proposal
	seen := map[int]bool{}
	for _, row := range rows {
		r := byNumber[row.Number]
		switch {
		case r == nil:
			if p, ok := addition(row); ok {
				out = append(out, p)
			}
		case !seen[row.Number]:
			seen[row.Number] = true
			if p := change(r, inFile[row.Number]); len(p.Changes) > 0 {
				out = append(out, p)
			}
		}
	}
	complete := listsAll(rows)
	for i := range current {
		if r := &current[i]; complete && !seen[r.Number] {
			out = append(out, Proposal{Kind: ProposeMissing, ID: r.ID, Number: r.Number, Version: r.Version, Next: *r})
		}
	}
	return out
}

// listsAll reports a file that holds requirements and not only some of their
// fields: from a table of criteria alone nothing is missing.
func listsAll(rows []Row) bool {
	return slices.ContainsFunc(rows, func(r Row) bool { _, found := r.Values[FieldStatement]; return found })
}

func change(r *ba.Requirement, rows []Row) Proposal {
	p := Proposal{Kind: ProposeChange, ID: r.ID, Number: r.Number, Version: r.Version, Where: rows[0].Where, Next: *r}
	p.Next.Criteria = slices.Clone(r.Criteria)
	for _, field := range Fields {
		old := shown(r, field)
		c := Change{Field: field, Old: old, New: old}
		for _, row := range rows {
			value, found := row.Values[field]
			implied := field == FieldQuality && value == "" && p.Next.Type != ba.RequirementQuality // by the new type
			if !found || implied || same(field, old, value, row.split) {
				continue
			}
			if c.New != old && !same(field, c.New, value, row.split) {
				c.Problem = "The file holds two different values for it, the other one at " + cmp.Or(row.Where, "another place") + ". Decide by hand."
				continue
			}
			c.New, p.Where = value, row.Where
		}
		if c.New != old {
			p.apply(c)
		}
	}
	return p
}

// apply adds a change and makes it in Next, unless its value is none.
func (p *Proposal) apply(c Change) {
	before := p.Next
	if c.Problem == "" {
		c.Problem = cmp.Or(set(&p.Next, c.Field, c.New), unfit(&p.Next, c.Field))
	}
	if c.Problem != "" {
		p.Next = before
	}
	if c.Problem == "" {
		c.New = shown(&p.Next, c.Field)
	}
	if c.Field == FieldType && p.Next.Type != ba.RequirementQuality {
		p.Next.Quality = ""
	}
	p.Changes = append(p.Changes, c)
}

// unfit says why a field cannot be stored as it is; empty where it can.
func unfit(r *ba.Requirement, f Field) string {
	var invalid *ba.Error
	if !errors.As(r.Validate(), &invalid) {
		return ""
	}
	for _, fault := range invalid.Fields {
		if strings.HasPrefix(fault.Location, "body."+string(f)) {
			return "It " + fault.Message + "."
		}
	}
	return ""
}

// Differences returns the fields in which a file could tell two states of a
// requirement apart, in the order of Fields.
func Differences(before, after *ba.Requirement) []Change {
	var changes []Change
	for _, f := range Fields {
		if c := (Change{Field: f, Old: shown(before, f), New: shown(after, f)}); c.Old != c.New {
			changes = append(changes, c)
		}
	}
	return changes
}

// Applicable reports a proposal of which something can be applied.
func (p *Proposal) Applicable() bool {
	switch p.Kind {
	case ProposeAdd:
		return p.Next.Statement != ""
	case ProposeMissing:
		return p.Next.Status != ba.RequirementRejected
	}
	return slices.ContainsFunc(p.Changes, func(c Change) bool { return c.Problem == "" })
}

// addition proposes a new requirement. A row without a statement is none.
func addition(row Row) (Proposal, bool) {
	if strings.TrimSpace(row.Values[FieldStatement]) == "" {
		return Proposal{}, false
	}
	p := Proposal{Kind: ProposeAdd, Where: row.Where, Next: ba.Requirement{Type: ba.RequirementFunctional, Status: ba.RequirementDraft}}
	switch {
	case row.Number > 0:
		p.Note = ba.RequirementKey(row.Number) + " is not in this project. It would be added with a new number."
	case row.Key != "":
		p.Note = "It has the key " + row.Key + " in the file. It would be added with a new number."
	}
	for _, field := range Fields {
		if value := row.Values[field]; value != "" {
			p.apply(Change{Field: field, New: value})
		}
	}
	return p, true
}

// shown is the value of a field as the files hold it.
func shown(r *ba.Requirement, f Field) string {
	switch f {
	case FieldStatement:
		return r.Statement
	case FieldType:
		return label(typeNames, r.Type)
	case FieldQuality:
		return label(qualityNames, r.Quality)
	case FieldPriority:
		return label(priorityNames, r.Priority)
	case FieldStatus:
		return label(statusNames, r.Status)
	case FieldRationale:
		return r.Rationale
	}
	return criteriaText(r.Criteria)
}

// same compares two values as they are after reading: white space and invisible
// characters do not count; of words from a list neither case nor punctuation.
func same(f Field, a, b string, split bool) bool {
	switch f {
	case FieldType, FieldQuality, FieldPriority, FieldStatus:
		return listWord(a) == listWord(b)
	}
	gap := " "
	if split {
		gap = ""
	}
	return strings.Join(strings.Fields(extract.Clean(a)), gap) == strings.Join(strings.Fields(extract.Clean(b)), gap)
}

// listWord is the key of a word from a list; "Must have" is "Must".
func listWord(s string) string { return strings.TrimSuffix(wordKey(s), "have") }

// set puts a value into a field. It returns a sentence where the value is none.
func set(r *ba.Requirement, f Field, value string) string {
	value = strings.TrimSpace(value)
	switch f {
	case FieldStatement:
		if value == "" {
			return "The statement is empty. To remove a requirement, reject it."
		}
		r.Statement = value
	case FieldRationale:
		r.Rationale = value
	case FieldCriteria:
		r.Criteria = parseCriteria(value)
	case FieldType:
		return choose(&r.Type, typeNames, ba.RequirementTypes, value, false)
	case FieldQuality:
		return choose(&r.Quality, qualityNames, ba.Qualities, value, true)
	case FieldPriority:
		return choose(&r.Priority, priorityNames, ba.Priorities, value, true)
	case FieldStatus:
		return choose(&r.Status, statusNames, ba.RequirementStatuses, value, false)
	}
	return ""
}

func choose[T ~string](field *T, names map[T]string, order []T, word string, mayBeEmpty bool) string {
	value, ok := valueOf(names, listWord(word))
	if !ok || value == "" && !mayBeEmpty {
		return "The file says " + cmp.Or("\""+word+"\"", "nothing") + ". It can be " + strings.Join(wordsIn(names, order), ", ") + "."
	}
	*field = value
	return ""
}
