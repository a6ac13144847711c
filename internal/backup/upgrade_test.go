package backup_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/backup"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

// oldSchema is one from before the list of backups.
const oldSchema = 12

// aged makes a database of the old schema with the content of the office, as
// far as that schema has the same tables.
func aged(t *testing.T, e storetest.Engine, o *office) string {
	t.Helper()
	url, ctx := e.URL(t), t.Context()
	old := must(store.Open(ctx, store.Options{URL: url, Master: storetest.Master(t), Use: store.Fill, Schema: oldSchema}))(t)
	snap := must(o.Snapshot(ctx))(t)
	tables := must(old.Tables(ctx))(t)
	for _, table := range snap.Tables() {
		at := slices.IndexFunc(tables, func(o store.Table) bool { return o.Name == table.Name })
		if at < 0 || table.Name == "entries" { // those of requirements came later
			continue
		}
		var rows []store.Row
		for row, err := range snap.Rows(ctx, table) {
			ok(t, err)
			rows = append(rows, storetest.AsBefore(tables[at], row))
		}
		ok(t, old.Load(ctx, tables[at], rows))
	}
	ok(t, snap.Close())
	ok(t, old.AddKeys(ctx, o.keys(t)))
	ok(t, old.Close())
	return url
}

func TestAnUpgradeIsRehearsedOnACopyAndChangesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newOffice(t, e)
		url := aged(t, e, o)
		before := stateOf(t, url)
		r := &backup.Rehearsal{URL: url, Master: storetest.Master(t), Tell: silent, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
		report := must(r.Run(t.Context()))(t)
		if report.From != oldSchema || report.To != store.Newest() || len(report.Lost()) != 0 {
			t.Errorf("report %+v", report)
		}
		at := slices.IndexFunc(report.Changes, func(c backup.Change) bool { return c.Table == "messages" })
		if c := report.Changes[at]; c.Before != 4 || c.After != 4 || !c.Same {
			t.Errorf("the messages: %+v", c)
		}
		if after := stateOf(t, url); after.Schema != oldSchema || !slices.Equal(after.Tables, before.Tables) {
			t.Error("the rehearsal changed the database")
		}
		if left := must(filepath.Glob(filepath.Join(filepath.Dir(url[len("sqlite://"):]), ".re*")))(t); e.Name == "sqlite" && len(left) > 0 {
			t.Errorf("the copy is left: %v", left)
		}
	})
}

// stated is what is seen of a database without opening it as a store.
type stated struct {
	Schema int64
	Tables []backup.Count
}

func stateOf(t *testing.T, url string) stated {
	t.Helper()
	s := must(openState(t, url))(t)
	defer s.Close()
	return stated{s.Schema, must(backup.CountRows(t.Context(), s.Snapshot))(t).Tables}
}

func TestABackupOfAnOlderSchemaIsRestoredAndBroughtUpToDate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newOffice(t, e)
		current := o.url
		o.url = aged(t, e, o)
		path, made := o.back(t, t.TempDir())
		if made.Head.Schema != oldSchema {
			t.Fatalf("the backup has schema %d", made.Head.Schema)
		}
		o.url = current
		url := e.URL(t)
		must(restore(t, url, o).Run(t.Context(), open(t, path)))(t)
		db := storetest.Open(t, store.Options{URL: url})
		if v := must(db.Version(t.Context()))(t); v != store.Newest() {
			t.Errorf("the restored database has schema %d", v)
		}
		if p := must(db.Project(t.Context(), o.owner, o.project))(t); p.Name != "Refunds" {
			t.Errorf("the project is called %q", p.Name)
		}
	})
}

func TestAStartAsksForABackupBeforeItChangesASchemaWithData(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newOffice(t, e)
		url := aged(t, e, o)
		var asked [][2]int64
		stop := ba.E(ba.Unavailable, "No room for a backup.")
		options := store.Options{URL: url, Master: storetest.Master(t)}
		refusal := error(stop)
		options.BeforeUpgrade = func(_ context.Context, from, to int64) error {
			asked = append(asked, [2]int64{from, to})
			return refusal
		}
		_, err := store.Open(t.Context(), options)
		refused(t, err, ba.Unavailable, "No room")
		if s := stateOf(t, url); s.Schema != oldSchema {
			t.Errorf("the schema was changed without a backup: %d", s.Schema)
		}
		refusal = nil
		db := must(store.Open(t.Context(), options))(t)
		ok(t, db.Close())
		ok(t, must(store.Open(t.Context(), options))(t).Close()) // nothing to change any more
		if want := [2]int64{oldSchema, store.Newest()}; len(asked) != 2 || asked[1] != want {
			t.Errorf("asked for %v", asked)
		}
	})
}
