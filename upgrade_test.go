package kits_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/backup"
	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// fixtureKey is of the tests, and seals nothing elsewhere.
const fixtureKey = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// earlier is a schema from before the list of backups.
const earlier = 12

// inherited makes the data directory of an earlier version, with the schema
// that its migrations made, and returns who worked there and on what.
func inherited(t *testing.T, master vault.MasterKey) (dir string, ana ba.Actor, project ba.ProjectID) {
	t.Helper()
	ctx := t.Context()
	db, url := storetest.Engines()[0].NewAt(t, func(o *store.Options) { o.Master = master })
	ana = storetest.User(t, db, "ana")
	project = storetest.Project(t, db, ana, "From before")
	thread := storetest.Thread(t, db, ana, project, "Refunds")
	storetest.Answer(t, db, storetest.Ask(t, db, ana, thread.ID, "When is a refund due?"), "Within a week.")
	keys, err := backup.AllKeys(ctx, db.Keyring())
	if err != nil {
		t.Fatal(err)
	}
	now, err := store.OpenState(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer now.Close()

	dir = t.TempDir()
	old, err := store.Open(ctx, store.Options{URL: "sqlite://" + filepath.Join(dir, "ba.db"), Master: master, Use: store.Fill, Schema: earlier})
	if err != nil {
		t.Fatal(err)
	}
	tables, err := old.Tables(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range now.Tables() {
		at := slices.IndexFunc(tables, func(o store.Table) bool { return o.Name == table.Name })
		if at < 0 || table.Name == "entries" { // later versions have more of them
			continue
		}
		var rows []store.Row
		for row, err := range now.Rows(ctx, table) {
			if err != nil {
				t.Fatal(err)
			}
			rows = append(rows, storetest.AsBefore(tables[at], row))
		}
		if err := old.Load(ctx, tables[at], rows); err != nil {
			t.Fatal(err)
		}
	}
	if err := old.AddKeys(ctx, keys); err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, ana, project
}

func TestANewVersionBacksUpBeforeItChangesTheSchemaAndThatRestores(t *testing.T) {
	t.Parallel()
	program := build(t)
	const secret = "MASTER_KEY=" + fixtureKey
	raw, err := config.DecodeKey(fixtureKey)
	if err != nil {
		t.Fatal(err)
	}
	master, err := vault.NewLocalKey(raw)
	if err != nil {
		t.Fatal(err)
	}
	dir, ana, project := inherited(t, master)
	serve(t, program, "PORT=0", "DATA_DIR="+dir, secret)
	made, err := filepath.Glob(filepath.Join(dir, "backups", "upgrade", "*.babackup"))
	if err != nil || len(made) != 1 {
		t.Fatalf("the backups before the upgrade: %v %v", made, err)
	}

	// It is restored where the earlier keyring is, as a way back would have it.
	back := t.TempDir()
	ring, err := os.ReadFile(filepath.Join(dir, "keyring.db"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, back, "keyring.db", string(ring))
	cmd := exec.CommandContext(t.Context(), program, "restore", made[0], "--into", back)
	cmd.Env = []string{"DATA_DIR=" + dir, secret, "PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	db, err := store.Open(t.Context(), store.Options{URL: "sqlite://" + filepath.Join(back, "ba.db"), Master: master})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if p, err := db.Project(t.Context(), ana, project); err != nil || p.Name != "From before" {
		t.Errorf("restored is %+v: %v", p, err)
	}
	recorded(t, db, ba.ActBackupRestored, ba.ViaCommand)
	beside, err := store.Open(t.Context(), store.Options{URL: "sqlite://" + filepath.Join(dir, "ba.db"), Master: master, Use: store.Operate})
	if err != nil {
		t.Fatal(err)
	}
	defer beside.Close()
	recorded(t, beside, ba.ActUpgraded, ba.ViaProgram)
	recorded(t, beside, ba.ActBackupMade, ba.ViaProgram)
}

// recorded fails the test unless the audit log, which is as it was written,
// has the act once.
func recorded(t *testing.T, db *store.DB, act ba.Action, via ba.Via) {
	t.Helper()
	l, err := db.AuditEntries(t.Context(), ba.Operator(), ba.AuditFilter{Action: act}, ba.Page{})
	if err != nil || len(l.Items) != 1 || l.Items[0].Via != via {
		t.Errorf("%s is recorded as %+v: %v", act, l.Items, err)
	}
	if r, err := db.VerifyAudit(t.Context(), nil); err != nil || len(r.Faults) > 0 {
		t.Errorf("the check of the log found %+v: %v", r, err)
	}
}
