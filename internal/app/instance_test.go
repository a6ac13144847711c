package app

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
)

func TestAnInstanceKeepsItsNameAndACopyOfItsDirectoryGetsAnother(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	name, err := instanceName(dir)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := instanceName(dir); err != nil || again != name {
		t.Errorf("after a restart it is %s, was %s: %v", again, name, err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "instance"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(other, "instance"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	copied, err := instanceName(other)
	if err != nil || copied == name {
		t.Errorf("a copy has the name %s: %v", copied, err)
	}
	if again, err := instanceName(other); err != nil || again != copied {
		t.Errorf("the copy is called %s after a restart, was %s: %v", again, copied, err)
	}
}

func TestAnInstanceFileThatSaysNothingIsReplaced(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "instance"), []byte("nonsense\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	name, err := instanceName(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ba.ParseID[string](name); err != nil {
		t.Errorf("the name is %q: %v", name, err)
	}
}
