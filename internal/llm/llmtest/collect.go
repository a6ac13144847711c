package llmtest

import (
	"context"
	"iter"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// patience bounds a call that should have ended; it is never waited for by a
// provider that keeps the contract.
const patience = time.Minute

// Outcome is what one call of Stream came to.
type Outcome struct {
	Text      string
	Reasoning string
	Pieces    int // deltas of text
	Calls     []llm.ToolCall
	Usage     ba.Usage // the last one reported
	Stopped   bool
	Stop      llm.Stop
	Deltas    int
	Err       error
}

// Collect reads a stream to its end and checks on the way what holds for any
// stream: nothing after a stop or an error, valid text, counts that only grow,
// whole tool calls. It fails t where that is broken.
func Collect(t testing.TB, stream iter.Seq2[llm.Delta, error]) Outcome {
	t.Helper()
	var o Outcome
	var text, reasoning strings.Builder
	for d, err := range stream {
		if o.Stopped || o.Err != nil {
			t.Fatalf("something came after the end: %+v, %v", d, err)
		}
		if err != nil {
			o.Err = err
			continue
		}
		o.Deltas++
		o.add(t, d, &text, &reasoning)
	}
	o.Text, o.Reasoning = text.String(), reasoning.String()
	if !o.Stopped && o.Err == nil {
		t.Fatal("the stream ended without a stop and without an error")
	}
	return o
}

func (o *Outcome) add(t testing.TB, d llm.Delta, text, reasoning *strings.Builder) {
	t.Helper()
	switch d.Kind {
	case llm.DeltaText:
		checkPiece(t, d.Text)
		o.Pieces++
		text.WriteString(d.Text)
	case llm.DeltaReasoning:
		reasoning.WriteString(d.Text)
	case llm.DeltaToolCall:
		checkCall(t, d.ToolCall)
		o.Calls = append(o.Calls, d.ToolCall)
	case llm.DeltaUsage:
		checkGrowth(t, o.Usage, d.Usage)
		o.Usage = d.Usage
	case llm.DeltaStop:
		o.Stopped, o.Stop = true, d.Stop
	default:
		t.Fatalf("a delta of unknown kind %d", d.Kind)
	}
}

func checkPiece(t testing.TB, s string) {
	t.Helper()
	if s == "" {
		t.Error("an empty piece of text")
	}
	if !utf8.ValidString(s) {
		t.Errorf("a piece of text cuts a character: %q", s)
	}
}

func checkGrowth(t testing.TB, before, now ba.Usage) {
	t.Helper()
	if now.CostMicroUSD != 0 {
		t.Error("a provider counts tokens, not money")
	}
	if now.OutputTokens < before.OutputTokens || now.CachedTokens > now.InputTokens || now.InputTokens < 0 {
		t.Errorf("usage %+v after %+v", now, before)
	}
}

// collect is Collect with a bound on the time.
func collect(t testing.TB, s Subject) Outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	return Collect(t, s.Provider.Stream(ctx, s.Request))
}
