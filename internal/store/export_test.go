package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// TextFor returns a statement as an engine gets it.
func TextFor(engine, statement string) string {
	d := sqliteDialect()
	if engine == "postgres" {
		d = postgresDialect()
	}
	return d.text(query(statement))
}

// Writing runs fn in a write transaction of the store.
func (db *DB) Writing(ctx context.Context, fn func(exec func(statement string, args ...any) error) error) error {
	return db.write(ctx, "test", func(t *tx) error {
		return fn(func(statement string, args ...any) error {
			_, err := t.exec(query(statement), args...)
			return err
		})
	})
}

// Reader returns the pool that the store reads with.
func (db *DB) Reader() *sql.DB { return db.engine.reader }

// Asking returns one value that the writer's own connection answers with.
func (db *DB) Asking(ctx context.Context, statement string) (value string, err error) {
	err = db.write(ctx, "test", func(t *tx) error { return t.row(query(statement)).Scan(&value) })
	return value, err
}

// ParsePageToken reads a page token of the list of users.
func (db *DB) ParsePageToken(ctx context.Context, token string) (n int64, id string, err error) {
	c, err := db.pager(ctx, "users", ba.Page{}).parse(token)
	return c.n, c.id, err
}

// PageToken writes a page token of the list of users.
func (db *DB) PageToken(ctx context.Context, n int64, id string) (string, error) {
	return db.pager(ctx, "users", ba.Page{}).token(cursor{n: n, id: id})
}

// Apart returns a copy of the tables that are no content, with the reason.
func Apart() map[string]string { return maps.Clone(apart) }

// ResealStatements returns what Reseal reads and writes with, by column.
func ResealStatements() map[string]string {
	all := make(map[string]string)
	for _, c := range sealedColumns {
		all["list "+c.table+"."+c.name], all["update "+c.table+"."+c.name] = string(c.list()), string(c.update())
	}
	return all
}

// SealedColumns returns what Reseal seals again, as table.column.
func SealedColumns() []string {
	var all []string
	for _, c := range sealedColumns {
		all = append(all, c.table+"."+c.name)
	}
	return all
}

// OpenEverything returns the plain text of every sealed value.
func (db *DB) OpenEverything(ctx context.Context) (map[string]string, error) {
	all := make(map[string]string)
	for _, c := range sealedColumns {
		for after := c.start(); ; {
			values, err := db.sealedValues(ctx, c.list(), c, after)
			if err != nil {
				return nil, fmt.Errorf("%s.%s: %w", c.table, c.name, err)
			}
			for _, v := range values {
				plain, err := db.openValue(ctx, c, v)
				if err != nil {
					return nil, err
				}
				all[fmt.Sprintf("%s.%s %x", c.table, c.name, v.keys)] = string(plain)
			}
			if len(values) < c.batch() {
				break
			}
			after = values[len(values)-1].keys
		}
	}
	return all, nil
}

func (db *DB) openValue(ctx context.Context, c sealedColumn, v sealedValue) ([]byte, error) {
	at := c.place(v)
	if at.Piece {
		return db.vault.OpenPiece(ctx, v.scope(), at.AD, at.Seq, at.Last, v.sealed)
	}
	return db.vault.Open(ctx, v.scope(), at.AD, v.sealed)
}

// KeyIDs returns the ids of all data keys.
func (db *DB) KeyIDs(ctx context.Context) (map[string]bool, error) {
	keys, err := db.ring.DataKeys(ctx, vault.WrappedKey{}, 1000)
	ids := make(map[string]bool)
	for _, k := range keys {
		ids[k.ID] = true
	}
	return ids, err
}

// UnwrappedKeys returns all data keys as the master key unwraps them.
func (db *DB) UnwrappedKeys(ctx context.Context, master vault.MasterKey) ([][]byte, error) {
	keys, err := db.ring.DataKeys(ctx, vault.WrappedKey{}, 1000)
	var all [][]byte
	for _, k := range keys {
		secret, err := master.Unwrap(ctx, k.Master, k.Wrapped, vault.WrapAD(k))
		if err != nil {
			return nil, err
		}
		all = append(all, secret)
	}
	return all, err
}
