package app

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/backup"
	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// BackupOptions say where a backup of the command line goes.
type BackupOptions struct {
	To      string // a directory or s3://bucket/prefix; empty is BACKUP_TO
	Keyring string // where the keyring copy goes; empty is BACKUP_KEYRING_TO, or beside the backups
	File    string // one file instead of To, without a keyring copy unless Keyring is set
	Version string
	Tell    func(backup.Progress)
}

// Backed is a backup that was made, with where it is.
type Backed struct {
	backup.Made
	Path    string
	Keyring string // where the keyring copy is, or empty
	Note    string // what did not work beside the backup itself, or empty
}

// Backup makes one backup, beside an instance that may run, and lists it.
func Backup(ctx context.Context, c *config.Config, log *slog.Logger, o BackupOptions) (Backed, error) {
	if err := becomeUser(c); err != nil {
		return Backed{}, err
	}
	master, err := masterKey(c)
	if err != nil {
		return Backed{}, err
	}
	job := &backup.Job{ID: ba.NewID[ba.BackupID](), Origin: ba.BackupCommand, Snapshot: snapshots(c), Master: master, Program: o.Version,
		Keys: func(ctx context.Context) ([]vault.WrappedKey, error) { return keysOf(ctx, c.DatabaseURL) }, Tell: o.Tell, Now: time.Now}
	if err := aim(job, c, o); err != nil {
		return Backed{}, err
	}
	began := time.Now()
	made, err := job.Run(ctx)
	if err != nil {
		return Backed{}, err
	}
	b := Backed{Made: made, Path: backup.Path(job.To, made.Name)}
	if job.KeysTo != nil {
		b.Keyring = job.KeysTo.String()
	}
	if err := record(ctx, c, log, ba.Backup{ID: job.ID, Origin: job.Origin, State: ba.BackupDone, Place: b.Path, Size: made.Size,
		Rows: made.Manifest.Rows(), Owner: "command", By: ba.Operator(), StartedAt: began, FinishedAt: time.Now()}); err != nil {
		b.Note = "It could not be added to the list of backups: " + err.Error()
	}
	return b, nil
}

// aim sets where the job's files go.
func aim(job *backup.Job, c *config.Config, o BackupOptions) error {
	keys := o.Keyring
	if o.File != "" {
		if keys == "" {
			keys = noKeyringCopy
		}
		path, err := filepath.Abs(o.File)
		if err != nil {
			return ba.Wrap(ba.Invalid, "The path of the file cannot be resolved.", err)
		}
		job.Name = filepath.Base(path)
		job.To, job.KeysTo, err = places(c, filepath.Dir(path), keys)
		return err
	}
	to := o.To
	if to == "" {
		to = c.BackupTo
		if keys == "" {
			keys = c.BackupKeyringTo
		}
	}
	var err error
	job.To, job.KeysTo, err = places(c, to, keys)
	return err
}

// record lists a backup that was made. A database of another schema has no
// such list, or not yet.
func record(ctx context.Context, c *config.Config, log *slog.Logger, b ba.Backup) error {
	state, err := store.OpenState(ctx, c.DatabaseURL)
	if err != nil {
		return err
	}
	schema := state.Schema
	if err := state.Close(); err != nil || schema != store.Newest() {
		return err
	}
	db, err := openStore(ctx, c, ba.Operator(), log)
	if err != nil {
		return err
	}
	_, err = db.BeginBackup(ctx, b)
	if err == nil {
		err = db.EndBackup(ctx, b)
	}
	return errors.Join(err, db.Close())
}

// keysOf returns all keys of a database's keyring, which is not there for a
// database that is not.
func keysOf(ctx context.Context, databaseURL string) ([]vault.WrappedKey, error) {
	ring, err := store.OpenKeyringOf(ctx, databaseURL)
	if err != nil {
		return nil, err
	}
	keys, err := backup.AllKeys(ctx, ring)
	return keys, errors.Join(err, ring.Close())
}

// OpenBackup opens a file of backups: a path, or s3://bucket/prefix/name.
func OpenBackup(ctx context.Context, c *config.Config, where string) (io.ReadCloser, error) {
	dir, name := filepath.Split(where)
	if strings.HasPrefix(where, "s3:") {
		cut := strings.LastIndexByte(where, '/')
		dir, name = where[:cut], where[cut+1:]
	} else if dir == "" {
		dir = "."
	}
	place, _, err := places(c, dir, noKeyringCopy)
	if err != nil {
		return nil, err
	}
	return place.Open(ctx, name)
}

// VerifyBackup reads a whole backup, or keyring copy, and compares every hash.
// It changes nothing.
func VerifyBackup(ctx context.Context, c *config.Config, where string, tell func(backup.Progress)) (backup.Head, backup.Manifest, error) {
	master, err := masterKey(c)
	if err != nil {
		return backup.Head{}, backup.Manifest{}, err
	}
	r, err := OpenBackup(ctx, c, where)
	if err != nil {
		return backup.Head{}, backup.Manifest{}, err
	}
	h, m, err := backup.Verify(ctx, r, master, tell)
	return h, m, errors.Join(err, r.Close())
}

// Backups lists what backups are at a place, the oldest first; the empty place
// is BACKUP_TO.
func Backups(ctx context.Context, c *config.Config, where string) ([]backup.Item, error) {
	if where == "" {
		where = c.BackupTo
	}
	place, _, err := places(c, where, noKeyringCopy)
	if err != nil {
		return nil, err
	}
	return backup.All(ctx, place)
}
