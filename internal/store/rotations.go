package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	qLastRotation query = `SELECT id, started_at, finished_at FROM key_rotations WHERE kind = $1 ORDER BY started_at DESC LIMIT 1`
	qAddRotation  query = `INSERT INTO key_rotations (id, kind, started_at) VALUES ($1, $2, $3)`
	qEndRotation  query = `UPDATE key_rotations SET finished_at = $1 WHERE id = $2`
	qDropRotation query = `DELETE FROM key_rotations WHERE id = $1`

	qEndEverySession query = `DELETE FROM sessions WHERE expires_at >= $1`
	qEndEveryCode    query = `DELETE FROM login_codes WHERE expires_at >= $1`
	qEndEveryToken   query = `DELETE FROM tokens WHERE user_id > $1`
	qEndTokens       query = `DELETE FROM tokens WHERE user_id = $1`
	qEndCodes        query = `DELETE FROM login_codes WHERE user_id = $1`
	qUsersByAddress  query = `SELECT ` + userColumns + ` FROM users u WHERE u.email_hash = $1 ORDER BY u.id LIMIT 20`
)

// RotationKind says which keys were replaced.
type RotationKind string

// The kinds of rotation.
const (
	RotationOfMaster RotationKind = "master" // of the key that wraps the data keys
	RotationOfData   RotationKind = "data"   // of the data keys, with everything that they sealed
)

// Rotation is one replacement of keys.
type Rotation struct {
	ID       string
	Started  time.Time
	Finished time.Time // zero while it is under way, or was cut short
}

// LastRotation returns the newest rotation of the kind; one without an ID
// where there was none.
func (db *DB) LastRotation(ctx context.Context, kind RotationKind) (Rotation, error) {
	var r Rotation
	var started, finished int64
	err := db.engine.read.row(ctx, qLastRotation, kind).Scan(&r.ID, &started, &finished)
	if errors.Is(err, sql.ErrNoRows) {
		return Rotation{}, nil
	}
	r.Started, r.Finished = fromMS(started), fromMS(finished)
	return r, failed("read the last rotation of keys", err)
}

// BeginRotation returns the rotation that was cut short, or a new one.
func (db *DB) BeginRotation(ctx context.Context, kind RotationKind) (Rotation, error) {
	r, err := db.LastRotation(ctx, kind)
	if err != nil || r.ID != "" && r.Finished.IsZero() {
		return r, err
	}
	r = Rotation{ID: ba.NewID[string](), Started: db.now()}
	return r, db.exec(ctx, "begin a rotation of keys", qAddRotation, r.ID, kind, toMS(r.Started))
}

// EndRotation notes that a rotation is complete, with the entry that says so.
func (db *DB) EndRotation(ctx context.Context, r Rotation, act ba.AuditEntry) error {
	return db.audited(ctx, "end a rotation of keys", act, func(t *tx) error {
		_, err := t.exec(qEndRotation, toMS(db.clock()), r.ID)
		return err
	})
}

// Revoked counts what was ended.
type Revoked struct{ Sessions, Tokens int64 }

// RevokeAccess ends the sessions of a user, or of everybody where the user is
// empty, with sign-ins that are under way, and where asked the API tokens too. It is
// for the operator of the machine, and recorded as the operator's act.
func (db *DB) RevokeAccess(ctx context.Context, user ba.UserID, tokens bool) (Revoked, error) {
	var r Revoked
	act := ba.Act(ba.Operator(), ba.ActSessionsRevoked, "user", string(user))
	if tokens {
		act = act.With("with tokens")
	}
	err := db.audited(ctx, "end sessions", act, func(t *tx) error {
		sessions, codes, ends, from, who := qDeleteSessions, qEndCodes, qEndTokens, any(user), any(user)
		if user == "" {
			sessions, codes, ends, from, who = qEndEverySession, qEndEveryCode, qEndEveryToken, int64(0), ""
		}
		var err error
		if r.Sessions, err = t.exec(sessions, from); err != nil {
			return err
		}
		if _, err = t.exec(codes, from); err != nil || !tokens {
			return err
		}
		r.Tokens, err = t.exec(ends, who)
		return err
	})
	return r, err
}

// UsersByAddress returns the users with an address, whatever its case; also
// disabled ones, and those whose address nobody vouched for. It is for the
// operator of the machine.
func (db *DB) UsersByAddress(ctx context.Context, email string) ([]ba.User, error) {
	hash, err := db.emailHash(ctx, email)
	if err != nil {
		return nil, err
	}
	rows, err := db.engine.read.rows(ctx, qUsersByAddress, hash)
	found, err := collect(rows, err, func(r *sql.Rows) (userRow, error) { return scanUser(r.Scan) })
	if err != nil {
		return nil, failed("find users by address", err)
	}
	users := make([]ba.User, len(found))
	for i, u := range found {
		if users[i], err = db.openUser(ctx, u); err != nil {
			return nil, err
		}
	}
	return users, nil
}

// DropRotation forgets a rotation that changed nothing.
func (db *DB) DropRotation(ctx context.Context, r Rotation) error {
	return db.exec(ctx, "forget a rotation of keys", qDropRotation, r.ID)
}
