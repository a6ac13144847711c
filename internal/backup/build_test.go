package backup_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/backup"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// must returns the value of a call that may not fail.
func must[T any](v T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		ok(t, err)
		return v
	}
}

// office is a workspace in use: a store with some of everything.
type office struct {
	*store.DB
	url     string
	owner   ba.Actor
	project ba.ProjectID
	gone    ba.ProjectID // a second project, for those who delete it
	closed  bool
}

func newOffice(t testing.TB, e storetest.Engine) *office {
	t.Helper()
	url := e.URL(t)
	db := must(store.Open(t.Context(), store.Options{URL: url, Master: storetest.Master(t)}))(t)
	o := &office{DB: db, url: url, owner: storetest.User(t, db, "ana")}
	t.Cleanup(func() { o.close(t) })
	o.project = o.furnish(t, "Refunds")
	o.gone = o.furnish(t, "Secrets")
	return o
}

// close closes the store once.
func (o *office) close(t testing.TB) {
	t.Helper()
	if !o.closed {
		o.closed = true
		ok(t, o.Close())
	}
}

// furnish makes a project with something of each kind.
func (o *office) furnish(t testing.TB, name string) ba.ProjectID {
	t.Helper()
	p := storetest.Project(t, o.DB, o.owner, name)
	d, passages := storetest.Document(t, o.DB, o.owner, p, name+".txt", "An invoice is due.", "It is paid.", "Or it is not.")
	storetest.Requirement(t, o.DB, o.owner, p, "It shall be paid.", storetest.Quote(d, passages[1], "It is paid."))
	thread := storetest.Thread(t, o.DB, o.owner, p, "Talk of "+name)
	storetest.Answer(t, o.DB, storetest.Ask(t, o.DB, o.owner, thread.ID, "When is the invoice due?"), "Soon.")
	storetest.Artifact(t, o.DB, o.owner, storetest.Work(p, "", "BRD"), "Aims.", "Risks.")
	return p
}

// job makes backups of the office in a directory.
func (o *office) job(t testing.TB, dir string) *backup.Job {
	t.Helper()
	return &backup.Job{ID: ba.NewID[ba.BackupID](), Origin: ba.BackupCommand, Program: "test", Master: storetest.Master(t), Now: time.Now,
		Snapshot: func(ctx context.Context) (*store.State, error) { return store.OpenState(ctx, o.url) },
		Keys:     func(ctx context.Context) ([]vault.WrappedKey, error) { return backup.AllKeys(ctx, o.Keyring()) },
		To:       place(t, dir), KeysTo: place(t, filepath.Join(dir, "keyring"))}
}

func place(t testing.TB, dir string) backup.Place {
	t.Helper()
	return must(backup.At(dir, backup.S3{}, ""))(t)
}

// back makes a backup and returns the path of its file.
func (o *office) back(t testing.TB, dir string) (string, backup.Made) {
	t.Helper()
	made := must(o.job(t, dir).Run(t.Context()))(t)
	return filepath.Join(dir, made.Name), made
}

func open(t testing.TB, path string) *os.File {
	t.Helper()
	f := must(os.Open(path))(t)
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func silent(backup.Progress) {}

// restore is a restore with the keys that the office has now.
func restore(t testing.TB, url string, o *office) *backup.Restore {
	t.Helper()
	return &backup.Restore{Target: url, Master: storetest.Master(t), Keys: o.keys(t), Install: true, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
}

func (o *office) keys(t testing.TB) []vault.WrappedKey {
	t.Helper()
	ring := must(store.OpenKeyringOf(t.Context(), o.url))(t)
	defer ring.Close()
	return must(backup.AllKeys(t.Context(), ring))(t)
}

// counts are what a backup of the store would say of its tables.
func counts(t testing.TB, db *store.DB) []backup.Count {
	t.Helper()
	snap := must(db.Snapshot(t.Context()))(t)
	defer snap.Close()
	return must(backup.CountRows(t.Context(), snap))(t).Tables
}

// refused fails the test unless err is of the kind and says the words.
func refused(t testing.TB, err error, kind ba.Kind, words string) {
	t.Helper()
	var known *ba.Error
	if !errors.As(err, &known) || known.Kind != kind || !strings.Contains(known.Msg, words) {
		t.Errorf("error is %v, want %v with %q", err, kind, words)
	}
}

func openState(t testing.TB, url string) (*store.State, error) {
	t.Helper()
	return store.OpenState(t.Context(), url)
}
