package store

import (
	"context"
	"errors"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

const (
	qSomeProjects query = `SELECT id FROM projects WHERE id > $1 ORDER BY id LIMIT 500`
	qGoneProject  query = `UPDATE projects SET deleted_at = $1, purging = 1 WHERE id = $2`
)

// SettleRestored prepares content that comes from a backup for use: projects
// whose key was destroyed since are on their way out, as they were, and nobody
// is signed in, since a session that was ended since would be open again. It
// returns how many such projects there are.
func (db *DB) SettleRestored(ctx context.Context) (shredded int, err error) {
	var after ba.ProjectID
	for {
		ids, err := listIDs[ba.ProjectID](ctx, db, qSomeProjects, after)
		if err != nil {
			return shredded, err
		}
		if len(ids) == 0 {
			break
		}
		for _, id := range ids {
			keyed, err := db.vault.Has(ctx, ba.ProjectScope(id))
			if err != nil {
				return shredded, err
			}
			if keyed {
				continue
			}
			if err := db.exec(ctx, "remove a project without a key", qGoneProject, toMS(db.clock()), id); err != nil {
				return shredded, err
			}
			shredded++
		}
		after = ids[len(ids)-1]
	}
	return shredded, errors.Join(db.exec(ctx, "end the sessions", qEndEverySession, 0), db.exec(ctx, "end the sign-ins", qEndEveryCode, 0))
}

// AddKeys puts keys of a keyring copy into the keyring.
func (db *DB) AddKeys(ctx context.Context, keys []vault.WrappedKey) error {
	for _, k := range keys {
		if _, err := db.ring.AddDataKey(ctx, k); err != nil {
			return err
		}
	}
	return nil
}
