package ba

import "time"

// Mode is the manner of a conversation.
type Mode string

// The modes of a thread.
const (
	ModeMeeting    Mode = "meeting"    // fast, live
	ModeRefinement Mode = "refinement" // work through a document
	ModeFree       Mode = "free"
)

// Valid reports whether m is one of the three modes.
func (m Mode) Valid() bool { return m == ModeMeeting || m == ModeRefinement || m == ModeFree }

// Thread is a conversation.
type Thread struct {
	ID        ThreadID
	Project   ProjectID // empty for a loose thread
	Owner     UserID    // who began it
	Title     string    // empty until it has one
	Titled    Titled    // who gave it
	Mode      Mode
	Provider  string // the provider it began with; it keeps it
	Model     string
	Messages  int
	CreatedAt time.Time
	UpdatedAt time.Time // the last message
}

// Titled is who gave a thread its title. A higher one is not overwritten by a
// lower one.
type Titled int

// Who gives titles.
const (
	TitledNobody Titled = iota
	TitledRules         // from the first question
	TitledModel         // from the first answer
	TitledPerson
)

// ThreadChange is what a person changes of a thread; nil stays as it is.
type ThreadChange struct {
	Title *string
	Mode  *Mode
}

// Summary is what the oldest messages of a long conversation came to. Models
// that cannot be shown all of it are shown this in their place.
type Summary struct {
	Thread    ThreadID
	Through   int64 // Seq of the last message that it covers; 0 where there is no summary
	Text      string
	CreatedAt time.Time
}

// MessageRole is who wrote a message.
type MessageRole string

// The roles of a message.
const (
	MessageUser      MessageRole = "user"
	MessageAssistant MessageRole = "assistant"
)

// Message is what a person wrote, or the answer of a turn. Seq gives the order
// in the thread. An answer's text grows while its turn runs.
type Message struct {
	ID        MessageID
	Thread    ThreadID
	Turn      TurnID
	Seq       int64
	Role      MessageRole
	Author    UserID    // of a user's message
	Replaces  MessageID // of a user's message: the earlier one that it was asked instead of, or empty
	Text      string
	Citations []Citation
	Steps     []Step // of an answer: what its tools did, in their order
	CreatedAt time.Time
}

// Step is one use of a tool while an answer was made.
type Step struct {
	Tool    string
	Failed  bool
	Asked   string  // what for, as the person reads it
	Summary string  // what came of it
	Found   []Found // the passages that the model was shown
}

// Found is a passage that a model was shown. N is the number by which it may
// cite it.
type Found struct {
	N        int
	Document DocumentID
	Version  int
	Passage  PassageID
	Filename string
	Locator  Locator
}

// TurnState is how far a turn has come. The last six are final.
type TurnState string

// The states of a turn.
const (
	TurnQueued      TurnState = "queued"
	TurnStreaming   TurnState = "streaming"
	TurnComplete    TurnState = "complete"
	TurnTruncated   TurnState = "truncated"   // the model's limit was reached
	TurnStopped     TurnState = "stopped"     // by a person
	TurnRefused     TurnState = "refused"     // by the model
	TurnFailed      TurnState = "failed"      // by an error
	TurnInterrupted TurnState = "interrupted" // the server went away
)

// Final reports whether nothing more will come.
func (s TurnState) Final() bool { return s != TurnQueued && s != TurnStreaming }

// Turn is one question and its answer.
type Turn struct {
	ID         TurnID
	Thread     ThreadID
	Question   MessageID // the user's message
	Answer     MessageID // the assistant's message
	Continues  TurnID    // the turn whose answer this one goes on with, or empty
	State      TurnState
	Epoch      int64 // of its owner: a write with an older epoch is refused
	Provider   string
	Model      string
	StopReason string // the provider's own word
	Failure    *Failure
	Usage      Usage
	CreatedAt  time.Time
	StartedAt  time.Time
	FinishedAt time.Time
}

// Failure is why a turn failed or was interrupted, in words for the person.
type Failure struct {
	Code       string
	Msg        string
	Retryable  bool
	RetryAfter time.Duration
}

// Usage is what a call to a model used.
type Usage struct {
	InputTokens   int64
	CachedTokens  int64 // of the input, read from the provider's cache
	WrittenTokens int64 // of the input, written to it; known while a call is made, and not stored
	OutputTokens  int64 // reasoning included
	CostMicroUSD  int64
}
