package store

import (
	"context"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	qAddLoginCode  query = `INSERT INTO login_codes (hash, user_id, challenge, expires_at) VALUES ($1, $2, $3, $4)`
	qTakeLoginCode query = `DELETE FROM login_codes WHERE hash = $1 RETURNING user_id, challenge, expires_at`
	qSweepCodes    query = `DELETE FROM login_codes WHERE expires_at < $1`
	qUseOnce       query = `INSERT INTO used_once (hash, expires_at) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING`
	qSweepUsedOnce query = `DELETE FROM used_once WHERE expires_at < $1`
)

// PutLoginCode stores a one-time code for a separate front end.
func (db *DB) PutLoginCode(ctx context.Context, c ba.LoginCode) error {
	return db.write(ctx, "store a sign-in code", func(t *tx) error {
		if _, err := t.exec(qSweepCodes, toMS(db.clock())); err != nil {
			return err
		}
		_, err := t.exec(qAddLoginCode, c.Hash, c.User, c.Challenge, toMS(c.ExpiresAt))
		return err
	})
}

// TakeLoginCode removes the code and returns it. One that was taken before, or
// has expired, is NotFound.
func (db *DB) TakeLoginCode(ctx context.Context, hash []byte) (ba.LoginCode, error) {
	c := ba.LoginCode{Hash: hash}
	const gone = "This sign-in code was used or has expired. Sign in again."
	err := db.engine.write.write(ctx, func(t *tx) error {
		var expires int64
		if err := t.row(qTakeLoginCode, hash).Scan(&c.User, &c.Challenge, &expires); err != nil {
			return err
		}
		c.ExpiresAt = fromMS(expires)
		return nil
	})
	if err != nil {
		return ba.LoginCode{}, missing(err, "take a sign-in code", gone)
	}
	if !c.ExpiresAt.After(db.clock()) {
		return ba.LoginCode{}, ba.E(ba.NotFound, gone)
	}
	return c, nil
}

// UseOnce reports whether the hash is seen for the first time before it
// expires: the guard against replayed sign-in answers.
func (db *DB) UseOnce(ctx context.Context, hash []byte, expires time.Time) (bool, error) {
	first := false
	err := db.write(ctx, "guard against replay", func(t *tx) error {
		if _, err := t.exec(qSweepUsedOnce, toMS(db.clock())); err != nil {
			return err
		}
		n, err := t.exec(qUseOnce, hash, toMS(expires))
		first = n == 1
		return err
	})
	return first, err
}
