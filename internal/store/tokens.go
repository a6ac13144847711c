package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	tokenColumns = `k.id, k.user_id, k.name, k.access, k.created_at, k.last_used_at, k.expires_at`

	qAddToken query = `INSERT INTO tokens (id, user_id, hash, name, access, created_at, last_used_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, 0, $7)`
	qTokenByHash query = `SELECT ` + userColumns + `, ` + tokenColumns + ` FROM tokens k JOIN users u ON u.id = k.user_id
		WHERE k.hash = $1 AND k.expires_at > $2 AND u.disabled = 0`
	qTouchToken   query = `UPDATE tokens SET last_used_at = $1 WHERE id = $2`
	qTokens       query = `SELECT ` + tokenColumns + ` FROM tokens k WHERE k.user_id = $1 ORDER BY k.created_at DESC LIMIT 200`
	qDeleteToken  query = `DELETE FROM tokens WHERE id = $1 AND user_id = $2`
	qDeleteTokens query = `DELETE FROM tokens WHERE user_id = $1`
)

const noToken = "This token does not exist or has expired."

// CreateToken stores a personal API token under the hash of its secret.
func (db *DB) CreateToken(ctx context.Context, k ba.APIToken, hash []byte) error {
	s := db.sealer(ctx, ba.InstanceScope, string(k.ID), 1)
	name := s.seal("token name", k.Name)
	if s.err != nil {
		return s.err
	}
	act := ba.Act(ba.Actor{User: k.User}, ba.ActTokenCreated, "token", string(k.ID)).Called(k.Name).With(string(k.Access))
	act.Via = ba.ViaSession // a token cannot make tokens
	err := db.audited(ctx, "create a token", act, func(t *tx) error {
		_, err := t.exec(qAddToken, k.ID, k.User, hash, name, k.Access, db.orNow(k.CreatedAt), toMS(k.ExpiresAt))
		return err
	})
	if orphan(err) {
		return ba.E(ba.NotFound, noUser)
	}
	return err
}

// tokenRow is a token with its sealed column.
type tokenRow struct {
	ba.APIToken
	name                   []byte
	created, used, expires int64
}

func (r *tokenRow) dest() []any {
	return []any{&r.ID, &r.User, &r.name, &r.Access, &r.created, &r.used, &r.expires}
}

func (db *DB) openToken(ctx context.Context, r tokenRow) (ba.APIToken, error) {
	s := db.sealer(ctx, ba.InstanceScope, string(r.ID), 1)
	r.Name = s.open("token name", r.name)
	r.CreatedAt, r.LastUsedAt, r.ExpiresAt = fromMS(r.created), fromMS(r.used), fromMS(r.expires)
	return r.APIToken, s.err
}

// TokenByHash returns the token whose secret has this hash, with its user. An
// expired token and one of a disabled user are NotFound.
func (db *DB) TokenByHash(ctx context.Context, hash []byte) (ba.APIToken, ba.User, error) {
	var r tokenRow
	u, err := scanUser(db.engine.read.row(ctx, qTokenByHash, hash, toMS(db.clock())).Scan, r.dest()...)
	if err != nil {
		return ba.APIToken{}, ba.User{}, missing(err, "find a token", noToken)
	}
	token, err := db.openToken(ctx, r)
	if err != nil {
		return ba.APIToken{}, ba.User{}, err
	}
	user, err := db.openUser(ctx, u)
	return token, user, err
}

// TouchToken notes that the token was used.
func (db *DB) TouchToken(ctx context.Context, id ba.TokenID, at time.Time) error {
	return db.write(ctx, "touch a token", func(t *tx) error {
		return t.change(ba.E(ba.NotFound, noToken), qTouchToken, toMS(at), id)
	})
}

// Tokens returns the actor's own tokens, expired ones too, the newest first.
func (db *DB) Tokens(ctx context.Context, a ba.Actor) ([]ba.APIToken, error) {
	rows, err := db.engine.read.rows(ctx, qTokens, a.User)
	found, err := collect(rows, err, func(rows *sql.Rows) (tokenRow, error) {
		var r tokenRow
		return r, rows.Scan(r.dest()...)
	})
	if err != nil {
		return nil, failed("list tokens", err)
	}
	tokens := make([]ba.APIToken, len(found))
	for i, r := range found {
		if tokens[i], err = db.openToken(ctx, r); err != nil {
			return nil, err
		}
	}
	return tokens, nil
}

// DeleteToken revokes one of the actor's own tokens.
func (db *DB) DeleteToken(ctx context.Context, a ba.Actor, id ba.TokenID) error {
	if err := mayChange(a); err != nil {
		return err
	}
	return db.audited(ctx, "revoke a token", ba.Act(a, ba.ActTokenRevoked, "token", string(id)), func(t *tx) error {
		return t.change(ba.E(ba.NotFound, noToken), qDeleteToken, id, a.User)
	})
}
