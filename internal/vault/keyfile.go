package vault

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/ba-assistant/ba-assistant/ba"
)

// KeyFile is a master key in a file: the first line wraps, further lines are
// older keys that still unwrap. It notices that the file was changed before it
// wraps, and when it meets a key that it does not know, so that a server goes
// on while the key is replaced.
type KeyFile struct {
	path   string
	strict bool

	mu    sync.Mutex
	key   *LocalKey
	lines []string
	seen  fs.FileInfo // of the file when it was read
}

// FileKey reads the master key from a file that only its owner may read. Where
// the file is absent and create is true, as in development, it is made with a
// new key and mode 0600.
func FileKey(path string, create bool) (*KeyFile, error) {
	return openKeyFile(&KeyFile{path: path, strict: true}, create)
}

// MountedKey reads the master key from a file that a platform or an operator
// has put there. Some mount secrets so that everybody in the container may
// read them; a file that everybody may change is refused.
func MountedKey(path string) (*KeyFile, error) {
	return openKeyFile(&KeyFile{path: path}, false)
}

func openKeyFile(k *KeyFile, create bool) (*KeyFile, error) {
	if _, err := os.Stat(k.path); errors.Is(err, fs.ErrNotExist) && create {
		key, err := NewKey()
		if err != nil {
			return nil, err
		}
		if err := k.write([]string{key}, os.Link); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
	if err := k.reload(); err != nil {
		return nil, err
	}
	return k, nil
}

// NewKey returns a new master key as text.
func NewKey() (string, error) {
	key := make([]byte, MasterKeySize)
	if _, err := rand.Read(key); err != nil {
		return "", fmt.Errorf("make a master key: %w", err)
	}
	return base64.StdEncoding.EncodeToString(key), nil
}

// reload reads the file. The key that is known stays where that fails.
func (k *KeyFile) reload() error {
	info, err := os.Stat(k.path)
	if err != nil {
		return fmt.Errorf("read the master key: %w", err)
	}
	if mode := info.Mode().Perm(); k.strict && mode&0o077 != 0 {
		return fmt.Errorf("the master key file %s can be read by others (mode %#o): run chmod 600 on it", k.path, mode)
	} else if mode&0o002 != 0 {
		return fmt.Errorf("the master key file %s can be changed by everybody (mode %#o): run chmod 600 on it", k.path, mode)
	}
	text, err := os.ReadFile(k.path)
	if err != nil {
		return fmt.Errorf("read the master key: %w", err)
	}
	lines := strings.Fields(string(text))
	if len(lines) == 0 {
		return fmt.Errorf("the master key file %s is empty: restore it from where you keep it", k.path)
	}
	key, err := EnvKey(lines[0], lines[1:]...)
	if err != nil {
		return fmt.Errorf("%s: %w", k.path, err)
	}
	k.key, k.lines, k.seen = key, lines, info
	return nil
}

// current returns the key as the file has it now. A file that cannot be read
// any more, or holds no key, leaves the one that is known: what is sealed can
// be opened with it, and the next start says what is wrong.
func (k *KeyFile) current() *LocalKey {
	k.mu.Lock()
	defer k.mu.Unlock()
	info, err := os.Stat(k.path)
	if err == nil && !(os.SameFile(info, k.seen) && info.ModTime().Equal(k.seen.ModTime()) && info.Size() == k.seen.Size()) {
		_ = k.reload()
	}
	return k.key
}

// ID returns the fingerprint of the key in the first line.
func (k *KeyFile) ID() string { return k.current().ID() }

// Path returns where the file is.
func (k *KeyFile) Path() string { return k.path }

// Wrap seals a data key, bound to ad.
func (k *KeyFile) Wrap(ctx context.Context, plain, ad []byte) ([]byte, string, error) {
	return k.current().Wrap(ctx, plain, ad)
}

// Unwrap opens what a key of the file wrapped.
func (k *KeyFile) Unwrap(ctx context.Context, keyID string, wrapped, ad []byte) ([]byte, error) {
	return k.current().Unwrap(ctx, keyID, wrapped, ad)
}

// Older reports whether the file has more than one key.
func (k *KeyFile) Older() bool {
	k.current()
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.lines) > 1
}

// Succeed puts a new key before those that are there. It is Unavailable where
// the file cannot be replaced, as with secrets that a platform mounts.
func (k *KeyFile) Succeed(context.Context) error {
	key, err := NewKey()
	if err != nil {
		return err
	}
	return k.replace(func(lines []string) []string { return append([]string{key}, lines...) })
}

// Retire leaves the first key alone.
func (k *KeyFile) Retire(context.Context) error {
	return k.replace(func(lines []string) []string { return lines[:1] })
}

func (k *KeyFile) replace(change func(lines []string) []string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.reload(); err != nil {
		return err
	}
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(k.path), unfinished)) // the pattern is well formed
	for _, name := range left {
		_ = os.Remove(name) // of an attempt that was cut short
	}
	if err := k.write(change(k.lines), os.Rename); err != nil {
		return ba.Wrap(ba.Unavailable, "The file of the master key cannot be replaced: "+k.path+". Nothing was changed.", err)
	}
	return k.reload()
}

// unfinished is the name of a file that was not put in its place.
const unfinished = ".master-*"

// write makes the file so that its name has the whole content or what it had
// before, and the content is on the disk when it returns. Mode and owner are
// those of the file that is replaced.
func (k *KeyFile) write(lines []string, place func(from, to string) error) error {
	dir := filepath.Dir(k.path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the folder of the master key: %w", err)
	}
	f, err := os.CreateTemp(dir, unfinished)
	if err != nil {
		return fmt.Errorf("make the master key: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(strings.Join(lines, "\n") + "\n")
	if info, missing := os.Stat(k.path); missing == nil && err == nil {
		err = errors.Join(f.Chmod(info.Mode().Perm()), keepOwner(f, info))
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("make the master key: %w", err)
	}
	if err := place(f.Name(), k.path); err != nil {
		return fmt.Errorf("make the master key: %w", err)
	}
	return syncDir(dir)
}

// syncDir makes a new name in the directory survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("make the master key: %w", err)
	}
	err = d.Sync()
	if errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, d.Close())
}
