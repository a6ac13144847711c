package vault

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"sync"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	halfSize    = 32 // of a data key: one half seals, the other blinds
	dataKeySize = 2 * halfSize

	maxCachedScopes = 4096
	// maxCacheAge bounds how long a key that another instance replaced or
	// deleted is still used by this one.
	maxCacheAge = 5 * time.Minute
)

func newGCM(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make an AES key: %w", err)
	}
	gcm, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("make a GCM: %w", err)
	}
	return gcm, nil
}

// keyCache holds unwrapped keys by scope.
type keyCache struct {
	mu     sync.RWMutex
	scopes map[ba.Scope]*scopeKeys
}

// scopeKeys is immutable; a change replaces it.
type scopeKeys struct {
	newest *dataKey // nil where only an older key was needed yet
	byID   map[[keyIDSize]byte]*dataKey
	since  time.Time
}

func (c *keyCache) find(scope ba.Scope) *scopeKeys {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if s := c.scopes[scope]; s != nil && time.Since(s.since) < maxCacheAge {
		return s
	}
	return nil
}

func (c *keyCache) put(scope ba.Scope, k *dataKey, newest bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := &scopeKeys{byID: map[[keyIDSize]byte]*dataKey{k.id: k}, since: time.Now()}
	if old := c.scopes[scope]; old != nil && time.Since(old.since) < maxCacheAge {
		next.newest, next.since = old.newest, old.since
		for id, key := range old.byID {
			next.byID[id] = key
		}
	}
	if newest {
		next.newest = k
	}
	if c.scopes == nil {
		c.scopes = make(map[ba.Scope]*scopeKeys)
	}
	if len(c.scopes) >= maxCachedScopes {
		for other := range c.scopes { // any one; which hardly matters at this size
			if other != ba.InstanceScope {
				delete(c.scopes, other)
				break
			}
		}
	}
	c.scopes[scope] = next
}

func (c *keyCache) drop(scope ba.Scope) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.scopes, scope)
}

// newest returns the scope's newest key, or NotFound.
func (v *Vault) newest(ctx context.Context, scope ba.Scope) (*dataKey, error) {
	if s := v.cache.find(scope); s != nil && s.newest != nil {
		return s.newest, nil
	}
	w, err := v.ring.DataKey(ctx, scope)
	if err != nil {
		return nil, err
	}
	return v.unwrap(ctx, w, true)
}

// byID returns one key of the scope. One that is not in the keyring is Internal:
// something was sealed under it, so it was lost, or the value belongs elsewhere.
func (v *Vault) byID(ctx context.Context, scope ba.Scope, id [keyIDSize]byte) (*dataKey, error) {
	if s := v.cache.find(scope); s != nil && s.byID[id] != nil {
		return s.byID[id], nil
	}
	w, err := v.ring.DataKeyByID(ctx, scope, hex.EncodeToString(id[:]))
	if err != nil && ba.KindOf(err) == ba.NotFound {
		return nil, ba.Wrap(ba.Internal, "A part of the stored content cannot be opened, because its data key is not in the keyring. "+
			"Give the request id to your administrator.", err)
	}
	if err != nil {
		return nil, fmt.Errorf("find a data key: %w", err)
	}
	return v.unwrap(ctx, w, false)
}

// sealing returns the scope's newest key and makes the first one.
func (v *Vault) sealing(ctx context.Context, scope ba.Scope) (*dataKey, error) {
	key, err := v.newest(ctx, scope)
	if err == nil || ba.KindOf(err) != ba.NotFound {
		return key, err
	}
	blind := make([]byte, halfSize)
	if _, err := rand.Read(blind); err != nil {
		return nil, err
	}
	return v.add(ctx, scope, 1, blind)
}

// add makes a key of the given generation, or returns the one that another
// instance made first.
func (v *Vault) add(ctx context.Context, scope ba.Scope, generation int, blind []byte) (*dataKey, error) {
	var id [keyIDSize]byte
	secret := make([]byte, halfSize, dataKeySize)
	if _, err := rand.Read(id[:]); err != nil {
		return nil, err
	}
	if _, err := rand.Read(secret); err != nil {
		return nil, err
	}
	w := WrappedKey{Scope: scope, ID: hex.EncodeToString(id[:]), Generation: generation, Master: v.master.ID(), CreatedAt: time.Now()}
	var err error
	if w.Wrapped, err = v.master.Wrap(ctx, append(secret, blind...), wrapAD(w)); err != nil {
		return nil, fmt.Errorf("wrap a data key: %w", err)
	}
	if w, err = v.ring.AddDataKey(ctx, w); err != nil {
		return nil, fmt.Errorf("keep a data key: %w", err)
	}
	return v.unwrap(ctx, w, true)
}

func (v *Vault) unwrap(ctx context.Context, w WrappedKey, newest bool) (*dataKey, error) {
	secret, err := v.master.Unwrap(ctx, w.Master, w.Wrapped, wrapAD(w))
	if err != nil {
		return nil, fmt.Errorf("unwrap a data key: %w", err)
	}
	id, err := hex.DecodeString(w.ID)
	if err != nil || len(id) != keyIDSize || len(secret) != dataKeySize {
		return nil, fmt.Errorf("data key %s of the keyring is malformed", w.ID)
	}
	aead, err := newGCM(secret[:halfSize])
	if err != nil {
		return nil, err
	}
	key := &dataKey{id: [keyIDSize]byte(id), generation: w.Generation, aead: aead, blind: secret[halfSize:]}
	v.cache.put(w.Scope, key, newest)
	return key, nil
}

// wrapAD binds a wrapped key to its place in the keyring.
func wrapAD(w WrappedKey) []byte {
	b := appendField([]byte{format}, string(w.Scope))
	return append(appendField(b, w.ID), byte(w.Generation>>24), byte(w.Generation>>16), byte(w.Generation>>8), byte(w.Generation))
}
