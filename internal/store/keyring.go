package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// Keyring holds the wrapped data keys: in a file of its own beside an SQLite
// database, so that a backup of the database does not contain it, or in a table on PostgreSQL.
type Keyring struct {
	read  runner
	write writer
	close func() error
}

const keyringSchema = `
CREATE TABLE IF NOT EXISTS data_keys (
    scope      TEXT NOT NULL,
    generation INTEGER NOT NULL,
    id         TEXT NOT NULL,
    master     TEXT NOT NULL,
    wrapped    BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (scope, generation),
    UNIQUE (scope, id)
) STRICT`

func keyringPath(configured, database string) string {
	if configured != "" {
		return configured
	}
	return filepath.Join(filepath.Dir(database), "keyring.db")
}

// OpenKeyring opens the keyring in a file of its own, which is made where it
// is absent.
func OpenKeyring(ctx context.Context, path string) (*Keyring, error) {
	e, err := openKeyringFile(ctx, path)
	if err != nil {
		return nil, failed("open the keyring", err)
	}
	return &Keyring{read: e.read, write: e.write, close: e.close}, nil
}

// OpenKeyringOf opens the keyring that belongs to a database, which is not
// opened itself. Where there is no keyring yet it is NotFound.
func OpenKeyringOf(ctx context.Context, databaseURL string) (*Keyring, error) {
	u, err := parseURL(databaseURL)
	if err != nil {
		return nil, err
	}
	if !u.postgres {
		path := keyringPath("", u.path)
		if _, err := os.Stat(path); err != nil {
			return nil, ba.Wrap(ba.NotFound, "There is no keyring at "+path+". Without it the content of the database cannot be read.", err)
		}
		return OpenKeyring(ctx, path)
	}
	e, err := openPostgres(ctx, u, Read)
	if err != nil {
		return nil, err
	}
	var n int
	if err := e.read.row(ctx, qKeyringTable).Scan(&n); err != nil || n == 0 {
		return nil, errors.Join(missing(orNoRows(err), "look for the keyring", "The database has no keyring."), e.close())
	}
	return &Keyring{read: e.read, write: e.write, close: e.close}, nil
}

func orNoRows(err error) error {
	if err == nil {
		return sql.ErrNoRows
	}
	return err
}

func openKeyringFile(ctx context.Context, path string) (engine, error) {
	if err := privateFile(path); err != nil {
		return engine{}, err
	}
	db, err := sql.Open("sqlite", keyringDSN(path))
	if err != nil {
		return engine{}, err
	}
	db.SetMaxOpenConns(2) // the writer's and one that reads
	if _, err := db.ExecContext(ctx, keyringSchema); err != nil {
		return engine{}, errors.Join(ba.Wrap(ba.Unavailable, "The keyring "+path+" cannot be opened. Check that the file is whole and can be written.", err), db.Close())
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return engine{}, errors.Join(err, db.Close())
	}
	here, err := newPresence(path, false)
	if err != nil {
		return engine{}, errors.Join(err, conn.Close(), db.Close())
	}
	d := sqliteDialect()
	group := newGroup(d, conn, here)
	return engine{read: &plainRunner{dialect: d, db: db}, write: group, close: func() error {
		group.close()
		return errors.Join(conn.Close(), db.Close())
	}}, nil
}

// Close closes the keyring's file, if it has one.
func (k *Keyring) Close() error {
	if k.close == nil {
		return nil
	}
	return k.close()
}

const (
	qKeyringTable query = `SELECT count(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('data_keys')`

	qNewestKey query = `SELECT scope, generation, id, master, wrapped, created_at FROM data_keys WHERE scope = $1 ORDER BY generation DESC LIMIT 1`
	qKeyByID   query = `SELECT scope, generation, id, master, wrapped, created_at FROM data_keys WHERE scope = $1 AND id = $2`
	qAddKey    query = `INSERT INTO data_keys (scope, generation, id, master, wrapped, created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (scope, generation) DO NOTHING`
	qKeyOfGen  query = `SELECT scope, generation, id, master, wrapped, created_at FROM data_keys WHERE scope = $1 AND generation = $2`
	qRewrapKey query = `UPDATE data_keys SET master = $1, wrapped = $2 WHERE scope = $3 AND id = $4`
	qDeleteKey query = `DELETE FROM data_keys WHERE scope = $1 AND id = $2`
	qDropScope query = `DELETE FROM data_keys WHERE scope = $1`
	qListKeys  query = `SELECT scope, generation, id, master, wrapped, created_at FROM data_keys WHERE (scope, generation) > ($1, $2) ORDER BY scope, generation LIMIT $3`
)

func scanKey(scan func(...any) error) (vault.WrappedKey, error) {
	var k vault.WrappedKey
	var created int64
	err := scan(&k.Scope, &k.Generation, &k.ID, &k.Master, &k.Wrapped, &created)
	k.CreatedAt = fromMS(created)
	return k, err
}

// DataKey returns the newest key of the scope, or NotFound.
func (k *Keyring) DataKey(ctx context.Context, scope ba.Scope) (vault.WrappedKey, error) {
	w, err := scanKey(k.read.row(ctx, qNewestKey, scope).Scan)
	return w, missing(err, "read the keyring", "The data key does not exist, or it was destroyed.")
}

// DataKeyByID returns one key of the scope, or NotFound.
func (k *Keyring) DataKeyByID(ctx context.Context, scope ba.Scope, id string) (vault.WrappedKey, error) {
	w, err := scanKey(k.read.row(ctx, qKeyByID, scope, id).Scan)
	return w, missing(err, "read the keyring", "The data key does not exist, or it was destroyed.")
}

// AddDataKey stores the key unless its generation is there already, and
// returns the one that is kept.
func (k *Keyring) AddDataKey(ctx context.Context, w vault.WrappedKey) (vault.WrappedKey, error) {
	var kept vault.WrappedKey
	err := k.write.write(ctx, func(t *tx) error {
		if _, err := t.exec(qAddKey, w.Scope, w.Generation, w.ID, w.Master, w.Wrapped, toMS(w.CreatedAt)); err != nil {
			return err
		}
		var err error
		kept, err = scanKey(t.row(qKeyOfGen, w.Scope, w.Generation).Scan)
		return err
	})
	return kept, failed("write the keyring", err)
}

// Rewrap replaces a key's wrapping, or is NotFound.
func (k *Keyring) Rewrap(ctx context.Context, w vault.WrappedKey) error {
	err := k.write.write(ctx, func(t *tx) error {
		return t.change(ba.E(ba.NotFound, "The data key does not exist, or it was destroyed."), qRewrapKey, w.Master, w.Wrapped, w.Scope, w.ID)
	})
	return failed("write the keyring", err)
}

// DeleteDataKey removes one key.
func (k *Keyring) DeleteDataKey(ctx context.Context, scope ba.Scope, id string) error {
	return k.exec(ctx, qDeleteKey, scope, id)
}

// DeleteScope removes all keys of the scope.
func (k *Keyring) DeleteScope(ctx context.Context, scope ba.Scope) error {
	return k.exec(ctx, qDropScope, scope)
}

func (k *Keyring) exec(ctx context.Context, q query, args ...any) error {
	err := k.write.write(ctx, func(t *tx) error {
		_, err := t.exec(q, args...)
		return err
	})
	return failed("write the keyring", err)
}

// DataKeys lists keys in the order of scope and generation.
func (k *Keyring) DataKeys(ctx context.Context, after vault.WrappedKey, limit int) ([]vault.WrappedKey, error) {
	rows, err := k.read.rows(ctx, qListKeys, after.Scope, after.Generation, limit)
	keys, err := collect(rows, err, func(r *sql.Rows) (vault.WrappedKey, error) { return scanKey(r.Scan) })
	return keys, failed("list the keyring", err)
}
