package app

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/backup"
	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// RestoreOptions say what becomes of a backup.
type RestoreOptions struct {
	File    string // a path, or s3://bucket/prefix/name
	Into    string // a database URL or a data directory; empty is the configured database
	Keyring string // a keyring copy; empty is the target's keyring, else the copy beside the backups
	Replace bool
	Tell    func(backup.Progress)
}

// Restore makes the target the database that a backup holds. No instance may
// run on it.
func Restore(ctx context.Context, c *config.Config, log *slog.Logger, o RestoreOptions) (done backup.Restored, err error) {
	if err := becomeUser(c); err != nil {
		return done, err
	}
	target, err := targetOf(c, o.Into)
	if err != nil {
		return done, err
	}
	lock, err := lockRestored(ctx, c, target, log)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, lock.release()) }()
	master, err := masterKey(c)
	if err != nil {
		return done, err
	}
	head, err := headOf(ctx, c, o.File)
	if err != nil {
		return done, err
	}
	if c.InstallationID != "" && head.Installation != c.InstallationID {
		return done, ba.E(ba.Conflict, "The backup is of another installation than INSTALLATION_ID names. Use a backup of this one, or change INSTALLATION_ID to "+head.Installation+".")
	}
	r := &backup.Restore{Target: target, Replace: o.Replace, Master: master, Tell: o.Tell, Now: time.Now, Log: log}
	if r.Keys, r.Install, err = keysFor(ctx, c, o, target, head, master); err != nil {
		return done, err
	}
	file, err := OpenBackup(ctx, c, o.File)
	if err != nil {
		return done, err
	}
	done, err = r.Run(ctx, file)
	return done, errors.Join(err, file.Close())
}

// targetOf returns the URL of what is restored into.
func targetOf(c *config.Config, into string) (string, error) {
	switch {
	case into == "":
		return c.DatabaseURL, nil
	case strings.Contains(into, ":"):
		_, err := store.File(into)
		return into, err
	}
	dir, err := filepath.Abs(into)
	if err != nil {
		return "", ba.Wrap(ba.Invalid, "The path of the directory cannot be resolved.", err)
	}
	return "sqlite://" + filepath.ToSlash(filepath.Join(dir, "ba.db")), nil
}

// lockRestored keeps instances away from the folder of an SQLite database.
func lockRestored(ctx context.Context, c *config.Config, target string, log *slog.Logger) (*dataLock, error) {
	file, err := store.File(target)
	if err != nil || file == "" {
		return nil, err
	}
	if err := makeDir(filepath.Dir(file)); err != nil {
		return nil, err
	}
	return lockData(ctx, c, filepath.Dir(file), log)
}

func headOf(ctx context.Context, c *config.Config, where string) (backup.Head, error) {
	r, err := OpenBackup(ctx, c, where)
	if err != nil {
		return backup.Head{}, err
	}
	h, _, err := backup.ReadHead(r)
	return h, errors.Join(err, r.Close())
}

// keysFor finds the keyring for a restore: the copy that was named; that of the
// target, which knows what was destroyed since; or the copy beside the backups.
func keysFor(ctx context.Context, c *config.Config, o RestoreOptions, target string, h backup.Head, master vault.MasterKey) (keys []vault.WrappedKey, install bool, err error) {
	there, err := keysOf(ctx, target)
	if err != nil && ba.KindOf(err) != ba.NotFound {
		return nil, false, err
	}
	if o.Keyring != "" {
		keys, err := readKeys(ctx, c, o.Keyring, h, master)
		if err == nil && len(there) > 0 && !o.Replace && !sameKeys(there, keys) {
			err = ba.E(ba.Conflict, "The target has a keyring already. Leave out --keyring to use it, or add --replace to move it aside; nothing was changed.")
		}
		return keys, true, err
	}
	if len(there) > 0 {
		return there, false, nil
	}
	for _, where := range copiesOf(c, o.File, h) {
		if keys, err := readKeys(ctx, c, where, h, master); err == nil || ba.KindOf(err) != ba.NotFound {
			return keys, true, err
		}
	}
	return nil, false, ba.E(ba.Invalid, "The keyring is missing: a backup alone cannot be read. Name the keyring copy ("+backup.KeyringName(h.Installation)+
		") with --keyring, or put keyring.db into the folder of the database; nothing was changed.")
}

// copiesOf returns where the keyring copy may be.
func copiesOf(c *config.Config, file string, h backup.Head) []string {
	name := backup.KeyringName(h.Installation)
	dir := filepath.Dir(file)
	if strings.HasPrefix(file, "s3:") {
		dir = file[:strings.LastIndexByte(file, '/')]
	}
	places := []string{backup.Beside(dir)}
	if c.BackupKeyringTo != "" && c.BackupKeyringTo != noKeyringCopy {
		places = append(places, c.BackupKeyringTo)
	}
	for i, p := range places {
		places[i] = strings.TrimSuffix(p, "/") + "/" + name
	}
	return places
}

func readKeys(ctx context.Context, c *config.Config, where string, h backup.Head, master vault.MasterKey) ([]vault.WrappedKey, error) {
	r, err := OpenBackup(ctx, c, where)
	if err != nil {
		return nil, err
	}
	of, keys, err := backup.ReadKeys(ctx, r, master)
	if err == nil && of.Installation != h.Installation {
		err = ba.E(ba.Invalid, "The keyring copy is of another installation than the backup. Name the one that belongs to it.")
	}
	return keys, errors.Join(err, r.Close())
}

func sameKeys(a, b []vault.WrappedKey) bool {
	return slices.EqualFunc(a, b, func(x, y vault.WrappedKey) bool { return x.Scope == y.Scope && x.ID == y.ID })
}
