package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// Use says what a database is opened for.
type Use byte

const (
	// Serve is the use of an instance: the schema is brought up to date and the
	// installation made where there is none.
	Serve Use = iota
	// Read is for a database that is to stay as it is, such as the source of a
	// copy. An older schema and an empty database are refused.
	Read
	// Fill is for the target of a copy: the schema is brought up to date, and
	// no installation is made, since it comes with the rows.
	Fill
	// Operate is for the commands of an operator, beside an instance or
	// without one: content and keys may be changed, the schema may not.
	Operate
)

// fixed reports whether the schema is left as it is.
func (u Use) fixed() bool { return u == Read || u == Operate }

const (
	qMove      query = `SELECT installation, began_at FROM moves WHERE one = 1`
	qBeginMove query = `INSERT INTO moves (one, installation, began_at) VALUES (1, $1, $2)`
	qEndMove   query = `DELETE FROM moves WHERE one = 1`
	qInstances query = `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'ba'`
)

// FillState is what a copy finds in its target.
type FillState byte

// The states of a target.
const (
	Empty    FillState = iota
	Begun              // an unfinished copy of the same installation
	Complete           // the same installation, whole
)

// BeginFill prepares the database to take the content of an installation and
// returns what is there already. From then until EndFill no instance starts on
// it. A database with anything of another installation is a Conflict.
func (db *DB) BeginFill(ctx context.Context, installation string) (FillState, error) {
	id, _, err := db.move(ctx)
	switch {
	case err != nil:
		return 0, err
	case id == installation:
		return Begun, nil
	case id != "":
		return 0, ba.E(ba.Conflict, "The target holds the beginning of a copy of another installation. Empty it, or choose another one.")
	}
	in, _, err := db.installation(ctx)
	switch {
	case err == nil && in.ID == installation:
		return Complete, nil
	case err == nil:
		return 0, ba.E(ba.Conflict, "The target belongs to another installation, "+in.ID+". Choose an empty database.")
	case !errors.Is(err, sql.ErrNoRows):
		return 0, failed("read the installation", err)
	}
	if err := db.checkEmpty(ctx); err != nil {
		return 0, err
	}
	return Empty, db.exec(ctx, "begin to fill the database", qBeginMove, installation, toMS(db.clock()))
}

// EndFill ends what BeginFill began, when database, keyring and master key
// belong together, and records it. Where nothing is to be ended it only looks
// whether they do.
func (db *DB) EndFill(ctx context.Context, act ba.AuditEntry) error {
	if err := db.checkProbe(ctx); err != nil {
		return err
	}
	row, err := db.sealEntry(ctx, act)
	if err != nil {
		return failed("end to fill the database", err)
	}
	return db.write(ctx, "end to fill the database", func(t *tx) error {
		if n, err := t.exec(qEndMove); err != nil || n == 0 {
			return err
		}
		return record(t, row)
	})
}

// move returns the installation whose copy into this database has not ended, and when it began.
func (db *DB) move(ctx context.Context) (installation string, began time.Time, err error) {
	var ms int64
	err = db.engine.read.row(ctx, qMove).Scan(&installation, &ms)
	if errors.Is(err, sql.ErrNoRows) {
		return "", time.Time{}, nil
	}
	return installation, fromMS(ms), failed("look for an unfinished copy", err)
}

// checkMove refuses a database that is only a part of another one.
func (db *DB) checkMove(ctx context.Context) error {
	id, began, err := db.move(ctx)
	if err != nil || id == "" {
		return err
	}
	return ba.E(ba.Conflict, fmt.Sprintf("This database is an unfinished copy, begun on %s by ba migrate --to. "+
		"Run that command again, with the settings of the old database: it goes on where it stopped. Until then start on the old database, which is whole.", began.Format(time.DateTime)))
}

func (db *DB) checkEmpty(ctx context.Context) error {
	s, err := db.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	for _, t := range s.Tables() {
		n, err := s.Count(ctx, t)
		if err != nil {
			return err
		}
		if n > 0 {
			return ba.E(ba.Conflict, fmt.Sprintf("The target is not empty: its table %s has %d rows. Choose an empty database.", t.Name, n))
		}
	}
	keys, err := db.ring.DataKeys(ctx, vault.WrappedKey{}, 1)
	if err == nil && len(keys) > 0 {
		return ba.E(ba.Conflict, "The keyring of the target is in use, by another database. Move it away, or choose another folder.")
	}
	return err
}

// Keyring returns the keyring of the database.
func (db *DB) Keyring() *Keyring { return db.ring }

// Instances returns how many connections other programs, which serve, hold to
// the database; 0 on SQLite, where a lock on its folder tells.
func (db *DB) Instances(ctx context.Context) (int, error) {
	if db.engine.name != "postgres" {
		return 0, nil
	}
	var n int
	err := db.engine.read.row(ctx, qInstances).Scan(&n)
	return n, failed("look for instances", err)
}

// lockPatience is how long writes that are under way are waited for.
const lockPatience = "5s"

// StillSnapshot is a Snapshot during which nobody writes: on PostgreSQL writes
// wait until it is closed. On SQLite the caller holds the lock of the folder.
func (db *DB) StillSnapshot(ctx context.Context) (*Snapshot, error) {
	if db.engine.name != "postgres" {
		return db.Snapshot(ctx)
	}
	tables, err := db.Tables(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, t := range tables {
		names = append(names, t.Name)
	}
	t, err := db.engine.reader.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return nil, failed("begin to read the database", err)
	}
	s := &Snapshot{dialect: db.engine.dialect, tx: t, read: &plainRunner{dialect: db.engine.dialect, db: t}, tables: tables}
	for _, text := range []string{"SET LOCAL lock_timeout = '" + lockPatience + "'", "LOCK TABLE " + strings.Join(names, ", ") + " IN SHARE MODE"} {
		if _, err := t.ExecContext(ctx, text); err != nil {
			return nil, errors.Join(ba.Wrap(ba.Conflict, "Something writes to the database. Stop every instance first.", err), s.Close())
		}
	}
	return s, nil
}
