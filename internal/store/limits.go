package store

import (
	"context"
	"database/sql"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	qLimits    query = `SELECT scope, micro_usd FROM spending_limits WHERE scope IN ('instance', 'each', $1)`
	qSetLimit  query = `INSERT INTO spending_limits (scope, micro_usd) VALUES ($1, $2) ON CONFLICT (scope) DO UPDATE SET micro_usd = excluded.micro_usd`
	qDropLimit query = `DELETE FROM spending_limits WHERE scope = $1`

	qModelSpent query = `INSERT INTO spending_by_model (month, provider, model, calls, used_micro_usd) VALUES ($1, $2, $3, 1, $4)
		ON CONFLICT (month, provider, model) DO UPDATE SET calls = spending_by_model.calls + 1, used_micro_usd = spending_by_model.used_micro_usd + excluded.used_micro_usd`
	qModelsSpent query = `SELECT provider, model, calls, used_micro_usd FROM spending_by_model WHERE month = $1 ORDER BY provider, model LIMIT 500`
	qUsersSpent  query = `SELECT user_id, used_micro_usd, reserved_micro_usd FROM spending WHERE month = $1 AND user_id > $2 ORDER BY user_id LIMIT 10000`
)

// SpendingLimits returns what holds for a user: what administrators decided,
// and the rest as given.
func (db *DB) SpendingLimits(ctx context.Context, user ba.UserID, given ba.SpendingLimits) (ba.SpendingLimits, error) {
	decided, err := db.LimitsDecided(ctx, user)
	if err != nil {
		return given, err
	}
	for _, d := range []struct {
		scope ba.LimitScope
		to    *int64
	}{{ba.LimitInstance, &given.Instance}, {ba.LimitEach, &given.User}, {ba.LimitScope(user), &given.User}} {
		if v, is := decided[d.scope]; is {
			*d.to = v
		}
	}
	return given, nil
}

// LimitsDecided returns which limits administrators set in place of the
// configuration, of those that concern a user.
func (db *DB) LimitsDecided(ctx context.Context, user ba.UserID) (map[ba.LimitScope]int64, error) {
	type decision struct {
		scope ba.LimitScope
		value int64
	}
	rows, err := db.engine.read.rows(ctx, qLimits, user)
	found, err := collect(rows, err, func(r *sql.Rows) (d decision, err error) { return d, r.Scan(&d.scope, &d.value) })
	if err != nil {
		return nil, failed("read the limits", err)
	}
	decided := make(map[ba.LimitScope]int64, len(found))
	for _, d := range found {
		decided[d.scope] = d.value
	}
	return decided, nil
}

// SetLimit decides a limit in place of the configuration, or, with nil, takes
// the decision back. Only administrators may.
func (db *DB) SetLimit(ctx context.Context, a ba.Actor, scope ba.LimitScope, microUSD *int64) error {
	if !a.IsAdmin() {
		return ba.E(ba.Forbidden, "Only an administrator decides on budgets.")
	}
	if err := mayChange(a); err != nil {
		return err
	}
	act := ba.Act(a, ba.ActBudgetChanged, "user", string(scope)).With(scope.Detail(microUSD))
	if scope == ba.LimitInstance || scope == ba.LimitEach {
		act.Kind = "budget"
	} else if _, err := db.User(ctx, ba.UserID(scope)); err != nil {
		return err
	}
	return db.audited(ctx, "set a limit", act, func(t *tx) error {
		if microUSD == nil {
			_, err := t.exec(qDropLimit, scope)
			return err
		}
		_, err := t.exec(qSetLimit, scope, *microUSD)
		return err
	})
}

// SpendingByModel returns what each model cost in a month. Only administrators
// may see it.
func (db *DB) SpendingByModel(ctx context.Context, a ba.Actor, m ba.Month) ([]ba.ModelSpending, error) {
	if !a.IsAdmin() {
		return nil, ba.E(ba.Forbidden, "Only an administrator sees what all together spent.")
	}
	rows, err := db.engine.read.rows(ctx, qModelsSpent, m)
	found, err := collect(rows, err, func(r *sql.Rows) (s ba.ModelSpending, err error) {
		return s, r.Scan(&s.Provider, &s.Model, &s.Calls, &s.UsedMicroUSD)
	})
	return found, failed("read the spending of models", err)
}

// SpendingByUser returns what each user who asked anything spent in a month.
// Only administrators may see it.
func (db *DB) SpendingByUser(ctx context.Context, a ba.Actor, m ba.Month) (map[ba.UserID]ba.Spending, error) {
	if !a.IsAdmin() {
		return nil, ba.E(ba.Forbidden, "Only an administrator sees what others spent.")
	}
	type spent struct {
		user ba.UserID
		ba.Spending
	}
	rows, err := db.engine.read.rows(ctx, qUsersSpent, m, everybody)
	found, err := collect(rows, err, func(r *sql.Rows) (s spent, err error) {
		return s, r.Scan(&s.user, &s.UsedMicroUSD, &s.ReservedMicroUSD)
	})
	if err != nil {
		return nil, failed("read the spending of users", err)
	}
	all := make(map[ba.UserID]ba.Spending, len(found))
	for _, s := range found {
		all[s.user] = s.Spending
	}
	return all, nil
}
