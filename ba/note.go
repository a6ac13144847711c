package ba

import (
	"strings"
	"time"
)

// NoteKind is what a note of a project is.
type NoteKind string

// The kinds of a note.
const (
	NoteQuestion   NoteKind = "question"   // open until somebody answers it
	NoteDecision   NoteKind = "decision"   // what was agreed
	NoteAssumption NoteKind = "assumption" // what is taken for granted until confirmed
)

// Valid reports whether k is one of the kinds.
func (k NoteKind) Valid() bool { return k == NoteQuestion || k == NoteDecision || k == NoteAssumption }

// Note is an open question, a decision or an assumption of a project, with the
// message that it came from.
type Note struct {
	ID      NoteID
	Project ProjectID
	// Requirement is what the note is about; an open question blocks its
	// approval. Empty: the project as a whole.
	Requirement RequirementID
	Kind        NoteKind
	Text        string
	Answer      string    // of a question; why, for the others
	Resolved    bool      // answered, confirmed or withdrawn
	Version     int       // counted from 1; a change against an older one is refused
	Thread      ThreadID  // empty where it was written by hand
	Message     MessageID // likewise
	CreatedBy   UserID
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Open reports whether the note is a question that nobody has answered.
func (n *Note) Open() bool { return n.Kind == NoteQuestion && !n.Resolved }

// The limits of a note.
const (
	MaxNotes      = 2_000 // of one project
	MaxNoteLen    = 4_000 // in characters
	MaxNoteAnswer = 10_000
)

// NoteKinds lists the kinds in the order in which people see them.
var NoteKinds = []NoteKind{NoteQuestion, NoteDecision, NoteAssumption}

// Validate reports every fault of what a person typed or chose as one Invalid
// error. A question cannot be resolved without an answer.
func (n *Note) Validate() error {
	fields := CheckText("body.text", n.Text, 1, MaxNoteLen)
	fields = append(fields, CheckText("body.answer", n.Answer, 0, MaxNoteAnswer)...)
	if !n.Kind.Valid() {
		fields = append(fields, Field{"body.kind", "must be one of " + listed(NoteKinds)})
	}
	if n.Kind == NoteQuestion && n.Resolved && strings.TrimSpace(n.Answer) == "" {
		fields = append(fields, Field{"body.answer", "is needed to resolve a question"})
	}
	return InvalidFields(fields)
}
