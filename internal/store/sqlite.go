package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	"github.com/ba-assistant/ba-assistant/ba"
)

func sqliteDialect() dialect {
	return dialect{name: "sqlite", migrations: "migrations/sqlite", deleteTerms: deleteTermsSQLite}
}

// sqliteDSN returns the address of a database file with its settings, so that
// every connection of a pool has them.
func sqliteDSN(path string, readOnly bool) string {
	pragmas := []string{"journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
		"temp_store(MEMORY)", "cache_size(-8000)", "journal_size_limit(67108864)"}
	if readOnly {
		pragmas = append(pragmas, "query_only(1)")
	}
	return dsn(path, pragmas)
}

// keyringDSN returns the address of a keyring: what is deleted from it is
// overwritten, and no write-ahead log keeps a copy.
func keyringDSN(path string) string {
	return dsn(path, []string{"journal_mode(TRUNCATE)", "synchronous(FULL)", "secure_delete(1)", "temp_store(MEMORY)"})
}

// dsn puts busy_timeout first: the other settings may have to wait for a lock.
func dsn(path string, pragmas []string) string {
	values := url.Values{"_pragma": append([]string{"busy_timeout(10000)"}, pragmas...), "_txlock": {"immediate"}}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: values.Encode()}).String()
}

// openSQLite opens the file with one writer and a pool of readers.
func openSQLite(ctx context.Context, path string, log *slog.Logger) (engine, error) {
	putBack, err := lookFirst(ctx, path)
	if err != nil {
		return engine{}, err
	}
	if putBack {
		log.WarnContext(ctx, "the database file was put back since a start refused it, and without its log: what was stored after it was copied is not in it", "file", path)
	}
	if err := privateFile(path); err != nil {
		return engine{}, err
	}
	d := sqliteDialect()
	writing, err := sql.Open("sqlite", sqliteDSN(path, false))
	if err != nil {
		return engine{}, fmt.Errorf("open the database: %w", err)
	}
	writing.SetMaxOpenConns(1)
	conn, err := writing.Conn(ctx)
	if err != nil {
		return engine{}, errors.Join(unopened(path, err), writing.Close(), noteRefused(path))
	}
	reading, err := sql.Open("sqlite", sqliteDSN(path, true))
	if err != nil {
		return engine{}, errors.Join(fmt.Errorf("open the database: %w", err), conn.Close(), writing.Close())
	}
	readers := max(4, 2*runtime.GOMAXPROCS(0))
	reading.SetMaxOpenConns(readers)
	reading.SetMaxIdleConns(readers)
	// The first look makes the log: where a kill left the note without one, the
	// next start would take the log for lost.
	var objects int
	looked := conn.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&objects)
	here, err := newPresence(path, true)
	if looked != nil {
		err = errors.Join(looked, noteRefused(path))
	}
	if err == nil {
		err = noteRunning(path)
	}
	if err != nil {
		return engine{}, errors.Join(unopened(path, err), conn.Close(), reading.Close(), writing.Close())
	}
	read := &preparedRunner{dialect: d, prepare: reading.PrepareContext, plain: reading}
	group := newGroup(d, conn, here)
	return engine{dialect: d, read: withSteps(d, read), reader: reading, dsn: sqliteDSN(path, false), write: group, close: func() error {
		group.close()
		read.close()
		err := bringLogIn(conn, path)
		return errors.Join(err, conn.Close(), reading.Close(), writing.Close(), dropNote(path))
	}}, nil
}

// bringLogIn brings the log into the database. When all of it is there, the
// note goes before SQLite removes the log, so that no crash can fall between.
func bringLogIn(conn *sql.Conn, path string) error {
	var busy, frames, moved int
	err := conn.QueryRowContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &moved)
	if err != nil || busy != 0 { // a disk that is full: the log stays, and the next start reads it
		return nil //nolint:nilerr // closing tries once more
	}
	return dropNote(path)
}

func unopened(path string, err error) error {
	var parts *notWhole
	if damaged(err) || errors.As(err, &parts) {
		return ba.Wrap(ba.Unavailable, "The database file "+path+" is damaged, or is no database. Nothing was changed in it. Keep a copy, and restore a backup; see docs/recovery/lost-database.md.", err)
	}
	if full(err) {
		return ba.Wrap(ba.Unavailable, "The disk of "+path+" is full. Make room or enlarge it, and start again; nothing is lost.", err)
	}
	return ba.Wrap(ba.Unavailable, "The database file "+path+" cannot be opened. Check that it is a database and that its folder can be written.", err)
}

// privateFile makes the file, and its folder, readable by its owner alone.
func privateFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return ba.Wrap(ba.Unavailable, "The folder of the database cannot be made: "+filepath.Dir(path)+". Check DATA_DIR and its permissions.", err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return ba.Wrap(ba.Unavailable, "The database file cannot be written: "+path+". Check DATA_DIR and its permissions.", err)
	}
	return f.Close()
}
