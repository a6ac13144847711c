package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Where several rows are locked, it is in this order: turn, reservation,
// everybody's month, the user's month, the model's.
const (
	qOwnTurn       query = `SELECT id FROM turns WHERE id = $1 AND epoch = $2 AND state = 'streaming' FOR UPDATE`
	qLockTurn      query = `SELECT id FROM turns WHERE id = $1 FOR UPDATE`
	qOpenMonth     query = `INSERT INTO spending (month, user_id, used_micro_usd, reserved_micro_usd) VALUES ($1, $2, 0, 0) ON CONFLICT (month, user_id) DO NOTHING`
	qLockMonth     query = `SELECT used_micro_usd, reserved_micro_usd FROM spending WHERE month = $1 AND user_id = $2 FOR UPDATE`
	qMonth         query = `SELECT used_micro_usd, reserved_micro_usd FROM spending WHERE month = $1 AND user_id = $2`
	qSetAside      query = `UPDATE spending SET reserved_micro_usd = reserved_micro_usd + $1 WHERE month = $2 AND user_id = $3`
	qSpend         query = `UPDATE spending SET used_micro_usd = used_micro_usd + $1, reserved_micro_usd = reserved_micro_usd - $2 WHERE month = $3 AND user_id = $4`
	qAddReserved   query = `INSERT INTO reservations (id, user_id, turn_id, epoch, owner, month, provider, model, micro_usd, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	qReservedTurn  query = `SELECT turn_id FROM reservations WHERE id = $1`
	qTakeReserved  query = `DELETE FROM reservations WHERE id = $1 RETURNING user_id, turn_id, month, provider, model, micro_usd`
	qTurnsReserved query = `SELECT id FROM reservations WHERE turn_id = $1 LIMIT 100`
	qAddCost       query = `UPDATE turns SET cost_micro_usd = cost_micro_usd + $1 WHERE id = $2`
	qCost          query = `SELECT cost_micro_usd FROM turns WHERE id = $1`
	qLeftReserved  query = `SELECT r.id FROM reservations r WHERE ($1 = 1 OR (r.owner = $2 AND r.owner <> '') OR r.created_at < $3)
		AND NOT EXISTS (SELECT 1 FROM turns u WHERE u.id = r.turn_id AND u.epoch = r.epoch AND u.state = 'streaming') LIMIT 1000`
)

// everybody is in place of a user's id in the row of all users together.
const everybody ba.UserID = ""

// Reserve sets r.MicroUSD aside, or what both limits leave of it where that is
// not less than least, and returns how much. Zero means that it was refused;
// the spending of the user and of everybody, as it was before, says why. It is
// a Conflict where r's turn is no longer its owner's.
func (db *DB) Reserve(ctx context.Context, r ba.Reservation, least int64, limits ba.SpendingLimits) (granted int64, user, all ba.Spending, err error) {
	err = db.write(ctx, "reserve", func(t *tx) error {
		if err := stillOwned(t, r); err != nil {
			return err
		}
		if all, err = lockMonth(t, r.Month, everybody); err != nil {
			return err
		}
		if user, err = lockMonth(t, r.Month, r.User); err != nil {
			return err
		}
		granted = min(r.MicroUSD, left(limits.User, user, r.MicroUSD), left(limits.Instance, all, r.MicroUSD))
		if granted < least || granted <= 0 {
			granted = 0
			return nil
		}
		return setAside(t, r, granted)
	})
	return granted, user, all, err
}

func stillOwned(t *tx, r ba.Reservation) error {
	if r.Turn == "" {
		return nil
	}
	var id string
	err := t.row(qOwnTurn, r.Turn, r.Epoch).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return turnLost()
	}
	return err
}

// lockMonth returns a month's row, made where it is the first of its month,
// and keeps it from others until the transaction ends.
func lockMonth(t *tx, m ba.Month, user ba.UserID) (ba.Spending, error) {
	s, err := scanSpending(t.row(qLockMonth, m, user))
	if !errors.Is(err, sql.ErrNoRows) {
		return s, err
	}
	if _, err := t.exec(qOpenMonth, m, user); err != nil {
		return s, err
	}
	return scanSpending(t.row(qLockMonth, m, user))
}

func scanSpending(row scanner) (s ba.Spending, err error) {
	err = row.Scan(&s.UsedMicroUSD, &s.ReservedMicroUSD)
	return s, err
}

// left returns what may still be spent, and enough where there is no limit.
func left(limit int64, s ba.Spending, enough int64) int64 {
	if limit == ba.NoLimit {
		return enough
	}
	return limit - s.UsedMicroUSD - s.ReservedMicroUSD
}

func setAside(t *tx, r ba.Reservation, amount int64) error {
	for _, user := range []ba.UserID{everybody, r.User} {
		if _, err := t.exec(qSetAside, amount, r.Month, user); err != nil {
			return err
		}
	}
	_, err := t.exec(qAddReserved, r.ID, r.User, r.Turn, r.Epoch, r.Owner, r.Month, r.Provider, plain(r.Model), amount, toMS(r.CreatedAt))
	return err
}

// Settle replaces what was set aside by the cost, in the month of the
// reservation, and adds it to the turn. One that is settled already stays so.
func (db *DB) Settle(ctx context.Context, id ba.ReservationID, cost int64) error {
	return db.write(ctx, "settle", func(t *tx) error { return settle(t, id, &cost) })
}

// settle without a cost takes what was reserved for it.
func settle(t *tx, id ba.ReservationID, cost *int64) error {
	var turn ba.TurnID
	if err := t.row(qReservedTurn, id).Scan(&turn); err != nil {
		return settled(err)
	}
	var locked string
	if err := t.row(qLockTurn, turn).Scan(&locked); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	var user ba.UserID
	var month ba.Month
	var provider, model string
	var reserved int64
	if err := t.row(qTakeReserved, id).Scan(&user, &turn, &month, &provider, &model, &reserved); err != nil {
		return settled(err)
	}
	spent := reserved
	if cost != nil {
		spent = *cost
	}
	for _, who := range []ba.UserID{everybody, user} {
		if _, err := t.exec(qSpend, spent, reserved, month, who); err != nil {
			return err
		}
	}
	if _, err := t.exec(qModelSpent, month, provider, model, spent); err != nil {
		return err
	}
	_, err := t.exec(qAddCost, spent, turn)
	return err
}

// settled reads "no rows" as: somebody was faster.
func settled(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// settleTurn settles what a turn that has ended left reserved, and returns
// what the turn cost.
func settleTurn(t *tx, id ba.TurnID) (cost int64, err error) {
	rows, err := t.rows(qTurnsReserved, id)
	left, err := collect(rows, err, scanReservationID)
	if err != nil {
		return 0, err
	}
	for _, r := range left {
		if err := settle(t, r, nil); err != nil {
			return 0, err
		}
	}
	err = t.row(qCost, id).Scan(&cost)
	return cost, err
}

func scanReservationID(r *sql.Rows) (id ba.ReservationID, err error) {
	err = r.Scan(&id)
	return id, err
}

// settleLeft settles what calls left reserved that nobody makes any more: those
// of turns that have ended or are gone, and those of no turn. Only what the
// instance itself had begun counts at once, at its start; on SQLite, which has
// one process, everything does. Else what is older than any call can be.
func (db *DB) settleLeft(ctx context.Context, all int, instance string, before int64) error {
	rows, err := db.engine.read.rows(ctx, qLeftReserved, all, instance, before)
	left, err := collect(rows, err, scanReservationID)
	if err != nil {
		return failed("find reservations that were left", err)
	}
	for _, id := range left {
		if err := db.write(ctx, "settle what was left", func(t *tx) error { return settle(t, id, nil) }); err != nil {
			return err
		}
	}
	return nil
}

// Spending returns what the user, and all together, spent in a month.
func (db *DB) Spending(ctx context.Context, user ba.UserID, m ba.Month) (own, all ba.Spending, err error) {
	for _, s := range []struct {
		user ba.UserID
		to   *ba.Spending
	}{{user, &own}, {everybody, &all}} {
		if *s.to, err = scanSpending(db.engine.read.row(ctx, qMonth, m, s.user)); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return own, all, failed("read the spending", err)
		}
	}
	return own, all, nil
}
