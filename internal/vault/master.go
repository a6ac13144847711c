package vault

import (
	"context"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// MasterKeySize is the length of a local master key in bytes.
const MasterKeySize = 32

// MasterKey wraps data keys. ID is a fingerprint of the key that wraps now;
// Unwrap also accepts the ids of keys that were replaced and are still
// configured. Implementations are safe for concurrent use.
type MasterKey interface {
	ID() string
	Wrap(ctx context.Context, plain, ad []byte) ([]byte, error)
	Unwrap(ctx context.Context, keyID string, wrapped, ad []byte) ([]byte, error)
}

// ErrUnknownMasterKey says that a data key was wrapped by a master key that is
// not configured.
var ErrUnknownMasterKey = errors.New("wrapped by a master key that is not configured")

// LocalKey is a master key of 32 bytes in the memory of this process.
type LocalKey struct {
	id   string
	keys map[string]cipher.AEAD // by fingerprint; the current one and older ones
}

// NewLocalKey returns a master key that wraps with current and still unwraps
// what the older keys wrapped. Every key must have 32 bytes.
func NewLocalKey(current []byte, older ...[]byte) (*LocalKey, error) {
	k := &LocalKey{keys: make(map[string]cipher.AEAD, 1+len(older))}
	for i, key := range append([][]byte{current}, older...) {
		if len(key) != MasterKeySize {
			return nil, fmt.Errorf("a master key has %d bytes, it needs %d", len(key), MasterKeySize)
		}
		wrapping, err := hkdf.Key(sha256.New, key, nil, "ba master wrap 1", MasterKeySize)
		if err != nil {
			return nil, fmt.Errorf("derive the wrapping key: %w", err)
		}
		gcm, err := newGCM(wrapping)
		if err != nil {
			return nil, err
		}
		id := fingerprint(key)
		k.keys[id] = gcm
		if i == 0 {
			k.id = id
		}
	}
	return k, nil
}

// fingerprint names a key without giving anything of it away.
func fingerprint(key []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("ba master fingerprint 1"))
	return "local:" + hex.EncodeToString(mac.Sum(nil)[:8])
}

// ID returns the fingerprint of the key that wraps.
func (k *LocalKey) ID() string { return k.id }

// Wrap seals a data key, bound to ad.
func (k *LocalKey) Wrap(_ context.Context, plain, ad []byte) ([]byte, error) {
	return k.keys[k.id].Seal(nil, nil, plain, ad), nil
}

// Unwrap opens what the key of the given fingerprint wrapped. The error is
// ErrUnknownMasterKey for a key that is not configured.
func (k *LocalKey) Unwrap(_ context.Context, keyID string, wrapped, ad []byte) ([]byte, error) {
	gcm, ok := k.keys[keyID]
	if !ok {
		return nil, ErrUnknownMasterKey
	}
	plain, err := gcm.Open(nil, nil, wrapped, ad)
	if err != nil {
		return nil, fmt.Errorf("a wrapped data key was altered: %w", err)
	}
	return plain, nil
}

// EnvKey reads master keys as text, 32 bytes each in hex or base64; the first
// wraps, the others are older ones. No error repeats anything of a key.
func EnvKey(current string, older ...string) (*LocalKey, error) {
	keys := make([][]byte, 0, 1+len(older))
	for _, text := range append([]string{current}, older...) {
		key, err := decodeKey(text)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return NewLocalKey(keys[0], keys[1:]...)
}

func decodeKey(text string) ([]byte, error) {
	text = strings.TrimSpace(text)
	if key, err := hex.DecodeString(text); err == nil && len(key) == MasterKeySize {
		return key, nil
	}
	plain := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(text, "="))
	if key, err := base64.RawStdEncoding.DecodeString(plain); err == nil && len(key) == MasterKeySize {
		return key, nil
	}
	return nil, errors.New("the master key is not 32 bytes in hex or base64; make one with: openssl rand -base64 32")
}

// FileKey reads the master key from a file that only its owner may read. Where
// the file is absent and create is true, as in development, it is made with a
// new key and mode 0600. Further lines of the file are older keys.
func FileKey(path string, create bool) (*LocalKey, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && create:
		if err := createKeyFile(path); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, fmt.Errorf("read the master key: %w", err)
	case info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("the master key file %s can be read by others (mode %#o): run chmod 600 on it", path, info.Mode().Perm())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the master key: %w", err)
	}
	lines := strings.Fields(string(text))
	if len(lines) == 0 {
		return nil, fmt.Errorf("the master key file %s is empty: restore it from where you keep it", path)
	}
	key, err := EnvKey(lines[0], lines[1:]...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return key, nil
}

// createKeyFile writes a new key so that the name appears with the whole key
// in it or not at all, and loses to another process that was faster.
func createKeyFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make the folder of the master key: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".master-*")
	if err != nil {
		return fmt.Errorf("make the master key: %w", err)
	}
	defer os.Remove(f.Name())
	key := make([]byte, MasterKeySize)
	if _, err := rand.Read(key); err != nil {
		return fmt.Errorf("make the master key: %w", err)
	}
	_, err = f.WriteString(base64.StdEncoding.EncodeToString(key) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("make the master key: %w", err)
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make the master key: %w", err)
	}
	return nil
}
