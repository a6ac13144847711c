package storetest_test

import (
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func TestWhatWaitsIsCountedUntilItIsDoneOrGone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		db, ctx := e.New(t, clock.Set), t.Context()
		m := newTeam(t, db)
		queue := func(when string, running, waiting int64, oldest time.Time) {
			t.Helper()
			if q := must(db.DocumentQueue(ctx))(t); q.Running != running || q.Waiting != waiting || !q.Oldest.Equal(oldest) {
				t.Errorf("%s: %+v", when, q)
			}
		}
		queue("with nothing", 0, 0, time.Time{})
		first := storetest.Upload(t, db, m.editor, m.project, "a.txt", []byte("x"))
		began := clock.Now()
		clock.Add(time.Second)
		second := storetest.Upload(t, db, m.editor, m.project, "b.txt", []byte("x"))
		queue("with two that wait", 0, 2, began)
		job, _, err := db.ClaimJob(ctx, "one", clock.Now().Add(10*time.Second))
		ok(t, err)
		if job.Document != first.ID {
			t.Fatalf("claimed %s", job.Document)
		}
		queue("while one is read", 1, 1, clock.Now())
		clock.Add(11 * time.Second)
		queue("after the reader died", 0, 2, began)
		ok(t, db.FinishJob(ctx, job, ba.Extraction{Format: "txt", Status: ba.DocumentReady}))
		ok(t, db.DeleteDocument(ctx, m.editor, second.ID))
		queue("when one is read and one deleted", 0, 0, time.Time{})

		artifacts := func(want int64) {
			t.Helper()
			if n := must(db.ArtifactsGenerating(ctx))(t); n != want {
				t.Errorf("%d artifacts are being written, want %d", n, want)
			}
		}
		artifacts(0)
		v, _, err := db.StartArtifact(ctx, m.editor, storetest.Work(m.project, "", "BRD"), ba.TurnOwner{Instance: "one", Until: clock.Now().Add(time.Minute)})
		ok(t, err)
		artifacts(1)
		v.State = ba.ArtifactFailed
		ok(t, db.EndGeneration(ctx, v, nil))
		artifacts(0)
	})
}
