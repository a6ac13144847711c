package page

import (
	"strconv"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Option is one value of a selection.
type Option struct {
	Value   string
	Name    string
	Current bool
}

// words of the values that people choose from.
var (
	typeNames = map[ba.RequirementType]string{ba.RequirementFunctional: "Functional", ba.RequirementQuality: "Quality", ba.RequirementConstraint: "Constraint",
		ba.RequirementBusinessRule: "Business rule", ba.RequirementInterface: "Interface", ba.RequirementData: "Data"}
	qualityNames = map[ba.Quality]string{ba.QualityPerformance: "Performance efficiency", ba.QualityCompatibility: "Compatibility", ba.QualityUsability: "Usability",
		ba.QualityReliability: "Reliability", ba.QualitySecurity: "Security", ba.QualityMaintainability: "Maintainability", ba.QualityPortability: "Portability"}
	priorityNames = map[ba.Priority]string{ba.PriorityMust: "Must", ba.PriorityShould: "Should", ba.PriorityCould: "Could", ba.PriorityWont: "Won't"}
	statusNames   = map[ba.RequirementStatus]string{ba.RequirementDraft: "Draft", ba.RequirementReviewed: "Reviewed", ba.RequirementApproved: "Approved", ba.RequirementRejected: "Rejected"}
	kindNames     = map[ba.NoteKind]string{ba.NoteQuestion: "Question", ba.NoteDecision: "Decision", ba.NoteAssumption: "Assumption"}
)

func options[T ~string](values []T, names map[T]string, current T) []Option {
	all := make([]Option, len(values))
	for i, v := range values {
		all[i] = Option{string(v), names[v], v == current}
	}
	return all
}

// TypeOptions returns the types, one of them current.
func TypeOptions(current ba.RequirementType) []Option {
	return options(ba.RequirementTypes, typeNames, current)
}

// QualityOptions returns the characteristics, one of them current.
func QualityOptions(current ba.Quality) []Option {
	return options(ba.Qualities, qualityNames, current)
}

// PriorityOptions returns the priorities, one of them current.
func PriorityOptions(current ba.Priority) []Option {
	return options(ba.Priorities, priorityNames, current)
}

// StatusOptions returns the states, one of them current.
func StatusOptions(current ba.RequirementStatus) []Option {
	return options(ba.RequirementStatuses, statusNames, current)
}

// KindOptions returns the kinds of a note, one of them current.
func KindOptions(current ba.NoteKind) []Option { return options(ba.NoteKinds, kindNames, current) }

// Tabs are the pages of one project.
type Tabs struct {
	Project ba.ProjectID
	Current string // overview, requirements, coverage, notes
}

// Requirement is one requirement in a list or on its page.
type Requirement struct {
	ID         ba.RequirementID
	Project    ba.ProjectID
	Key        string
	Version    int
	Statement  string
	Type       ba.RequirementType
	Quality    ba.Quality
	Priority   ba.Priority
	Status     ba.RequirementStatus
	Owner      ba.UserID
	Rationale  string
	Criteria   []ba.Criterion
	Waivers    []ba.Waiver
	Sources    int
	Assumption bool
	Suspect    bool
	Updated    Moment
	By         string // who made this version
}

// NewRequirement returns the requirement as pages show it.
func NewRequirement(r ba.Requirement) Requirement {
	return Requirement{ID: r.ID, Project: r.Project, Key: r.Key(), Version: r.Version, Statement: r.Statement, Type: r.Type, Quality: r.Quality, Priority: r.Priority,
		Status: r.Status, Owner: r.Owner, Rationale: r.Rationale, Criteria: r.Criteria, Waivers: r.Waivers, Sources: len(r.Links), Assumption: r.Assumption(),
		Suspect: r.Suspect(), Updated: Moment{r.UpdatedAt}}
}

// TypeName returns the type, and of a quality requirement the characteristic.
func (r Requirement) TypeName() string {
	if r.Quality != "" {
		return qualityNames[r.Quality]
	}
	return typeNames[r.Type]
}

// PriorityName returns the priority, and nothing where it is not decided.
func (r Requirement) PriorityName() string { return priorityNames[r.Priority] }

// StatusName returns the state.
func (r Requirement) StatusName() string { return statusNames[r.Status] }

// Types, Qualities, Priorities and Statuses return what can be chosen.
func (r Requirement) Types() []Option { return TypeOptions(r.Type) }

// Qualities returns the characteristics.
func (r Requirement) Qualities() []Option { return QualityOptions(r.Quality) }

// Priorities returns the priorities.
func (r Requirement) Priorities() []Option { return PriorityOptions(r.Priority) }

// Statuses returns the states.
func (r Requirement) Statuses() []Option { return StatusOptions(r.Status) }

// Approved reports whether it is agreed on.
func (r Requirement) Approved() bool { return r.Status == ba.RequirementApproved }

// RequirementFilter is the form by which a list is narrowed.
type RequirementFilter struct {
	Query      string
	Statuses   []Option
	Types      []Option
	Priorities []Option
	Only       []Option // suspects, assumptions
	Sorts      []Option
	Descending bool
	Active     bool // something is narrowed
}

// Requirements is the table of a project's requirements.
type Requirements struct {
	Shell
	Project  Project
	Tabs     Tabs
	Filter   RequirementFilter
	Items    []Requirement
	Matching int
	All      int
	First    string // address of the first part, where this is a later one
	Next     string // address of the part that follows
	Export   Export
	Finders  []Choice // models that can look for requirements, beside the rules
	Budget   Meter    // of who would pay for them
	Problem  string
}

// Export is the choice of a file, and why the last one was refused.
type Export struct {
	Formats   []ExportFormat
	Kept      []Option // what narrows the list
	Refusal   string
	Offer     string // a format that can carry it
	OfferName string
}

// Finding is a weakness of a statement.
type Finding struct {
	Rule       string
	Name       string
	Words      string // of the statement
	Reason     string
	Suggestion string
}

// WaivedFinding is a rule that somebody waived.
type WaivedFinding struct {
	Rule, Name, Reason, By string
}

// Source is a place that supports a requirement, with the text around the quote.
type Source struct {
	ID       ba.LinkID
	Href     string
	Filename string
	Place    string
	Spoken   bool   // a message
	Parts    []Part // of the passage or message; the quote is marked
	Quote    string
	Suspect  bool
	Now      string // what stands in the place of a suspect quote; empty where it is gone
}

// RequirementPage is one requirement.
type RequirementPage struct {
	Shell
	Project     Project
	Tabs        Tabs
	Requirement Requirement
	New         bool
	Findings    []Finding
	Waived      []WaivedFinding
	Sources     []Source
	Documents   []Option // that can be quoted
	Notes       []Note
	Members     []Option
	History     []Requirement // older versions, the newest first
	Passage     ba.PassageID  // of a new one: that it is written for
	Quote       string
	Excerpt     string // the passage's text
	Problem     string
}

// Blocking counts the open questions.
func (p *RequirementPage) Blocking() int {
	n := 0
	for _, note := range p.Notes {
		if note.Open() {
			n++
		}
	}
	return n
}

// MoreCriteria returns how the fields of the criteria are numbered: those that
// are there, and an empty one.
func (p *RequirementPage) MoreCriteria() []NumberedCriterion {
	var all []NumberedCriterion
	for i, c := range append(p.Requirement.Criteria[:len(p.Requirement.Criteria):len(p.Requirement.Criteria)], ba.Criterion{}) {
		all = append(all, NumberedCriterion{i + 1, c})
	}
	return all
}

// NumberedCriterion is a criterion with its number in the form.
type NumberedCriterion struct {
	N int
	ba.Criterion
}

// Note is a question, decision or assumption.
type Note struct {
	ID        ba.NoteID
	Kind      ba.NoteKind
	Text      string
	Answer    string
	Resolved  bool
	Version   int
	About     string // the key of the requirement
	AboutHref string
	Created   Moment
	CanEdit   bool
}

// NewNote returns the note as pages show it.
func NewNote(n ba.Note, canEdit bool) Note {
	return Note{ID: n.ID, Kind: n.Kind, Text: n.Text, Answer: n.Answer, Resolved: n.Resolved, Version: n.Version, Created: Moment{n.CreatedAt}, CanEdit: canEdit}
}

// Open reports whether it is a question that nobody has answered.
func (n Note) Open() bool { return n.Kind == ba.NoteQuestion && !n.Resolved }

// Question reports whether it is a question.
func (n Note) Question() bool { return n.Kind == ba.NoteQuestion }

// KindName returns the kind.
func (n Note) KindName() string { return kindNames[n.Kind] }

// NoteItem is a note on a page, which its forms come back to.
type NoteItem struct {
	From string // requirement or notes
	Note Note
}

// Notes are the notes of a project.
type Notes struct {
	Shell
	Project Project
	Tabs    Tabs
	Groups  []NoteGroup
	Kinds   []Option
	Text    string // as typed, where it was refused
	Problem string
}

// NoteGroup is notes under one heading.
type NoteGroup struct {
	Title string
	Items []Note
}

// DocumentCoverage is how much of a document requirements refer to.
type DocumentCoverage struct {
	ID       ba.DocumentID
	Filename string
	Pending  bool
	Passages int
	Stating  int
	Covered  int
}

// Percent returns the covered share.
func (c DocumentCoverage) Percent() int { return percent(c.Covered, c.Stating) }

func percent(part, whole int) int {
	if whole == 0 {
		return 100
	}
	return part * 100 / whole
}

// Uncovered is a passage without a requirement.
type Uncovered struct {
	Passage  ba.PassageID
	Document ba.DocumentID
	Href     string
	Filename string
	Place    string
	Text     string
	Count    int // statements
}

// Area is a part of the discovery framework.
type Area struct {
	Title, Question string
	Touched         bool
}

// Coverage is the coverage of a project.
type Coverage struct {
	Shell
	Project      Project
	Tabs         Tabs
	Requirements int
	Approved     int
	Assumptions  int
	Suspect      int
	Stating      int
	Covered      int
	Blocking     int
	Documents    []DocumentCoverage
	Uncovered    []Uncovered
	Only         string // name of the one document that is shown
	First, Next  string
	Areas        []Area
	Questions    []Note
}

// Percent returns the covered share of all passages with statements.
func (c *Coverage) Percent() int { return percent(c.Covered, c.Stating) }

// Touched counts the areas that something was said about.
func (c *Coverage) Touched() int {
	n := 0
	for _, a := range c.Areas {
		if a.Touched {
			n++
		}
	}
	return n
}

// Matrix is requirements by their sources.
type Matrix struct {
	Shell
	Project  Project
	Tabs     Tabs
	Filter   RequirementFilter
	Sources  []Link
	Rows     []MatrixRow
	Matching int
	All      int
	Hidden   int // columns that are not shown
	First    string
	Next     string
}

// MatrixRow is a requirement with a cell for each source.
type MatrixRow struct {
	Requirement
	Cells []MatrixCell
}

// MatrixCell is how many quotes of a source a requirement rests on.
type MatrixCell struct{ Links, Suspect int }

// Title says in words what a cell shows.
func (c MatrixCell) Title() string {
	switch {
	case c.Links == 0:
		return ""
	case c.Suspect > 0:
		return Count(c.Links, "quote") + ", " + strconv.Itoa(c.Suspect) + " suspect"
	}
	return Count(c.Links, "quote")
}

// Shorten returns the beginning of a text, cut between words.
func Shorten(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	short := string(runes[:most])
	if i := strings.LastIndexByte(short, ' '); i > most/2 {
		short = short[:i]
	}
	return short + "…"
}
