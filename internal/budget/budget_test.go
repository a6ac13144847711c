package budget_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/budget"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

// penny is a provider whose input and output cost a micro-dollar a token.
const penny = `{"prices": [{"provider": "penny", "models": ["m"], "rates": {"input": 1000000, "cached_input": 500000, "output": 1000000}, "date": "2026-11-28", "source": "test"}]}`

// purse is a service on a real store with one user.
type purse struct {
	*budget.Service
	t     testing.TB
	store budget.Store
	user  ba.Actor
	clock *storetest.Clock
}

func newPurse(t testing.TB, e storetest.Engine, limits ba.SpendingLimits, free ...string) *purse {
	t.Helper()
	p := &purse{t: t, clock: storetest.NewClock()}
	db := e.New(t, p.clock.Set)
	p.store, p.user = db, storetest.User(t, db, "olga")
	book, err := budget.NewBook(penny, free)
	if err != nil {
		t.Fatal(err)
	}
	offered := []budget.Offered{{Provider: "penny", Model: "m"}, {Provider: "analyst"}}
	p.Service, err = budget.New(budget.Deps{Store: db, Book: book, Limits: limits, Offered: offered, Instance: "one", Clock: p.clock.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func sqlite() storetest.Engine { return storetest.Engines()[0] }

func users(limit int64) ba.SpendingLimits {
	return ba.SpendingLimits{User: limit, Instance: ba.NoLimit}
}

func (p *purse) call(input int64, output int) ba.Call {
	return ba.Call{User: p.user.User, Provider: "penny", Model: "m", Input: input, MaxOutput: output}
}

func (p *purse) reserve(c ba.Call) ba.Hold {
	p.t.Helper()
	h, err := p.Reserve(p.t.Context(), c)
	if err != nil {
		p.t.Fatal(err)
	}
	return h
}

func (p *purse) settle(h ba.Hold, s ba.Spent) int64 {
	p.t.Helper()
	cost, err := p.Settle(p.t.Context(), h, s)
	if err != nil {
		p.t.Fatal(err)
	}
	return cost
}

func (p *purse) standing() budget.Standing {
	p.t.Helper()
	s, err := p.Standing(p.t.Context(), p.user)
	if err != nil {
		p.t.Fatal(err)
	}
	return s
}

func refused(t testing.TB, what string, err error, code string, words ...string) {
	t.Helper()
	if err == nil || ba.CodeOf(err) != code {
		t.Fatalf("%s: the error is %v, want the code %s", what, err, code)
	}
	for _, w := range words {
		if !strings.Contains(ba.Explain(err), w) {
			t.Errorf("%s: %q does not say %q", what, ba.Explain(err), w)
		}
	}
}

func TestACallCostsWhatTheProviderCounted(t *testing.T) {
	p := newPurse(t, sqlite(), users(100_000))
	for name, c := range map[string]struct {
		spent ba.Spent
		want  int64
	}{
		"a whole answer":           {ba.Spent{Usage: ba.Usage{InputTokens: 900, CachedTokens: 400, OutputTokens: 300}, Seen: 5000}, 1000},
		"one that says nothing":    {ba.Spent{Seen: 10}, 5000},
		"one that was not begun":   {ba.Spent{End: ba.CallRefused}, 0},
		"refused, but counted":     {ba.Spent{End: ba.CallRefused, Usage: ba.Usage{InputTokens: 7}}, 7},
		"broken off in silence":    {ba.Spent{End: ba.CallBroken, Seen: 30}, 5000},
		"broken off, counted":      {ba.Spent{End: ba.CallBroken, Usage: ba.Usage{InputTokens: 900, OutputTokens: 300}, Seen: 30}, 1200},
		"broken off, half so":      {ba.Spent{End: ba.CallBroken, Usage: ba.Usage{InputTokens: 900, OutputTokens: 1}, Seen: 601}, 1101},
		"more than it can be":      {ba.Spent{Usage: ba.Usage{InputTokens: 6000}}, 6000},
		"broken off, seen a flood": {ba.Spent{End: ba.CallBroken, Usage: ba.Usage{InputTokens: 900}, Seen: 1_000_000}, 5000},
	} {
		h := p.reserve(p.call(1000, 4000))
		if h.MicroUSD != 5000 || h.MaxOutput != 4000 || h.Clipped {
			t.Fatalf("held %+v", h)
		}
		before := p.standing()
		if got := p.settle(h, c.spent); got != c.want {
			t.Errorf("%s costs %d, want %d", name, got, c.want)
		}
		if after := p.standing(); after.Used-before.Used != c.want || after.Reserved != 0 || before.Reserved != 5000 {
			t.Errorf("%s: %+v became %+v", name, before, after)
		}
	}
}

func TestAnAnswerIsMadeShorterBeforeItIsRefused(t *testing.T) {
	p := newPurse(t, sqlite(), users(10_000))
	first := p.reserve(p.call(2000, 5000))
	h := p.reserve(p.call(1000, 5000))
	if !h.Clipped || h.MaxOutput != 2000 || h.MicroUSD != 3000 {
		t.Errorf("held %+v of the 3000 that were left", h)
	}
	_, err := p.Reserve(t.Context(), p.call(1000, 5000))
	refused(t, "while others are written", err, "budget_reserved", "being written")
	if ba.KindOf(err) != ba.RateLimited {
		t.Errorf("it is no matter of waiting: %v", err)
	}
	p.settle(first, ba.Spent{Usage: ba.Usage{InputTokens: 2000, OutputTokens: 5000}})
	p.settle(h, ba.Spent{Usage: ba.Usage{InputTokens: 1000, OutputTokens: 1500}})
	_, err = p.Reserve(t.Context(), p.call(1000, 5000))
	refused(t, "when all is used", err, "budget_exhausted", "less than $0.01", "You can ask again from 1 ", "(UTC)", "readable")
}

func TestThePersonIsWarnedAtEightyAndNinetyFivePercent(t *testing.T) {
	for _, c := range []struct {
		used    int64
		percent int
		state   budget.State
		reason  string
	}{
		{0, 0, budget.OK, ""}, {39_999_999, 79, budget.OK, ""}, {40_000_000, 80, budget.Warning, "80 %: $40.00 of $50.00"},
		{47_499_999, 94, budget.Warning, "94 %"}, {47_500_000, 95, budget.Critical, "95 %"},
		{49_995_000, 99, budget.Exhausted, "does not pay for another answer"}, {50_000_000, 100, budget.Exhausted, "used up"},
	} {
		p := newPurse(t, sqlite(), users(50_000_000))
		if c.used > 0 {
			h := p.reserve(p.call(50_000_000-1000, 1000))
			p.settle(h, ba.Spent{Usage: ba.Usage{InputTokens: c.used}})
		}
		s := p.standing()
		if s.Percent != c.percent || s.State != c.state || !strings.Contains(s.Reason, c.reason) || (s.Reason == "") != (c.state == budget.OK) {
			t.Errorf("with %d used: %+v", c.used, s)
		}
		if now := p.clock.Now(); s.ResetsAt.Day() != 1 || !s.ResetsAt.After(now) || s.ResetsAt.After(now.AddDate(0, 1, 1)) {
			t.Errorf("it begins anew at %v", s.ResetsAt)
		}
		if err := p.Check(t.Context(), p.user.User, "penny", "m"); (err != nil) != (c.state == budget.Exhausted) {
			t.Errorf("with %d used the check says %v", c.used, err)
		}
	}
}

func TestACallThatNobodyAskedForLeavesTheLastFifthToAnswers(t *testing.T) {
	for name, limits := range map[string]ba.SpendingLimits{
		"of the user": users(100_000), "of all together": {User: ba.NoLimit, Instance: 100_000},
	} {
		p := newPurse(t, sqlite(), limits)
		extra := p.call(1_000, 1_000)
		extra.Extra = true
		answer := p.reserve(p.call(1_000, 77_000))
		first := p.reserve(extra) // all but the last fifth is set aside now
		if first.MaxOutput != 1_000 || first.Clipped {
			t.Errorf("%s: granted %+v", name, first)
		}
		if _, err := p.Reserve(t.Context(), extra); ba.KindOf(err) != ba.BudgetExhausted {
			t.Errorf("%s: one more gets %v", name, err)
		}
		p.settle(first, ba.Spent{End: ba.CallRefused})
		p.settle(answer, ba.Spent{Usage: ba.Usage{OutputTokens: 80_000}})
		if _, err := p.Reserve(t.Context(), extra); ba.KindOf(err) != ba.BudgetExhausted {
			t.Errorf("%s: after the warning it gets %v", name, err)
		}
		if h := p.reserve(p.call(1_000, 1_000)); h.MaxOutput != 1_000 {
			t.Errorf("%s: an answer gets %+v", name, h)
		}
	}
}

func TestWhatIsFreeIsAnsweredWhateverWasSpent(t *testing.T) {
	p := newPurse(t, sqlite(), users(0), "analyst")
	if err := p.Check(t.Context(), p.user.User, "analyst", ""); err != nil {
		t.Error(err)
	}
	h, err := p.Reserve(t.Context(), ba.Call{User: p.user.User, Provider: "analyst", Input: 1 << 40})
	if err != nil || h.ID != "" || h.MaxOutput != 0 {
		t.Errorf("held %+v, %v", h, err)
	}
	if cost := p.settle(h, ba.Spent{Usage: ba.Usage{InputTokens: 5, OutputTokens: 5}}); cost != 0 {
		t.Errorf("it cost %d", cost)
	}
	refused(t, "what costs something", p.Check(t.Context(), p.user.User, "penny", "m"), "budget_exhausted", "cost nothing still answer")
	refused(t, "what has no price", p.Check(t.Context(), p.user.User, "penny", "other"), "model_unpriced", `"other"`, "AI_PRICES_FILE", "AI_FREE")
	_, err = p.Reserve(t.Context(), ba.Call{User: p.user.User, Provider: "penny", Model: "other"})
	refused(t, "a call of what has no price", err, "model_unpriced")
}

func TestTheBudgetOfAllTogetherIsToldAsTheirs(t *testing.T) {
	p := newPurse(t, sqlite(), ba.SpendingLimits{User: 1_000_000, Instance: 20_000})
	p.settle(p.reserve(p.call(1000, 17_000)), ba.Spent{Usage: ba.Usage{OutputTokens: 16_500}})
	s := p.standing()
	if s.State != budget.Exhausted || s.Percent != 1 || !strings.Contains(s.Reason, "everybody here together") {
		t.Errorf("standing %+v", s)
	}
	refused(t, "one more", p.Check(t.Context(), p.user.User, "penny", "m"), "budget_exhausted", "everybody here together")
}

func TestTheNextMonthBeginsAnewAndAnEarlierCallIsBookedInItsOwn(t *testing.T) {
	p := newPurse(t, sqlite(), users(10_000))
	h := p.reserve(p.call(1000, 9000))
	month := ba.MonthOf(p.clock.Now())
	p.clock.Add(month.End().Sub(p.clock.Now()))
	if err := p.Check(t.Context(), p.user.User, "penny", "m"); err != nil {
		t.Errorf("in the new month: %v", err)
	}
	p.settle(h, ba.Spent{Usage: ba.Usage{InputTokens: 10, OutputTokens: 20}})
	if s := p.standing(); s.Used != 0 || s.Reserved != 0 {
		t.Errorf("the new month has %+v", s)
	}
	if own, _, err := p.store.Spending(t.Context(), p.user.User, month); err != nil || own.UsedMicroUSD != 30 {
		t.Errorf("the old month has %+v, %v", own, err)
	}
}

func TestOfAHundredCallsAtOnceOnlySevenArePaidFor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		p := newPurse(t, e, users(7*5000))
		var paid, cost atomic.Int64
		var calls sync.WaitGroup
		holds := make(chan ba.Hold, 100)
		for range 100 {
			calls.Go(func() {
				h, err := p.Reserve(context.WithoutCancel(t.Context()), p.call(1000, 4000))
				if err == nil {
					paid.Add(1)
					holds <- h
				} else if ba.CodeOf(err) != "budget_reserved" {
					t.Errorf("refused: %v", err)
				}
			})
		}
		calls.Wait()
		close(holds)
		for h := range holds {
			cost.Add(p.settle(h, ba.Spent{Usage: ba.Usage{InputTokens: 1000, OutputTokens: 4000}}))
		}
		if paid.Load() != 7 || cost.Load() != 35_000 || p.standing().Used != 35_000 {
			t.Errorf("%d calls cost %d; standing %+v", paid.Load(), cost.Load(), p.standing())
		}
	})
}

// TestNoHistoryOfCallsCostsMoreThanTheLimit plays random calls of several
// people at once, each of which the provider counts up to what it was allowed.
func TestNoHistoryOfCallsCostsMoreThanTheLimit(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		p := newPurse(t, e, ba.SpendingLimits{User: 40_000, Instance: 90_000})
		var sum atomic.Int64
		var people sync.WaitGroup
		for i := range 10 {
			people.Go(func() {
				random := rand.New(rand.NewPCG(seed, uint64(i)))
				for range 25 {
					c := p.call(random.Int64N(3000), 1+random.IntN(6000))
					c.User += ba.UserID(rune('a' + i%3))
					h, err := p.Reserve(context.WithoutCancel(t.Context()), c)
					if err != nil {
						continue
					}
					u := ba.Usage{InputTokens: random.Int64N(c.Input + 1), OutputTokens: random.Int64N(int64(h.MaxOutput) + 1)}
					cost, err := p.Settle(context.WithoutCancel(t.Context()), h, ba.Spent{End: ba.CallEnd(random.IntN(3)), Usage: u, Seen: random.IntN(20_000)})
					if err != nil || cost > h.MicroUSD {
						t.Errorf("%+v cost %d of %+v: %v", u, cost, h, err)
					}
					sum.Add(cost)
				}
			})
		}
		people.Wait()
		var own int64
		for i := range 3 {
			s, all, err := p.store.Spending(t.Context(), p.user.User+ba.UserID(rune('a'+i)), ba.MonthOf(p.clock.Now()))
			if err != nil || s.UsedMicroUSD > 40_000 || s.ReservedMicroUSD != 0 || all.UsedMicroUSD > 90_000 || all.ReservedMicroUSD != 0 {
				t.Errorf("spent %+v of all %+v, %v", s, all, err)
			}
			own += s.UsedMicroUSD
		}
		if own != sum.Load() || own == 0 {
			t.Errorf("the books say %d, the calls cost %d", own, sum.Load())
		}
	})
}

func TestAmountsAreWrittenAsDollars(t *testing.T) {
	for micro, want := range map[int64]string{0: "$0.00", 1: "less than $0.01", 9_999: "less than $0.01", 10_000: "$0.01", 50_000_000: "$50.00", 1_234_567_890: "$1234.56"} {
		if got := budget.Dollars(micro); got != want {
			t.Errorf("%d is %q, want %q", micro, got, want)
		}
	}
}
