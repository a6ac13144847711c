package move

import (
	"bytes"
	"context"
	"iter"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

const keyBatch = 200

// keysOf yields the keys of a database in the order of scope and generation.
func keysOf(ctx context.Context, db *store.DB) iter.Seq2[vault.WrappedKey, error] {
	return func(yield func(vault.WrappedKey, error) bool) {
		var after vault.WrappedKey
		for {
			keys, err := db.Keyring().DataKeys(ctx, after, keyBatch)
			if err != nil {
				yield(after, err)
				return
			}
			for _, k := range keys {
				if !yield(k, nil) {
					return
				}
			}
			if len(keys) < keyBatch {
				return
			}
			after = keys[len(keys)-1]
		}
	}
}

// copyKeys makes the keyring of the target that of the source. A key that was
// destroyed since an unfinished copy goes from the target too.
func (c *copying) copyKeys(ctx context.Context) error {
	kept := map[string]bool{}
	for k, err := range keysOf(ctx, c.from) {
		if err != nil {
			return err
		}
		there, err := c.to.Keyring().AddDataKey(ctx, k)
		if err != nil {
			return err
		}
		if !sameKey(k, there) {
			if err := c.to.Keyring().Rewrap(ctx, k); err != nil { // wrapped anew by a rotation
				return err
			}
		}
		kept[keyName(k)] = true
	}
	for k, err := range keysOf(ctx, c.to) {
		if err != nil {
			return err
		}
		if !kept[keyName(k)] {
			if err := c.to.Keyring().DeleteDataKey(ctx, k.Scope, k.ID); err != nil {
				return err
			}
		}
	}
	c.tell(Step{"keys", len(kept), len(kept)})
	return nil
}

func keyName(k vault.WrappedKey) string { return string(k.Scope) + " " + k.ID }

func sameKey(a, b vault.WrappedKey) bool {
	return a.Scope == b.Scope && a.ID == b.ID && a.Generation == b.Generation && a.Master == b.Master && bytes.Equal(a.Wrapped, b.Wrapped) && a.CreatedAt.Equal(b.CreatedAt)
}

func (c *copying) compareKeys(ctx context.Context) error {
	next, stop := iter.Pull2(keysOf(ctx, c.to))
	defer stop()
	n := 0
	for k, err := range keysOf(ctx, c.from) {
		if err != nil {
			return err
		}
		other, err, held := next()
		if err != nil {
			return err
		}
		if !held || !sameKey(k, other) {
			return differentKeys()
		}
		n++
	}
	if _, err, held := next(); err != nil || held {
		if err == nil {
			err = differentKeys()
		}
		return err
	}
	c.result.Keys = n
	return nil
}

func differentKeys() error {
	return ba.E(ba.Conflict, "The keyrings of the two databases differ. Nothing was changed in the old one. If the new one was in use already, it is the newer; otherwise empty it and copy again.")
}
