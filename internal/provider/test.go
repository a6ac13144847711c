package provider

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/breaker"
)

// Result is what came of a test, in words for an administrator.
type Result struct {
	Provider, Name, Model string
	OK                    bool
	Code                  string // stable: ok, auth, billing, model, host_unknown, ...
	Text                  string // what happened
	Fix                   string // what to do; empty where nothing is
	Took                  time.Duration
	CostMicroUSD          int64
}

const (
	question = "Answer with the one word: ready."
	// mostOutput leaves room for a model that thinks before it answers. One that
	// needs more ends early, which proves as much.
	mostOutput = 256
	// mostInput is more tokens than the question and a provider's own
	// instructions can be.
	mostInput   = 2_000 + 64
	bookTimeout = 5 * time.Second
)

// Test asks a provider one tiny question and says what came of it. An empty
// model is the provider's first. It is paid for from the actor's budget. It is
// Forbidden to everybody but administrators, NotFound for a provider that is not set
// up, and Conflict while another test of it runs; a fault of the provider, or a budget that is
// used up, is no error but the result.
func (s *Service) Test(ctx context.Context, a ba.Actor, id, model string) (Result, error) {
	if !a.IsAdmin() || !a.CanWrite() {
		return Result{}, ba.E(ba.Forbidden, "Only an administrator can test a provider.")
	}
	p, model, err := s.find(id, model)
	if err != nil {
		return Result{}, err
	}
	end, err := s.begin(id)
	if err != nil {
		return Result{}, err
	}
	defer end()
	r, err := s.ask(ctx, a, p, model)
	if err != nil {
		return r, err
	}
	return r, s.Audit.Audit(context.WithoutCancel(ctx), ba.Act(a, ba.ActProviderTested, "provider", id).With(model+" "+r.Code))
}

// ask pays for the call and makes it.
func (s *Service) ask(ctx context.Context, a ba.Actor, p Registered, model string) (Result, error) {
	r := Result{Provider: p.ID(), Name: p.Name, Model: model}
	hold, err := s.Budget.Reserve(ctx, ba.Call{User: a.User, Provider: p.ID(), Model: model, Input: mostInput, MaxOutput: mostOutput})
	if unpaid(err) {
		r.Code, r.Text, r.Fix = ba.CodeOf(err), ba.Explain(err), "It was not asked, so nothing is known of it."
		return r, nil
	}
	if err != nil {
		return r, err
	}
	began := s.Clock()
	call := s.call(ctx, p, llm.Request{Model: model, Mode: ba.ModeFree, MaxOutput: hold.MaxOutput, Once: true,
		Again: func(context.Context, *llm.Error) error { return errOnce }, Messages: []llm.Message{{Role: llm.RoleUser, Text: question}}})
	r.Took = s.Clock().Sub(began)
	if r.CostMicroUSD, err = s.settle(ctx, hold, call); err != nil {
		s.Log.WarnContext(ctx, "the cost of a test could not be booked", "provider", p.ID(), "error", err)
	}
	if call.err != nil {
		s.Log.WarnContext(ctx, "a test of a provider failed", "provider", p.ID(), "error", call.err)
	}
	v := s.judge(p, model, call, r.Took)
	r.OK, r.Code, r.Text, r.Fix = v.ok, v.code, v.text, v.fix
	return r, ctx.Err()
}

var errOnce = errors.New("a test asks once")

// unpaid reports whether the budget refused the call.
func unpaid(err error) bool {
	code := ba.CodeOf(err)
	return ba.KindOf(err) == ba.BudgetExhausted || code == "budget_reserved" || code == "model_unpriced"
}

// attempt is what came of a call.
type attempt struct {
	usage ba.Usage
	seen  int
	stop  llm.Stop
	late  bool // our own limit ended it
	err   error
}

func (s *Service) call(ctx context.Context, p Registered, req llm.Request) (c attempt) {
	limited, cancel := context.WithTimeout(breaker.ByHand(ctx), s.Limit)
	defer cancel()
	for d, err := range p.Stream(limited, req) {
		switch {
		case err != nil:
			c.err = err
			c.late = limited.Err() != nil && ctx.Err() == nil
		case d.Kind == llm.DeltaText, d.Kind == llm.DeltaReasoning:
			c.seen += len(d.Text)
		case d.Kind == llm.DeltaUsage:
			c.usage = d.Usage
		case d.Kind == llm.DeltaStop:
			c.stop = d.Stop
		}
	}
	return c
}

// settle books the call, also after its caller left.
func (s *Service) settle(ctx context.Context, h ba.Hold, c attempt) (int64, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), bookTimeout)
	defer cancel()
	return s.Budget.Settle(ctx, h, ba.Spent{End: endOf(c.err), Usage: c.usage, Seen: c.seen})
}

// endOf judges how far a call came. A provider that says no has not begun.
func endOf(err error) ba.CallEnd {
	if err == nil {
		return ba.CallCounted
	}
	fault, is := errors.AsType[*llm.Error](err)
	if !is || fault.Started {
		return ba.CallBroken
	}
	if fault.Unsent || fault.Status >= http.StatusBadRequest {
		return ba.CallRefused
	}
	switch fault.Kind {
	case llm.ErrAuth, llm.ErrBilling, llm.ErrRequest, llm.ErrModel, llm.ErrContext, llm.ErrRefused, llm.ErrRateLimit, llm.ErrOverloaded:
		return ba.CallRefused
	}
	return ba.CallBroken
}
