package ba

import "time"

// Piece is one sealed part of an original. Seq counts from 0; Last marks the
// end, so that a cut original is noticed.
type Piece struct {
	Seq  int
	Last bool
	Data []byte
}

// Extraction is what became of a document's text.
type Extraction struct {
	Format     string
	Status     DocumentStatus
	ReasonCode string
	Reason     string
	Pages      int
	EmptyPages int
	Notes      []string
	Passages   int
}

// Job is a document version whose text is to be extracted. Epoch fences: a
// write of an older claim is refused as Conflict.
type Job struct {
	Document DocumentID
	Project  ProjectID
	Version  int
	Filename string
	Size     int64
	Epoch    int64
	Until    time.Time // the claim ends then unless it is renewed
}

// TurnStart begins a turn: the question (absent for a retry or continuation of
// an earlier one), the empty answer, and the turn itself.
type TurnStart struct {
	Question *Message
	Answer   Message
	Turn     Turn
}

// TurnOwner is the runner that owns a turn.
type TurnOwner struct {
	Instance string
	Until    time.Time // the lease ends then unless a write renews it
}

// AnswerPart is what a runner stores of an answer while it grows. Text is the
// whole text so far.
type AnswerPart struct {
	Turn      TurnID
	Thread    ThreadID
	Answer    MessageID
	Epoch     int64
	Text      string
	Citations []Citation
	Usage     Usage

	// Steps, where it is not nil, replaces what is stored.
	Steps []Step

	ByProvider, ByModel string // who answers; empty where that is whom the turn names
}

// TurnEnd is the last write of a turn.
type TurnEnd struct {
	AnswerPart
	State      TurnState
	StopReason string
	Model      string
	Failure    *Failure
}
