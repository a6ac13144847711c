package ba

import (
	"slices"
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

// The states of an artifact. An interrupted one keeps its sections and can go on.
const (
	ArtifactGenerating  ArtifactState = "generating"
	ArtifactReady       ArtifactState = "ready"
	ArtifactInterrupted ArtifactState = "interrupted"
	ArtifactFailed      ArtifactState = "failed"
)

// Artifact is a generated document of a project in one of its versions.
type Artifact struct {
	ID           ArtifactID
	Project      ProjectID
	Thread       ThreadID // the conversation in which it was asked for; empty for none
	Kind         ArtifactKind
	Title        string
	Instructions string
	State        ArtifactState
	Failure      *Failure
	Version      int // the newest, counted from 1
	Sections     []Section
	Approval     *Approval // of this version; nil for none
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
	Done         bool            `json:"done"` // written to its end
}

// Approval is somebody's consent to the exact content of one version.
type Approval struct {
	By   UserID
	At   time.Time
	Hash string // of the content that was approved, SHA-256 in hexadecimal
}
