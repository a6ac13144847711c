package page

import (
	"html/template"
	"slices"

	"github.com/ba-assistant/ba-assistant/ba"
)

// ArtifactKinds are the kinds of documents that can be asked for.
var ArtifactKinds = []ArtifactKind{
	{ba.ArtifactBRD, "Business requirements (BRD)", "The whole picture: objectives, flows, requirements by priority, risks, open questions."},
	{ba.ArtifactStories, "User stories", "One for each requirement that is one, with its source."},
	{ba.ArtifactCriteria, "Acceptance criteria", "Given, When, Then for each requirement."},
	{ba.ArtifactRequirements, "Requirements list", "All requirements by type, with their quotes."},
	{ba.ArtifactDocument, "Free document", "What the sources say on a subject that you name."},
}

// ArtifactKind is one of them.
type ArtifactKind struct {
	Kind ba.ArtifactKind
	Name string
	Hint string
}

// Artifact is a generated document in a list or on its page.
type Artifact struct {
	ID       ba.ArtifactID
	Title    string
	Kind     ba.ArtifactKind
	State    ba.ArtifactState
	Failure  string // why the writing broke off
	Stopped  bool   // somebody stopped it
	Retry    bool   // going on may help
	Newest   int
	Done     int
	Total    int
	Writer   string // who writes it
	Updated  Moment
	CanWrite bool
}

// NewArtifact returns the artifact as pages show it.
func NewArtifact(v ba.Artifact, writer string, canWrite bool) Artifact {
	a := Artifact{ID: v.ID, Title: v.Title, Kind: v.Kind, State: v.State, Newest: v.Newest, Done: v.Progress.Done, Total: v.Progress.Total,
		Writer: writer, Updated: Moment{v.UpdatedAt}, CanWrite: canWrite}
	if v.Failure != nil {
		a.Failure, a.Stopped, a.Retry = v.Failure.Msg, v.Failure.Code == "stopped", v.Failure.Retryable
	}
	return a
}

// KindName returns the kind in words.
func (a Artifact) KindName() string {
	for _, k := range ArtifactKinds {
		if k.Kind == a.Kind {
			return k.Name
		}
	}
	return "Document"
}

// Glyph returns the few letters that stand for the kind.
func (a Artifact) Glyph() string {
	switch a.Kind {
	case ba.ArtifactBRD:
		return "BRD"
	case ba.ArtifactStories:
		return "US"
	case ba.ArtifactCriteria:
		return "AC"
	case ba.ArtifactRequirements:
		return "REQ"
	}
	return "DOC"
}

// Writing reports whether more of it will come.
func (a Artifact) Writing() bool { return a.State == ba.ArtifactGenerating }

// Broken reports whether the writing ended before its end.
func (a Artifact) Broken() bool {
	return a.State == ba.ArtifactInterrupted || a.State == ba.ArtifactFailed
}

// Failed reports whether something went wrong, rather than stopped.
func (a Artifact) Failed() bool { return a.State == ba.ArtifactFailed }

// Stamp changes whenever the entry looks different.
func (a Artifact) Stamp() string {
	return string(a.State) + "." + Count(a.Newest, "v") + "." + Count(a.Done, "s") + Count(a.Total, "s")
}

// ArtifactRequest is the form that asks for one.
type ArtifactRequest struct {
	Action  string // where it posts
	Kind    ba.ArtifactKind
	Wishes  string // as typed, where it was refused
	Problem string
}

// Kinds are the choices of the form.
func (ArtifactRequest) Kinds() []ArtifactKind { return ArtifactKinds }

// ArtifactList is the artifacts of a project.
type ArtifactList struct {
	Shell
	Project Project
	Tabs    Tabs
	Items   []Artifact
	Next    string
	Request ArtifactRequest
}

// Busy reports whether something is being written.
func (l ArtifactList) Busy() bool { return slices.ContainsFunc(l.Items, Artifact.Writing) }

// ArtifactStrip is what was asked for in a conversation.
type ArtifactStrip struct {
	Thread ba.ThreadID
	Items  []Artifact
}

// ArtifactPage is one artifact to be read.
type ArtifactPage struct {
	Shell
	Project    Project
	Artifact   Artifact
	Version    int // shown
	Hash       string
	Sections   []ArtifactSection
	Sources    []ArtifactSource
	Approvals  []Approval
	Approved   bool // exactly what is shown
	Mine       bool // by this person too
	Complete   bool
	Formats    []ExportFormat
	Export     string // format that was refused
	Refusal    string // why
	Offer      string // a format that can carry it
	OfferName  string
	FromThread string // address of the conversation in which it was asked for
	Problem    string
}

// Old reports whether a newer version exists.
func (p ArtifactPage) Old() bool { return p.Version < p.Artifact.Newest }

// ArtifactSection is one section.
type ArtifactSection struct {
	Artifact     ba.ArtifactID
	Key          string
	Title        string
	Text         string // as it is edited
	Blocks       []template.HTML
	Requirements []ShownRequirement
	Remarks      []string
	Done         bool
	Next         bool // it is being written
	Stamp        string
}

// ShownRequirement is a requirement as a section shows it.
type ShownRequirement struct {
	ID         ba.RequirementID
	Key        string
	Statement  string
	Type       string
	Priority   string
	Assumption bool
	Sources    []ArtifactSource
}

// NewShownRequirement returns the requirement without its sources.
func NewShownRequirement(r ba.Requirement) ShownRequirement {
	return ShownRequirement{ID: r.ID, Key: r.Key(), Statement: r.Statement, Type: typeNames[r.Type], Priority: priorityNames[r.Priority], Assumption: r.Assumption()}
}

// ArtifactSource is a quote with the place where it stands.
type ArtifactSource struct {
	N       int
	Href    string
	Name    string
	Place   string
	Quote   string
	Suspect bool
}

// Approval is somebody's consent.
type Approval struct {
	By   string
	At   Moment
	Void bool // the content is another one since
}

// ExportFormat is a kind of file.
type ExportFormat struct {
	Format string
	Name   string
	Hint   string
}

// ArtifactEditor is an artifact to be changed by hand.
type ArtifactEditor struct {
	Shell
	Project  Project
	Artifact Artifact
	Revision int
	Sections []ArtifactSection
	Conflict bool // what is shown was typed, and somebody else changed it meanwhile
	Problem  string
}

// ArtifactHistory is the versions of an artifact with what distinguishes two of them.
type ArtifactHistory struct {
	Shell
	Project      Project
	Artifact     Artifact
	Versions     []ArtifactVersion
	Revision     int // of the newest content
	From, To     int
	Sections     []SectionDiff
	Requirements []RequirementDiff
}

// Same reports whether nothing differs.
func (h ArtifactHistory) Same() bool { return len(h.Sections) == 0 && len(h.Requirements) == 0 }

// ArtifactVersion is an entry of the history.
type ArtifactVersion struct {
	Version   int
	Edited    bool // by hand
	By        string
	At        Moment
	Approvals []Approval
	Approved  bool
}

// SectionDiff is a section that differs.
type SectionDiff struct {
	Title string
	State string
	Words []DiffWords
}

// DiffWords is a piece of text in both versions or in one.
type DiffWords struct {
	State string // same, added, removed
	Text  string
	Cut   bool // a long piece that both have, of which the middle is left out
}

// RequirementDiff is a requirement that differs.
type RequirementDiff struct {
	Key    string
	State  string
	Fields []FieldDiff
}

// FieldDiff is a field that differs.
type FieldDiff struct{ Name, Before, After string }

// Abridged returns words with the middle of long pieces that both versions
// have left out.
func Abridged(words []DiffWords) []DiffWords {
	const around = 160
	var out []DiffWords
	for i, w := range words {
		runes := []rune(w.Text)
		if w.State != "same" || len(runes) <= 3*around {
			out = append(out, w)
			continue
		}
		if i > 0 {
			out = append(out, DiffWords{State: "same", Text: string(runes[:around])})
		}
		out = append(out, DiffWords{State: "same", Cut: true})
		if i < len(words)-1 {
			out = append(out, DiffWords{State: "same", Text: string(runes[len(runes)-around:])})
		}
	}
	return out
}
