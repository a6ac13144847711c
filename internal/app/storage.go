package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/volume"
)

// storage is where the data lies: a directory that this process alone uses, or
// PostgreSQL.
type storage struct {
	dir      string // of the SQLite database; empty with PostgreSQL
	instance string // name of this instance, the same after a restart on its directory
	found    volume.Finding
	lock     *dataLock
}

// openStorage makes the directories, refuses in production what does not
// survive a redeploy (pitfall P3), and takes the lock. A file whose content was
// moved is refused, unless it went to the given place.
func openStorage(ctx context.Context, c *config.Config, goes string, log *slog.Logger) (storage, error) {
	file, err := store.File(c.DatabaseURL)
	if err != nil {
		return storage{}, err
	}
	if err := makeDir(c.DataDir); err != nil {
		return storage{}, err
	}
	if file == "" {
		return shared(c)
	}
	if err := checkMoved(file, goes); err != nil {
		return storage{}, err
	}
	s := storage{dir: filepath.Dir(file)}
	if err := makeDir(s.dir); err != nil {
		return storage{}, err
	}
	if s.found, err = examine(c, s.dir); err != nil {
		return storage{}, err
	}
	if s.lock, err = lockData(ctx, c, s.dir, log); err != nil {
		return storage{}, err
	}
	s.instance, err = instanceName(s.dir)
	return s, err
}

// shared is the storage of an instance on PostgreSQL. Instances may share a
// directory for their caches; the first of them has the lasting name.
func shared(c *config.Config) (storage, error) {
	s := storage{instance: ba.NewID[string](),
		found: volume.Finding{Lifetime: volume.Lasting, Detail: "The data lies in PostgreSQL; the data directory holds caches only."}}
	lock, err := openLock(c.DataDir)
	if err != nil {
		return s, err
	}
	if err := tryLock(lock.file); err != nil {
		return s, lock.release()
	}
	s.lock = lock
	s.instance, err = instanceName(c.DataDir)
	return s, err
}

func examine(c *config.Config, dir string) (volume.Finding, error) {
	found, err := volume.Examine(dir, volume.Place{Platform: c.Platform, Volume: c.Volume})
	if err != nil {
		return found, fmt.Errorf("start: %w", err)
	}
	if c.Production() && (found.Lifetime == volume.Fleeting || found.Network) {
		return found, config.Problems{{Variable: "DATA_DIR", What: "is " + dir + ". " + found.Detail, Remedy: found.Remedy}}
	}
	return found, nil
}

// check is the health of the storage: what it is, and that it takes a file.
func (s storage) check(context.Context) (string, error) {
	if s.dir == "" {
		return s.found.Detail, nil
	}
	if err := volume.Probe(s.dir); err != nil {
		return "The data directory cannot be written. Check its disk, its free space and its permissions.", err
	}
	free, err := volume.Free(s.dir)
	if err == nil && free < minFree {
		return "The disk of the data directory is nearly full. Make room or enlarge it; uploads will fail soon.", errors.New("less than 100 MB free")
	}
	return s.found.Detail, nil
}

// minFree is the free space in bytes below which the storage is not healthy.
const minFree = 100 << 20
