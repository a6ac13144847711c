package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// staleAfter is how long a draft may be left alone before it counts as what a
// crash left.
const staleAfter = time.Hour

// sweep removes drafts that nobody writes any more.
func sweep(dir string, now time.Time) {
	left, _ := filepath.Glob(filepath.Join(dir, ".*"+draftSuffix)) // the pattern is well-formed
	for _, path := range left {
		if info, err := os.Stat(path); err == nil && now.Sub(info.ModTime()) > staleAfter {
			_ = os.Remove(path) // the next sweep tries again
		}
	}
}

// draft writes a file without a name of its own, makes it durable and reads it
// back. The caller names it, or removes it.
type draft struct {
	path     string
	head     Head
	manifest Manifest
	size     int64
}

// newDraft makes a draft of the source in dir, verified. On an error nothing is left.
func newDraft(ctx context.Context, dir string, master vault.MasterKey, h Head, from source, tell func(Progress)) (d *draft, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, unwritable(dir, err)
	}
	f, err := os.CreateTemp(dir, ".ba-*"+draftSuffix) // mode 0600
	if err != nil {
		return nil, unwritable(dir, err)
	}
	d = &draft{path: f.Name(), head: h}
	defer func() {
		if err != nil {
			d.discard()
		}
	}()
	disk := &medium{w: f}
	d.manifest, err = write(ctx, disk, master, &d.head, from, tell)
	if disk.err = errors.Join(disk.err, f.Sync(), f.Close()); disk.err != nil {
		return nil, unwritable(dir, disk.err)
	}
	if err != nil {
		return nil, err
	}
	return d, d.check(ctx, master, tell)
}

// medium tells errors of writing from those of what is written.
type medium struct {
	w   io.Writer
	err error
}

func (m *medium) Write(p []byte) (int, error) {
	n, err := m.w.Write(p)
	if err != nil {
		m.err = err
	}
	return n, err
}

// check reads the draft back.
func (d *draft) check(ctx context.Context, master vault.MasterKey, tell func(Progress)) error {
	f, err := os.Open(d.path)
	if err != nil {
		return fmt.Errorf("read the backup back: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("read the backup back: %w", err)
	}
	d.size = info.Size()
	return d.same(ctx, f, master, tell)
}

// same reports whether what r gives is this draft, whole.
func (d *draft) same(ctx context.Context, r io.Reader, master vault.MasterKey, tell func(Progress)) error {
	head, found, err := Verify(ctx, r, master, func(p Progress) { tell(Progress{"reading back: " + p.Table, p.Rows}) })
	if err != nil {
		return notAsWritten(err)
	}
	if head.ID != d.head.ID || !slices.Equal(found.Tables, d.manifest.Tables) {
		return notAsWritten(errors.New("it is another file"))
	}
	return nil
}

func notAsWritten(cause error) error {
	if errors.Is(cause, context.Canceled) {
		return cause
	}
	return ba.Wrap(ba.Internal, "The backup did not read back as it was written, so that it does not count. Check the disk or the storage, and try again.", cause)
}

func (d *draft) discard() { _ = os.Remove(d.path) } // else a later sweep does

// unwritable gives errors of a disk their sentence.
func unwritable(dir string, err error) error {
	var known *ba.Error
	switch {
	case errors.As(err, &known), errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, syscall.ENOSPC):
		return ba.Wrap(ba.Unavailable, "The disk of "+dir+" is full, so that the backup could not be written. Make room, or send backups elsewhere.", err)
	case errors.Is(err, os.ErrPermission):
		return ba.Wrap(ba.Unavailable, "This user may not write in "+dir+". Give it the directory (chown), or send backups elsewhere.", err)
	}
	return ba.Wrap(ba.Unavailable, "The backup could not be written to "+dir+". Check that the directory is there and can be written.", err)
}
