package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

const qInstallationID query = `SELECT id FROM installation WHERE one = 1`

// State is a Snapshot of a database that nobody opened before: of any schema,
// and beside an instance that serves it.
type State struct {
	*Snapshot
	Engine       string // sqlite or postgres
	Schema       int64
	Installation string // empty where nothing was ever stored
	TakenAt      time.Time

	pool *sql.DB
	left string // an SQLite file whose program did not end in order
}

// OpenState holds the content of a database as it is now. It changes nothing:
// no migration is run and no file is made. A file that is not there is
// NotFound.
func OpenState(ctx context.Context, databaseURL string) (*State, error) {
	u, err := parseURL(databaseURL)
	if err != nil {
		return nil, err
	}
	pool, d, err := openPool(ctx, u)
	if err != nil {
		return nil, err
	}
	t, err := pool.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: isolationOf(d)})
	if err != nil {
		return nil, errors.Join(failed("begin to read the database", err), pool.Close())
	}
	s := &State{Snapshot: &Snapshot{dialect: d, tx: t, read: &plainRunner{dialect: d, db: t}}, Engine: d.name, pool: pool}
	if !u.postgres && !absent(u.path+logSuffix) {
		s.left = u.path
	}
	if err := s.look(ctx); err != nil {
		return nil, errors.Join(failed("read the schema of the database", err), s.Close())
	}
	return s, nil
}

// isolationOf returns how a state is held: SQLite holds it by itself.
func isolationOf(d dialect) sql.IsolationLevel {
	if d.name == "postgres" {
		return sql.LevelRepeatableRead
	}
	return sql.LevelDefault
}

func openPool(ctx context.Context, u target) (*sql.DB, dialect, error) {
	if u.postgres {
		e, err := openPostgres(ctx, u, Read)
		return e.reader, e.dialect, err
	}
	d := sqliteDialect()
	if _, err := os.Stat(u.path); err != nil {
		return nil, d, ba.Wrap(ba.NotFound, "There is no database at "+u.path+". Check DATA_DIR and DATABASE_URL.", err)
	}
	if !empty(u.path + logSuffix) {
		if err := readOnly(ctx, u.path, false); damaged(err) {
			return nil, d, unopened(u.path, err)
		}
	}
	pool, err := sql.Open("sqlite", dsn(u.path, []string{"query_only(1)", "cache_size(-16000)"})+"&mode=rw")
	if err == nil {
		pool.SetMaxOpenConns(1)
		err = pool.PingContext(ctx)
	}
	if err != nil {
		return nil, d, ba.Wrap(ba.Unavailable, "The database file "+u.path+" cannot be read. Check that it is a database and that this user may read it.", err)
	}
	return pool, d, nil
}

// look reads what the database says of itself, which also fixes the moment.
func (s *State) look(ctx context.Context) error {
	var err error
	if s.Schema, err = schemaVersion(ctx, &engine{dialect: s.dialect, read: s.read}); err != nil {
		return err
	}
	s.TakenAt = time.Now().UTC()
	if s.tables, err = readTables(ctx, s.read, s.name); err != nil {
		return err
	}
	if !slices.ContainsFunc(s.tables, func(t Table) bool { return t.Name == "installation" }) {
		return nil
	}
	err = s.read.row(ctx, qInstallationID).Scan(&s.Installation)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// Close ends the state.
func (s *State) Close() error {
	err := errors.Join(s.Snapshot.Close(), closed(s.pool))
	if err == nil && s.left != "" && absent(s.left+logSuffix) { // SQLite has brought the log into the file
		return dropNote(s.left)
	}
	return err
}

func closed(pool *sql.DB) error {
	if err := pool.Close(); err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	return nil
}
