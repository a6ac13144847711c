package ba

import "time"

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
	ID        NoteID
	Project   ProjectID
	Kind      NoteKind
	Text      string
	Answer    string // of a question; why, for the others
	Resolved  bool   // answered, confirmed or withdrawn
	Version   int
	Thread    ThreadID  // empty where it was written by hand
	Message   MessageID // likewise
	CreatedBy UserID
	CreatedAt time.Time
	UpdatedAt time.Time
}
