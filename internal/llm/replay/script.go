package replay

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// Step is one thing that happens in a stream: after its delay it yields its
// delta, or its error, or falls silent until the context ends.
type Step struct {
	After  time.Duration // before anything else of this step
	Delta  llm.Delta     // unused where one of the others is set
	Err    error         // ends the stream; a *llm.Error gets Provider and Started
	Silent bool          // nothing comes any more, until the context ends
	Cut    bool          // the connection ends here: llm.ErrCut
}

// Script is one answer. One that ends without a stop, an error or silence is cut.
type Script []Step

// Text returns a script that yields the pieces and ends well.
func Text(pieces ...string) Script {
	return append(Pieces(pieces...), Stop(llm.StopEnd))
}

// Pieces returns the steps of text without an end, to be appended to, several
// times if need be: no two results share steps.
func Pieces(pieces ...string) Script {
	s := make(Script, len(pieces)) // without spare capacity, so that append copies
	for i, p := range pieces {
		s[i].Delta = llm.Delta{Kind: llm.DeltaText, Text: p}
	}
	return s
}

// Calls returns a script that asks for tools and waits for their results.
func Calls(calls ...llm.ToolCall) Script {
	var s Script
	for _, c := range calls {
		s = append(s, Step{Delta: llm.Delta{Kind: llm.DeltaToolCall, ToolCall: c}})
	}
	return append(s, Stop(llm.StopTools))
}

// Call returns a tool call with the arguments as JSON. Arguments that are not
// representable panic: they are the test's own.
func Call(id, name string, arguments any) llm.ToolCall {
	raw, err := json.Marshal(arguments)
	if err != nil {
		panic(fmt.Sprintf("replay: arguments of %s: %v", name, err))
	}
	return llm.ToolCall{ID: id, Name: name, Arguments: raw}
}

// Stop returns the step that ends an answer.
func Stop(s llm.Stop) Step { return Step{Delta: llm.Delta{Kind: llm.DeltaStop, Stop: s}} }

// Fail returns the step that ends an answer with a fault of the kind.
func Fail(kind llm.ErrorKind, msg string) Step {
	return Step{Err: &llm.Error{Kind: kind, Msg: msg}}
}

// Usage returns the step that reports the counts so far.
func Usage(input, output int64) Step {
	return Step{Delta: llm.Delta{Kind: llm.DeltaUsage, Usage: ba.Usage{InputTokens: input, OutputTokens: output}}}
}

// Every returns the script with the same delay before each of its steps.
func (s Script) Every(d time.Duration) Script {
	paced := make(Script, len(s))
	for i, step := range s {
		step.After = d
		paced[i] = step
	}
	return paced
}
