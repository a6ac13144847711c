package vault

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	halfSize    = 32 // of a data key: one half seals, the other blinds
	dataKeySize = 2 * halfSize

	maxCachedScopes = 4096
)

// Freshness is how long a data key is used before the keyring is asked again
// whether it is still there, and the newest: so long may another instance
// still use a key that was replaced or destroyed.
const Freshness = 30 * time.Second

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

// keyCache holds unwrapped keys by scope. A key that the keyring confirms needs
// no unwrapping again, so that a key service is asked once for each.
type keyCache struct {
	mu     sync.RWMutex
	clock  func() time.Time
	scopes map[ba.Scope]*scopeKeys
}

// scopeKeys is immutable; a change replaces it.
type scopeKeys struct {
	newest   [keyIDSize]byte
	newestAt time.Time // when the keyring said so; zero where it was not asked yet
	byID     map[[keyIDSize]byte]cachedKey
}

type cachedKey struct {
	*dataKey
	at time.Time // when it was last seen in the keyring
}

func (c *keyCache) fresh(at time.Time) bool { return c.clock().Sub(at) < Freshness }

// find returns a key that needs no question; nil for none.
func (c *keyCache) find(scope ba.Scope, id [keyIDSize]byte) *dataKey {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if s := c.scopes[scope]; s != nil && c.fresh(s.byID[id].at) {
		return s.byID[id].dataKey
	}
	return nil
}

// findNewest returns the newest key, if that is known and fresh.
func (c *keyCache) findNewest(scope ba.Scope) *dataKey {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if s := c.scopes[scope]; s != nil && c.fresh(s.newestAt) {
		return s.byID[s.newest].dataKey
	}
	return nil
}

// opened returns a key that was unwrapped before, however long ago; what is
// in the keyring under this id is it.
func (c *keyCache) opened(scope ba.Scope, id [keyIDSize]byte) *dataKey {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if s := c.scopes[scope]; s != nil {
		return s.byID[id].dataKey
	}
	return nil
}

func (c *keyCache) put(scope ba.Scope, k *dataKey, newest bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := &scopeKeys{byID: make(map[[keyIDSize]byte]cachedKey)}
	if old := c.scopes[scope]; old != nil {
		next.newest, next.newestAt = old.newest, old.newestAt
		maps.Copy(next.byID, old.byID)
	}
	next.byID[k.id] = cachedKey{k, c.clock()}
	if newest {
		next.newest, next.newestAt = k.id, c.clock()
	}
	if c.scopes == nil {
		c.scopes = make(map[ba.Scope]*scopeKeys)
	}
	if c.scopes[scope] == nil && len(c.scopes) >= maxCachedScopes {
		c.evict()
	}
	c.scopes[scope] = next
}

// evict forgets some scope; which hardly matters at this size.
func (c *keyCache) evict() {
	for other := range c.scopes {
		if other != ba.InstanceScope {
			delete(c.scopes, other)
			return
		}
	}
}

func (c *keyCache) drop(scope ba.Scope) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.scopes, scope)
}

// forget drops one key, which is no longer in the keyring.
func (c *keyCache) forget(scope ba.Scope, id [keyIDSize]byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	old := c.scopes[scope]
	if old == nil {
		return
	}
	next := &scopeKeys{newest: old.newest, newestAt: old.newestAt, byID: maps.Clone(old.byID)}
	delete(next.byID, id)
	if next.newest == id {
		next.newestAt = time.Time{}
	}
	c.scopes[scope] = next
}

// newest returns the scope's newest key, or NotFound.
func (v *Vault) newest(ctx context.Context, scope ba.Scope) (*dataKey, error) {
	if k := v.cache.findNewest(scope); k != nil {
		return k, nil
	}
	w, err := v.ring.DataKey(ctx, scope)
	if err != nil {
		if ba.KindOf(err) == ba.NotFound {
			v.cache.drop(scope)
		}
		return nil, err
	}
	return v.unwrap(ctx, w, true)
}

// byID returns one key of the scope. One that is not in the keyring is Internal:
// something was sealed under it, so it was lost, or the value belongs elsewhere.
func (v *Vault) byID(ctx context.Context, scope ba.Scope, id [keyIDSize]byte) (*dataKey, error) {
	if k := v.cache.find(scope, id); k != nil {
		return k, nil
	}
	w, err := v.ring.DataKeyByID(ctx, scope, hex.EncodeToString(id[:]))
	if err != nil && ba.KindOf(err) == ba.NotFound {
		v.cache.forget(scope, id)
		return nil, ba.Wrap(ba.Internal, "A part of the stored content cannot be opened, because its data key is not in the keyring. "+
			"Give the request id to your administrator.", ErrDestroyed)
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
	w := WrappedKey{Scope: scope, ID: hex.EncodeToString(id[:]), Generation: generation, CreatedAt: time.Now()}
	var err error
	if w.Wrapped, w.Master, err = v.master.Wrap(ctx, append(secret, blind...), WrapAD(w)); err != nil {
		return nil, fmt.Errorf("wrap a data key: %w", err)
	}
	if w, err = v.ring.AddDataKey(ctx, w); err != nil {
		return nil, fmt.Errorf("keep a data key: %w", err)
	}
	// The master key may have been replaced between the wrapping and now, and
	// whoever did so may have looked through the keyring before this key was in it.
	if v.master.ID() != w.Master {
		if err := v.rewrap(ctx, w); err != nil {
			return nil, err
		}
	}
	return v.unwrap(ctx, w, true)
}

// unwrap opens a key of the keyring, unless that was done before.
func (v *Vault) unwrap(ctx context.Context, w WrappedKey, newest bool) (*dataKey, error) {
	id, err := hex.DecodeString(w.ID)
	if err != nil || len(id) != keyIDSize {
		return nil, fmt.Errorf("data key %s of the keyring is malformed", w.ID)
	}
	if k := v.cache.opened(w.Scope, [keyIDSize]byte(id)); k != nil {
		v.cache.put(w.Scope, k, newest)
		return k, nil
	}
	secret, err := v.master.Unwrap(ctx, w.Master, w.Wrapped, WrapAD(w))
	if err != nil {
		return nil, fmt.Errorf("unwrap a data key: %w", err)
	}
	if len(secret) != dataKeySize {
		return nil, fmt.Errorf("data key %s of the keyring is malformed", w.ID)
	}
	aead, err := newGCM(secret[:halfSize])
	if err != nil {
		return nil, err
	}
	clear(secret[:halfSize]) // the cipher has its own form of it
	key := &dataKey{id: [keyIDSize]byte(id), generation: w.Generation, aead: aead, blind: secret[halfSize:]}
	v.cache.put(w.Scope, key, newest)
	return key, nil
}

// WrapAD returns what a wrapped key is bound to: its place in the keyring.
func WrapAD(w WrappedKey) []byte {
	b := appendField([]byte{format}, string(w.Scope))
	return append(appendField(b, w.ID), byte(w.Generation>>24), byte(w.Generation>>16), byte(w.Generation>>8), byte(w.Generation))
}
