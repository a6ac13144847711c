package vault

import (
	"context"
	"fmt"

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

// Rewrap wraps every data key with the current master key that another one
// wrapped, and returns how many. It may be stopped and run again.
func (v *Vault) Rewrap(ctx context.Context) (int, error) {
	const batch = 200
	done := 0
	var after WrappedKey
	for {
		keys, err := v.ring.DataKeys(ctx, after, batch)
		if err != nil {
			return done, fmt.Errorf("list data keys: %w", err)
		}
		for _, w := range keys {
			if w.Master == v.master.ID() {
				continue
			}
			if err := v.rewrap(ctx, w); err != nil {
				return done, err
			}
			done++
		}
		if len(keys) < batch {
			return done, nil
		}
		after = keys[len(keys)-1]
	}
}

func (v *Vault) rewrap(ctx context.Context, w WrappedKey) error {
	secret, err := v.master.Unwrap(ctx, w.Master, w.Wrapped, wrapAD(w))
	if err != nil {
		return fmt.Errorf("unwrap data key %s: %w", w.ID, err)
	}
	w.Master = v.master.ID()
	if w.Wrapped, err = v.master.Wrap(ctx, secret, wrapAD(w)); err != nil {
		return fmt.Errorf("wrap data key %s: %w", w.ID, err)
	}
	if err := v.ring.Rewrap(ctx, w); err != nil && ba.KindOf(err) != ba.NotFound { // deleted meanwhile
		return fmt.Errorf("keep data key %s: %w", w.ID, err)
	}
	return nil
}

// DeleteScope destroys the scope's keys: what they sealed can never be opened
// again. Keys in the memory of other instances go within five minutes.
func (v *Vault) DeleteScope(ctx context.Context, scope ba.Scope) error {
	if err := v.ring.DeleteScope(ctx, scope); err != nil {
		return fmt.Errorf("destroy a scope's data keys: %w", err)
	}
	v.cache.drop(scope)
	return nil
}
