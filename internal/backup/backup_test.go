package backup_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/backup"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

func TestABackupHoldsEveryTableOfTheDatabase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newOffice(t, e)
		path, made := o.back(t, t.TempDir())
		head, found, err := backup.Verify(t.Context(), open(t, path), storetest.Master(t), silent)
		ok(t, err)
		if head.Engine != e.Name || head.Schema != must(o.Version(t.Context()))(t) || head.Installation != must(o.Installation(t.Context()))(t).ID {
			t.Errorf("head %+v", head)
		}
		if !slices.Equal(found.Tables, made.Manifest.Tables) || found.Rows() < 30 {
			t.Errorf("%d rows: %+v", found.Rows(), found)
		}
		for _, table := range []string{"users", "projects", "documents", "pieces", "passages", "messages", "requirements", "artifact_versions"} {
			if !slices.ContainsFunc(found.Tables, func(c backup.Count) bool { return c.Table == table && c.Rows > 0 }) {
				t.Errorf("nothing of %s is in the backup", table)
			}
		}
	})
}

// notOfTheMoment are the tables that a restore writes to: sessions end, and the
// audit log says that there was one.
var notOfTheMoment = []string{"sessions", "audit_entries", "audit_head"}

func TestABackupIsRestoredWithTheSameHashesOnEitherEngine(t *testing.T) {
	storetest.Each(t, func(t *testing.T, from storetest.Engine) {
		o := newOffice(t, from)
		path, made := o.back(t, t.TempDir())
		for _, to := range storetest.Engines() {
			url := to.URL(t)
			got := must(restore(t, url, o).Run(t.Context(), open(t, path)))(t)
			if got.Shredded != 0 || got.Aside != "" || !slices.Equal(got.Manifest.Tables, made.Manifest.Tables) {
				t.Errorf("to %s: %+v", to.Name, got)
			}
			db := storetest.Open(t, store.Options{URL: url})
			for _, c := range counts(t, db) {
				if !slices.Contains(made.Manifest.Tables, c) && !slices.Contains(notOfTheMoment, c.Table) {
					t.Errorf("%s differs on %s: %+v", c.Table, to.Name, c)
				}
			}
			found := must(db.Search(t.Context(), o.owner, ba.Query{Clauses: term.Parse("invoice"), Project: o.project, Limit: 10}))(t)
			if len(found) == 0 {
				t.Errorf("a search on the restored %s finds nothing", to.Name)
			}
		}
	})
}

func TestTheAuditLogOfARestoredDatabaseGoesOnAndSaysWhereItCameFrom(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newOffice(t, e)
		path, made := o.back(t, t.TempDir())
		then := must(o.VerifyAudit(t.Context(), nil))(t)
		for _, to := range storetest.Engines() {
			url := to.URL(t)
			must(restore(t, url, o).Run(t.Context(), open(t, path)))(t)
			db := storetest.Open(t, store.Options{URL: url})
			r := must(db.VerifyAudit(t.Context(), &ba.AuditAnchor{Seq: then.Last, Hash: then.Hash}))(t)
			if len(r.Faults) > 0 || r.Last != then.Last+1 {
				t.Errorf("on %s the check found %+v, before %+v", to.Name, r, then)
			}
			last := must(db.AuditEntries(t.Context(), ba.Operator(), ba.AuditFilter{}, ba.Page{Limit: 1}))(t).Items[0]
			if last.Action != ba.ActBackupRestored || last.Via != ba.ViaCommand || last.Object != string(made.Head.ID) || !strings.HasPrefix(last.Detail, "taken 20") {
				t.Errorf("on %s the last entry is %+v", to.Name, last)
			}
		}
	})
}

func TestARestoreRefusesATargetWithDataAndMovesItAsideWhenTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		o := newOffice(t, e)
		path, made := o.back(t, t.TempDir())
		later := storetest.Project(t, o.DB, o.owner, "Later")
		o.close(t)
		r := restore(t, o.url, o)
		_, err := r.Run(t.Context(), open(t, path))
		refused(t, err, ba.Conflict, "--replace")
		r.Replace = true
		got := must(r.Run(t.Context(), open(t, path)))(t)
		if got.Aside == "" {
			t.Error("what was there is nowhere")
		}
		db := storetest.Open(t, store.Options{URL: o.url})
		_, err = db.Project(t.Context(), o.owner, later)
		refused(t, err, ba.NotFound, "")
		if !slices.Contains(counts(t, db), made.Manifest.Tables[slices.IndexFunc(made.Manifest.Tables, func(c backup.Count) bool { return c.Table == "messages" })]) {
			t.Error("the messages are not those of the backup")
		}
	})
}
