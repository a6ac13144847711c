package wiretest

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// Outcome is what a stream came to.
type Outcome struct {
	Text, Reasoning string
	Calls           []llm.ToolCall
	Usage           ba.Usage
	Stop            *llm.Delta
	Err             error
}

// Fault returns the error as an *llm.Error, or nil.
func (o Outcome) Fault() *llm.Error {
	e, _ := errors.AsType[*llm.Error](o.Err)
	return e
}

// Collect reads a stream to its end. It fails t where the stream breaks what
// holds for each: one end and nothing after it, no empty or invalid text, calls
// that are whole, counts that make sense.
func Collect(t testing.TB, ctx context.Context, p llm.Provider, req llm.Request) Outcome {
	t.Helper()
	var o Outcome
	var text, reasoning strings.Builder
	for d, err := range p.Stream(ctx, req) {
		if o.Stop != nil || o.Err != nil {
			t.Fatalf("after the end came %+v, %v", d, err)
		}
		if err != nil {
			o.Err = err
			continue
		}
		switch d.Kind {
		case llm.DeltaText:
			checkText(t, d.Text)
			text.WriteString(d.Text)
		case llm.DeltaReasoning:
			checkText(t, d.Text)
			reasoning.WriteString(d.Text)
		case llm.DeltaToolCall:
			checkCall(t, d.ToolCall)
			o.Calls = append(o.Calls, d.ToolCall)
		case llm.DeltaUsage:
			checkUsage(t, d.Usage)
			o.Usage = d.Usage
		case llm.DeltaStop:
			checkStop(t, d)
			o.Stop = &d
		default:
			t.Fatalf("a delta of unknown kind: %+v", d)
		}
	}
	o.Text, o.Reasoning = text.String(), reasoning.String()
	if o.Stop == nil && o.Err == nil {
		t.Fatal("the stream ended without a stop and without an error")
	}
	return o
}

func checkText(t testing.TB, s string) {
	t.Helper()
	if s == "" || !utf8.ValidString(s) {
		t.Fatalf("a piece of text is empty or invalid: %q", s)
	}
}

func checkCall(t testing.TB, c llm.ToolCall) {
	t.Helper()
	args := strings.TrimSpace(string(c.Arguments))
	if c.ID == "" || c.Name == "" || !strings.HasPrefix(args, "{") || !json.Valid(c.Arguments) {
		t.Fatalf("a call is not whole: %+v %s", c, c.Arguments)
	}
}

func checkUsage(t testing.TB, u ba.Usage) {
	t.Helper()
	if u.OutputTokens < 0 || u.CachedTokens < 0 || u.CachedTokens > u.InputTokens || u.CostMicroUSD != 0 {
		t.Fatalf("usage %+v", u)
	}
}

func checkStop(t testing.TB, d llm.Delta) {
	t.Helper()
	if len(d.Opaque) > 0 && !json.Valid(d.Opaque) {
		t.Fatalf("the state to send back is no JSON: %q", d.Opaque)
	}
}

// sameOutcome reports what differs between two outcomes, or nothing.
func sameOutcome(a, b Outcome) string {
	switch {
	case a.Text != b.Text:
		return "text " + a.Text + " and " + b.Text
	case a.Reasoning != b.Reasoning:
		return "reasoning"
	case !reflect.DeepEqual(a.Calls, b.Calls):
		return "calls"
	case a.Usage != b.Usage:
		return "usage"
	case !reflect.DeepEqual(a.Stop, b.Stop):
		return "stop"
	case (a.Err == nil) != (b.Err == nil), a.Err != nil && llm.KindOf(a.Err) != llm.KindOf(b.Err):
		return "error"
	}
	return ""
}

// SameJSON reports whether two texts are the same JSON value.
func SameJSON(a, b []byte) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}
