package app

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/config"
)

// lockPatience is how long a production start waits for the instance before
// it, which may still be stopping.
const lockPatience = 60 * time.Second

// dataLock says that one process alone uses the data directory: SQLite means
// one instance. The kernel releases it when the process ends, however it ends.
type dataLock struct{ file *os.File }

var errLocked = errors.New("locked by another process")

// lockData takes the lock on dir, where the SQLite database lies, in
// production with patience.
func lockData(ctx context.Context, c *config.Config, dir string, log *slog.Logger) (*dataLock, error) {
	lock, err := openLock(dir)
	if err != nil {
		return nil, err
	}
	err = tryLock(lock.file)
	if errors.Is(err, errLocked) && c.Production() {
		log.InfoContext(ctx, "another instance uses the data directory; waiting for it to stop", "longest", lockPatience)
		err = waitLock(ctx, lock.file)
	}
	switch {
	case err == nil:
		return lock, nil
	case errors.Is(err, errLocked):
		err = ba.E(ba.Conflict, "Another instance is running on the data in "+dir+". Stop it first, or give this one a DATA_DIR of its own. Several instances together need PostgreSQL (DATABASE_URL).")
	}
	return nil, errors.Join(err, lock.release())
}

// openLock opens the file of the lock without taking it.
func openLock(dir string) (*dataLock, error) { return openLockFile(dir, ".lock") }

func openLockFile(dir, name string) (*dataLock, error) {
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, unwritable(dir, err)
	}
	return &dataLock{f}, nil
}

func waitLock(ctx context.Context, f *os.File) error {
	ctx, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return errLocked
		case <-tick.C:
		}
		if err := tryLock(f); !errors.Is(err, errLocked) {
			return err
		}
	}
}

// release gives the lock back; a nil lock was never taken.
func (l *dataLock) release() error {
	if l == nil {
		return nil
	}
	return l.file.Close()
}

// makeDir makes a directory for the data, for its owner alone.
func makeDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return unwritable(dir, err)
	}
	return nil
}

func unwritable(dir string, err error) error {
	remedy := "Set DATA_DIR to a directory that this user may write."
	if errors.Is(err, fs.ErrPermission) {
		remedy = "Give it to the user that runs this program (chown), or set DATA_DIR to another."
	}
	return ba.Wrap(ba.Unavailable, "The data directory "+dir+" cannot be written. "+remedy, err)
}
