package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/ba-assistant/ba-assistant/ba"
)

//go:embed migrations
var migrations embed.FS

const (
	qSchemaVersion       query = `SELECT coalesce(max(version_id), 0) FROM goose_db_version`
	qSchemaTableSQLite   query = `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'goose_db_version'`
	qSchemaTablePostgres query = `SELECT count(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('goose_db_version')`
)

// schemaVersion returns the newest migration in the database, 0 for an empty one.
func schemaVersion(ctx context.Context, e *engine) (int64, error) {
	exists := qSchemaTableSQLite
	if e.name == "postgres" {
		exists = qSchemaTablePostgres
	}
	var n, version int64
	if err := e.read.row(ctx, exists).Scan(&n); err != nil || n == 0 {
		return 0, err
	}
	err := e.read.row(ctx, qSchemaVersion).Scan(&version)
	return version, err
}

// migrate brings the schema up to date, each migration in one transaction. A
// schema that is current costs two small reads. What is only to be read, or
// may be in use, is left as it is, and refused where its schema is older.
func migrate(ctx context.Context, e *engine, o Options) error {
	files, err := fs.Sub(migrations, e.migrations)
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	newest, err := newestMigration(files)
	if err != nil {
		return err
	}
	have, err := schemaVersion(ctx, e)
	to := newest
	if o.Schema > 0 {
		to = min(o.Schema, newest)
	}
	switch {
	case damaged(err):
		return ba.Wrap(ba.Unavailable, "The database is damaged. Nothing was changed in it. Keep a copy, and restore a backup; see docs/recovery/lost-database.md.", err)
	case err != nil:
		return ba.Wrap(ba.Unavailable, "The database cannot be read. Check that DATABASE_URL names a database of BA Assistant.", err)
	case have > newest:
		return ba.E(ba.Conflict, fmt.Sprintf("The database has schema %d, made by a newer version of BA Assistant; this one knows %d. Run the newer version, or restore a backup from before.", have, newest))
	case have >= to:
		return nil
	case o.Use.fixed() && have == 0:
		return ba.E(ba.Conflict, "The database is empty: there is nothing in it to be read. Check DATA_DIR and DATABASE_URL.")
	case o.Use.fixed():
		return ba.E(ba.Conflict, fmt.Sprintf("The database has schema %d, this version needs %d. Make a backup, run \"ba migrate\", then try again.", have, newest))
	}
	if o.Use == Serve && have > 0 && o.BeforeUpgrade != nil {
		if err := o.BeforeUpgrade(ctx, have, to); err != nil {
			return err
		}
	}
	return catchUp(ctx, e, files, have, to)
}

// Newest returns the schema that this version of the program makes. It is 0
// only in a program without migrations.
func Newest() int64 {
	files, err := fs.Sub(migrations, sqliteDialect().migrations)
	if err != nil {
		return 0
	}
	n, _ := newestMigration(files)
	return n
}

// catchUp runs the migrations. On SQLite, where nothing keeps two processes
// that start at once apart, one may fail because the other was faster: then it
// goes on from where that one came to.
func catchUp(ctx context.Context, e *engine, files fs.FS, have, to int64) error {
	for {
		err := runMigrations(ctx, e, files, to)
		if err == nil {
			return nil
		}
		now, unread := schemaVersion(ctx, e)
		if unread != nil || now == have {
			return err
		}
		have = now
	}
}

func newestMigration(files fs.FS) (int64, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil || len(names) == 0 {
		return 0, errors.Join(errors.New("the program holds no migrations"), err)
	}
	number, _, _ := strings.Cut(names[len(names)-1], "_") // Glob sorts
	return strconv.ParseInt(number, 10, 64)
}

// runMigrations uses a connection of its own on SQLite, where nothing else
// writes yet, and a session lock on PostgreSQL, where another instance may
// start at the same time.
func runMigrations(ctx context.Context, e *engine, files fs.FS, to int64) error {
	db, kind, done, err := e.migrating()
	if err != nil {
		return err
	}
	defer done()
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if kind == goose.DialectPostgres {
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return fmt.Errorf("make the migration lock: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(kind, db, files, options...)
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	if _, err := provider.UpTo(ctx, to); err != nil {
		return ba.Wrap(ba.Internal, "A migration of the database failed and was undone; the data is as it was. The log says why.", err)
	}
	return nil
}

// migrating returns a pool to migrate with.
func (e *engine) migrating() (*sql.DB, goose.Dialect, func(), error) {
	if e.name == "postgres" {
		return e.reader, goose.DialectPostgres, func() {}, nil
	}
	db, err := sql.Open("sqlite", e.dsn)
	if err != nil {
		return nil, "", nil, fmt.Errorf("open the database to migrate it: %w", err)
	}
	db.SetMaxOpenConns(1)
	return db, goose.DialectSQLite3, func() { _ = db.Close() }, nil
}
