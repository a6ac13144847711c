package storetest

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// Master returns the master key of the tests: 32 times the byte 7.
func Master(t testing.TB) *vault.LocalKey {
	t.Helper()
	key, err := vault.NewLocalKey(bytes.Repeat([]byte{7}, vault.MasterKeySize))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// New returns a store on a fresh SQLite database that the test's end closes
// and removes. The options may be changed, such as to set a clock.
func New(t testing.TB, change ...func(*store.Options)) *store.DB {
	t.Helper()
	var o store.Options
	for _, c := range change {
		c(&o)
	}
	return Open(t, o)
}

// Open opens a store and closes it at the test's end. Without a URL it is
// SQLite in a temporary folder; without a master key, that of the tests.
func Open(t testing.TB, o store.Options) *store.DB {
	t.Helper()
	if o.URL == "" {
		o.URL = "sqlite://" + filepath.Join(t.TempDir(), "ba.db")
	}
	if o.Master == nil {
		o.Master = Master(t)
	}
	db, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	return db
}
