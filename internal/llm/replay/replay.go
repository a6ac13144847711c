package replay

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync"

	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// Provider plays its scripts, one per call of Stream. It is safe for
// concurrent use; calls at the same time take the scripts in the order in
// which they begin.
type Provider struct {
	id   string
	wait llm.Wait
	pick func(llm.Request) (Script, bool) // in place of queue, if set

	mu       sync.Mutex // guards what follows
	queue    []Script
	requests []llm.Request
}

// New returns a provider that plays the scripts in turn.
func New(id string, wait llm.Wait, scripts ...Script) *Provider {
	return &Provider{id: id, wait: wait, queue: slices.Clone(scripts)}
}

// Answering returns a provider that finds the script for each request. Where
// pick answers false, the call fails.
func Answering(id string, wait llm.Wait, pick func(llm.Request) (Script, bool)) *Provider {
	return &Provider{id: id, wait: wait, pick: pick}
}

// ID returns the name that the provider was made with.
func (p *Provider) ID() string { return p.id }

// Add puts scripts behind the ones that are left.
func (p *Provider) Add(scripts ...Script) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.queue = append(p.queue, scripts...)
}

// Requests returns what was asked so far, in order.
func (p *Provider) Requests() []llm.Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.requests)
}

// Left returns how many scripts were not yet played.
func (p *Provider) Left() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.queue)
}

// Stream plays the next script. A call without one yields llm.ErrRequest.
func (p *Provider) Stream(ctx context.Context, req llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		if err := ctx.Err(); err != nil {
			yield(llm.Delta{}, err)
			return
		}
		script, ok := p.next(req)
		if !ok {
			yield(llm.Delta{}, &llm.Error{Provider: p.id, Kind: llm.ErrRequest, Msg: "no script is left for this request"})
			return
		}
		p.play(ctx, script, yield)
	}
}

func (p *Provider) next(req llm.Request) (Script, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests = append(p.requests, req)
	if p.pick != nil {
		return p.pick(req)
	}
	if len(p.queue) == 0 {
		return nil, false
	}
	script := p.queue[0]
	p.queue = p.queue[1:]
	return script, true
}

func (p *Provider) play(ctx context.Context, script Script, yield func(llm.Delta, error) bool) {
	started := false
	for _, step := range script {
		if err := p.wait(ctx, step.After); err != nil {
			yield(llm.Delta{}, err)
			return
		}
		switch {
		case step.Silent:
			<-ctx.Done()
			yield(llm.Delta{}, ctx.Err())
			return
		case step.Cut:
			yield(llm.Delta{}, p.cut(started))
			return
		case step.Err != nil:
			yield(llm.Delta{}, p.fault(step.Err, started))
			return
		}
		if !yield(step.Delta, nil) || step.Delta.Kind == llm.DeltaStop {
			return
		}
		started = true
	}
	yield(llm.Delta{}, p.cut(started))
}

func (p *Provider) cut(started bool) error {
	return &llm.Error{Provider: p.id, Kind: llm.ErrCut, Started: started, Msg: "the stream ended before its end marker"}
}

// fault fills in what a script cannot know. The script's own error stays as it is.
func (p *Provider) fault(err error, started bool) error {
	var known *llm.Error
	if !errors.As(err, &known) {
		return err
	}
	filled := *known
	filled.Provider, filled.Started = p.id, started
	return &filled
}
