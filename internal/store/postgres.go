package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/trust"
)

const (
	maxPostgresConns = 20
	// maxPostgresWriters leaves connections to those who read while many write.
	maxPostgresWriters = 12
	maxAttempts        = 5 // of a transaction that conflicts with others
)

func postgresDialect() dialect {
	return dialect{name: "postgres", migrations: "migrations/postgres", deleteTerms: deleteTermsPostgres}
}

// programNames are what PostgreSQL lists connections by: instances are told
// from what only copies.
var programNames = map[Use]string{Serve: "ba", Read: "ba copy", Fill: "ba copy", Operate: "ba operator"}

func openPostgres(ctx context.Context, u target, use Use) (engine, error) {
	cfg, err := pgx.ParseConfig(u.url)
	if err != nil { // the driver's error may repeat the URL: it is dropped
		return engine{}, badURL()
	}
	if cfg.RuntimeParams["application_name"] == "" {
		cfg.RuntimeParams["application_name"] = programNames[use]
	}
	d := postgresDialect()
	db := stdlib.OpenDB(*cfg)
	db.SetMaxOpenConns(maxPostgresConns)
	db.SetMaxIdleConns(maxPostgresConns)
	db.SetConnMaxIdleTime(5 * time.Minute)
	if err := db.PingContext(ctx); err != nil {
		return engine{}, errors.Join(unanswered(err), db.Close())
	}
	return engine{dialect: d, read: withSteps(d, &plainRunner{dialect: d, db: db}), reader: db, write: newPostgresWriter(d, db), close: db.Close}, nil
}

func unanswered(err error) error {
	if fault := trust.Fault(err); fault != "" {
		if strings.HasSuffix(fault, trust.Own) {
			fault += " Or name its file in DATABASE_URL: sslrootcert=/path/ca.pem."
		}
		return ba.Wrap(ba.Unavailable, "The connection to the PostgreSQL of DATABASE_URL is not safe. "+fault, err)
	}
	return ba.Wrap(ba.Unavailable, "PostgreSQL does not answer at the host of DATABASE_URL. Check that it runs, and the user and password.", err)
}

// postgresWriter runs each write in a transaction of its own.
type postgresWriter struct {
	dialect
	db    *sql.DB
	slots chan struct{} // one for each write that runs
}

func newPostgresWriter(d dialect, db *sql.DB) *postgresWriter {
	return &postgresWriter{dialect: d, db: db, slots: make(chan struct{}, maxPostgresWriters)}
}

func (w *postgresWriter) write(ctx context.Context, fn func(*tx) error) error {
	select {
	case w.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-w.slots }()
	var err error
	for attempt := range maxAttempts {
		if err = w.once(ctx, fn); !conflicting(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(attempt+1) * 5 * time.Millisecond):
		}
	}
	return fmt.Errorf("given up after %d attempts: %w", maxAttempts, err)
}

func (w *postgresWriter) once(ctx context.Context, fn func(*tx) error) error {
	t, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := guard(fn, &tx{ctx: ctx, run: withSteps(w.dialect, &plainRunner{dialect: w.dialect, db: t})}); err != nil {
		if undo := t.Rollback(); undo != nil && !errors.Is(undo, sql.ErrTxDone) {
			return errors.Join(err, undo)
		}
		return err
	}
	return t.Commit()
}
