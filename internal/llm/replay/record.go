package replay

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// maxLine bounds a line of a recording: a delta with a long tool call.
const maxLine = 4 << 20

// line is a step as it stands in a file: one JSON object per line.
type line struct {
	AfterMS int64  `json:"after_ms,omitempty"`
	Delta   *delta `json:"delta,omitempty"`
	Error   *fault `json:"error,omitempty"`
	Silent  bool   `json:"silent,omitempty"`
	Cut     bool   `json:"cut,omitempty"`
}

// fault is the part of an llm.Error that is worth keeping: no message of the
// provider, which might quote what was sent.
type fault struct {
	Kind         llm.ErrorKind `json:"kind"`
	Status       int           `json:"status,omitempty"`
	Code         string        `json:"code,omitempty"`
	RetryAfterMS int64         `json:"retry_after_ms,omitempty"`
}

// delta is an llm.Delta with only what its kind uses.
type delta struct {
	Kind      llm.DeltaKind   `json:"kind"`
	Text      string          `json:"text,omitempty"`
	CallID    string          `json:"call_id,omitempty"`
	Name      string          `json:"name,omitempty"`
	Arguments json.RawMessage `json:"arguments,omitempty"`
	Input     int64           `json:"input_tokens,omitempty"`
	Cached    int64           `json:"cached_tokens,omitempty"`
	Output    int64           `json:"output_tokens,omitempty"`
	Stop      llm.Stop        `json:"stop,omitempty"`
	Reason    string          `json:"stop_reason,omitempty"`
	Opaque    json.RawMessage `json:"opaque,omitempty"`
}

func deltaOf(d llm.Delta) *delta {
	return &delta{Kind: d.Kind, Text: d.Text,
		CallID: d.ToolCall.ID, Name: d.ToolCall.Name, Arguments: d.ToolCall.Arguments,
		Input: d.Usage.InputTokens, Cached: d.Usage.CachedTokens, Output: d.Usage.OutputTokens,
		Stop: d.Stop, Reason: d.StopReason, Opaque: d.Opaque}
}

func (d *delta) llm() llm.Delta {
	return llm.Delta{Kind: d.Kind, Text: d.Text,
		ToolCall: llm.ToolCall{ID: d.CallID, Name: d.Name, Arguments: d.Arguments},
		Usage:    ba.Usage{InputTokens: d.Input, CachedTokens: d.Cached, OutputTokens: d.Output},
		Stop:     d.Stop, StopReason: d.Reason, Opaque: d.Opaque}
}

// Read returns the script of a recording.
func Read(r io.Reader) (Script, error) {
	var s Script
	in := bufio.NewScanner(r)
	in.Buffer(nil, maxLine)
	for n := 1; in.Scan(); n++ {
		if len(in.Bytes()) == 0 {
			continue
		}
		var l line
		if err := json.Unmarshal(in.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("read recording: line %d: %w", n, err)
		}
		s = append(s, l.step())
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("read recording: %w", err)
	}
	return s, nil
}

func (l line) step() Step {
	s := Step{After: time.Duration(l.AfterMS) * time.Millisecond, Silent: l.Silent, Cut: l.Cut}
	if l.Delta != nil {
		s.Delta = l.Delta.llm()
	}
	if l.Error != nil {
		s.Err = &llm.Error{Kind: l.Error.Kind, Status: l.Error.Status, Code: l.Error.Code,
			RetryAfter: time.Duration(l.Error.RetryAfterMS) * time.Millisecond, Msg: "recorded fault"}
	}
	return s
}

// Write writes a script so that Read returns it again, with delays to the
// millisecond. An error that is no *llm.Error is kept as llm.ErrUnknown.
func Write(w io.Writer, s Script) error {
	out := json.NewEncoder(w)
	for _, step := range s {
		if err := out.Encode(lineOf(step)); err != nil {
			return fmt.Errorf("write recording: %w", err)
		}
	}
	return nil
}

func lineOf(s Step) line {
	l := line{AfterMS: s.After.Milliseconds(), Silent: s.Silent, Cut: s.Cut}
	switch {
	case s.Silent, s.Cut:
	case s.Err != nil:
		l.Error = faultOf(s.Err)
	default:
		l.Delta = deltaOf(s.Delta)
	}
	return l
}

func faultOf(err error) *fault {
	f := &fault{Kind: llm.KindOf(err)}
	var known *llm.Error
	if errors.As(err, &known) {
		f.Status, f.Code, f.RetryAfterMS = known.Status, known.Code, known.RetryAfter.Milliseconds()
	}
	return f
}

// Record passes a stream on and appends what it yields to script, with the
// time between the steps by the clock. The script is complete when the
// returned stream has ended.
func Record(stream iter.Seq2[llm.Delta, error], clock func() time.Time, script *Script) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		last := clock()
		for d, err := range stream {
			now := clock()
			if !errors.Is(err, context.Canceled) {
				*script = append(*script, Step{After: now.Sub(last), Delta: d, Err: err})
			}
			last = now
			if !yield(d, err) {
				return
			}
		}
	}
}
