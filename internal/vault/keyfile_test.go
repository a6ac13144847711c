package vault_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/vault"
)

func keyFile(t *testing.T) (path string, k *vault.KeyFile) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "master.key")
	k, err := vault.FileKey(path, true)
	ok(t, err)
	return path, k
}

func lines(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	ok(t, err)
	return strings.Fields(string(text))
}

// A server holds the file open as one KeyFile, a command replaces the key as another.
func TestAServerGoesOnWhileItsKeyFileIsReplaced(t *testing.T) {
	path, server := keyFile(t)
	ctx := t.Context()
	old, oldID, err := server.Wrap(ctx, []byte("data key"), nil)
	ok(t, err)
	command, err := vault.FileKey(path, false)
	ok(t, err)
	ok(t, command.Succeed(ctx))
	if len(lines(t, path)) != 2 || !server.Older() || server.ID() == oldID || server.ID() != command.ID() {
		t.Errorf("%d lines, the server has %s, before %s, the command %s", len(lines(t, path)), server.ID(), oldID, command.ID())
	}
	if plain, err := server.Unwrap(ctx, oldID, old, nil); err != nil || string(plain) != "data key" {
		t.Errorf("%q, %v", plain, err)
	}
	fresh, id, err := server.Wrap(ctx, []byte("data key"), nil)
	if err != nil || id != command.ID() {
		t.Errorf("the server wraps with %s (%v)", id, err)
	}
	ok(t, command.Retire(ctx))
	if len(lines(t, path)) != 1 || server.Older() {
		t.Errorf("%d lines are left", len(lines(t, path)))
	}
	if _, err := server.Unwrap(ctx, oldID, old, nil); err == nil {
		t.Error("the old key still unwraps")
	}
	if plain, err := server.Unwrap(ctx, id, fresh, nil); err != nil || string(plain) != "data key" {
		t.Errorf("%q, %v", plain, err)
	}
}

func TestAReplacedKeyFileKeepsItsModeAndLeavesNothingBeside(t *testing.T) {
	path, k := keyFile(t)
	ok(t, os.Chmod(path, 0o400))
	ok(t, os.WriteFile(filepath.Join(filepath.Dir(path), ".master-cut-short"), []byte("half"), 0o600))
	ok(t, k.Succeed(t.Context()))
	info, err := os.Stat(path)
	if ok(t, err); info.Mode().Perm() != 0o400 {
		t.Errorf("mode %o", info.Mode().Perm())
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if ok(t, err); len(entries) != 1 {
		t.Errorf("%d files are there", len(entries))
	}
}

func TestAKeyFileThatVanishesOrIsSpoiltLeavesTheKeyThatIsKnown(t *testing.T) {
	path, k := keyFile(t)
	wrapped, id, err := k.Wrap(t.Context(), []byte("data key"), nil)
	ok(t, err)
	ok(t, os.WriteFile(path, []byte("not a key"), 0o600))
	if k.ID() != id {
		t.Errorf("the key became %s", k.ID())
	}
	ok(t, os.Remove(path))
	if plain, err := k.Unwrap(t.Context(), id, wrapped, nil); err != nil || string(plain) != "data key" {
		t.Errorf("%q, %v", plain, err)
	}
	if err := k.Succeed(t.Context()); err == nil {
		t.Error("a file that is not there was replaced")
	}
}

func TestAMountedFileMayBeReadByOthersAndNotChanged(t *testing.T) {
	path, _ := keyFile(t)
	ok(t, os.Chmod(path, 0o444))
	_, err := vault.MountedKey(path)
	ok(t, err)
	ok(t, os.Chmod(path, 0o666))
	if _, err := vault.MountedKey(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("error %v", err)
	}
}

// overtaken is a master key that is replaced by somebody else right after it
// has wrapped: before what it wrapped is in the keyring.
type overtaken struct {
	*vault.KeyFile
	by *vault.KeyFile
}

func (k *overtaken) Wrap(ctx context.Context, plain, ad []byte) ([]byte, string, error) {
	wrapped, id, err := k.KeyFile.Wrap(ctx, plain, ad)
	if k.by != nil && err == nil {
		err = k.by.Succeed(ctx)
		k.by = nil
	}
	return wrapped, id, err
}

func TestADataKeyThatIsMadeWhileTheMasterKeyIsReplacedIsWrappedByTheNewOne(t *testing.T) {
	path, server := keyFile(t)
	ring := newRing(t)
	command, err := vault.FileKey(path, false)
	ok(t, err)
	v := open(t, &overtaken{server, command}, ring)
	sealed := seal(t, v, place, "text")
	w, err := ring.DataKey(t.Context(), scope)
	if ok(t, err); w.Master != command.ID() {
		t.Errorf("it is wrapped by %s, the master key is %s", w.Master, command.ID())
	}
	ok(t, command.Retire(t.Context()))
	alone, err := vault.FileKey(path, false)
	ok(t, err)
	if plain, err := open(t, alone, ring).Open(t.Context(), scope, place, sealed); err != nil || string(plain) != "text" {
		t.Errorf("%q, %v", plain, err)
	}
}
