package vault_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// memory is a keyring without a file, for a test that moves the time.
type memory struct {
	mu   sync.Mutex
	keys []vault.WrappedKey
}

func (m *memory) find(fits func(vault.WrappedKey) bool) (vault.WrappedKey, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range slices.Backward(m.keys) {
		if fits(k) {
			return k, nil
		}
	}
	return vault.WrappedKey{}, ba.E(ba.NotFound, "No such key.")
}

func (m *memory) DataKey(_ context.Context, scope ba.Scope) (vault.WrappedKey, error) {
	return m.find(func(k vault.WrappedKey) bool { return k.Scope == scope })
}

func (m *memory) DataKeyByID(_ context.Context, scope ba.Scope, id string) (vault.WrappedKey, error) {
	return m.find(func(k vault.WrappedKey) bool { return k.Scope == scope && k.ID == id })
}

func (m *memory) AddDataKey(_ context.Context, k vault.WrappedKey) (vault.WrappedKey, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keys = append(m.keys, k)
	return k, nil
}

func (m *memory) Rewrap(context.Context, vault.WrappedKey) error { return errors.New("not here") }

func (m *memory) DeleteDataKey(_ context.Context, scope ba.Scope, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keys = slices.DeleteFunc(m.keys, func(k vault.WrappedKey) bool { return k.Scope == scope && k.ID == id })
	return nil
}

func (m *memory) DeleteScope(_ context.Context, scope ba.Scope) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keys = slices.DeleteFunc(m.keys, func(k vault.WrappedKey) bool { return k.Scope == scope })
	return nil
}

func (m *memory) DataKeys(context.Context, vault.WrappedKey, int) ([]vault.WrappedKey, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.keys), nil
}

// service is a master key that may be away.
type service struct {
	*vault.LocalKey
	away  bool
	calls int
}

var errAway = ba.E(ba.Unavailable, "The key service does not answer.")

func (s *service) Wrap(ctx context.Context, plain, ad []byte) ([]byte, string, error) {
	if s.calls++; s.away {
		return nil, "", errAway
	}
	return s.LocalKey.Wrap(ctx, plain, ad)
}

func (s *service) Unwrap(ctx context.Context, id string, wrapped, ad []byte) ([]byte, error) {
	if s.calls++; s.away {
		return nil, errAway
	}
	return s.LocalKey.Unwrap(ctx, id, wrapped, ad)
}

func TestADataKeyThatWasOpenedNeedsNoKeyServiceAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		master, ring := &service{LocalKey: local(t, 1)}, &memory{}
		v := open(t, master, ring)
		sealed := seal(t, v, place, "text")
		calls := master.calls
		master.away = true
		for range 10 {
			time.Sleep(vault.Freshness)
			if plain, err := v.Open(t.Context(), scope, place, sealed); err != nil || string(plain) != "text" {
				t.Fatalf("%q, %v", plain, err)
			}
			seal(t, v, place, "more")
		}
		if master.calls != calls {
			t.Errorf("the service was asked %d times more", master.calls-calls)
		}
		if _, err := v.Seal(t.Context(), "project:two", place, nil); ba.KindOf(err) != ba.Unavailable {
			t.Errorf("a new scope: %v", err)
		}
		if _, err := vault.New(t.Context(), master, ring); err != nil {
			t.Errorf("there is no key of the instance yet, and it was asked for: %v", err)
		}
	})
}

func TestAKeyThatAnotherInstanceReplacedOrDestroyedIsSoonOutOfUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ring := &memory{}
		one, other := open(t, local(t, 1), ring), open(t, local(t, 1), ring)
		old := seal(t, one, place, "text")
		if _, err := other.Open(t.Context(), scope, place, old); err != nil {
			t.Fatal(err)
		}
		seal(t, other, place, "it knows the newest")
		ok(t, one.RotateDataKey(t.Context(), scope))
		time.Sleep(vault.Freshness)
		if fresh := seal(t, other, place, "text"); vault.KeyOf(fresh) == vault.KeyOf(old) {
			t.Error("the other instance seals with the key that was replaced")
		}
		ok(t, one.DeleteScope(t.Context(), scope))
		time.Sleep(vault.Freshness)
		if plain, err := other.Open(t.Context(), scope, place, old); !errors.Is(err, vault.ErrDestroyed) {
			t.Errorf("%q, %v", plain, err)
		}
	})
}
