package budget

import (
	"context"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Overview is what all together spent this month, for administrators.
type Overview struct {
	Limits     ba.SpendingLimits // in force: for each user without a limit of their own, and for all
	Configured ba.SpendingLimits // what holds where nothing was decided
	Decided    map[ba.LimitScope]int64
	All        ba.Spending
	Models     []ba.ModelSpending
	Users      map[ba.UserID]ba.Spending
	Month      ba.Month
}

// Overview returns what all together spent this month.
func (s *Service) Overview(ctx context.Context, a ba.Actor) (Overview, error) {
	o := Overview{Configured: s.Limits, Month: ba.MonthOf(s.Clock())}
	var err error
	if o.Models, err = s.Store.SpendingByModel(ctx, a, o.Month); err != nil {
		return o, err
	}
	if o.Users, err = s.Store.SpendingByUser(ctx, a, o.Month); err != nil {
		return o, err
	}
	if _, o.All, err = s.Store.Spending(ctx, a.User, o.Month); err != nil {
		return o, err
	}
	if o.Decided, err = s.Store.LimitsDecided(ctx, ""); err != nil {
		return o, err
	}
	o.Limits, err = s.Store.SpendingLimits(ctx, "", s.Limits)
	return o, err
}

// Of returns what a user spent this month, the limit, and whether it was
// decided for this user alone. It is for administrators.
func (s *Service) Of(ctx context.Context, a ba.Actor, user ba.UserID) (spent ba.Spending, limit int64, own bool, err error) {
	if !a.IsAdmin() {
		return spent, 0, false, ba.E(ba.Forbidden, "Only an administrator sees what others spent.")
	}
	decided, err := s.Store.LimitsDecided(ctx, user)
	if err != nil {
		return spent, 0, false, err
	}
	limits, err := s.Store.SpendingLimits(ctx, user, s.Limits)
	if err != nil {
		return spent, 0, false, err
	}
	spent, _, err = s.Store.Spending(ctx, user, ba.MonthOf(s.Clock()))
	_, own = decided[ba.LimitScope(user)]
	return spent, limits.User, own, err
}

// maxLimit is a million dollars.
const maxLimit = 1_000_000_000_000

// SetLimit decides a limit in place of the configuration, or, with nil, takes
// the decision back. It holds from the next call on, on every instance.
func (s *Service) SetLimit(ctx context.Context, a ba.Actor, scope ba.LimitScope, microUSD *int64) error {
	if microUSD != nil && (*microUSD < 0 && *microUSD != ba.NoLimit || *microUSD > maxLimit) {
		return &ba.Error{Kind: ba.Invalid, Msg: "A limit is between 0 and 1,000,000 dollars.", Fields: []ba.Field{{Location: "body.limit_microusd", Message: "must be between 0 and 1,000,000 dollars"}}}
	}
	return s.Store.SetLimit(ctx, a, scope, microUSD)
}
