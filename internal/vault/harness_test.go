package vault_test

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

const scope = ba.Scope("project:one")

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// local returns a master key whose bytes are all the same.
func local(t testing.TB, fill byte, older ...byte) *vault.LocalKey {
	t.Helper()
	key := func(b byte) []byte { return bytes.Repeat([]byte{b}, vault.MasterKeySize) }
	var old [][]byte
	for _, b := range older {
		old = append(old, key(b))
	}
	k, err := vault.NewLocalKey(key(fill), old...)
	ok(t, err)
	return k
}

// newRing returns a keyring in a file, as a server has it.
func newRing(t testing.TB) *store.Keyring {
	t.Helper()
	ring, err := store.OpenKeyring(t.Context(), filepath.Join(t.TempDir(), "keyring.db"))
	ok(t, err)
	t.Cleanup(func() { ok(t, ring.Close()) })
	return ring
}

// open returns a vault that has nothing in memory yet.
func open(t testing.TB, master vault.MasterKey, ring vault.Keyring) *vault.Vault {
	t.Helper()
	v, err := vault.New(t.Context(), master, ring)
	ok(t, err)
	return v
}

func newVault(t testing.TB) *vault.Vault {
	t.Helper()
	return open(t, local(t, 1), newRing(t))
}

func seal(t testing.TB, v *vault.Vault, ad vault.AD, plain string) []byte {
	t.Helper()
	sealed, err := v.Seal(t.Context(), scope, ad, []byte(plain))
	ok(t, err)
	return sealed
}
