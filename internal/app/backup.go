package app

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/backup"
	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// backupsDir is where, within DATA_DIR, backups before an upgrade stay, and
// where those that go to a bucket are written first.
const backupsDir = "backups"

// noKeyringCopy is the value of BACKUP_KEYRING_TO for nowhere.
const noKeyringCopy = "off"

// newBackups returns what makes backups in this instance. Without BACKUP_TO it
// makes none.
func newBackups(a *App) (*backup.Service, error) {
	master, err := masterKey(a.cfg)
	if err != nil {
		return nil, err
	}
	d := backup.Deps{Records: a.db, Snapshot: snapshots(a.cfg), Master: master, Program: a.version, Instance: a.storage.instance,
		Keys:     func(ctx context.Context) ([]vault.WrappedKey, error) { return backup.AllKeys(ctx, a.db.Keyring()) },
		Schedule: a.cfg.BackupTimes(), Keep: a.cfg.BackupKeep, Clock: time.Now, Log: a.log}
	if a.cfg.BackupTo != "" {
		if d.To, d.KeysTo, err = places(a.cfg, a.cfg.BackupTo, a.cfg.BackupKeyringTo); err != nil {
			return nil, err
		}
	}
	return backup.New(d), nil
}

func snapshots(c *config.Config) func(context.Context) (*store.State, error) {
	return func(ctx context.Context) (*store.State, error) { return store.OpenState(ctx, c.DatabaseURL) }
}

// places returns where backups and the keyring copy go. The latter is nil for
// nowhere.
func places(c *config.Config, to, keys string) (backup.Place, backup.Place, error) {
	s3 := backup.S3{Endpoint: c.S3Endpoint, Region: c.S3Region, AccessKey: c.S3AccessKey, SecretKey: c.S3SecretKey}
	return backup.Places(to, keys, s3, filepath.Join(c.DataDir, backupsDir))
}

// backupPlan says for people when and where backups are made.
func backupPlan(c *config.Config) string {
	switch {
	case c.BackupTo == "":
		return "none; BACKUP_TO and BACKUP_SCHEDULE make some"
	case c.BackupTimes().Never():
		return "to " + c.BackupTo + ", when an administrator asks; BACKUP_SCHEDULE makes them by itself"
	case c.BackupKeep == 0:
		return c.BackupTimes().String() + " to " + c.BackupTo
	}
	return fmt.Sprintf("%s to %s; the newest %d stay", c.BackupTimes(), c.BackupTo, c.BackupKeep)
}
