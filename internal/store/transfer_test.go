package store_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

// hashesOf returns the hash of every row, table by table.
func hashesOf(t *testing.T, db *store.DB) map[string][][32]byte {
	t.Helper()
	snapshot, err := db.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer snapshot.Close()
	hashes := map[string][][32]byte{}
	for _, table := range snapshot.Tables() {
		for row, err := range snapshot.Rows(t.Context(), table) {
			if err != nil {
				t.Fatal(err)
			}
			hashes[table.Name] = append(hashes[table.Name], row.Hash())
		}
	}
	return hashes
}

func TestRowsOfOneEngineAreLoadedIntoEitherWithTheSameHashes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, from storetest.Engine) {
		source := from.New(t)
		seed(t, source)
		want := hashesOf(t, source)
		for _, to := range storetest.Engines() {
			target := to.New(t, func(o *store.Options) { o.Use = store.Fill })
			snapshot, err := source.Snapshot(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, table := range snapshot.Tables() {
				var rows []store.Row
				for row, err := range snapshot.Rows(t.Context(), table) {
					if err != nil {
						t.Fatal(err)
					}
					rows = append(rows, row)
				}
				if err := target.Load(t.Context(), table, rows); err != nil {
					t.Fatalf("to %s: %v", to.Name, err)
				}
				if err := target.Load(t.Context(), table, rows[max(len(rows)-1, 0):]); err == nil && len(rows) > 0 {
					t.Errorf("%s took a row twice", to.Name)
				}
			}
			if err := errors.Join(snapshot.Close(), target.FinishLoad(t.Context(), nil)); err != nil {
				t.Fatal(err)
			}
			got := hashesOf(t, target)
			for table := range want {
				if !slices.Equal(got[table], want[table]) {
					t.Errorf("%s differs on %s", table, to.Name)
				}
			}
		}
	})
}
