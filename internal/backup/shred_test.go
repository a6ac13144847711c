package backup_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/backup"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// finder is a Visitor that keeps the row of one project.
type finder struct {
	id  ba.ProjectID
	row store.Row
}

func (f *finder) Begin(store.Table) error { return nil }

func (f *finder) Row(r store.Row) error {
	if r.Table.Name == "projects" && slices.Contains(r.Values, any(string(f.id))) {
		f.row = r
	}
	return nil
}

func (f *finder) End(backup.Count) error { return nil }

// name is the sealed name of the project as the backup holds it.
func (f *finder) name(t *testing.T) (sealed []byte, version int64) {
	t.Helper()
	for i, c := range f.row.Table.Columns {
		switch c.Name {
		case "name":
			sealed = f.row.Values[i].([]byte)
		case "version":
			version = f.row.Values[i].(int64)
		}
	}
	return sealed, version
}

func TestAProjectDeletedAfterABackupCannotBeReadFromIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		dir, ctx := t.TempDir(), t.Context()
		o := newOffice(t, e)
		path, _ := o.back(t, dir)
		open1 := func() error { // with the keyring as it is now and the master key
			f := &finder{id: o.gone}
			_, _, err := backup.Read(ctx, open(t, path), storetest.Master(t), f)
			ok(t, err)
			sealed, version := f.name(t)
			v := must(vault.New(ctx, storetest.Master(t), o.Keyring()))(t)
			_, err = v.Open(ctx, ba.ProjectScope(o.gone), vault.AD{Purpose: "project name", Row: string(o.gone), Version: version}, sealed)
			return err
		}
		ok(t, open1()) // so that the refusal below is for want of the key
		ok(t, o.DeleteProject(ctx, o.owner, o.gone))
		if n := must(o.PurgeProjects(ctx, time.Now().Add(time.Hour)))(t); n != 1 {
			t.Fatalf("%d projects were purged", n)
		}
		if err := open1(); err == nil {
			t.Error("the name of the deleted project can be read from the backup")
		}
		o.back(t, dir) // which brings the keyring copy up to date
		_, copied, err := backup.ReadKeys(ctx, open(t, filepath.Join(dir, "keyring", backup.KeyringName(must(o.Installation(ctx))(t).ID))), storetest.Master(t))
		ok(t, err)
		if len(copied) == 0 || slices.ContainsFunc(copied, func(k vault.WrappedKey) bool { return k.Scope == ba.ProjectScope(o.gone) }) {
			t.Errorf("the keyring copy holds the destroyed key, or nothing: %d keys", len(copied))
		}

		url := e.URL(t)
		r := restore(t, url, o)
		r.Keys = copied
		if got := must(r.Run(ctx, open(t, path)))(t); got.Shredded != 1 {
			t.Errorf("%d projects are said to be unreadable", got.Shredded)
		}
		db := storetest.Open(t, store.Options{URL: url})
		if p := must(db.Project(ctx, o.owner, o.project))(t); p.Name != "Refunds" {
			t.Errorf("the other project is called %q", p.Name)
		}
		_, err = db.Project(ctx, o.owner, o.gone)
		refused(t, err, ba.NotFound, "")
		if n := must(db.PurgeProjects(ctx, time.Now().Add(time.Hour)))(t); n != 1 {
			t.Error("what is left of it stays")
		}
	})
}

func TestNoWordThatAPersonTypedIsInABackup(t *testing.T) {
	dir := t.TempDir()
	o := newOffice(t, storetest.Engines()[0])
	o.back(t, dir)
	keys := o.keys(t)
	files := 0
	ok(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		for _, word := range []string{"Refunds", "Secrets", "invoice", "It shall be paid", "data_keys", "projects"} {
			if bytes.Contains(text, []byte(word)) {
				t.Errorf("%s holds %q", filepath.Base(path), word)
			}
		}
		for _, k := range keys {
			if bytes.Contains(text, k.Wrapped) {
				t.Errorf("%s holds a wrapped key as it is", filepath.Base(path))
			}
		}
		return err
	}))
	if files != 2 {
		t.Errorf("%d files, want the backup and the keyring copy", files)
	}
}

func TestABackupTakenUnderLoadIsOneMoment(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newOffice(t, e)
		stop := make(chan struct{})
		var writers sync.WaitGroup
		var mu sync.Mutex
		var early, late []ba.ProjectID // acknowledged before the backup began, begun after it ended
		began, ended := false, false
		for range 4 {
			writers.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					mu.Lock()
					before, after := !began, ended
					mu.Unlock()
					p := storetest.Project(t, o.DB, o.owner, "Written meanwhile")
					mu.Lock()
					if before && !began {
						early = append(early, p)
					}
					if after {
						late = append(late, p)
					}
					mu.Unlock()
				}
			})
		}
		until(t, &mu, func() bool { return len(early) >= 20 })
		mu.Lock()
		began = true
		mu.Unlock()
		path, made := o.back(t, t.TempDir())
		mu.Lock()
		ended = true
		mu.Unlock()
		until(t, &mu, func() bool { return len(late) >= 5 })
		close(stop)
		writers.Wait()

		url := e.URL(t)
		must(restore(t, url, o).Run(t.Context(), open(t, path)))(t)
		db := storetest.Open(t, store.Options{URL: url})
		for _, c := range counts(t, db) {
			if !slices.Contains(made.Manifest.Tables, c) && !slices.Contains(notOfTheMoment, c.Table) {
				t.Errorf("%s is not as it was at that moment", c.Table)
			}
		}
		for _, p := range early {
			if _, err := db.Project(t.Context(), o.owner, p); err != nil { // with its member, or it is not found
				t.Errorf("a project that was acknowledged before is lost: %v", err)
			}
		}
		for _, p := range late {
			if _, err := db.Project(t.Context(), o.owner, p); err == nil {
				t.Error("a project of afterwards is in the backup")
			}
		}
		if p, m := rowsOf(made, "projects"), rowsOf(made, "members"); p != m {
			t.Errorf("%d projects and %d members: two moments in one backup", p, m)
		}
	})
}

func rowsOf(made backup.Made, table string) int64 {
	for _, c := range made.Manifest.Tables {
		if c.Table == table {
			return c.Rows
		}
	}
	return -1
}

// until waits for what writers bring about, for half a minute.
func until(t *testing.T, mu *sync.Mutex, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		mu.Lock()
		ready := done()
		mu.Unlock()
		if ready {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal(errors.New("the writers do not come on"))
		}
		time.Sleep(time.Millisecond)
	}
}
