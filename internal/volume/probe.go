package volume

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Probe writes a small file to dir, makes it durable, gives it another name
// and removes it: what a database does there. The error names no path.
func Probe(dir string) error {
	f, err := os.CreateTemp(dir, ".probe-*")
	if err != nil {
		return reason("make a file", err)
	}
	name := f.Name()
	defer os.Remove(name)
	_, err = f.WriteString("probe\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return reason("write a file", err)
	}
	moved := filepath.Join(dir, ".probed")
	if err := os.Rename(name, moved); err != nil {
		return reason("rename a file", err)
	}
	if err := os.Remove(moved); err != nil && !errors.Is(err, os.ErrNotExist) {
		return reason("remove a file", err)
	}
	return nil
}

// reason drops the path from an error of the file system.
func reason(what string, err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return fmt.Errorf("%s: %w", what, path.Err)
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return fmt.Errorf("%s: %w", what, link.Err)
	}
	return fmt.Errorf("%s: %w", what, err)
}
