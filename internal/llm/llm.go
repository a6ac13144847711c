package llm

import (
	"context"
	"encoding/json"
	"iter"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Provider answers a conversation with a stream of deltas. An implementation
// is safe for concurrent use.
type Provider interface {
	// ID is the stable name, such as "analyst", "anthropic", "gemini".
	ID() string
	// Stream sends the request and yields what comes, in order. It ends after
	// a DeltaStop, or with an error as the last pair: an *Error that says
	// which kind of fault it is and whether anything was yielded before. A
	// stream that ends without DeltaStop and without an error does not exist:
	// a body that ends early is ErrCut. Cancelling ctx ends it with ctx's error.
	Stream(ctx context.Context, req Request) iter.Seq2[Delta, error]
}

// Role is who says a turn's part.
type Role string

// The roles of a conversation. Tool results come in messages of RoleTool.
const (
	RoleUser      Role = "user"
	RoleAssistant Role = "assistant"
	RoleTool      Role = "tool"
)

// Request is what a provider is asked.
type Request struct {
	Model     string
	Mode      ba.Mode // the manner of the conversation; System says the same in words
	System    string
	Messages  []Message
	Tools     []Tool
	MaxOutput int // tokens, reasoning included; zero is the provider's default

	// Again, where set, is asked before the request is sent once more: after
	// the fault, or with nil for the next part of an answer that the provider
	// gives in parts. An error keeps it from being sent.
	Again func(ctx context.Context, fault *Error) error `json:"-"`
	// Once keeps the request from being sent again after a fault, which is told
	// at once.
	Once bool `json:"-"`
}

// Message is one entry of the conversation. Text, ToolCalls and ToolResults
// are the parts that its role allows.
type Message struct {
	Role        Role
	Text        string
	ToolCalls   []ToolCall      // of the assistant
	ToolResults []ToolResult    // of RoleTool
	Opaque      json.RawMessage // provider's own state to send back unchanged, such as signed reasoning
}

// Tool is a function that the model may ask for. Schema is JSON Schema of its arguments.
type Tool struct {
	Name        string
	Description string
	Schema      json.RawMessage
}

// ToolCall is the model's wish to run a tool. Arguments is a JSON object.
type ToolCall struct {
	ID        string
	Name      string
	Arguments json.RawMessage
}

// ToolResult is what came of a call.
type ToolResult struct {
	CallID string
	Name   string
	Text   string
	Failed bool
}

// DeltaKind says which field of a Delta is set.
type DeltaKind int

// The kinds of delta.
const (
	DeltaText      DeltaKind = iota // Text: a piece of the answer
	DeltaReasoning                  // Text: a piece of reasoning, kept apart from the answer
	DeltaToolCall                   // ToolCall: a complete call
	DeltaUsage                      // Usage: counts so far; each replaces the one before
	DeltaStop                       // Stop and StopReason: the end of this call
)

// Delta is one step of an answer.
type Delta struct {
	Kind       DeltaKind
	Text       string
	ToolCall   ToolCall
	Usage      ba.Usage // without cost; that is the budget's to know
	Stop       Stop
	StopReason string          // the provider's own word
	Opaque     json.RawMessage // with DeltaStop: state to send back with this message
	RequestID  string          // with DeltaStop: the provider's id of the call, for its support; may be empty
}

// Stop is why an answer ended, in our words.
type Stop int

// The ways in which an answer ends.
const (
	StopEnd     Stop = iota // finished
	StopTools               // wants tools run, and then goes on
	StopLength              // the output limit or the context window was reached
	StopRefused             // the provider refused
)
