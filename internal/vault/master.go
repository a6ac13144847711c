package vault

import (
	"context"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// MasterKeySize is the length of a local master key in bytes.
const MasterKeySize = 32

// MasterKey wraps data keys. ID names the key that wraps now, without giving
// anything of it away; Wrap also returns the id of the key that it used, since
// another may take over at any time. Unwrap accepts the ids of keys that were
// replaced and are still configured, and is ErrUnknownMasterKey for others. A
// key service that does not answer is Unavailable. Implementations are safe for concurrent use.
type MasterKey interface {
	ID() string
	Wrap(ctx context.Context, plain, ad []byte) (wrapped []byte, keyID string, err error)
	Unwrap(ctx context.Context, keyID string, wrapped, ad []byte) ([]byte, error)
}

// Successor is a master key that can make the one that follows it.
type Successor interface {
	MasterKey
	// Succeed makes a new key, which wraps from now on; the ones before still unwrap.
	Succeed(ctx context.Context) error
	// Older reports whether keys before the present one still unwrap.
	Older() bool
	// Retire forgets those. Nothing may be wrapped by them any more.
	Retire(ctx context.Context) error
}

// ErrUnknownMasterKey says that a data key was wrapped by a master key that is
// not configured.
var ErrUnknownMasterKey = errors.New("wrapped by a master key that is not configured")

// ErrDestroyed says that the data key under which something was sealed is not
// in the keyring: its project was deleted, or the keyring is another one.
var ErrDestroyed = errors.New("the data key is not in the keyring")

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
func (k *LocalKey) Wrap(_ context.Context, plain, ad []byte) ([]byte, string, error) {
	return k.keys[k.id].Seal(nil, nil, plain, ad), k.id, nil
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

// Chain is a master key that wraps with the first and unwraps with whichever
// of the others knows the key: the old one stays beside its successor until
// every data key was wrapped again.
func Chain(current MasterKey, older ...MasterKey) MasterKey {
	if len(older) == 0 {
		return current
	}
	return chain{current, older}
}

type chain struct {
	MasterKey
	older []MasterKey
}

// Unwrap asks each key in turn.
func (c chain) Unwrap(ctx context.Context, keyID string, wrapped, ad []byte) ([]byte, error) {
	plain, err := c.MasterKey.Unwrap(ctx, keyID, wrapped, ad)
	for _, k := range c.older {
		if !errors.Is(err, ErrUnknownMasterKey) {
			break
		}
		plain, err = k.Unwrap(ctx, keyID, wrapped, ad)
	}
	return plain, err
}
