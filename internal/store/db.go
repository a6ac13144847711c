package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// Options says which database to open and with what key.
type Options struct {
	URL     string          // sqlite:///path, or postgres://user:password@host/name
	Keyring string          // SQLite: the keyring's file; empty is keyring.db beside the database
	Master  vault.MasterKey // wraps the data keys
	Expect  string          // the installation that must be there already; empty for any, or none
	Use     Use
	Schema  int64 // for Fill: where the migrations stop; 0 is the newest
	// BeforeUpgrade is called, for Serve, before a schema with data is changed;
	// its error stops the start. nil is nothing.
	BeforeUpgrade func(ctx context.Context, from, to int64) error
	Clock         func() time.Time
	Log           *slog.Logger
}

// DB is the store. It is safe for concurrent use.
type DB struct {
	engine engine
	ring   *Keyring
	vault  *vault.Vault
	clock  func() time.Time
	log    *slog.Logger
}

// engine is one of the two databases, opened.
type engine struct {
	dialect
	read   runner
	reader *sql.DB
	dsn    string // of SQLite, for writing
	write  writer
	close  func() error
}

// writer runs fn in a transaction and returns once it is durable. fn may run
// on another goroutine, and again after a conflict; it must only use tx.
type writer interface {
	write(ctx context.Context, fn func(tx *tx) error) error
}

// Open opens the database, brings its schema up to date, and checks that
// database, keyring and master key belong together. The errors are sentences
// for the operator.
func Open(ctx context.Context, o Options) (*DB, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	u, err := parseURL(o.URL)
	if err != nil {
		return nil, err
	}
	db := &DB{clock: o.Clock, log: o.Log}
	if err := db.open(ctx, u, o); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func (db *DB) open(ctx context.Context, u target, o Options) error {
	var err error
	if u.postgres {
		db.engine, err = openPostgres(ctx, u, o.Use)
	} else {
		db.engine, err = openSQLite(ctx, u.path, db.log)
	}
	if err != nil {
		return err
	}
	if err := migrate(ctx, &db.engine, o); err != nil {
		return err
	}
	if u.postgres {
		db.ring = &Keyring{read: db.engine.read, write: db.engine.write}
	} else if db.ring, err = OpenKeyring(ctx, keyringPath(o.Keyring, u.path)); err != nil {
		return err
	}
	if db.vault, err = vault.New(ctx, o.Master, db.ring); err != nil {
		return err
	}
	switch o.Use {
	case Fill:
		return nil
	case Read:
		if err := db.checkMove(ctx); err != nil {
			return err
		}
		return db.checkProbe(ctx)
	}
	return db.checkInstallation(ctx, o.Expect)
}

// Close ends all work and closes the files. A DB that did not open fully may
// be closed too.
func (db *DB) Close() error {
	var errs []error
	if db.engine.close != nil {
		errs = append(errs, db.engine.close())
	}
	if db.ring != nil {
		errs = append(errs, db.ring.Close())
	}
	return errors.Join(errs...)
}

// Engine returns "sqlite" or "postgres".
func (db *DB) Engine() string { return db.engine.name }

// Vault returns the vault that seals what the store keeps.
func (db *DB) Vault() *vault.Vault { return db.vault }

// Ping reports whether the database answers: one read of its schema version.
func (db *DB) Ping(ctx context.Context) error {
	_, err := db.Version(ctx)
	return err
}

// Version returns the number of the newest migration in the database.
func (db *DB) Version(ctx context.Context) (int64, error) {
	v, err := schemaVersion(ctx, &db.engine)
	if err != nil {
		return 0, failed("read the schema version", err)
	}
	return v, nil
}

// now returns the time as the database keeps it.
func (db *DB) now() time.Time { return fromMS(toMS(db.clock())) }

func toMS(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMS(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// failed gives an error of the database its operation and its kind. Errors
// that have a kind already keep it.
func failed(operation string, err error) error {
	var known *ba.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return ba.Wrap(ba.Canceled, "The request was given up before it was done.", fmt.Errorf("%s: %w", operation, err))
	case busy(err):
		return ba.Wrap(ba.Unavailable, "The database is busy. Try again in a moment.", fmt.Errorf("%s: %w", operation, err))
	case full(err):
		return ba.Wrap(ba.Unavailable, "The disk of the server is full, and nothing was stored. The operator has to make room; then try again.", fmt.Errorf("%s: %w", operation, err))
	case damaged(err):
		return ba.Wrap(ba.Unavailable, "The database of the server is damaged at a place that is needed here. The operator has to restore a backup.", fmt.Errorf("%s: %w", operation, err))
	case lost(err):
		return ba.Wrap(ba.Unavailable, "The database does not answer. Try again in a moment.", fmt.Errorf("%s: %w", operation, err))
	}
	return fmt.Errorf("%s: %w", operation, err)
}

// missing turns "no rows" into NotFound with the sentence.
func missing(err error, operation, msg string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ba.E(ba.NotFound, msg)
	}
	return failed(operation, err)
}

// orNow returns the time in milliseconds, and the present for a zero time.
func (db *DB) orNow(t time.Time) int64 {
	if t.IsZero() {
		t = db.clock()
	}
	return toMS(t)
}
