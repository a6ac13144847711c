package app

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// instanceName reads the name that an instance has made for itself, or makes
// it: turns that a crash left are known by it as its own. The file says which
// file it is, so that a copy of the directory, which another instance was given,
// gets a name of its own: under one name, each of the two would mark the other's
// running turns as left by a crash.
func instanceName(dir string) (string, error) {
	path := filepath.Join(dir, "instance")
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", unwritable(dir, err)
	}
	if err == nil {
		here, err := fileNumber(path)
		if err != nil {
			return "", unwritable(dir, err)
		}
		name, number, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
		if id, err := ba.ParseID[string](name); err == nil && number == here {
			return id, nil
		}
	}
	id := ba.NewID[string]()
	if err := writeInstance(path, id); err != nil {
		return "", unwritable(dir, err)
	}
	return id, nil
}

// writeInstance writes the name and the number of the file that it is in.
func writeInstance(path, id string) error {
	if err := os.WriteFile(path, []byte(id+"\n"), 0o600); err != nil {
		return err
	}
	number, err := fileNumber(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(id+"\n"+number+"\n"), 0o600)
}
