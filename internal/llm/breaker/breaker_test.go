package breaker_test

import (
	"context"
	"encoding/json"
	"iter"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/breaker"
	"github.com/ba-assistant/ba-assistant/internal/llm/llmtest"
	"github.com/ba-assistant/ba-assistant/internal/llm/replay"
)

// moody is a provider that answers, or fails with the error.
type moody struct {
	err    error
	asked  int
	during func() // in the call, before anything comes
}

func (*moody) ID() string { return "moody" }

func (p *moody) Stream(context.Context, llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		p.asked++
		if p.during != nil {
			p.during()
		}
		if p.err != nil {
			yield(llm.Delta{}, p.err)
			return
		}
		if yield(llm.Delta{Kind: llm.DeltaText, Text: "Soon."}, nil) {
			yield(llm.Delta{Kind: llm.DeltaStop}, nil)
		}
	}
}

// bench is a breaker in front of a moody provider, with a clock that stands.
type bench struct {
	*breaker.Breaker
	t   *testing.T
	p   *moody
	now time.Time
}

func newBench(t *testing.T) *bench {
	b := &bench{t: t, p: &moody{}, now: time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)}
	b.Breaker = breaker.New(b.p, func() time.Time { return b.now })
	return b
}

// ask makes a call and returns how it ended.
func (b *bench) ask() error {
	var last error
	for _, err := range b.Stream(b.t.Context(), llm.Request{}) {
		last = err
	}
	return last
}

// fail makes calls that fail with the error.
func (b *bench) fail(n int, err error) {
	b.p.err = err
	for range n {
		_ = b.ask()
	}
}

// refuses returns whether a call is not passed on, and for how long.
func (b *bench) refuses() (time.Duration, bool) {
	before := b.p.asked
	err := b.ask()
	var wait time.Duration
	if e, is := err.(*llm.Error); is && e.Code == breaker.Code { //nolint:errorlint // it is yielded as it is
		wait = e.RetryAfter
		if e.Kind != llm.ErrOverloaded || !e.Unsent || !e.Retryable() {
			b.t.Errorf("the refusal is %+v", e)
		}
	}
	return wait, b.p.asked == before
}

var overloaded = &llm.Error{Kind: llm.ErrOverloaded}

func TestAProviderThatFailsSeveralTimesInARowIsLeftAlone(t *testing.T) {
	b := newBench(t)
	b.fail(3, overloaded)
	if _, refused := b.refuses(); refused { // which is the fourth
		t.Error("it is left alone after three failures")
	}
	if wait, refused := b.refuses(); !refused || wait != 15*time.Second {
		t.Errorf("after four: refused %v for %v", refused, wait)
	}
	b.now = b.now.Add(15 * time.Second)
	if _, refused := b.refuses(); refused {
		t.Error("there is no trial after the pause")
	}
	if wait, refused := b.refuses(); !refused || wait != 30*time.Second {
		t.Errorf("after a trial that failed: refused %v for %v", refused, wait)
	}
	b.now = b.now.Add(30 * time.Second)
	b.p.err = nil
	for range 3 {
		if err := b.ask(); err != nil {
			t.Errorf("after a trial that succeeded: %v", err)
		}
	}
	b.fail(3, overloaded)
	if _, refused := b.refuses(); refused {
		t.Error("old failures count after a success")
	}
}

func TestOnlyOneCallAtATimeIsTheTrial(t *testing.T) {
	b := newBench(t)
	b.fail(4, overloaded)
	b.now = b.now.Add(15 * time.Second)
	b.p.err = nil
	b.p.during = func() {
		b.p.during = nil
		if _, refused := b.refuses(); !refused {
			t.Error("while the trial runs another call is passed on")
		}
	}
	if err := b.ask(); err != nil {
		t.Errorf("the trial: %v", err)
	}
	if _, refused := b.refuses(); refused {
		t.Error("a trial that was answered does not end the pause")
	}
}

func TestWhatIsAMatterOfTheRequestIsNoTrouble(t *testing.T) {
	for _, kind := range []llm.ErrorKind{llm.ErrAuth, llm.ErrContext, llm.ErrRefused, llm.ErrRateLimit, llm.ErrRequest, llm.ErrModel, llm.ErrBilling} {
		b := newBench(t)
		b.fail(3, overloaded)
		b.fail(5, &llm.Error{Kind: kind})
		if _, refused := b.refuses(); refused {
			t.Errorf("kind %d leaves the provider alone", kind)
		}
	}
	b := newBench(t)
	b.fail(8, &llm.Error{Kind: llm.ErrCut, Started: true})
	if _, refused := b.refuses(); refused {
		t.Error("answers that had begun leave the provider alone")
	}
	b.fail(3, overloaded)
	b.fail(3, context.Canceled)
	if _, refused := b.refuses(); refused {
		t.Error("people who stop answers leave the provider alone")
	}
}

func TestAStoppedTrialIsNoTrial(t *testing.T) {
	b := newBench(t)
	b.fail(4, overloaded)
	b.now = b.now.Add(15 * time.Second)
	b.fail(1, context.Canceled)
	if _, refused := b.refuses(); refused {
		t.Error("after a trial that was stopped there is no other")
	}
}

func TestItIsAProvider(t *testing.T) {
	llmtest.Run(t, func(_ *testing.T, s llmtest.Scenario) llmtest.Subject {
		some := replay.Pieces("Refunds ", "are paid ")
		call := replay.Call("c1", "search_documents", map[string]string{"query": "refund"})
		script := map[llmtest.Scenario]replay.Script{
			llmtest.Answers:    append(some, replay.Usage(12, 3), replay.Stop(llm.StopEnd)),
			llmtest.CallsTools: replay.Calls(call),
			llmtest.UsesResult: replay.Text("Within ", "14 days [1]."),
			llmtest.HitsLimit:  append(some, replay.Stop(llm.StopLength)),
			llmtest.Refuses:    {replay.Stop(llm.StopRefused)},
			llmtest.IsCut:      some,
			llmtest.FailsFirst: {replay.Fail(llm.ErrRateLimit, "slow down")},
			llmtest.FailsLater: append(some, replay.Fail(llm.ErrOverloaded, "busy")),
			llmtest.StaysQuiet: append(some, replay.Step{Silent: true}),
		}[s]
		p := replay.Answering("replay", llm.NoWait, func(llm.Request) (replay.Script, bool) { return script, true })
		return llmtest.Subject{Provider: breaker.New(p, time.Now), Request: llm.Request{
			Messages: []llm.Message{{Role: llm.RoleUser, Text: "When are refunds paid?"}},
			Tools:    []llm.Tool{{Name: "search_documents", Schema: json.RawMessage(`{"type":"object"}`)}},
		}}
	})
}
