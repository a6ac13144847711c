package budget

import (
	"context"
	"fmt"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// State is how much of a budget is left.
type State string

// The states of a budget.
const (
	OK        State = "ok"
	Warning   State = "warning"  // from 80 % on
	Critical  State = "critical" // from 95 % on
	Exhausted State = "exhausted"
)

const warningFrom, criticalFrom = 80, 95 // percent

// Standing is how a user stands in this month.
type Standing struct {
	Limit, Used, Reserved int64 // micro-dollars of the user
	Percent               int   // used, of the limit
	State                 State // of the user, or of everybody where that is worse
	Reason                string
	ResetsAt              time.Time
}

// Standing returns how the actor stands, with a sentence for the person where
// the state is not OK.
func (s *Service) Standing(ctx context.Context, a ba.Actor) (Standing, error) {
	now := s.Clock()
	month := ba.MonthOf(now)
	own, all, err := s.Store.Spending(ctx, a.User, month)
	if err != nil {
		return Standing{}, err
	}
	limits, err := s.Store.SpendingLimits(ctx, a.User, s.Limits)
	if err != nil {
		return Standing{}, err
	}
	v := Standing{Limit: limits.User, Used: own.UsedMicroUSD, Reserved: own.ReservedMicroUSD, ResetsAt: month.End(),
		Percent: percent(own.UsedMicroUSD, limits.User)}
	least := s.cheapest(now)
	v.State = state(own.UsedMicroUSD, limits.User, least)
	v.Reason = s.reason(v.State, whose{"Your AI budget", limits.User}, own, month)
	if shared := state(all.UsedMicroUSD, limits.Instance, least); worse(shared, v.State) {
		v.State, v.Reason = shared, s.reason(shared, whose{everybodysBudget, limits.Instance}, all, month)
	}
	return v, nil
}

// cheapest returns what the cheapest short answer costs at most among the
// models that cost anything.
func (s *Service) cheapest(now time.Time) int64 {
	var least int64
	for _, o := range s.Offered {
		p, _ := s.Book.price(o.Provider, o.Model)
		if n := worst(p.possible(now, shortQuestion), shortQuestion, leastOutput); n > 0 && (least == 0 || n < least) {
			least = n
		}
	}
	return least
}

func percent(used, limit int64) int {
	switch {
	case limit == ba.NoLimit:
		return 0
	case limit == 0:
		return 100
	}
	return int(used * 100 / limit)
}

// state judges a limit of which so much is used, where the cheapest answer
// costs least. A limit of zero is used up.
func state(used, limit, least int64) State {
	switch n := percent(used, limit); {
	case limit == ba.NoLimit:
		return OK
	case n >= 100, used+least > limit:
		return Exhausted
	case n >= criticalFrom:
		return Critical
	case n >= warningFrom:
		return Warning
	}
	return OK
}

var order = map[State]int{OK: 0, Warning: 1, Critical: 2, Exhausted: 3}

func worse(a, b State) bool { return order[a] > order[b] }

// whose is a limit and how people call it.
type whose struct {
	name  string
	limit int64
}

const everybodysBudget = "The AI budget of everybody here together"

func (s *Service) reason(st State, w whose, spent ba.Spending, month ba.Month) string {
	switch st {
	case OK:
		return ""
	case Exhausted:
		return s.exhausted(w, spent, month)
	}
	return fmt.Sprintf("%s for %s is used to %d %%: %s of %s. It begins anew on %s.", w.name, monthName(month), percent(spent.UsedMicroUSD, w.limit),
		Dollars(spent.UsedMicroUSD), Dollars(w.limit), dateOf(month.End()))
}

// exhausted says that nothing can be asked, why, and until when.
func (s *Service) exhausted(w whose, spent ba.Spending, month ba.Month) string {
	text := fmt.Sprintf("%s of %s for %s is used up.", w.name, Dollars(w.limit), monthName(month))
	if rest := w.limit - spent.UsedMicroUSD; rest > 0 {
		text = fmt.Sprintf("%s for %s has %s left of %s, which does not pay for another answer.", w.name, monthName(month), Dollars(rest), Dollars(w.limit))
	}
	text += fmt.Sprintf(" You can ask again from %s, or ask your administrator to raise it. Everything that was written stays readable.", dateOf(month.End()))
	if s.anyFree() {
		text += " Models that cost nothing still answer."
	}
	return text
}

func (s *Service) anyFree() bool {
	for _, o := range s.Offered {
		if s.Book.Free(o.Provider, o.Model) {
			return true
		}
	}
	return false
}

// shortage returns BudgetExhausted where what is used leaves less than least,
// and nil where it does not.
func (s *Service) shortage(limits ba.SpendingLimits, own, all ba.Spending, least int64, now time.Time) error {
	month := ba.MonthOf(now)
	for _, l := range []struct {
		whose
		spent ba.Spending
	}{{whose{"Your AI budget", limits.User}, own}, {whose{everybodysBudget, limits.Instance}, all}} {
		if l.limit != ba.NoLimit && l.spent.UsedMicroUSD+least > l.limit {
			return ba.E(ba.BudgetExhausted, s.exhausted(l.whose, l.spent, month))
		}
	}
	return nil
}

func underWay() error {
	return &ba.Error{Kind: ba.RateLimited, Code: "budget_reserved", RetryAfter: 20 * time.Second,
		Msg: "What is left of the AI budget is set aside for answers that are being written. Try again when they have ended."}
}

func unpriced(model string) error {
	return &ba.Error{Kind: ba.Conflict, Code: "model_unpriced",
		Msg: fmt.Sprintf("The price of the model %q is not known here, so it is not asked. Ask your administrator to give its price (AI_PRICES_FILE) or to declare it free (AI_FREE), or begin a conversation with another model.", model)}
}

// Dollars returns an amount as people write it.
func Dollars(microUSD int64) string {
	const cent = 10_000
	if microUSD > 0 && microUSD < cent {
		return "less than $0.01"
	}
	return fmt.Sprintf("$%d.%02d", microUSD/(100*cent), microUSD/cent%100)
}

func monthName(m ba.Month) string { return m.End().AddDate(0, 0, -1).Format("January") }

func dateOf(t time.Time) string { return t.Format("2 January 2006") + " (UTC)" }
