package backup

import (
	"context"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// keysTable is the one table of a keyring copy.
var keysTable = store.Table{Name: "data_keys", Columns: []store.Column{
	{Name: "scope", Kind: store.Text, Key: 1}, {Name: "generation", Kind: store.Integer, Key: 2}, {Name: "id", Kind: store.Text},
	{Name: "master", Kind: store.Text}, {Name: "wrapped", Kind: store.Blob}, {Name: "created_at", Kind: store.Integer}}}

// Lister lists the keys of a keyring, as vault.Keyring does.
type Lister interface {
	DataKeys(ctx context.Context, after vault.WrappedKey, limit int) ([]vault.WrappedKey, error)
}

// AllKeys returns every key of a keyring, as it wraps them.
func AllKeys(ctx context.Context, ring Lister) ([]vault.WrappedKey, error) {
	const batch = 500
	var all []vault.WrappedKey
	var after vault.WrappedKey
	for {
		keys, err := ring.DataKeys(ctx, after, batch)
		if err != nil {
			return nil, err
		}
		all = append(all, keys...)
		if len(keys) < batch {
			return all, nil
		}
		after = keys[len(keys)-1]
	}
}

// keysSource makes a keyring copy of keys.
type keysSource []vault.WrappedKey

func (k keysSource) Tables() []store.Table { return []store.Table{keysTable} }

func (k keysSource) Rows(context.Context, store.Table) iter.Seq2[store.Row, error] {
	return func(yield func(store.Row, error) bool) {
		for _, w := range k {
			values := []any{string(w.Scope), int64(w.Generation), w.ID, w.Master, w.Wrapped, w.CreatedAt.UnixMilli()}
			if !yield(store.Row{Table: keysTable, Values: values}, nil) {
				return
			}
		}
	}
}

// keyReader is the Visitor of a keyring copy.
type keyReader struct{ keys []vault.WrappedKey }

var errNotKeys = ba.E(ba.Invalid, "This file is a backup and not a keyring copy. Name the file that ends in "+keyringSuffix+".")

func (r *keyReader) Begin(t store.Table) error {
	if !t.Same(keysTable) {
		return errNotKeys
	}
	return nil
}

func (r *keyReader) Row(row store.Row) error {
	for _, v := range row.Values {
		if v == nil {
			return errAltered
		}
	}
	v := row.Values // of the kinds that the table has
	r.keys = append(r.keys, vault.WrappedKey{Scope: ba.Scope(v[0].(string)), Generation: int(v[1].(int64)), ID: v[2].(string),
		Master: v[3].(string), Wrapped: v[4].([]byte), CreatedAt: time.UnixMilli(v[5].(int64)).UTC()})
	return nil
}

func (r *keyReader) End(Count) error { return nil }

// ReadKeys reads a keyring copy. A backup in its place is Invalid.
func ReadKeys(ctx context.Context, r io.Reader, master vault.MasterKey) (Head, []vault.WrappedKey, error) {
	var keys keyReader
	h, _, err := Read(ctx, r, master, &keys)
	if err == nil && h.Kind != Keyring {
		err = errNotKeys
	}
	return h, keys.keys, err
}

// copyKeys replaces the keyring copy at a place.
func copyKeys(ctx context.Context, p Place, master vault.MasterKey, h Head, keys []vault.WrappedKey) error {
	h.Kind, h.ID, h.Key = Keyring, ba.NewID[ba.BackupID](), wrapped{}
	d, err := newDraft(ctx, p.Drafts(), master, h, keysSource(keys), func(Progress) {})
	if err != nil {
		return fmt.Errorf("copy the keyring: %w", err)
	}
	defer d.discard()
	if err := p.Keep(ctx, d.path, KeyringName(h.Installation), true); err != nil {
		return fmt.Errorf("copy the keyring: %w", err)
	}
	return nil
}
