package storetest_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

func TestTheKeyringKeepsOneKeyOfEachGeneration(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyring.db")
	ring, ctx := must(store.OpenKeyring(t.Context(), path))(t), t.Context()
	t.Cleanup(func() { ok(t, ring.Close()) })
	key := func(scope ba.Scope, generation int, id string) vault.WrappedKey {
		return vault.WrappedKey{Scope: scope, Generation: generation, ID: id, Master: "m", Wrapped: []byte("wrapped " + id), CreatedAt: time.UnixMilli(1).UTC()}
	}
	refused(t, "an empty scope", second(ring.DataKey(ctx, "a")), ba.NotFound)
	kept := make([]vault.WrappedKey, 10)
	for _, err := range atOnce(len(kept), func(i int) (err error) {
		kept[i], err = ring.AddDataKey(ctx, key("a", 1, fmt.Sprintf("%016d", i)))
		return err
	}) {
		ok(t, err)
	}
	for _, k := range kept {
		if k.ID != kept[0].ID {
			t.Errorf("two keys of one generation: %s and %s", k.ID, kept[0].ID)
		}
	}
	must(ring.AddDataKey(ctx, key("a", 2, "second")))(t)
	must(ring.AddDataKey(ctx, key("b", 1, "other")))(t)
	if k := must(ring.DataKey(ctx, "a"))(t); k.ID != "second" || k.Generation != 2 || string(k.Wrapped) != "wrapped second" || k.CreatedAt.UnixMilli() != 1 {
		t.Errorf("the newest key is %+v", k)
	}
	if k := must(ring.DataKeyByID(ctx, "a", kept[0].ID))(t); k.Generation != 1 {
		t.Errorf("the first key is %+v", k)
	}
	refused(t, "a key of another scope", second(ring.DataKeyByID(ctx, "b", "second")), ba.NotFound)

	var ids []string
	for after := (vault.WrappedKey{}); ; {
		page := must(ring.DataKeys(ctx, after, 2))(t)
		for _, k := range page {
			ids = append(ids, k.ID)
		}
		if len(page) < 2 {
			break
		}
		after = page[1]
	}
	sameItems(t, "all keys", ids, []string{kept[0].ID, "second", "other"})
	again := key("a", 2, "second")
	again.Master, again.Wrapped = "m2", []byte("again")
	ok(t, ring.Rewrap(ctx, again))
	if k := must(ring.DataKey(ctx, "a"))(t); k.Master != "m2" || string(k.Wrapped) != "again" {
		t.Errorf("wrapped again it is %+v", k)
	}
	refused(t, "to wrap a key again that is gone", ring.Rewrap(ctx, key("a", 9, "gone")), ba.NotFound)
	ok(t, ring.DeleteDataKey(ctx, "a", "second"))
	ok(t, ring.DeleteDataKey(ctx, "a", "second"))
	if k := must(ring.DataKey(ctx, "a"))(t); k.ID != kept[0].ID {
		t.Errorf("the newest key is %+v", k)
	}
	for range 2 {
		ok(t, ring.DeleteScope(ctx, "a"))
	}
	refused(t, "a destroyed scope", second(ring.DataKey(ctx, "a")), ba.NotFound)
	must(ring.DataKey(ctx, "b"))(t)
}

func TestADestroyedKeyLeavesNoTraceInTheKeyringsFile(t *testing.T) {
	dir := t.TempDir()
	ring, ctx := must(store.OpenKeyring(t.Context(), filepath.Join(dir, "keyring.db")))(t), t.Context()
	wrapped := bytes.Repeat([]byte("secret of a project "), 5)
	for i := range 40 {
		scope := ba.Scope(fmt.Sprintf("project:%d", i))
		must(ring.AddDataKey(ctx, vault.WrappedKey{Scope: scope, Generation: 1, ID: string(scope), Wrapped: fmt.Appendf(nil, "%s%03d", wrapped, i)}))(t)
	}
	ok(t, ring.DeleteScope(ctx, "project:7"))
	ok(t, ring.Close())
	var all []byte
	for _, file := range must(filepath.Glob(filepath.Join(dir, "*")))(t) {
		all = append(all, must(os.ReadFile(file))(t)...)
	}
	if !bytes.Contains(all, fmt.Appendf(nil, "%s008", wrapped)) {
		t.Fatal("the keyring is not in these files")
	}
	if bytes.Contains(all, fmt.Appendf(nil, "%s007", wrapped)) || bytes.Contains(all, []byte("project:7\x00")) {
		t.Error("the destroyed key is still in the file")
	}
}

func TestADatabaseAndItsKeyringBelongTogether(t *testing.T) {
	sqlite := storetest.Engines()[0]
	make := func(t *testing.T) (url, dir string) {
		url = sqlite.URL(t)
		db := must(store.Open(t.Context(), store.Options{URL: url, Master: storetest.Master(t)}))(t)
		storetest.Project(t, db, storetest.User(t, db, "ana"), "Checkout")
		ok(t, db.Close())
		return url, filepath.Dir(strings.TrimPrefix(url, "sqlite://"))
	}
	refuses := func(t *testing.T, url string, words ...string) {
		t.Helper()
		_, err := reopen(t, url)
		refused(t, "the start", err, ba.Conflict)
		for _, w := range words {
			if err != nil && !strings.Contains(ba.Explain(err), w) {
				t.Errorf("it says %q, without %q", ba.Explain(err), w)
			}
		}
	}
	t.Run("a database that was lost is no fresh start", func(t *testing.T) {
		url, dir := make(t)
		for _, file := range must(filepath.Glob(filepath.Join(dir, "ba.db*")))(t) {
			ok(t, os.Remove(file))
		}
		refuses(t, url, "Restore", "DATABASE_URL")
	})
	t.Run("a keyring that was lost is named", func(t *testing.T) {
		url, dir := make(t)
		ok(t, os.Remove(filepath.Join(dir, "keyring.db")))
		refuses(t, url, "Restore the keyring")
		refuses(t, url, "Restore the keyring") // the refusal makes none
	})
	t.Run("a keyring of another database is refused", func(t *testing.T) {
		url, dir := make(t)
		_, other := make(t)
		ok(t, os.WriteFile(filepath.Join(dir, "keyring.db"), must(os.ReadFile(filepath.Join(other, "keyring.db")))(t), 0o600))
		refuses(t, url, "another database")
	})
	t.Run("a first start that was cut short goes on", func(t *testing.T) {
		url, dir := make(t)
		must(storetest.Raw(t, url).ExecContext(t.Context(), "UPDATE installation SET probe = NULL"))(t)
		ok(t, os.Remove(filepath.Join(dir, "keyring.db")))
		must(reopen(t, url))(t)
		must(reopen(t, url))(t)
	})
	t.Run("the keyring may lie elsewhere", func(t *testing.T) {
		url, dir := make(t)
		elsewhere := filepath.Join(t.TempDir(), "keys", "ring.db")
		ok(t, os.MkdirAll(filepath.Dir(elsewhere), 0o700))
		ok(t, os.Rename(filepath.Join(dir, "keyring.db"), elsewhere))
		must(reopen(t, url, func(o *store.Options) { o.Keyring = elsewhere }))(t)
	})
	t.Run("a copy of the database holds no key", func(t *testing.T) {
		url, _ := make(t)
		if tables := texts(t, storetest.Raw(t, url), "SELECT name FROM sqlite_master WHERE name LIKE '%key%' AND tbl_name <> 'key_rotations'"); len(tables) > 0 {
			t.Errorf("tables %v", tables)
		}
	})
}
