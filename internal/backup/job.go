package backup

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// Job makes one backup.
type Job struct {
	ID     ba.BackupID
	Origin ba.BackupOrigin
	// Snapshot opens a consistent state of the database; the job closes it.
	Snapshot func(ctx context.Context) (*store.State, error)
	Master   vault.MasterKey
	Program  string // version of this program

	To   Place  // where the backup goes
	Name string // empty is a name made of installation and time

	// Keys reads the keyring once the state is taken, so that the copy
	// holds the key of everything in it.
	Keys   func(ctx context.Context) ([]vault.WrappedKey, error)
	KeysTo Place // where the keyring copy goes; nil is nowhere

	Tell func(Progress) // nil for nobody
	Now  func() time.Time
}

// Made is a backup that was verified and kept.
type Made struct {
	Head     Head
	Manifest Manifest
	Name     string
	Size     int64
}

// Run makes the backup. What it returns was read back, at the place where it
// is now. The errors are sentences for the operator.
func (j *Job) Run(ctx context.Context) (Made, error) {
	if j.Tell == nil {
		j.Tell = func(Progress) {}
	}
	sweep(j.To.Drafts(), j.Now())
	d, err := j.take(ctx)
	if err != nil {
		return Made{}, err
	}
	defer d.discard()
	name := j.Name
	if name == "" {
		name = dataName(d.head)
	}
	if err := j.To.Keep(ctx, d.path, name, false); err != nil {
		return Made{}, err
	}
	if j.To.Remote() {
		if err := j.checkAgain(ctx, d, name); err != nil {
			return Made{}, errors.Join(err, j.To.Remove(context.WithoutCancel(ctx), name))
		}
	}
	return Made{Head: d.head, Manifest: d.manifest, Name: name, Size: d.size}, j.copyKeys(ctx, d.head)
}

// take writes the state of the database to a draft. The database is held no
// longer than that: neither reading back nor sending waits on it.
func (j *Job) take(ctx context.Context) (d *draft, err error) {
	snap, err := j.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, snap.Close()) }()
	if snap.Installation == "" {
		return nil, ba.E(ba.Conflict, "The database is empty, so that there is nothing to back up. Check DATA_DIR and DATABASE_URL.")
	}
	h := Head{ID: j.ID, Kind: Data, Engine: snap.Engine, Schema: snap.Schema, Installation: snap.Installation,
		TakenAt: snap.TakenAt.UTC().Truncate(time.Millisecond), Program: j.Program, Origin: j.Origin}
	return newDraft(ctx, j.To.Drafts(), j.Master, h, snap, j.Tell)
}

func (j *Job) checkAgain(ctx context.Context, d *draft, name string) error {
	r, err := j.To.Open(ctx, name)
	if err != nil {
		return notAsWritten(err)
	}
	return errors.Join(d.same(ctx, r, j.Master, j.Tell), r.Close())
}

func (j *Job) copyKeys(ctx context.Context, h Head) error {
	if j.KeysTo == nil {
		return nil
	}
	keys, err := j.Keys(ctx)
	if err != nil {
		return fmt.Errorf("read the keyring: %w", err)
	}
	return copyKeys(ctx, j.KeysTo, j.Master, h, keys)
}

// Path returns where a file of a place is, for people.
func Path(p Place, name string) string {
	if p.Remote() {
		return p.String() + "/" + name
	}
	return filepath.Join(p.String(), name)
}
