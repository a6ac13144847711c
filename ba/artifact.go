package ba

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// ArtifactKind is what a generated document is.
type ArtifactKind string

// The kinds of an artifact.
const (
	ArtifactBRD          ArtifactKind = "brd" // Business Requirements Document
	ArtifactStories      ArtifactKind = "user_stories"
	ArtifactCriteria     ArtifactKind = "acceptance_criteria"
	ArtifactRequirements ArtifactKind = "requirements"
	ArtifactDocument     ArtifactKind = "document" // free form
)

// ArtifactKinds lists the kinds in the order in which people see them.
var ArtifactKinds = []ArtifactKind{ArtifactBRD, ArtifactStories, ArtifactCriteria, ArtifactRequirements, ArtifactDocument}

// Valid reports whether k is one of the kinds.
func (k ArtifactKind) Valid() bool { return slices.Contains(ArtifactKinds, k) }

// ArtifactState is how far the generation of an artifact has come.
type ArtifactState string

// The states of an artifact. An interrupted or failed one keeps its sections
// and can go on.
const (
	ArtifactGenerating  ArtifactState = "generating"
	ArtifactReady       ArtifactState = "ready"
	ArtifactInterrupted ArtifactState = "interrupted"
	ArtifactFailed      ArtifactState = "failed"
)

// ArtifactOrigin is where the content of a version came from.
type ArtifactOrigin string

// The origins of a version.
const (
	OriginGenerated ArtifactOrigin = "generated"
	OriginEdited    ArtifactOrigin = "edited" // by hand
)

// MaxInstructionsLen is how many characters the instructions of an artifact may have.
const MaxInstructionsLen = 10_000

// Artifact is a generated document of a project in one of its versions.
type Artifact struct {
	ID           ArtifactID
	Project      ProjectID
	Thread       ThreadID // the conversation in which it was asked for; empty for none
	Kind         ArtifactKind
	Title        string
	Instructions string
	State        ArtifactState
	Failure      *Failure // why it was interrupted or failed; nil otherwise
	Version      int      // that is held here, counted from 1
	Newest       int      // the newest version
	Revision     int      // of the version's content: a change against an older one is refused
	Origin       ArtifactOrigin
	Progress     Progress // in sections, of the newest version
	Sections     []Section
	Requirements []Requirement // that the sections name, as they were when they were written
	Sources      []Source      // that the sections cite
	Approvals    []Approval    // of this version, the oldest first
	Provider     string        // who writes it
	Model        string
	Epoch        int64 // of the generation's owner: a write with an older epoch is refused
	Usage        Usage // of all its generations
	CreatedBy    UserID
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// Section is one part of an artifact. Text is Markdown; Requirements are those
// that it shows as they were when it was written.
type Section struct {
	Key   string `json:"key"` // stable inside its kind, such as "objectives"
	Title string `json:"title"`
	Text  string `json:"text"`
	// Requirements are shown after the text, in order.
	Requirements []RequirementID `json:"requirements,omitempty"`
	// Remarks say what the check of a generated text took out or labelled.
	Remarks []string `json:"remarks,omitempty"`
	Done    bool     `json:"done"` // written to its end
}

// Source is a verbatim quote that the text of an artifact cites by its number,
// such as [3].
type Source struct {
	N int
	Link
}

// Approval is somebody's consent to the exact content of one version. It is
// void once the content has another hash.
type Approval struct {
	By   UserID
	At   time.Time
	Hash string // of the content that was approved, SHA-256 in hexadecimal
}

// Hash returns the SHA-256 of the content in hexadecimal: of the title and of
// what the sections say, show and cite. It changes with every word of them and
// with nothing else.
func (a *Artifact) Hash() string {
	type requirement struct {
		Number                         int
		Statement, Rationale           string
		Type, Quality, Priority, State string
		Criteria                       []Criterion
		Quotes                         []string
	}
	type section struct {
		Key, Title, Text string
		Requirements     []RequirementID
	}
	content := struct {
		Title        string
		Sections     []section
		Requirements []requirement
		Sources      []string
	}{Title: a.Title}
	for _, s := range a.Sections {
		content.Sections = append(content.Sections, section{s.Key, s.Title, s.Text, s.Requirements})
	}
	for _, r := range a.Requirements {
		shown := requirement{r.Number, r.Statement, r.Rationale, string(r.Type), string(r.Quality), string(r.Priority), string(r.Status), r.Criteria, nil}
		for _, l := range r.Links {
			shown.Quotes = append(shown.Quotes, string(l.State)+" "+l.Hash)
		}
		content.Requirements = append(content.Requirements, shown)
	}
	for _, s := range a.Sources {
		content.Sources = append(content.Sources, itoa(s.N)+" "+s.Hash)
	}
	data, err := json.Marshal(content)
	if err != nil {
		panic("ba: a content of texts and numbers always encodes: " + err.Error())
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Approved reports whether somebody approved the content as it is now.
func (a *Artifact) Approved() bool {
	hash := a.Hash()
	return slices.ContainsFunc(a.Approvals, func(p Approval) bool { return p.Hash == hash })
}

// Text returns all that the artifact says, for a search.
func (a *Artifact) Text() string {
	var b strings.Builder
	b.WriteString(a.Title)
	for _, s := range a.Sections {
		b.WriteString("\n\n" + s.Title + "\n\n" + s.Text)
		for _, id := range s.Requirements {
			if r := a.Requirement(id); r != nil {
				b.WriteString("\n\n" + r.Key() + " " + r.Statement)
			}
		}
	}
	return b.String()
}

// Written returns how many of the sections are written to their end.
func (a *Artifact) Written() Progress {
	p := Progress{Total: len(a.Sections)}
	for _, s := range a.Sections {
		if s.Done {
			p.Done++
		}
	}
	return p
}

// Requirement returns the requirement with the id as the artifact shows it, or nil.
func (a *Artifact) Requirement(id RequirementID) *Requirement {
	for i := range a.Requirements {
		if a.Requirements[i].ID == id {
			return &a.Requirements[i]
		}
	}
	return nil
}

// ArtifactVersion is an entry of an artifact's history.
type ArtifactVersion struct {
	Version   int
	Revision  int
	Origin    ArtifactOrigin
	Hash      string // of its content; empty while it is generated
	Approvals []Approval
	CreatedBy UserID
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Approved reports whether an approval is of the version's content as it is.
func (v *ArtifactVersion) Approved() bool {
	return slices.ContainsFunc(v.Approvals, func(p Approval) bool { return p.Hash == v.Hash })
}
