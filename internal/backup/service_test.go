package backup_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/backup"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// memory keeps records, as the store does.
type memory struct{ list []ba.Backup }

func (m *memory) BeginBackup(_ context.Context, b ba.Backup) (bool, error) {
	for _, o := range m.list {
		if !b.Slot.IsZero() && o.Slot.Equal(b.Slot) {
			return false, nil
		}
	}
	m.list = append(m.list, b)
	return true, nil
}

func (m *memory) EndBackup(_ context.Context, b ba.Backup) error {
	for i := range m.list {
		if m.list[i].ID == b.ID {
			m.list[i] = b
		}
	}
	return nil
}

func (m *memory) CutBackups(context.Context, string, time.Time) error { return nil }
func (m *memory) Backups(context.Context, int) ([]ba.Backup, error)   { return m.list, nil }
func (m *memory) ForgetBackups(context.Context, time.Time) error      { return nil }

// service is one that backs up the office into dir.
func (o *office) service(t *testing.T, dir string, schedule string, records backup.Records) *backup.Service {
	t.Helper()
	return backup.New(backup.Deps{Records: records, Instance: "one", Program: "test", Master: storetest.Master(t), Keep: 2, Clock: time.Now, Log: slog.New(slog.DiscardHandler),
		Snapshot: func(ctx context.Context) (*store.State, error) { return store.OpenState(ctx, o.url) },
		Keys:     func(ctx context.Context) ([]vault.WrappedKey, error) { return backup.AllKeys(ctx, o.Keyring()) },
		To:       place(t, dir), KeysTo: place(t, filepath.Join(dir, "keyring")), Schedule: must(ba.ParseSchedule(schedule))(t)})
}

func TestBackupsAreMadeOnTheirScheduleAndTheOldestGo(t *testing.T) {
	o, dir, m := newOffice(t, storetest.Engines()[0]), t.TempDir(), &memory{}
	synctest.Test(t, func(t *testing.T) {
		s := o.service(t, dir, "6h", m)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- s.Run(ctx) }()
		time.Sleep(25 * time.Hour) // of the bubble's clock
		cancel()
		ok(t, <-ended)
		if len(m.list) < 5 || len(m.list) > 6 {
			t.Errorf("%d backups in 25 hours", len(m.list))
		}
		for _, b := range m.list {
			if b.State != ba.BackupDone || b.Origin != ba.BackupScheduled || b.Size == 0 || b.Slot.IsZero() {
				t.Errorf("%+v", b)
			}
		}
	})
	if items := must(backup.All(t.Context(), place(t, dir)))(t); len(items) != 2 {
		t.Errorf("%d files stay, want the 2 newest", len(items))
	}
}

func TestABackupThatFailsIsTriedAgainAndSaysWhy(t *testing.T) {
	o, m := newOffice(t, storetest.Engines()[0]), &memory{}
	blocked := filepath.Join(t.TempDir(), "a-file")
	ok(t, os.WriteFile(blocked, nil, 0o600))
	synctest.Test(t, func(t *testing.T) {
		s := o.service(t, blocked, "daily 03:00", m)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- s.Run(ctx) }()
		time.Sleep(2 * time.Hour)
		cancel()
		ok(t, <-ended)
		if len(m.list) < 3 || len(m.list) > 6 {
			t.Errorf("%d tries in two hours", len(m.list))
		}
		for _, b := range m.list {
			if b.State != ba.BackupFailed || b.Failure == "" {
				t.Errorf("%+v", b)
			}
		}
	})
}

func TestAnAdministratorStartsABackupAndSeesIt(t *testing.T) {
	o, dir := newOffice(t, storetest.Engines()[0]), t.TempDir()
	s := o.service(t, dir, "", o.DB)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- s.Run(ctx) }()
	ok(t, s.Start(ctx, ba.Actor{}))
	if err := s.Start(ctx, ba.Actor{}); err != nil { // the first may be done already
		refused(t, err, ba.Conflict, "already")
	}
	var last backup.Record
	for deadline := time.Now().Add(30 * time.Second); last.State != ba.BackupDone && time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		list := must(s.Recent(ctx))(t)
		last = list[len(list)-1]
	}
	cancel()
	ok(t, <-ended)
	if _, err := os.Stat(last.Place); err != nil || last.Origin != ba.BackupAsked {
		t.Errorf("%+v: %v", last, err)
	}
	nowhere := backup.New(backup.Deps{Records: o.DB})
	refused(t, nowhere.Start(t.Context(), ba.Actor{}), ba.Invalid, "BACKUP_TO")
}
