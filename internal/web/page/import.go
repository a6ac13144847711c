package page

import (
	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/export"
)

// Import is the page on which a file of requirements comes back.
type Import struct {
	Shell
	Project   Project
	Tabs      Tabs
	Filename  string
	Compared  bool // a file was read: Proposals say in what it differs
	Proposals []Proposal
	Hidden    int // missing ones that are not shown
	Problem   string
}

// Of returns the proposals of a kind: change, add or missing.
func (p *Import) Of(kind string) []Proposal {
	var list []Proposal
	for _, one := range p.Proposals {
		if string(one.Kind) == kind {
			list = append(list, one)
		}
	}
	return list
}

// Applicable counts the changes and additions of which something can be applied.
func (p *Import) Applicable() int {
	n := 0
	for _, one := range p.Proposals {
		if one.Accept != "" && one.Kind != export.ProposeMissing {
			n++
		}
	}
	return n
}

// Proposal is what a file would do to one requirement.
type Proposal struct {
	Kind      export.ProposalKind
	N         int // on its page
	ID        ba.RequirementID
	Key       string
	Statement string // of what is new or missing
	Where     string
	Note      string
	Changes   []FieldChange
	Accept    string // what the form sends where it is accepted; empty where nothing can be
}

// Missing reports whether the requirement is not in the file.
func (p Proposal) Missing() bool { return p.Kind == export.ProposeMissing }

// Added reports whether it is a new requirement.
func (p Proposal) Added() bool { return p.Kind == export.ProposeAdd }

// FieldChange is one field with its old and its new value, word by word.
type FieldChange struct {
	Name    string
	Words   []DiffWords
	Problem string
}

var fieldNames = map[export.Field]string{export.FieldStatement: "Statement", export.FieldType: "Type", export.FieldQuality: "Quality characteristic",
	export.FieldPriority: "Priority", export.FieldStatus: "Status", export.FieldRationale: "Rationale", export.FieldCriteria: "Acceptance criteria"}

// FieldName returns how a field of a requirement is called.
func FieldName(f export.Field) string { return fieldNames[f] }
