package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Stage is where a database is made ready beside another one, whose place it
// may take as a whole: a folder beside an SQLite file, a schema beside that of
// a PostgreSQL database. What a crash leaves of it is removed by the next one
// of its name.
type Stage struct {
	URL string // of the database on the stage, for Open

	target target
	name   string
	pool   *sql.DB // of PostgreSQL
}

const (
	qTablesIn      query = `SELECT relname FROM pg_catalog.pg_class WHERE relkind = 'r' AND relnamespace = to_regnamespace($1) ORDER BY relname`
	qFunctionsIn   query = `SELECT oid::regprocedure::text FROM pg_catalog.pg_proc WHERE pronamespace = to_regnamespace($1) ORDER BY 1`
	qCurrentSchema query = `SELECT current_schema()`
)

// OpenStage makes an empty stage beside the database, which need not be there.
// The name keeps stages for different ends apart.
func OpenStage(ctx context.Context, databaseURL, name string) (*Stage, error) {
	u, err := parseURL(databaseURL)
	if err != nil {
		return nil, err
	}
	s := &Stage{target: u, name: name}
	if u.postgres {
		return s, s.openSchema(ctx)
	}
	dir := s.dir()
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o700)); err != nil {
		return nil, ba.Wrap(ba.Unavailable, "The folder "+dir+" cannot be made. Check the free space and the permissions of the folder above it.", err)
	}
	s.URL = "sqlite://" + filepath.ToSlash(filepath.Join(dir, filepath.Base(u.path)))
	return s, nil
}

func (s *Stage) dir() string { return filepath.Join(filepath.Dir(s.target.path), "."+s.name) }

func (s *Stage) schema() string { return "ba_" + s.name }

func (s *Stage) openSchema(ctx context.Context) error {
	e, err := openPostgres(ctx, s.target, Fill)
	if err != nil {
		return err
	}
	s.pool = e.reader
	for _, text := range []string{"DROP SCHEMA IF EXISTS " + s.schema() + " CASCADE", "CREATE SCHEMA " + s.schema()} {
		if _, err := s.pool.ExecContext(ctx, text); err != nil {
			return errors.Join(ba.Wrap(ba.Unavailable, "The user of DATABASE_URL may not make a schema in the database. Grant it (GRANT CREATE ON DATABASE), or use an account that owns the database.", err), closed(s.pool))
		}
	}
	u, err := url.Parse(s.target.url)
	if err != nil {
		return errors.Join(badURL(), closed(s.pool))
	}
	q := u.Query()
	q.Set("search_path", s.schema())
	u.RawQuery = q.Encode()
	s.URL = u.String()
	return nil
}

// Close removes the stage, and what is on it.
func (s *Stage) Close(ctx context.Context) error {
	if !s.target.postgres {
		return os.RemoveAll(s.dir())
	}
	_, err := s.pool.ExecContext(context.WithoutCancel(ctx), "DROP SCHEMA IF EXISTS "+s.schema()+" CASCADE")
	return errors.Join(failed("remove a stage", err), closed(s.pool))
}

// CheckUnused refuses a target that instances serve. SQLite has the lock of
// its folder for it, which the caller holds.
func (s *Stage) CheckUnused(ctx context.Context) error {
	if !s.target.postgres {
		return nil
	}
	var n int
	if err := s.pool.QueryRowContext(ctx, string(qInstances)).Scan(&n); err != nil {
		return failed("look for instances", err)
	}
	if n > 0 {
		return ba.E(ba.Conflict, "An instance is running on this database. Stop every instance first.")
	}
	return nil
}

// Take puts the database on the stage, which must be closed, in the place of
// the target. Where something is there it is moved aside, and Take returns
// where to. With keys the keyring goes with it; else that of the target stays.
func (s *Stage) Take(ctx context.Context, keys bool, now time.Time) (aside string, err error) {
	// To the microsecond: two restores of one second must not meet.
	aside = "before_restore_" + strings.ReplaceAll(now.UTC().Format("20060102_150405.000000"), ".", "_")
	if s.target.postgres {
		return s.takeSchema(ctx, keys, "ba_"+aside)
	}
	return s.takeFiles(ctx, keys, filepath.Join(filepath.Dir(s.target.path), aside))
}

// takeFiles renames. A crash between two of the steps leaves no database in
// the place of the target, which a start refuses; to restore again is the way on.
func (s *Stage) takeFiles(ctx context.Context, keys bool, aside string) (string, error) {
	settleLog(ctx, s.target.path)
	dir, ring := filepath.Dir(s.target.path), keyringPath("", s.target.path)
	old := []string{s.target.path, s.target.path + logSuffix, s.target.path + "-shm", s.target.path + noteSuffix}
	staged := []string{filepath.Join(s.dir(), filepath.Base(s.target.path))}
	if keys {
		old, staged = append(old, ring, ring+"-journal"), append([]string{filepath.Join(s.dir(), filepath.Base(ring))}, staged...)
	}
	old = slices.DeleteFunc(old, func(path string) bool { _, err := os.Stat(path); return err != nil })
	if len(old) == 0 {
		aside = ""
	} else if err := moveInto(aside, old); err != nil {
		return "", err
	}
	if err := moveInto(dir, staged); err != nil {
		return aside, err
	}
	return aside, nil
}

func moveInto(dir string, files []string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make %s: %w", dir, err)
	}
	for _, path := range files {
		if err := os.Rename(path, filepath.Join(dir, filepath.Base(path))); err != nil {
			return fmt.Errorf("move a file of the database: %w", err)
		}
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// settleLog writes the log of a database into its file, so that the file alone
// is whole. Where it cannot, and where the two do not fit together, the log is
// moved with the file as it is.
func settleLog(ctx context.Context, path string) {
	if empty(path) || empty(path+logSuffix) || readOnly(ctx, path, true) != nil {
		return
	}
	db, err := sql.Open("sqlite", dsn(path, nil)+"&mode=rw")
	if err != nil {
		return
	}
	_, _ = db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	_ = db.Close()
}

func (s *Stage) takeSchema(ctx context.Context, keys bool, aside string) (string, error) {
	t, err := s.pool.BeginTx(ctx, nil)
	if err != nil {
		return "", failed("put the restored database in its place", err)
	}
	swap := &swap{ctx: ctx, tx: t, stage: s.schema(), aside: aside, keys: keys}
	err = swap.run()
	if err == nil {
		err = t.Commit()
	}
	if err != nil {
		return "", errors.Join(ba.Wrap(ba.Conflict, "The restored database could not take its place; what was there is as it was. Stop every instance, and look whether the user of DATABASE_URL owns the tables.", err), undone(t))
	}
	if !swap.moved {
		return "", nil
	}
	return "the schema " + aside, nil
}

func undone(t *sql.Tx) error {
	if err := t.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
		return err
	}
	return nil
}

// swap moves what is in one schema aside and what is on the stage in its
// place, in one transaction.
type swap struct {
	ctx          context.Context
	tx           *sql.Tx
	stage, aside string
	keys         bool
	moved        bool // something was there
}

func (w *swap) run() error {
	if err := w.exec("SET LOCAL lock_timeout = '" + lockPatience + "'"); err != nil {
		return err
	}
	var here string
	if err := w.tx.QueryRowContext(w.ctx, string(qCurrentSchema)).Scan(&here); err != nil {
		return err
	}
	for _, kind := range []struct {
		name string
		list query
	}{{"TABLE", qTablesIn}, {"FUNCTION", qFunctionsIn}} {
		if err := w.swapKind(kind.name, kind.list, here); err != nil {
			return err
		}
	}
	return w.exec("DROP SCHEMA " + w.stage + " CASCADE")
}

// swapKind swaps all objects of one kind that the stage has.
func (w *swap) swapKind(kind string, list query, here string) error {
	run := &plainRunner{dialect: postgresDialect(), db: w.tx}
	there, err := listNames(w.ctx, run, list, here)
	if err != nil {
		return err
	}
	staged, err := listNames(w.ctx, run, list, w.stage)
	if err != nil {
		return err
	}
	for _, name := range staged {
		if name == "data_keys" && !w.keys {
			continue
		}
		plain := strings.TrimPrefix(name, w.stage+".") // functions come with their schema, unless it is the current one
		if slices.Contains(there, plain) {
			if err := w.setAside(kind, here, plain); err != nil {
				return err
			}
		}
		if err := w.exec("ALTER " + kind + " " + w.stage + "." + plain + " SET SCHEMA " + quoted(here)); err != nil {
			return err
		}
	}
	return nil
}

func (w *swap) setAside(kind, here, name string) error {
	if !w.moved {
		if err := w.exec("CREATE SCHEMA " + w.aside); err != nil {
			return err
		}
		w.moved = true
	}
	return w.exec("ALTER " + kind + " " + quoted(here) + "." + name + " SET SCHEMA " + w.aside)
}

func (w *swap) exec(text string) error {
	_, err := w.tx.ExecContext(w.ctx, text)
	return err
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func listNames(ctx context.Context, run runner, q query, args ...any) ([]string, error) {
	rows, err := run.rows(ctx, q, args...)
	return collect(rows, err, func(r *sql.Rows) (name string, err error) { return name, r.Scan(&name) })
}
