package store

import (
	"context"
	"database/sql"
	"maps"

	"github.com/ba-assistant/ba-assistant/ba"
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
