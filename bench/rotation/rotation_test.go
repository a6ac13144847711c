// Package rotation measures the replacement of keys beside a plain copy of the
// same rows.
package rotation

import (
	"bytes"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/bench/yardstick"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fill stores documents of the given number of pieces of 256 kB in all, with a
// hundred passages for each piece.
func fill(t *testing.T, db *store.DB, pieces int) (megabytes float64) {
	t.Helper()
	const inDocument, size = 8, 256 << 10
	ana := storetest.User(t, db, "ana")
	piece := bytes.Repeat([]byte("0123456789abcdef"), size/16)
	text := string(bytes.Repeat([]byte("The supplier shall pay. "), 40))
	for range max(1, pieces/inDocument) {
		p := storetest.Project(t, db, ana, "P")
		d, err := db.BeginUpload(t.Context(), ana, ba.Document{ID: ba.NewID[ba.DocumentID](), Project: p, Filename: "a.txt", Version: 1})
		ok(t, err)
		for i := range inDocument {
			ok(t, db.AppendPieces(t.Context(), d, []ba.Piece{{Seq: i, Last: i == inDocument-1, Data: piece}}))
		}
		d, err = db.FinishUpload(t.Context(), ana, d, inDocument*size)
		ok(t, err)
		texts := make([]string, 100*inDocument)
		for i := range texts {
			texts[i] = text
		}
		storetest.Extract(t, db, d, texts...)
		megabytes += float64(inDocument*size+len(texts)*len(text)) / 1e6
	}
	return megabytes
}

func TestSealingEverythingAgainBesideAPlainCopy(t *testing.T) {
	for _, e := range storetest.Engines() {
		t.Run(e.Name, func(t *testing.T) {
			db, url := e.NewAt(t)
			size := fill(t, db, yardstick.Pick(400, 8))
			raw := storetest.Raw(t, url)
			var ours, plain []float64
			for range yardstick.Pick(3, 1) {
				begun := time.Now()
				for _, table := range []string{"pieces", "passages", "block_pages"} {
					_, err := raw.ExecContext(t.Context(), "CREATE TABLE copy_of_"+table+" AS SELECT * FROM "+table)
					ok(t, err)
				}
				plain = append(plain, size/time.Since(begun).Seconds())
				for _, table := range []string{"pieces", "passages", "block_pages"} {
					_, err := raw.ExecContext(t.Context(), "DROP TABLE copy_of_"+table)
					ok(t, err)
				}
				ours = append(ours, size/replace(t, db).Seconds())
			}
			yardstick.Result{What: fmt.Sprintf("sealing %.0f MB again under new data keys, %s", size, e.Name), Ours: yardstick.Median(ours), Baseline: yardstick.Median(plain),
				Unit: "MB/s", Against: "CREATE TABLE AS SELECT of the same rows"}.Report(t)
		})
	}
}

// replace is a whole rotation of the data keys without the wait for instances.
func replace(t *testing.T, db *store.DB) time.Duration {
	t.Helper()
	begun := time.Now()
	_, err := db.Vault().RotateDataKeys(t.Context(), begun, nil)
	ok(t, err)
	r, err := db.Reseal(t.Context(), nil)
	ok(t, err)
	if r.Sealed == 0 || r.Unreadable > 0 || r.Moved > 0 {
		t.Fatalf("%+v", r)
	}
	took := time.Since(begun)
	r, err = db.Reseal(t.Context(), nil)
	if err != nil || !r.Clean() {
		t.Fatalf("%+v, %v", r, err)
	}
	_, err = db.Vault().DropReplaced(t.Context())
	ok(t, err)
	return took
}

func TestWrappingEveryDataKeyAgain(t *testing.T) {
	path := t.TempDir() + "/master.key"
	key, err := vault.NewKey()
	ok(t, err)
	ok(t, os.WriteFile(path, []byte(key+"\n"), 0o600))
	master, err := vault.FileKey(path, false)
	ok(t, err)
	for _, e := range storetest.Engines() {
		t.Run(e.Name, func(t *testing.T) {
			db := e.New(t, func(o *store.Options) { o.Master = master })
			n := yardstick.Pick(2000, 50)
			for i := range n {
				_, err := db.Vault().Seal(t.Context(), ba.Scope(fmt.Sprintf("project:%d", i)), vault.AD{}, nil)
				ok(t, err)
			}
			ok(t, master.Succeed(t.Context()))
			begun := time.Now()
			done, err := db.Vault().Rewrap(t.Context(), nil)
			ok(t, err)
			if done <= n-1 {
				t.Fatalf("%d of %d keys", done, n)
			}
			yardstick.Note("data keys wrapped by a new master key, "+e.Name, float64(done)/time.Since(begun).Seconds(), "keys/s")
		})
	}
}
