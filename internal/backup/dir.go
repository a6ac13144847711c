package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/ba-assistant/ba-assistant/ba"
)

// directory is a Place in the file system.
type directory string

func (d directory) String() string { return string(d) }

// Drafts returns the directory itself: a name is given within one file system.
func (d directory) Drafts() string { return string(d) }

func (d directory) Remote() bool { return false }

func (d directory) Keep(_ context.Context, draft, name string, replace bool) error {
	return keepFile(draft, filepath.Join(string(d), name), replace)
}

// keepFile gives the draft its name, on the same file system.
func keepFile(draft, path string, replace bool) error {
	var err error
	if replace {
		err = os.Rename(draft, path)
	} else if err = os.Link(draft, path); err == nil { // unlike a renaming, it never takes the place of another file
		err = os.Remove(draft)
	}
	switch {
	case errors.Is(err, fs.ErrExist):
		return ba.Wrap(ba.Conflict, "There is a file of this name already: "+path+". Choose another name, or move it away.", err)
	case err != nil:
		return fmt.Errorf("name the file: %w", err)
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes names in a directory durable.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EINVAL) { // some file systems cannot, and say so
		err = nil
	}
	return errors.Join(err, f.Close())
}

func (d directory) Open(_ context.Context, name string) (io.ReadCloser, error) {
	f, err := os.Open(filepath.Join(string(d), name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ba.Wrap(ba.NotFound, "There is no file "+name+" in "+string(d)+".", err)
	}
	return f, err
}

func (d directory) List(_ context.Context, prefix string) ([]Item, error) {
	entries, err := os.ReadDir(string(d)) // sorted by name
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, ba.Wrap(ba.Unavailable, "The directory of the backups cannot be read: "+string(d)+". Check that it is mounted and its permissions.", err)
	}
	var items []Item
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), prefix) || !e.Type().IsRegular() {
			continue
		}
		info, err := e.Info()
		if err != nil { // removed meanwhile
			continue
		}
		items = append(items, Item{e.Name(), info.Size()})
	}
	return items, nil
}

func (d directory) Remove(_ context.Context, name string) error {
	err := os.Remove(filepath.Join(string(d), name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
