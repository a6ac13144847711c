package chat

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// Budget sets money aside before each call of a provider, and books what it
// cost after it.
type Budget interface {
	// Check returns BudgetExhausted where the user cannot ask the model anything
	// this month, and Conflict where the model must not be asked.
	Check(ctx context.Context, user ba.UserID, provider, model string) error
	// Reserve returns what the call may write at most, or why it must not be made.
	Reserve(ctx context.Context, c ba.Call) (ba.Hold, error)
	// Settle books the cost of a call in micro-dollars and returns it.
	Settle(ctx context.Context, h ba.Hold, spent ba.Spent) (int64, error)
}

// tally is what a turn has used so far. The turn's writer reads it while its
// calls are made.
type tally struct {
	mu   sync.Mutex
	done ba.Usage // of settled attempts, with their cost
	now  ba.Usage // of the attempt under way, without
	open bool     // an attempt is paid for and not settled
}

// usage returns what was used, and whether its cost is known to the end.
func (t *tally) usage() (u ba.Usage, whole bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return sum(t.done, t.now), !t.open
}

func (t *tally) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now, t.open = ba.Usage{}, true
}

func (t *tally) count(u ba.Usage) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now = u
}

// settle adds the attempt with its cost. One whose cost could not be booked
// stays open: it costs what was set aside.
func (t *tally) settle(cost int64, booked bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if booked {
		t.now.CostMicroUSD = cost
	}
	t.done, t.now, t.open = sum(t.done, t.now), ba.Usage{}, !booked
}

// purse pays for the calls of one turn, one at a time.
type purse struct {
	budget Budget
	call   ba.Call // without its size
	tally  *tally
	log    func(msg string, err error)
}

// payment is that of one call. It belongs to the goroutine that makes it.
type payment struct {
	*purse
	size    ba.Call
	hold    ba.Hold
	settled bool     // nothing is to be settled
	counted ba.Usage // by the provider, in all attempts
	before  ba.Usage // of that, in earlier attempts
	seen    int      // bytes of this attempt's answer
}

// open pays for a call and limits it to what was paid for.
func (p *purse) open(ctx context.Context, req *llm.Request) (*payment, error) {
	pay := &payment{purse: p, size: p.call}
	pay.size.Input, pay.size.MaxOutput = inputAtMost(*req), req.MaxOutput
	hold, err := p.budget.Reserve(ctx, pay.size)
	if err != nil {
		return nil, err
	}
	p.tally.begin()
	pay.hold, req.MaxOutput, req.Again = hold, hold.MaxOutput, pay.again
	return pay, nil
}

// again settles an attempt and pays for the next one, which is as large.
func (p *payment) again(ctx context.Context, fault *llm.Error) error {
	end := ba.CallCounted
	if fault != nil {
		end = endOf(fault)
	}
	p.settle(ctx, end)
	size := p.size
	size.MaxOutput = p.hold.MaxOutput
	hold, err := p.budget.Reserve(ctx, size)
	if err != nil {
		return err
	}
	p.tally.begin()
	asked := p.hold.MaxOutput
	p.hold, p.settled, p.seen, p.before = hold, false, 0, p.counted
	if hold.MaxOutput < asked {
		p.settle(ctx, ba.CallRefused)
		return errTooDear
	}
	return nil
}

// errTooDear says that an attempt cannot be paid for once more.
var errTooDear = errors.New("the budget does not pay for another attempt")

// take notes what came.
func (p *payment) take(d llm.Delta) {
	switch d.Kind {
	case llm.DeltaText, llm.DeltaReasoning:
		p.seen += len(d.Text)
	case llm.DeltaToolCall:
		p.seen += len(d.ToolCall.Name) + len(d.ToolCall.Arguments)
	case llm.DeltaUsage:
		p.counted = d.Usage
		p.tally.count(p.attempt())
	}
}

// attempt returns what the provider counted in this attempt.
func (p *payment) attempt() ba.Usage {
	return ba.Usage{InputTokens: p.counted.InputTokens - p.before.InputTokens, CachedTokens: p.counted.CachedTokens - p.before.CachedTokens,
		WrittenTokens: p.counted.WrittenTokens - p.before.WrittenTokens, OutputTokens: p.counted.OutputTokens - p.before.OutputTokens}
}

// close settles the last attempt, once.
func (p *payment) close(ctx context.Context, err error) {
	if p.settled {
		return
	}
	end := ba.CallCounted
	if fault, is := errors.AsType[*llm.Error](err); is {
		end = endOf(fault)
	} else if err != nil {
		end = ba.CallBroken
	}
	p.settle(ctx, end)
}

// settle books the attempt, also after the turn was cancelled. Where that fails
// the store counts what was set aside, when the turn ends.
func (p *payment) settle(ctx context.Context, end ba.CallEnd) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveTimeout)
	defer cancel()
	cost, err := p.budget.Settle(ctx, p.hold, ba.Spent{End: end, Usage: p.attempt(), Seen: p.seen})
	if err != nil {
		p.log("the cost of a call could not be booked", err)
	}
	p.tally.settle(cost, err == nil)
	p.settled = true
}

// endOf judges how far a call came that failed. A provider that says no has
// not begun; one that fell silent, or whose answer broke off, may have done
// everything.
func endOf(e *llm.Error) ba.CallEnd {
	switch {
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

const (
	ownTokens     = 2_000 // of the provider's own instructions for tools, at most
	messageTokens = 16    // that stand around a message or a tool
)

// inputAtMost returns how many tokens a request can be at most. A token is at
// least a byte.
func inputAtMost(req llm.Request) int64 {
	n := ownTokens + len(req.System)
	for _, t := range req.Tools {
		n += messageTokens + len(t.Name) + len(t.Description) + len(t.Schema)
	}
	for _, m := range req.Messages {
		n += messageTokens + len(m.Text) + len(m.Opaque)
		for _, c := range m.ToolCalls {
			n += messageTokens + len(c.ID) + len(c.Name) + len(c.Arguments)
		}
		for _, r := range m.ToolResults {
			n += messageTokens + len(r.CallID) + len(r.Name) + len(r.Text)
		}
	}
	return int64(n)
}
