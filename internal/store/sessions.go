package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	sessionColumns = `s.id, s.user_id, s.agent, s.bearer, s.created_at, s.last_used_at, s.expires_at`

	qAddSession query = `INSERT INTO sessions (id, user_id, hash, grace_until, agent, bearer, created_at, last_used_at, expires_at)
		VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $8)`
	qSessionByHash query = `SELECT ` + userColumns + `, ` + sessionColumns + ` FROM sessions s JOIN users u ON u.id = s.user_id
		WHERE s.hash = $1 AND s.expires_at > $2 AND u.disabled = 0`
	qSessionByPrevious query = `SELECT ` + userColumns + `, ` + sessionColumns + ` FROM sessions s JOIN users u ON u.id = s.user_id
		WHERE s.previous_hash = $1 AND s.grace_until > $2 AND s.expires_at > $2 AND u.disabled = 0`
	qRotateSession  query = `UPDATE sessions SET previous_hash = hash, hash = $1, grace_until = $2 WHERE id = $3 AND hash = $4`
	qTouchSession   query = `UPDATE sessions SET last_used_at = $1, expires_at = $2 WHERE id = $3`
	qSeeUser        query = `UPDATE users SET last_seen_at = $1 WHERE id = (SELECT user_id FROM sessions WHERE id = $2) AND last_seen_at < $1`
	qSessions       query = `SELECT ` + sessionColumns + ` FROM sessions s WHERE s.user_id = $1 AND s.expires_at > $2 ORDER BY s.created_at DESC LIMIT 200`
	qDeleteSession  query = `DELETE FROM sessions WHERE id = $1 AND user_id = $2`
	qDeleteSessions query = `DELETE FROM sessions WHERE user_id = $1`
	qSweepSessions  query = `DELETE FROM sessions WHERE expires_at < $1`

	qSessionAlive query = `SELECT count(*) FROM sessions s JOIN users u ON u.id = s.user_id
		WHERE s.id = $1 AND s.user_id = $2 AND s.expires_at > $3 AND u.disabled = 0`
	qTokenAlive query = `SELECT count(*) FROM tokens k JOIN users u ON u.id = k.user_id
		WHERE k.id = $1 AND k.user_id = $2 AND k.expires_at > $3 AND u.disabled = 0`
)

const noSession = "This session does not exist or has ended. Sign in again."

// CreateSession stores a session under the hash of its secret.
func (db *DB) CreateSession(ctx context.Context, v ba.Session, tokenHash []byte) error {
	s := db.sealer(ctx, ba.InstanceScope, string(v.ID), 1)
	agent := s.seal("session agent", v.Agent)
	if s.err != nil {
		return s.err
	}
	created := db.orNow(v.CreatedAt)
	act := ba.Act(ba.Actor{User: v.User, Session: v.ID}, ba.ActSignedIn, "session", string(v.ID))
	err := db.audited(ctx, "create a session", act, func(t *tx) error {
		if _, err := t.exec(qSweepSessions, toMS(db.clock())); err != nil {
			return err
		}
		_, err := t.exec(qAddSession, v.ID, v.User, tokenHash, agent, boolInt(v.Bearer), created, db.orNow(v.LastUsedAt), toMS(v.ExpiresAt))
		return err
	})
	if orphan(err) {
		return ba.E(ba.NotFound, noUser)
	}
	return err
}

// sessionRow is a session with its sealed column.
type sessionRow struct {
	ba.Session
	agent                  []byte
	created, used, expires int64
}

func (r *sessionRow) dest() []any {
	return []any{&r.ID, &r.User, &r.agent, &r.Bearer, &r.created, &r.used, &r.expires}
}

func (db *DB) openSession(ctx context.Context, r sessionRow) (ba.Session, error) {
	s := db.sealer(ctx, ba.InstanceScope, string(r.ID), 1)
	r.Agent = s.open("session agent", r.agent)
	r.CreatedAt, r.LastUsedAt, r.ExpiresAt = fromMS(r.created), fromMS(r.used), fromMS(r.expires)
	return r.Session, s.err
}

// SessionByHash returns the session whose secret has this hash, or had it
// before a rotation whose grace time still runs, with its user. An expired
// session and one of a disabled user are NotFound.
func (db *DB) SessionByHash(ctx context.Context, hash []byte) (ba.Session, ba.User, error) {
	now := toMS(db.clock())
	var r sessionRow
	u, err := scanUser(db.engine.read.row(ctx, qSessionByHash, hash, now).Scan, r.dest()...)
	if err == sql.ErrNoRows {
		u, err = scanUser(db.engine.read.row(ctx, qSessionByPrevious, hash, now).Scan, r.dest()...)
	}
	if err != nil {
		return ba.Session{}, ba.User{}, missing(err, "find a session", noSession)
	}
	session, err := db.openSession(ctx, r)
	if err != nil {
		return ba.Session{}, ba.User{}, err
	}
	user, err := db.openUser(ctx, u)
	return session, user, err
}

// RotateSession replaces the session's secret, if oldHash is still the current
// one, and reports whether it did: of two tabs that rotate at once one wins.
// The old secret stays good until graceUntil.
func (db *DB) RotateSession(ctx context.Context, id ba.SessionID, oldHash, newHash []byte, graceUntil time.Time) (bool, error) {
	var n int64
	err := db.write(ctx, "rotate a session", func(t *tx) (err error) {
		n, err = t.exec(qRotateSession, newHash, toMS(graceUntil), id, oldHash)
		return err
	})
	return n == 1, err
}

// TouchSession notes that the session, and its user, was seen.
func (db *DB) TouchSession(ctx context.Context, id ba.SessionID, at, expires time.Time) error {
	return db.write(ctx, "touch a session", func(t *tx) error {
		if err := t.change(ba.E(ba.NotFound, noSession), qTouchSession, toMS(at), toMS(expires), id); err != nil {
			return err
		}
		_, err := t.exec(qSeeUser, toMS(at), id)
		return err
	})
}

// Sessions returns the actor's own sessions, the newest first.
func (db *DB) Sessions(ctx context.Context, a ba.Actor) ([]ba.Session, error) {
	rows, err := db.engine.read.rows(ctx, qSessions, a.User, toMS(db.clock()))
	found, err := collect(rows, err, func(rows *sql.Rows) (sessionRow, error) {
		var r sessionRow
		return r, rows.Scan(r.dest()...)
	})
	if err != nil {
		return nil, failed("list sessions", err)
	}
	sessions := make([]ba.Session, len(found))
	for i, r := range found {
		if sessions[i], err = db.openSession(ctx, r); err != nil {
			return nil, err
		}
	}
	return sessions, nil
}

// DeleteSession ends one of the actor's own sessions.
func (db *DB) DeleteSession(ctx context.Context, a ba.Actor, id ba.SessionID) error {
	if err := mayChange(a); err != nil {
		return err
	}
	action := ba.ActSessionRevoked
	if id == a.Session {
		action = ba.ActSignedOut
	}
	return db.audited(ctx, "end a session", ba.Act(a, action, "session", string(id)), func(t *tx) error {
		return t.change(ba.E(ba.NotFound, noSession), qDeleteSession, id, a.User)
	})
}

// DeleteSessions ends all sessions of a user and revokes the user's API tokens:
// one's own, or anybody's for an administrator.
func (db *DB) DeleteSessions(ctx context.Context, a ba.Actor, user ba.UserID) error {
	if err := mayChange(a); err != nil {
		return err
	}
	if user != a.User && !a.IsAdmin() {
		return ba.E(ba.NotFound, noUser)
	}
	return db.audited(ctx, "end a user's sessions", ba.Act(a, ba.ActSessionsRevoked, "user", string(user)), func(t *tx) error {
		var version int64
		var role ba.Role
		if err := t.row(qUserVersion, user).Scan(&version, &role); err != nil {
			return missing(err, "find a user", noUser)
		}
		if _, err := t.exec(qDeleteSessions, user); err != nil {
			return err
		}
		_, err := t.exec(qDeleteTokens, user)
		return err
	})
}

// ActorAlive reports whether the session or token that the actor came with is
// still good, and the user enabled.
func (db *DB) ActorAlive(ctx context.Context, a ba.Actor) (bool, error) {
	q, id := qSessionAlive, string(a.Session)
	if a.Token != "" {
		q, id = qTokenAlive, string(a.Token)
	}
	var n int
	err := db.engine.read.row(ctx, q, id, a.User, toMS(db.clock())).Scan(&n)
	return n == 1, failed("check a session", err)
}
