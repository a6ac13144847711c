package analyst

import (
	"context"
	"iter"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// ID is the provider's name.
const ID = "analyst"

// DefaultPace is the time between two words of an answer: about ninety words a
// second, fast to read and slow enough to be seen growing.
const DefaultPace = 11 * time.Millisecond

// Provider is the built-in analyst. It is safe for concurrent use.
type Provider struct {
	pace time.Duration
	wait llm.Wait
}

// New returns an analyst that lets pace pass, by wait, before each word.
func New(pace time.Duration, wait llm.Wait) *Provider {
	return &Provider{pace: pace, wait: wait}
}

// ID returns "analyst".
func (p *Provider) ID() string { return ID }

// Stream answers. It yields either tool calls and StopTools, or the text word by
// word and StopEnd (StopLength where req.MaxOutput words were reached). Where
// the last message is a part of the answer, only the rest is yielded. The only
// error is ctx's.
func (p *Provider) Stream(ctx context.Context, req llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(llm.Delta{}, err)
			return
		}
		t := newTurn(req)
		text, ready := respond(t)
		w := writer{ctx: ctx, pace: p.pace, wait: p.wait, yield: yield, input: countRequest(req)}
		if !ready {
			w.calls(t.desk.wanted)
			return
		}
		w.text(rest(text, t.talk.begun), req.MaxOutput)
	}
}
