package backup

import (
	"context"
	"errors"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// oneKey is a keyring with the key of one file. It is for one goroutine.
type oneKey struct {
	key  vault.WrappedKey
	kept bool
}

var (
	errNoKey = ba.E(ba.NotFound, "The backup has no such key.")
	errFixed = errors.New("the key of a backup is not changed")
)

func (k *oneKey) DataKey(_ context.Context, scope ba.Scope) (vault.WrappedKey, error) {
	if !k.kept || scope != k.key.Scope {
		return vault.WrappedKey{}, errNoKey
	}
	return k.key, nil
}

func (k *oneKey) DataKeyByID(ctx context.Context, scope ba.Scope, id string) (vault.WrappedKey, error) {
	w, err := k.DataKey(ctx, scope)
	if err == nil && w.ID != id {
		return vault.WrappedKey{}, errNoKey
	}
	return w, err
}

func (k *oneKey) AddDataKey(_ context.Context, w vault.WrappedKey) (vault.WrappedKey, error) {
	if k.kept {
		return vault.WrappedKey{}, errFixed
	}
	k.key, k.kept = w, true
	return w, nil
}

func (k *oneKey) Rewrap(context.Context, vault.WrappedKey) error        { return errFixed }
func (k *oneKey) DeleteDataKey(context.Context, ba.Scope, string) error { return errFixed }
func (k *oneKey) DeleteScope(context.Context, ba.Scope) error           { return errFixed }
func (k *oneKey) DataKeys(context.Context, vault.WrappedKey, int) ([]vault.WrappedKey, error) {
	return nil, errFixed
}

// newKey makes the key of a new file and returns what seals with it.
func newKey(ctx context.Context, master vault.MasterKey, h *Head) (*vault.Vault, error) {
	ring := &oneKey{}
	v, err := vault.New(ctx, master, ring)
	if err != nil {
		return nil, err
	}
	if _, err := v.Seal(ctx, h.scope(), vault.AD{Purpose: "backup key"}, nil); err != nil { // which makes the key
		return nil, err
	}
	h.Key = wrapped{ID: ring.key.ID, Master: ring.key.Master, Wrapped: ring.key.Wrapped}
	return v, nil
}

// openKey returns what opens the pieces of a file. A master key that did not
// wrap its key is Invalid.
func openKey(ctx context.Context, master vault.MasterKey, h Head) (*vault.Vault, error) {
	ring := &oneKey{kept: true, key: vault.WrappedKey{Scope: h.scope(), ID: h.Key.ID, Generation: 1, Master: h.Key.Master, Wrapped: h.Key.Wrapped}}
	v, err := vault.New(ctx, master, ring)
	if err != nil {
		return nil, err
	}
	_, err = v.Has(ctx, h.scope())
	switch {
	case errors.Is(err, vault.ErrUnknownMasterKey):
		return nil, ba.Wrap(ba.Invalid, "The backup was sealed under another master key. Set MASTER_KEY (or MASTER_KEY_FILE) to the one that was in use at "+
			h.TakenAt.UTC().Format("2006-01-02 15:04")+" UTC.", err)
	case err != nil && ba.KindOf(err) == ba.Unavailable:
		return nil, err // a key service that does not answer
	case err != nil:
		return nil, damaged(err)
	}
	return v, nil
}
