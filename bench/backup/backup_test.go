// Package backup measures a backup, with its reading back, and a restore
// beside a plain copy of the database file.
package backup

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/bench/yardstick"
	"github.com/ba-assistant/ba-assistant/internal/backup"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

const pieceSize = 256 << 10

func TestABackupBesideAPlainCopy(t *testing.T) {
	url := "sqlite://" + filepath.Join(t.TempDir(), "ba.db")
	db := storetest.Open(t, store.Options{URL: url})
	fill(t, db, yardstick.Pick(2000, 16), yardstick.Pick(100_000, 500))
	size := float64(pages(t, db, url)) / 1e6
	var copied, backed, restored []float64
	for range yardstick.Pick(3, 1) {
		copied = append(copied, size/timed(t, func() error { return plainCopy(t, url) }))
		var file string
		backed = append(backed, size/timed(t, func() (err error) {
			file, err = back(t, url, db)
			return err
		}))
		restored = append(restored, size/timed(t, func() error { return restore(t, file, db) }))
	}
	const against = "io.Copy of the database file, and fsync"
	yardstick.Result{What: "a backup, written and read back", Ours: yardstick.Median(backed), Baseline: yardstick.Median(copied), Unit: "MB/s", Against: against}.Report(t)
	yardstick.Result{What: "a restore, compared and indexed", Ours: yardstick.Median(restored), Baseline: yardstick.Median(copied), Unit: "MB/s", Against: against}.Report(t)
}

func timed(t *testing.T, run func() error) float64 {
	t.Helper()
	began := time.Now()
	if err := run(); err != nil {
		t.Fatal(err)
	}
	return time.Since(began).Seconds()
}

// fill makes a database with that many pieces of documents and passages.
func fill(t *testing.T, db *store.DB, pieces, passages int) {
	t.Helper()
	ctx, ana := t.Context(), storetest.User(t, db, "ana")
	p := storetest.Project(t, db, ana, "P")
	text := strings.Repeat("An invoice is due ten days after the goods have come. ", 8)
	for n := 0; n < passages; n += 500 {
		storetest.Document(t, db, ana, p, "a.txt", slices.Repeat([]string{text}, min(500, passages-n))...)
	}
	d, _ := storetest.Document(t, db, ana, p, "b.txt", text)
	tables, err := db.Tables(ctx)
	if err != nil {
		t.Fatal(err)
	}
	table := tables[slices.IndexFunc(tables, func(t store.Table) bool { return t.Name == "pieces" })]
	for n := range pieces {
		data := make([]byte, pieceSize)
		_, _ = rand.Read(data) // as sealed bytes are
		values := map[string]any{"document_id": string(d.ID), "version": int64(1), "seq": int64(1000 + n), "last": int64(0), "data": data}
		row := store.Row{Table: table}
		for _, c := range table.Columns {
			row.Values = append(row.Values, values[c.Name])
		}
		if err := db.Load(ctx, table, []store.Row{row}); err != nil {
			t.Fatal(err)
		}
	}
}

// pages returns the size of the database file, with its log written into it.
func pages(t *testing.T, db *store.DB, url string) int64 {
	t.Helper()
	raw := storetest.Raw(t, url)
	if _, err := raw.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(strings.TrimPrefix(url, "sqlite://"))
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func plainCopy(t *testing.T, url string) error {
	in, err := os.Open(strings.TrimPrefix(url, "sqlite://"))
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(filepath.Join(t.TempDir(), "copy"))
	if err != nil {
		return err
	}
	_, err = io.Copy(struct{ io.Writer }{out}, struct{ io.Reader }{in}) // bytes through the program, no reflink
	return errors.Join(err, out.Sync(), out.Close())
}

func back(t *testing.T, url string, db *store.DB) (string, error) {
	dir := t.TempDir()
	to, err := backup.At(dir, backup.S3{}, "")
	if err != nil {
		return "", err
	}
	job := &backup.Job{ID: ba.NewID[ba.BackupID](), Master: storetest.Master(t), To: to, Now: time.Now,
		Snapshot: func(ctx context.Context) (*store.State, error) { return store.OpenState(ctx, url) }}
	made, err := job.Run(t.Context())
	return filepath.Join(dir, made.Name), err
}

func restore(t *testing.T, file string, db *store.DB) error {
	var keys []vault.WrappedKey
	keys, err := backup.AllKeys(t.Context(), db.Keyring())
	if err != nil {
		return err
	}
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	r := &backup.Restore{Target: "sqlite://" + filepath.Join(t.TempDir(), "ba.db"), Master: storetest.Master(t), Keys: keys, Install: true, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
	_, err = r.Run(t.Context(), f)
	return err
}
