package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	qInstallation    query = `SELECT id, created_at, setup_hash, probe FROM installation WHERE one = 1`
	qAddInstallation query = `INSERT INTO installation (one, id, created_at) VALUES (1, $1, $2) ON CONFLICT (one) DO NOTHING`
	qSetProbe        query = `UPDATE installation SET probe = $1 WHERE one = 1 AND probe IS NULL`
	qSetSetupHash    query = `UPDATE installation SET setup_hash = $1 WHERE one = 1`
)

const probeText = "this database and this keyring belong together"

// Installation returns what is known of the instance itself.
func (db *DB) Installation(ctx context.Context) (ba.Installation, error) {
	in, _, err := db.installation(ctx)
	return in, failed("read the installation", err)
}

func (db *DB) installation(ctx context.Context) (ba.Installation, []byte, error) {
	var in ba.Installation
	var created int64
	var probe []byte
	err := db.engine.read.row(ctx, qInstallation).Scan(&in.ID, &created, &in.SetupCodeHash, &probe)
	in.CreatedAt = fromMS(created)
	return in, probe, err
}

// SetSetupCode keeps the hash of the code that lets the first administrator
// in; nil removes it.
func (db *DB) SetSetupCode(ctx context.Context, hash []byte) error {
	return db.exec(ctx, "set the setup code", qSetSetupHash, hash)
}

// checkInstallation makes the installation at the first start, and later
// refuses a keyring that belongs to another database, an empty keyring beside
// a database in use, and an empty database beside a keyring in use: each would
// otherwise look like a fresh start and lose what is there. With an expected
// installation it refuses a lost volume too, where nothing is left to tell.
func (db *DB) checkInstallation(ctx context.Context, expect string) error {
	if err := db.checkMove(ctx); err != nil {
		return err
	}
	in, probe, err := db.installation(ctx)
	keyed, keyErr := db.vault.Has(ctx, ba.InstanceScope)
	switch {
	case keyErr != nil:
		return fmt.Errorf("read the keyring: %w", keyErr)
	case errors.Is(err, sql.ErrNoRows) && expect != "":
		return ba.E(ba.Conflict, "The database is empty, but INSTALLATION_ID says that there was data: its volume or its database was lost, or DATA_DIR or DATABASE_URL points elsewhere. "+
			"Attach the volume again, correct the address, or restore the backup. To begin with nothing, remove INSTALLATION_ID.")
	case errors.Is(err, sql.ErrNoRows):
		if keyed && db.engine.name == "sqlite" {
			return ba.E(ba.Conflict, "The database is empty, but its keyring is in use: the database file was lost or moved. "+
				"Restore it, or point DATABASE_URL at it. To begin with nothing, move the keyring file away first.")
		}
		return db.install(ctx)
	case err != nil:
		return failed("read the installation", err)
	case expect != "" && in.ID != expect:
		return ba.E(ba.Conflict, "The database belongs to another installation than INSTALLATION_ID names. "+
			"Correct DATA_DIR or DATABASE_URL, or set INSTALLATION_ID to the id of this one: "+in.ID+".")
	case probe == nil: // the first start was cut short
		return db.install(ctx)
	case !keyed:
		return ba.E(ba.Conflict, "The keyring is empty or missing, and the database was sealed with its keys. "+
			"Restore the keyring file that belongs to this database; without it the content cannot be read.")
	}
	return db.openProbe(ctx, probe)
}

// checkProbe is what checkInstallation comes to where an installation has to be there.
func (db *DB) checkProbe(ctx context.Context) error {
	if _, probe, err := db.installation(ctx); err != nil {
		return missing(err, "read the installation", "The database holds no installation. Check DATA_DIR and DATABASE_URL.")
	} else if probe != nil {
		return db.openProbe(ctx, probe)
	}
	return ba.E(ba.Conflict, "The first start on this database was cut short. Start it once, then try again.")
}

func (db *DB) openProbe(ctx context.Context, probe []byte) error {
	s := db.sealer(ctx, ba.InstanceScope, "installation", 1)
	if text := s.open("probe", probe); s.err != nil || text != probeText {
		return ba.Wrap(ba.Conflict, "The keyring belongs to another database. Restore the keyring file that belongs to this one.", s.err)
	}
	return nil
}

// install writes the row before the first key is made, so that a start that is
// cut short between the two is told from a lost database.
func (db *DB) install(ctx context.Context) error {
	if err := db.exec(ctx, "make the installation", qAddInstallation, ba.NewID[string](), toMS(db.clock())); err != nil {
		return err
	}
	s := db.sealer(ctx, ba.InstanceScope, "installation", 1)
	probe := s.seal("probe", probeText)
	if s.err != nil {
		return s.err
	}
	return db.exec(ctx, "make the installation", qSetProbe, probe)
}

// exec runs one statement in a transaction of its own.
func (db *DB) exec(ctx context.Context, operation string, q query, args ...any) error {
	return failed(operation, db.engine.write.write(ctx, func(t *tx) error {
		_, err := t.exec(q, args...)
		return err
	}))
}

// write runs fn in a transaction. fn may run more than once.
func (db *DB) write(ctx context.Context, operation string, fn func(t *tx) error) error {
	return failed(operation, db.engine.write.write(ctx, fn))
}
