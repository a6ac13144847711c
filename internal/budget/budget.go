package budget

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Store keeps what was spent and what is set aside.
type Store interface {
	// Reserve sets r.MicroUSD aside, or what both limits leave of it where that
	// is not less than least, and returns how much. Zero means refused; the
	// spending of the user and of everybody says why. It is a Conflict where r's turn
	// is no longer its owner's.
	Reserve(ctx context.Context, r ba.Reservation, least int64, limits ba.SpendingLimits) (granted int64, user, all ba.Spending, err error)
	// Settle replaces what was set aside by the cost. Done again it does nothing.
	Settle(ctx context.Context, id ba.ReservationID, cost int64) error
	// Spending returns what the user, and all together, spent in a month.
	Spending(ctx context.Context, user ba.UserID, m ba.Month) (own, all ba.Spending, err error)

	// SpendingLimits returns what holds for a user: what administrators decided,
	// and the rest as given. The others are for administrators.
	SpendingLimits(ctx context.Context, user ba.UserID, given ba.SpendingLimits) (ba.SpendingLimits, error)
	LimitsDecided(ctx context.Context, user ba.UserID) (map[ba.LimitScope]int64, error)
	SetLimit(ctx context.Context, a ba.Actor, scope ba.LimitScope, microUSD *int64) error
	SpendingByModel(ctx context.Context, a ba.Actor, m ba.Month) ([]ba.ModelSpending, error)
	SpendingByUser(ctx context.Context, a ba.Actor, m ba.Month) (map[ba.UserID]ba.Spending, error)
}

// Offered is a model that people may choose.
type Offered struct{ Provider, Model string }

// Deps is what a Service is made of.
type Deps struct {
	Store    Store
	Book     *Book
	Limits   ba.SpendingLimits // where administrators decide nothing else
	Offered  []Offered
	Instance string // owner of the reservations; the same after a restart
	Clock    func() time.Time
	Log      *slog.Logger
}

// Service is the use cases of budgets. It is safe for concurrent use.
type Service struct{ Deps }

// New returns a Service.
func New(d Deps) (*Service, error) {
	if d.Store == nil || d.Book == nil || d.Clock == nil || d.Log == nil {
		return nil, errors.New("budget: a dependency is missing")
	}
	return &Service{d}, nil
}

const (
	// mostOutput is what one call may write unless less is asked for: room for a
	// long document after the reasoning.
	mostOutput = 32_000
	// leastOutput is what a call must at least be able to write. Less would be
	// spent on reasoning alone.
	leastOutput = 1_000
	// shortQuestion is the input of a call that asks little: instructions, tools
	// and a sentence.
	shortQuestion = 8_000
)

// Check returns BudgetExhausted where the user cannot ask the model anything
// any more this month, and Conflict (code model_unpriced) where the model has
// no price.
func (s *Service) Check(ctx context.Context, user ba.UserID, provider, model string) error {
	refusals, err := s.CheckAll(ctx, user, []Offered{{provider, model}})
	if err != nil {
		return err
	}
	return refusals[0]
}

// CheckAll returns what Check would for each of the models, in their order.
func (s *Service) CheckAll(ctx context.Context, user ba.UserID, models []Offered) ([]error, error) {
	now := s.Clock()
	own, all, err := s.Store.Spending(ctx, user, ba.MonthOf(now))
	if err != nil {
		return nil, err
	}
	limits, err := s.Store.SpendingLimits(ctx, user, s.Limits)
	if err != nil {
		return nil, err
	}
	refusals := make([]error, len(models))
	for i, m := range models {
		p, rates, err := s.ratesOf(m.Provider, m.Model, shortQuestion)
		if refusals[i] = err; err == nil && !p.free {
			refusals[i] = s.shortage(limits, own, all, worst(rates, shortQuestion, leastOutput), now)
		}
	}
	return refusals, nil
}

// Free reports whether calls of a model cost nothing.
func (s *Service) Free(provider, model string) bool { return s.Book.Free(provider, model) }

// ratesOf returns the price of a model and what may apply now.
func (s *Service) ratesOf(provider, model string, input int64) (price, []Rates, error) {
	p, known := s.Book.price(provider, model)
	if p.free {
		return p, nil, nil
	}
	rates := p.possible(s.Clock(), input)
	if !known || len(rates) == 0 {
		return p, nil, unpriced(model)
	}
	return p, rates, nil
}

// Reserve sets aside what the call costs at most. Where less is left, the
// answer is made shorter, and the Hold says so. It is BudgetExhausted where
// not even a short answer can be paid for, RateLimited (code budget_reserved)
// where that is so because of calls that are under way, and Conflict (code
// model_unpriced) for a model without a price. A call that nobody asked for is
// BudgetExhausted from where people are warned on, with what is set aside
// counted as used: the rest is for answers.
func (s *Service) Reserve(ctx context.Context, c ba.Call) (ba.Hold, error) {
	now := s.Clock()
	h := ba.Hold{Provider: c.Provider, Model: c.Model, MaxOutput: c.MaxOutput, At: now}
	p, rates, err := s.ratesOf(c.Provider, c.Model, c.Input)
	if err != nil || p.free {
		return h, err
	}
	output := p.output(int64(c.MaxOutput), now)
	r := ba.Reservation{ID: ba.NewID[ba.ReservationID](), User: c.User, Turn: c.Turn, Epoch: c.Epoch, Owner: s.Instance, Month: ba.MonthOf(now),
		Provider: c.Provider, Model: c.Model, MicroUSD: worst(rates, c.Input, output), CreatedAt: now}
	least := worst(rates, c.Input, min(leastOutput, output))
	limits, err := s.Store.SpendingLimits(ctx, c.User, s.Limits)
	if err != nil {
		return h, err
	}
	if c.Extra {
		limits = ba.SpendingLimits{User: extra(limits.User), Instance: extra(limits.Instance)}
	}
	granted, own, all, err := s.Store.Reserve(ctx, r, least, limits)
	switch {
	case err != nil:
		return h, err
	case granted == 0 && c.Extra:
		return h, ba.E(ba.BudgetExhausted, "What is left of the AI budget is kept for answers.")
	case granted == 0:
		return h, cmp.Or[error](s.shortage(limits, own, all, least, now), underWay())
	}
	h.ID, h.MicroUSD = r.ID, granted
	h.MaxOutput = int(pays(rates, granted, c.Input, output))
	h.Clipped = int64(h.MaxOutput) < output
	return h, nil
}

// extra returns how much of a limit calls may use that nobody asked for.
func extra(limit int64) int64 {
	if limit == ba.NoLimit {
		return limit
	}
	return limit * warningFrom / 100
}

// output returns how many tokens a call may write.
func (p price) output(asked int64, now time.Time) int64 {
	most := int64(mostOutput)
	if asked > 0 {
		most = asked
	}
	for _, e := range p.at(now) {
		if e.MaxOutput > 0 {
			most = min(most, e.MaxOutput)
		}
	}
	return most
}

// Settle books what the call cost, in micro-dollars, in place of what was set
// aside for it, and returns it.
func (s *Service) Settle(ctx context.Context, h ba.Hold, spent ba.Spent) (int64, error) {
	if h.ID == "" {
		return 0, nil
	}
	cost := s.costOf(h, spent)
	if cost > h.MicroUSD {
		s.Log.Warn("a provider counted more than a call can need", "provider", h.Provider, "model", h.Model, "reserved_microusd", h.MicroUSD, "cost_microusd", cost)
	}
	return cost, s.Store.Settle(ctx, h.ID, cost)
}

// bytesOfToken is how many bytes of an answer make a token, for answers that
// broke off before the provider had counted them: fewer than models need.
const bytesOfToken = 3

// costOf returns what a call cost: what the provider counted. Of a call that
// broke off, what came counts at least; where the provider has counted
// nothing at all, it is what was set aside.
func (s *Service) costOf(h ba.Hold, spent ba.Spent) int64 {
	p, _ := s.Book.price(h.Provider, h.Model)
	u, now := spent.Usage, s.Clock()
	silent := u.InputTokens == 0 && u.OutputTokens == 0
	switch {
	case spent.End == ba.CallRefused:
		return p.cost(u, h.At, now)
	case silent:
		return h.MicroUSD
	case spent.End == ba.CallBroken:
		counted := p.cost(u, h.At, now)
		u.OutputTokens = max(u.OutputTokens, int64(spent.Seen+bytesOfToken-1)/bytesOfToken)
		return max(counted, min(p.cost(u, h.At, now), h.MicroUSD))
	}
	return p.cost(u, h.At, now)
}
