package vault

import (
	"context"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// WrappedKey is a data key as the keyring holds it. Generation counts the keys
// of a scope from 1; the newest seals, all of them open.
type WrappedKey struct {
	Scope      ba.Scope
	ID         string // 16 hex digits, random
	Generation int
	Master     string // id of the master key that wrapped it
	Wrapped    []byte
	CreatedAt  time.Time
}

// Keyring holds wrapped data keys apart from what they seal. Implementations
// are safe for concurrent use and durable: a key that AddDataKey returned
// survives a power cut, because what it sealed would be lost with it.
type Keyring interface {
	// DataKey returns the newest key of the scope, or NotFound.
	DataKey(ctx context.Context, scope ba.Scope) (WrappedKey, error)
	// DataKeyByID returns one key of the scope, or NotFound.
	DataKeyByID(ctx context.Context, scope ba.Scope, id string) (WrappedKey, error)
	// AddDataKey stores the key unless the scope has one of that generation,
	// and returns the scope's key of that generation: the winner of a race.
	AddDataKey(ctx context.Context, k WrappedKey) (WrappedKey, error)
	// Rewrap replaces the wrapping of a key, or is NotFound.
	Rewrap(ctx context.Context, k WrappedKey) error
	// DeleteDataKey removes one key of the scope; nothing there is no error.
	DeleteDataKey(ctx context.Context, scope ba.Scope, id string) error
	// DeleteScope removes all keys of the scope; nothing there is no error.
	DeleteScope(ctx context.Context, scope ba.Scope) error
	// DataKeys lists up to limit keys, of all scopes, ordered by scope and
	// generation, that come after the given key; the zero key begins.
	DataKeys(ctx context.Context, after WrappedKey, limit int) ([]WrappedKey, error)
}
