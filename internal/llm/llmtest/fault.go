package llmtest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/llm"
)

func checkCut(t *testing.T, s Subject) {
	o := collect(t, s)
	e := fault(t, s, o)
	if e.Kind != llm.ErrCut {
		t.Fatalf("kind %d, want ErrCut: %v", e.Kind, e)
	}
	if o.Text == "" || !e.Started {
		t.Fatalf("the text before the cut was lost: %q, started %v", o.Text, e.Started)
	}
}

func checkFault(started bool) func(*testing.T, Subject) {
	return func(t *testing.T, s Subject) {
		o := collect(t, s)
		e := fault(t, s, o)
		if e.Started != started || (o.Deltas > 0) != started {
			t.Fatalf("started %v with %d deltas, want %v", e.Started, o.Deltas, started)
		}
		if s.Fault != llm.ErrUnknown && e.Kind != s.Fault {
			t.Fatalf("kind %d, want %d: %v", e.Kind, s.Fault, e)
		}
	}
}

func fault(t *testing.T, s Subject, o Outcome) *llm.Error {
	t.Helper()
	var e *llm.Error
	if !errors.As(o.Err, &e) {
		t.Fatalf("the error is no *llm.Error: %v (stopped: %v)", o.Err, o.Stopped)
	}
	if e.Provider != s.Provider.ID() {
		t.Errorf("the error names the provider %q, want %q", e.Provider, s.Provider.ID())
	}
	return e
}

func checkDead(t *testing.T, s Subject) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o := Collect(t, s.Provider.Stream(ctx, s.Request))
	if !errors.Is(o.Err, context.Canceled) || o.Deltas > 0 {
		t.Fatalf("%d deltas and %v, want none and context.Canceled", o.Deltas, o.Err)
	}
}

func checkCancelled(t *testing.T, s Subject) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	for d, err := range s.Provider.Stream(ctx, s.Request) {
		if d.Kind == llm.DeltaStop && err == nil {
			t.Fatal("a cancelled answer was called complete")
		}
		cancel()
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Fatalf("ended with %v, want context.Canceled", last)
	}
}

func checkSilence(t *testing.T, s Subject) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	guard := time.AfterFunc(patience, cancel) // only for a provider that yields nothing
	defer guard.Stop()
	var last error
	var cancelled time.Time
	for _, err := range s.Provider.Stream(ctx, s.Request) {
		if last = err; cancelled.IsZero() {
			cancel()
			cancelled = time.Now()
		}
	}
	if !errors.Is(last, context.Canceled) {
		t.Fatalf("ended with %v, want context.Canceled", last)
	}
	if took := time.Since(cancelled); took > patience/4 {
		t.Fatalf("it took %v to notice the end of the context", took)
	}
}
