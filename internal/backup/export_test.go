package backup

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// CountRows is what a backup of the snapshot would say of it.
func CountRows(ctx context.Context, snap *store.Snapshot) (Manifest, error) {
	return countRows(ctx, snap, func(Progress) {})
}

// Play reads a stream of records.
func Play(r io.Reader) error {
	p := &player{r: bufio.NewReader(r), visit: &looker{tell: func(Progress) {}}}
	return p.play()
}

// SomeRecords are streams that Play takes.
func SomeRecords(t testing.TB) [][]byte {
	t.Helper()
	var all [][]byte
	for _, keys := range []keysSource{nil, {{Scope: "instance", Generation: 1, ID: "0011223344556677", Wrapped: []byte("wrapped"), CreatedAt: time.Unix(1, 0)}, vault.WrappedKey{Scope: "x"}}} {
		var b bytes.Buffer
		if _, err := record(t.Context(), &b, keys, func(Progress) {}); err != nil {
			t.Fatal(err)
		}
		if err := Play(bytes.NewReader(b.Bytes())); err != nil {
			t.Fatal(err)
		}
		all = append(all, b.Bytes())
	}
	return all
}

// SmallParts lets a bucket send files in the smallest parts that S3 takes.
func SmallParts(p Place) Place {
	p.(*bucket).part = 5 << 20
	return p
}
