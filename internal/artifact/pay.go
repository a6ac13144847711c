package artifact

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// errTooDear says that an attempt cannot be paid for once more.
var errTooDear = errors.New("the budget does not pay for another attempt")

const (
	ownTokens     = 2_000 // of the provider's own instructions, at most
	messageTokens = 16    // that stand around a message
)

// payment is that of one call. The provider pays for a further attempt while
// the generation counts what comes.
type payment struct {
	g     *generation
	size  ba.Call
	ahead ba.Usage // used by the generation before this call

	mu      sync.Mutex // guards what follows
	hold    ba.Hold
	settled bool
	counted ba.Usage // by the provider, in all attempts
	before  ba.Usage // of that, in earlier attempts
	spent   int64    // micro-dollars of settled attempts
	seen    int      // bytes of this attempt's answer
}

// pay sets money aside for a call and limits it to what was paid for.
func (g *generation) pay(ctx context.Context, req *llm.Request) (*payment, error) {
	p := &payment{g: g, ahead: g.v.Usage, size: ba.Call{User: g.actor.User, Provider: g.v.Provider, Model: g.v.Model, Input: inputAtMost(*req), MaxOutput: req.MaxOutput}}
	hold, err := g.s.Budget.Reserve(ctx, p.size)
	if err != nil {
		return nil, err
	}
	p.hold, req.MaxOutput, req.Again = hold, hold.MaxOutput, p.again
	return p, nil
}

// inputAtMost returns how many tokens a request can be at most. A token is at
// least a byte.
func inputAtMost(req llm.Request) int64 {
	n := ownTokens + len(req.System)
	for _, m := range req.Messages {
		n += messageTokens + len(m.Text)
	}
	return int64(n)
}

// take notes what came.
func (p *payment) take(d llm.Delta) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch d.Kind {
	case llm.DeltaText, llm.DeltaReasoning:
		p.seen += len(d.Text)
	case llm.DeltaUsage:
		p.counted = d.Usage
		p.g.v.Usage = p.total()
	}
}

// total is what the generation has used, this call included.
func (p *payment) total() ba.Usage {
	u, c := p.ahead, p.counted
	return ba.Usage{InputTokens: u.InputTokens + c.InputTokens, CachedTokens: u.CachedTokens + c.CachedTokens, WrittenTokens: u.WrittenTokens + c.WrittenTokens,
		OutputTokens: u.OutputTokens + c.OutputTokens, CostMicroUSD: u.CostMicroUSD + p.spent}
}

// again settles an attempt and pays for the next one, which is as large.
func (p *payment) again(ctx context.Context, fault *llm.Error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settle(ctx, endOf(fault))
	size := p.size
	size.MaxOutput = p.hold.MaxOutput
	hold, err := p.g.s.Budget.Reserve(ctx, size)
	if err != nil {
		return err
	}
	asked := p.hold.MaxOutput
	p.hold, p.settled, p.seen, p.before = hold, false, 0, p.counted
	if hold.MaxOutput < asked {
		p.settle(ctx, ba.CallRefused)
		return errTooDear
	}
	return nil
}

// close settles the last attempt, once.
func (p *payment) close(ctx context.Context, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.settled {
		return
	}
	end := ba.CallCounted
	var fault *llm.Error
	switch {
	case errors.As(err, &fault):
		end = endOf(fault)
	case err != nil:
		end = ba.CallBroken
	}
	p.settle(ctx, end)
	p.g.v.Usage = p.total()
}

// settle books the attempt, also after the writing was cancelled.
func (p *payment) settle(ctx context.Context, end ba.CallEnd) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveTimeout)
	defer cancel()
	c, b := p.counted, p.before
	used := ba.Usage{InputTokens: c.InputTokens - b.InputTokens, CachedTokens: c.CachedTokens - b.CachedTokens,
		WrittenTokens: c.WrittenTokens - b.WrittenTokens, OutputTokens: c.OutputTokens - b.OutputTokens}
	cost, err := p.g.s.Budget.Settle(ctx, p.hold, ba.Spent{End: end, Usage: used, Seen: p.seen})
	if err != nil {
		p.g.s.Log.Warn("the cost of a call could not be booked", "artifact", p.g.v.ID, "error", err)
	}
	p.spent += cost
	p.settled = true
}

// endOf judges how far a call came that failed; no fault is its end.
func endOf(e *llm.Error) ba.CallEnd {
	switch {
	case e == nil:
		return ba.CallCounted
	case e.Started:
		return ba.CallBroken
	case e.Unsent, e.Status >= http.StatusBadRequest:
		return ba.CallRefused
	}
	switch e.Kind {
	case llm.ErrAuth, llm.ErrBilling, llm.ErrRequest, llm.ErrModel, llm.ErrContext, llm.ErrRefused, llm.ErrRateLimit, llm.ErrOverloaded:
		return ba.CallRefused
	}
	return ba.CallBroken
}
