package vault

import (
	"context"
	"encoding/hex"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ba-assistant/ba-assistant/ba"
)

// RotateDataKey gives the scope a new sealing key. What was sealed before
// opens with its old key until it is sealed again; terms stay as they are.
func (v *Vault) RotateDataKey(ctx context.Context, scope ba.Scope) error {
	v.cache.drop(scope)
	old, err := v.newest(ctx, scope)
	if err != nil {
		return fmt.Errorf("rotate a data key: %w", err)
	}
	if _, err := v.add(ctx, scope, old.generation+1, old.blind); err != nil {
		return fmt.Errorf("rotate a data key: %w", err)
	}
	return nil
}

// Current reports whether sealed was sealed under the scope's newest key; a
// job that seals again after a rotation skips what is.
func (v *Vault) Current(ctx context.Context, scope ba.Scope, sealed []byte) (bool, error) {
	key, err := v.newest(ctx, scope)
	if err != nil {
		return false, err
	}
	return len(sealed) >= Overhead && [keyIDSize]byte(sealed[1:headSize]) == key.id, nil
}

// Place is where a sealed value stands: its address, and for a piece of a file
// which piece it is.
type Place struct {
	AD
	Piece bool
	Seq   int
	Last  bool
}

func (p Place) part() part {
	if !p.Piece {
		return part{kind: kindValue}
	}
	return part{pieceKind(p.Last), p.Seq}
}

// Reseal returns the value sealed under the scope's newest key, for the same
// place, or nil where it is so already.
func (v *Vault) Reseal(ctx context.Context, scope ba.Scope, at Place, sealed []byte) ([]byte, error) {
	current, err := v.Current(ctx, scope, sealed)
	if err != nil || current {
		return nil, err
	}
	what := at.part()
	plain, err := v.open(ctx, what.kind, scope, at.AD, what.seq, sealed)
	if err != nil {
		return nil, err
	}
	defer clear(plain)
	key, err := v.sealing(ctx, scope)
	if err != nil {
		return nil, fmt.Errorf("seal %s again: %w", at.Purpose, err)
	}
	return key.appendSealed(make([]byte, 0, Overhead+len(plain)), scope, at.AD, what, plain), nil
}

// Rewrap wraps every data key with the current master key that another one
// wrapped, and returns how many: several at a time, so that they share the
// waiting for a disk or a key service. It may be stopped and run again.
// Progress is told after each, one at a time, if it is not nil.
func (v *Vault) Rewrap(ctx context.Context, progress func(done int)) (int, error) {
	var mu sync.Mutex
	done := 0
	err := v.pages(ctx, func(keys []WrappedKey) error {
		group, ctx := errgroup.WithContext(ctx)
		group.SetLimit(wrappers)
		for _, w := range keys {
			if w.Master == v.master.ID() {
				continue
			}
			group.Go(func() error {
				if err := v.rewrap(ctx, w); err != nil {
					return err
				}
				mu.Lock()
				defer mu.Unlock()
				if done++; progress != nil {
					progress(done)
				}
				return nil
			})
		}
		return group.Wait()
	})
	return done, err
}

// wrappers is how many data keys are wrapped again at the same time.
const wrappers = 16

// RotateDataKeys gives a new sealing key to each scope whose newest is older
// than before, and returns to how many. It may be stopped and run again.
func (v *Vault) RotateDataKeys(ctx context.Context, before time.Time, progress func(done int)) (int, error) {
	done := 0
	err := v.each(ctx, func(w WrappedKey) error {
		if !w.CreatedAt.Before(before) {
			return nil
		}
		newest, err := v.ring.DataKey(ctx, w.Scope)
		if err != nil && ba.KindOf(err) == ba.NotFound {
			return nil // destroyed meanwhile
		}
		if err != nil || !newest.CreatedAt.Before(before) {
			return err
		}
		if err := v.RotateDataKey(ctx, w.Scope); err != nil {
			return err
		}
		if done++; progress != nil {
			progress(done)
		}
		return nil
	})
	return done, err
}

// KeyOf returns the id of the data key under which something was sealed, and
// nothing for what is no sealed value.
func KeyOf(sealed []byte) string {
	if len(sealed) < Overhead {
		return ""
	}
	return hex.EncodeToString(sealed[1:headSize])
}

// DropReplaced destroys the data keys in whose place the scope has a newer
// one, and returns how many. What is still sealed under them is lost.
func (v *Vault) DropReplaced(ctx context.Context) (int, error) {
	done := 0
	var last WrappedKey
	err := v.each(ctx, func(w WrappedKey) error {
		old := last
		last = w
		if old.Scope != w.Scope {
			return nil
		}
		id, err := hex.DecodeString(old.ID)
		if err != nil || len(id) != keyIDSize {
			return fmt.Errorf("data key %s of the keyring is malformed", old.ID)
		}
		if err := v.ring.DeleteDataKey(ctx, old.Scope, old.ID); err != nil {
			return fmt.Errorf("destroy a replaced data key: %w", err)
		}
		v.cache.forget(old.Scope, [keyIDSize]byte(id))
		done++
		return nil
	})
	return done, err
}

// each calls fn for every key of the keyring, in the order of scope and
// generation.
func (v *Vault) each(ctx context.Context, fn func(WrappedKey) error) error {
	return v.pages(ctx, func(keys []WrappedKey) error {
		for _, w := range keys {
			if err := fn(w); err != nil {
				return err
			}
		}
		return nil
	})
}

// pages is each, some keys at a time.
func (v *Vault) pages(ctx context.Context, fn func([]WrappedKey) error) error {
	const batch = 200
	var after WrappedKey
	for {
		keys, err := v.ring.DataKeys(ctx, after, batch)
		if err != nil {
			return fmt.Errorf("list data keys: %w", err)
		}
		if err := fn(keys); err != nil {
			return err
		}
		if len(keys) < batch {
			return nil
		}
		after = keys[len(keys)-1]
	}
}

func (v *Vault) rewrap(ctx context.Context, w WrappedKey) error {
	secret, err := v.master.Unwrap(ctx, w.Master, w.Wrapped, WrapAD(w))
	if err != nil {
		return fmt.Errorf("unwrap data key %s: %w", w.ID, err)
	}
	defer clear(secret)
	if w.Wrapped, w.Master, err = v.master.Wrap(ctx, secret, WrapAD(w)); err != nil {
		return fmt.Errorf("wrap data key %s: %w", w.ID, err)
	}
	if err := v.ring.Rewrap(ctx, w); err != nil && ba.KindOf(err) != ba.NotFound { // deleted meanwhile
		return fmt.Errorf("keep data key %s: %w", w.ID, err)
	}
	return nil
}

// DeleteScope destroys the scope's keys: what they sealed can never be opened
// again. Other instances use the keys that they have in memory for Freshness at most.
func (v *Vault) DeleteScope(ctx context.Context, scope ba.Scope) error {
	if err := v.ring.DeleteScope(ctx, scope); err != nil {
		return fmt.Errorf("destroy a scope's data keys: %w", err)
	}
	v.cache.drop(scope)
	return nil
}
