package storetest_test

import (
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func TestBackupsAreListedWithHowTheyEnded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		db, ctx := e.New(t, clock.Set), t.Context()
		slot := clock.Now()
		first := ba.Backup{ID: ba.NewID[ba.BackupID](), Origin: ba.BackupScheduled, Place: "/backups", Slot: slot, Owner: "one"}
		if began := must(db.BeginBackup(ctx, first))(t); !began {
			t.Error("the first backup of a slot may not begin")
		}
		twin := first
		twin.ID, twin.Owner = ba.NewID[ba.BackupID](), "two"
		if began := must(db.BeginBackup(ctx, twin))(t); began {
			t.Error("two instances make the backup of one slot")
		}
		clock.Add(time.Second)
		first.State, first.Size, first.Rows, first.Place = ba.BackupDone, 1000, 7, "/backups/a.babackup"
		ok(t, db.EndBackup(ctx, first))
		for _, owner := range []string{"one", "two"} { // of no slot: as many as are asked for
			b := ba.Backup{ID: ba.NewID[ba.BackupID](), Origin: ba.BackupAsked, Place: "/backups", Owner: owner}
			if began := must(db.BeginBackup(ctx, b))(t); !began {
				t.Error("a backup of no slot may not begin")
			}
			clock.Add(time.Second)
		}
		ok(t, db.CutBackups(ctx, "one", clock.Now().Add(-time.Hour)))
		list := must(db.Backups(ctx, 10))(t)
		if len(list) != 3 || list[0].State != ba.BackupRunning || list[1].State != ba.BackupFailed || list[1].Failure == "" || list[1].FinishedAt.IsZero() {
			t.Fatalf("listed: %+v", list)
		}
		got := list[2]
		if got.ID != first.ID || got.State != ba.BackupDone || got.Size != 1000 || got.Rows != 7 || got.Place != first.Place || !got.Slot.Equal(slot) || got.Failure != "" || got.Took() != time.Second {
			t.Errorf("listed: %+v", got)
		}
		ok(t, db.CutBackups(ctx, "three", clock.Now().Add(time.Hour)))
		ok(t, db.ForgetBackups(ctx, list[0].StartedAt))
		if list = must(db.Backups(ctx, 10))(t); len(list) != 1 || list[0].State != ba.BackupFailed {
			t.Errorf("after the old ones were forgotten: %+v", list)
		}
	})
}
