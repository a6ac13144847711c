package store_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

// notSealed are columns of bytes that hold nothing sealed, with the reason.
// Those whose name ends with hash say it themselves.
var notSealed = map[string]string{
	"data_keys.wrapped": "wrapped by the master key",
}

func TestEveryColumnOfBytesIsSealedAgainOrSaysWhyNot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		_, url := e.NewAt(t)
		columns := `SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.type = 'BLOB' AND m.name NOT LIKE 'terms%'`
		if e.Name == "postgres" {
			columns = `SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = current_schema() AND data_type = 'bytea'`
		}
		rows, err := storetest.Raw(t, url).QueryContext(t.Context(), columns)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		known, found := store.SealedColumns(), 0
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				t.Fatal(err)
			}
			found++
			if !slices.Contains(known, name) && !strings.HasSuffix(name, "hash") && notSealed[name] == "" {
				t.Errorf("%s is not among the sealed columns: replacing the data keys would lose it.", name)
			}
		}
		if err := rows.Err(); err != nil || found < len(known) {
			t.Errorf("%d columns of bytes were found (%v), %d are known", found, err, len(known))
		}
	})
}

// rare puts something into the columns that few rows use.
func rare(t *testing.T, db *store.DB) {
	t.Helper()
	ctx, a := t.Context(), storetest.User(t, db, "rare", ba.RoleAdmin)
	p := storetest.Project(t, db, a, "Rare")
	_, passages := storetest.Document(t, db, a, p, "a.txt", "An invoice is due.")
	storetest.Upload(t, db, a, p, "bad.txt", []byte("x"))
	for {
		job, found, err := db.ClaimJob(ctx, "rare", time.Now().Add(time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		if !found {
			break
		}
		if err := db.FinishJob(ctx, job, ba.Extraction{Format: "txt", Status: ba.DocumentRejected, Reason: "It cannot be read."}); err != nil {
			t.Fatal(err)
		}
	}
	start := storetest.Ask(t, db, a, storetest.Thread(t, db, a, "", "Talk").ID, "Why?")
	turn, err := db.ClaimTurn(ctx, start.Turn.ID, ba.TurnOwner{Instance: "x", Until: time.Now().Add(time.Minute)})
	if err != nil {
		t.Fatal(err)
	}
	part := ba.AnswerPart{Turn: turn.ID, Thread: turn.Thread, Answer: turn.Answer, Epoch: turn.Epoch, Text: "It",
		Citations: []ba.Citation{{N: 1, Passage: passages[0].ID, Quote: "An invoice"}}, Steps: []ba.Step{{Tool: "search_documents", Asked: "invoice"}}}
	failed := db.EndTurn(ctx, ba.TurnEnd{AnswerPart: part, State: ba.TurnFailed, Failure: &ba.Failure{Code: "x", Msg: "It failed."}}, term.Terms("It"))
	v := storetest.Artifact(t, db, a, storetest.Work(p, "", "BRD"), "Aims.", "Risks.")
	v, _, err = db.RegenerateArtifact(ctx, a, v, "again", ba.TurnOwner{Instance: "x"})
	v.Revision++
	v.State, v.Failure = ba.ArtifactFailed, &ba.Failure{Code: "x", Msg: "It failed."}
	b := ba.Backup{ID: ba.NewID[ba.BackupID](), State: ba.BackupFailed, Place: "s3://backups", Failure: "It failed."}
	_, begun := db.BeginBackup(ctx, b)
	if err := errors.Join(failed, err, db.EndGeneration(ctx, v, nil), begun, db.EndBackup(ctx, b)); err != nil {
		t.Fatal(err)
	}
}

// opened returns the plain text of everything sealed, by column and row.
func opened(t *testing.T, db *store.DB) map[string]string {
	t.Helper()
	all, err := db.OpenEverything(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// replaceDataKeys is a whole rotation of the data keys.
func replaceDataKeys(ctx context.Context, db *store.DB) error {
	if _, err := db.Vault().RotateDataKeys(ctx, time.Now(), nil); err != nil {
		return err
	}
	for range 10 {
		r, err := db.Reseal(ctx, nil)
		if err != nil {
			return err
		}
		if r.Unreadable > 0 {
			return r.First
		}
		if r.Clean() {
			_, err = db.Vault().DropReplaced(ctx)
			return err
		}
	}
	return errors.New("it does not come to an end")
}

func TestWhatIsSealedAgainIsTheSameUnderNewKeysAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, url := e.NewAt(t)
		seed(t, db)
		rare(t, db)
		before := opened(t, db)
		for _, column := range store.SealedColumns() {
			if !slices.ContainsFunc(slices.Collect(maps.Keys(before)), func(k string) bool { return strings.HasPrefix(k, column+" ") }) {
				t.Errorf("nothing is in %s: the test proves nothing for it", column)
			}
		}
		old := keyIDs(t, db)
		if err := replaceDataKeys(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		for id := range keyIDs(t, db) {
			if old[id] {
				t.Errorf("data key %s is left", id)
			}
		}
		again := storetest.Open(t, store.Options{URL: url})
		if after := opened(t, again); !maps.Equal(before, after) {
			t.Errorf("%d values were readable, %d are, and they differ", len(before), len(after))
		}
		if r, err := again.VerifyAudit(t.Context(), nil); err != nil || len(r.Faults) > 0 || r.Entries == 0 {
			t.Errorf("the audit log of %d entries: %v %v", r.Entries, r.Faults, err)
		}
	})
}

func keyIDs(t *testing.T, db *store.DB) map[string]bool {
	t.Helper()
	ids, err := db.KeyIDs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

func TestAValueThatIsChangedWhileItIsSealedAgainIsLeftAndFoundByTheNextWalk(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, url := e.NewAt(t)
		ana := storetest.User(t, db, "ana")
		p := storetest.Project(t, db, ana, "Checkout")
		other := storetest.Open(t, store.Options{URL: url}) // an instance that has the old key in memory
		if err := other.UpdateProject(t.Context(), ana, ba.Project{ID: p, Name: "Till"}); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Vault().RotateDataKeys(t.Context(), time.Now().Add(time.Second), nil); err != nil {
			t.Fatal(err)
		}
		first, err := db.Reseal(t.Context(), nil)
		if err != nil || first.Sealed == 0 || first.Moved != 0 || first.Unreadable != 0 {
			t.Fatalf("%+v, %v", first, err)
		}
		// The other instance writes with the key that it still holds.
		if err := other.UpdateProject(t.Context(), ana, ba.Project{ID: p, Name: "Cart"}); err != nil {
			t.Fatal(err)
		}
		if r, err := db.Reseal(t.Context(), nil); err != nil || r.Sealed < 2 || r.Unreadable != 0 {
			t.Errorf("the second walk: %+v, %v", r, err)
		}
		if r, err := db.Reseal(t.Context(), nil); err != nil || !r.Clean() || r.Seen == 0 {
			t.Errorf("the third walk: %+v, %v", r, err)
		}
		if v, err := db.Project(t.Context(), ana, p); err != nil || v.Name != "Cart" {
			t.Errorf("%+v, %v", v, err)
		}
	})
}

func TestNoDataKeyStandsUnwrappedInAFile(t *testing.T) {
	sqlite := storetest.Engines()[0]
	db, url := sqlite.NewAt(t)
	seed(t, db)
	if err := replaceDataKeys(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	secrets, err := db.UnwrappedKeys(t.Context(), storetest.Master(t))
	if err != nil || len(secrets) < 4 {
		t.Fatalf("%d keys, %v", len(secrets), err)
	}
	files, err := filepath.Glob(filepath.Join(filepath.Dir(strings.TrimPrefix(url, "sqlite://")), "*"))
	if err != nil || len(files) < 2 {
		t.Fatalf("files %v, %v", files, err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range secrets {
			for _, half := range [][]byte{secret[:32], secret[32:]} {
				if bytes.Contains(data, half) {
					t.Errorf("%s holds half of a data key", filepath.Base(name))
				}
			}
		}
	}
}
