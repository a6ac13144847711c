// Package breaker owns the judgement whether a provider is worth asking: one
// that failed several times in a row is left alone for a while, so that people
// are told at once instead of after three tries each, and so that a provider
// in trouble is not asked by everybody at the same time. It refuses to judge
// by what is a matter of the request: a wrong key, a policy, a rate limit.
package breaker

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// Code is the llm.Error's code of a call that was not made.
const Code = "circuit_open"

const (
	enough   = 4                // failures in a row after which a provider is left alone
	first    = 15 * time.Second // for how long at first
	longest  = 4 * time.Minute  // and at last
	probeFor = 2 * time.Minute  // after which a trial that has not ended is given up for another
)

// Breaker is an llm.Provider in front of another one. It is safe for
// concurrent use, and judges for this process alone.
type Breaker struct {
	provider llm.Provider
	clock    func() time.Time

	mu       sync.Mutex // guards what follows
	failures int        // in a row
	pause    time.Duration
	until    time.Time // nothing is asked before; then one call is a trial
	fault    llm.ErrorKind
	faultAt  time.Time // zero: there was none
	answered time.Time // zero: never
}

// Standing is how a provider did, as far as this process has seen.
type Standing struct {
	Failures   int       // in a row
	AloneUntil time.Time // zero where it is asked
	Fault      llm.ErrorKind
	FaultAt    time.Time // of the last fault, of whatever kind; zero where there was none
	AnsweredAt time.Time // when a piece of an answer came last; zero where none did
}

// New returns a breaker in front of the provider.
func New(p llm.Provider, clock func() time.Time) *Breaker {
	return &Breaker{provider: p, clock: clock}
}

// Standing returns how the provider did.
func (b *Breaker) Standing() Standing {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := Standing{Failures: b.failures, Fault: b.fault, FaultAt: b.faultAt, AnsweredAt: b.answered}
	if b.failures >= enough && b.until.After(b.clock()) {
		s.AloneUntil = b.until
	}
	return s
}

type byHand struct{}

// ByHand returns a context whose calls are made although the provider is left
// alone: somebody wants to know whether it answers again. They are judged like
// others.
func ByHand(ctx context.Context) context.Context { return context.WithValue(ctx, byHand{}, true) }

// ID returns the provider's.
func (b *Breaker) ID() string { return b.provider.ID() }

// Stream passes the request on. Where the provider is left alone the only
// thing that it yields is llm.ErrOverloaded with Code and the time to wait.
func (b *Breaker) Stream(ctx context.Context, req llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		if ctx.Err() == nil && ctx.Value(byHand{}) == nil {
			if wait := b.blocked(); wait > 0 {
				yield(llm.Delta{}, &llm.Error{Provider: b.ID(), Kind: llm.ErrOverloaded, Code: Code, RetryAfter: wait, Unsent: true,
					Msg: "not asked, since it failed several times in a row"})
				return
			}
		}
		for d, err := range b.provider.Stream(ctx, req) {
			if err != nil || d.Kind != llm.DeltaUsage {
				b.judge(err)
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

// blocked returns for how long the provider is left alone, and zero for a call
// that may be made. Of those that come after the pause only one is, as a trial.
func (b *Breaker) blocked() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures < enough {
		return 0
	}
	now := b.clock()
	if wait := b.until.Sub(now); wait > 0 {
		return wait
	}
	b.until = now.Add(probeFor)
	return 0
}

// judge learns from what came of a call: a piece of an answer, or an error.
func (b *Breaker) judge(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	fault, is := errors.AsType[*llm.Error](err)
	if is {
		b.fault, b.faultAt = fault.Kind, b.clock()
	} else if err == nil {
		b.answered = b.clock()
	}
	switch {
	case err == nil, is && !trouble(fault):
		b.failures, b.pause, b.until = 0, 0, time.Time{}
	case is && !fault.Started:
		if b.failures++; b.failures >= enough {
			b.pause = min(max(2*b.pause, first), longest)
			b.until = b.clock().Add(b.pause)
		}
	case !is && b.failures >= enough: // a trial that somebody stopped
		b.until = b.clock()
	}
}

// trouble reports whether a fault is the provider's own and not the request's.
func trouble(e *llm.Error) bool {
	switch e.Kind {
	case llm.ErrOverloaded, llm.ErrNetwork, llm.ErrTimeout, llm.ErrCut, llm.ErrProtocol:
		return true
	}
	return false
}
