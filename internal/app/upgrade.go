package app

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/backup"
	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// upgradesKept is how many backups before an upgrade stay.
const upgradesKept = 3

// upgrade makes a backup before a schema with data is changed. The keyring is
// not copied: an upgrade leaves it alone.
type upgrade struct {
	cfg    *config.Config
	master vault.MasterKey
	log    *slog.Logger
	by     ba.Actor // nobody where the program upgrades by itself

	from, to int64
	made     *ba.Backup // to be listed once the database is open
}

// before is the store's BeforeUpgrade. Its error stops the start, and leaves
// the database as it was.
func (u *upgrade) before(ctx context.Context, from, to int64) error {
	u.from, u.to = from, to
	if !u.cfg.BackupBeforeUpgrade {
		return nil
	}
	state, err := store.OpenState(ctx, u.cfg.DatabaseURL)
	if err != nil {
		return err
	}
	empty := state.Installation == ""
	if err := state.Close(); err != nil || empty {
		return err
	}
	place, _, err := places(u.cfg, filepath.Join(u.cfg.DataDir, backupsDir, "upgrade"), noKeyringCopy)
	if err != nil {
		return err
	}
	began := time.Now()
	job := &backup.Job{ID: ba.NewID[ba.BackupID](), Origin: ba.BackupUpgrade, Snapshot: snapshots(u.cfg), Master: u.master,
		Program: fmt.Sprintf("before schema %d", to), To: place, Now: time.Now}
	made, err := job.Run(ctx)
	if err != nil {
		return ba.Wrap(ba.KindOf(err), fmt.Sprintf("The schema is to go from %d to %d, and the backup before it failed; nothing was changed. "+
			"Correct the cause, or set BACKUP_BEFORE_UPGRADE=false and make one yourself.", from, to), err)
	}
	u.made = &ba.Backup{ID: job.ID, Origin: job.Origin, State: ba.BackupDone, Place: backup.Path(place, made.Name), Size: made.Size,
		Rows: made.Manifest.Rows(), Owner: "upgrade", By: u.by, StartedAt: began, FinishedAt: time.Now()}
	u.log.InfoContext(ctx, "a backup was made before the schema is changed", "from", from, "to", to, "file", u.made.Place)
	return backup.Prune(ctx, place, made.Head.Installation, upgradesKept)
}

// list records the upgrade and adds the backup to the list, now that there are
// an audit log and a list.
func (u *upgrade) list(ctx context.Context, db *store.DB) error {
	if u.made != nil {
		if _, err := db.BeginBackup(ctx, *u.made); err != nil {
			return err
		}
		if err := db.EndBackup(ctx, *u.made); err != nil {
			return err
		}
	}
	if u.to == 0 {
		return nil
	}
	return db.Audit(ctx, ba.Act(u.by, ba.ActUpgraded, "schema", "").With(fmt.Sprintf("from %d to %d", u.from, u.to)))
}

// Rehearse upgrades a copy of the database and reports what came of it. The
// database itself stays as it is, and an instance may run on it.
func Rehearse(ctx context.Context, c *config.Config, log *slog.Logger, tell func(backup.Progress)) (backup.Rehearsed, error) {
	if err := becomeUser(c); err != nil {
		return backup.Rehearsed{}, err
	}
	master, err := masterKey(c)
	if err != nil {
		return backup.Rehearsed{}, err
	}
	r := &backup.Rehearsal{URL: c.DatabaseURL, Master: master, Tell: tell, Now: time.Now, Log: log}
	return r.Run(ctx)
}
