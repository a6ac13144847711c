package store_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/term"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

const (
	writers = 200
	// longest is what a write may wait, on a machine that is not busy otherwise.
	longest  = 2 * time.Second
	rounds   = 4
	soakFor  = 50 // times as many rounds
	question = "When is the invoice of this order due, and who is told?"
)

// Two hundred people send a question at the same moment, again and again,
// while others read and a document is uploaded and indexed.
func TestTwoHundredWritersWaitAShortTimeAndNoneIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.New(t)
		ana := storetest.User(t, db, "ana")
		project := storetest.Project(t, db, ana, "Checkout")
		threads := make([]ba.ThreadID, writers)
		for i := range threads {
			threads[i] = storetest.Thread(t, db, ana, project, "Talk").ID
		}
		slowdown := testenv.Slowdown()
		ctx, cancel := context.WithCancel(t.Context())
		var others sync.WaitGroup
		var reads atomic.Int64
		others.Go(func() { readOn(ctx, t, db, ana, project, &reads) })
		others.Go(func() { uploadOn(ctx, t, db, ana, project) })

		n := rounds
		if testenv.Soak() {
			n *= soakFor
		}
		var worst time.Duration
		begun := time.Now()
		for range n {
			worst = max(worst, together(t, db, ana, threads))
		}
		took := time.Since(begun)
		cancel()
		others.Wait()
		limit := time.Duration(float64(longest) * max(slowdown, testenv.Slowdown()))
		if testenv.Race {
			limit *= 10
		}
		t.Logf("%d writes in %v (%.0f each second), the longest took %v (%v allowed), %d reads beside them", n*writers, took.Round(time.Millisecond),
			float64(n*writers)/took.Seconds(), worst.Round(time.Millisecond), limit.Round(time.Millisecond), reads.Load())
		if worst > limit {
			t.Errorf("a write took %v, want %v at most", worst, limit)
		}
		list, err := db.Messages(t.Context(), ana, threads[0], ba.Page{Limit: 200})
		if want := min(2*n, 200); err != nil || len(list.Items) != want {
			t.Errorf("%d messages are there, want %d (%v)", len(list.Items), want, err)
		}
	})
}

// together sends one question into each thread at once, and returns how long
// the slowest took.
func together(t *testing.T, db *store.DB, a ba.Actor, threads []ba.ThreadID) time.Duration {
	t.Helper()
	terms := term.Terms(question)
	took, errs := make([]time.Duration, len(threads)), make([]error, len(threads))
	var start, done sync.WaitGroup
	start.Add(1)
	for i, id := range threads {
		done.Go(func() {
			start.Wait()
			begun := time.Now()
			_, _, errs[i] = db.StartTurn(t.Context(), a, storetest.Question(id, question), terms)
			took[i] = time.Since(begun)
		})
	}
	start.Done()
	done.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatalf("writers were refused: %v", err)
	}
	worst := took[0]
	for _, d := range took {
		worst = max(worst, d)
	}
	return worst
}

func readOn(ctx context.Context, t *testing.T, db *store.DB, a ba.Actor, project ba.ProjectID, reads *atomic.Int64) {
	for range every(ctx, 5*time.Millisecond) {
		_, err := db.Search(ctx, a, ba.Query{Clauses: term.Parse("invoice due"), Project: project, Limit: 10})
		if err != nil && ctx.Err() == nil {
			t.Errorf("a search beside the writers: %v", err)
			return
		}
		if _, err = db.Threads(ctx, a, project, ba.Page{}); err != nil && ctx.Err() == nil {
			t.Errorf("a list beside the writers: %v", err)
			return
		}
		reads.Add(2)
	}
}

// every yields at the pace until the context ends: a load that leaves the
// processor to those whose waiting is measured.
func every(ctx context.Context, pace time.Duration) iter.Seq[time.Time] {
	return func(yield func(time.Time) bool) {
		tick := time.NewTicker(pace)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case at := <-tick.C:
				if !yield(at) {
					return
				}
			}
		}
	}
}

// uploadOn uploads pieces of a megabyte until the context ends.
func uploadOn(ctx context.Context, t *testing.T, db *store.DB, a ba.Actor, project ba.ProjectID) {
	d, err := db.BeginUpload(ctx, a, ba.Document{ID: ba.NewID[ba.DocumentID](), Project: project, Filename: "big.pdf", Version: 1})
	piece := make([]byte, 1<<20)
	seq := 0
	for range every(ctx, 25*time.Millisecond) {
		if err != nil {
			break
		}
		err = db.AppendPieces(ctx, d, []ba.Piece{{Seq: seq, Data: piece}})
		seq++
	}
	if err != nil && ctx.Err() == nil {
		t.Errorf("an upload beside the writers: %v", err)
	}
}

func TestAWriteThatFailsUndoesNothingOfOthers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.New(t)
		broken := errors.New("this one is broken")
		var done sync.WaitGroup
		errs := make([]error, 60)
		for i := range errs {
			done.Go(func() {
				errs[i] = db.Writing(t.Context(), func(exec func(string, ...any) error) error {
					if err := exec("INSERT INTO used_once (hash, expires_at) VALUES ($1, 1)", fmt.Appendf(nil, "%08d", i)); err != nil {
						return err
					}
					switch i % 3 {
					case 1:
						return broken
					case 2:
						panic("a fault in one request")
					}
					return nil
				})
			})
		}
		done.Wait()
		for i, err := range errs {
			switch {
			case i%3 == 0 && err != nil, i%3 == 1 && !errors.Is(err, broken), i%3 == 2 && (err == nil || !strings.Contains(err.Error(), "panic in a write")):
				t.Errorf("write %d: %v", i, err)
			}
		}
		if n, err := db.Asking(t.Context(), "SELECT CAST(count(*) AS text) FROM used_once"); err != nil || n != "20" {
			t.Errorf("%s rows were kept, want 20 (%v)", n, err)
		}
	})
}

func TestAWriteWaitsForAnotherProcess(t *testing.T) {
	e := storetest.Engines()[0]
	db, url := e.NewAt(t)
	ana := storetest.User(t, db, "ana")
	other, err := storetest.Raw(t, url).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := other.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	result := make(chan error)
	go func() {
		result <- db.CreateProject(t.Context(), ana, ba.Project{ID: ba.NewID[ba.ProjectID](), Name: "Waits"})
	}()
	select {
	case err := <-result:
		t.Fatalf("the write did not wait: %v", err)
	case <-time.After(300 * time.Millisecond): // it waits; nothing else can be observed of it
	}
	impatient, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := db.CheckWrite(impatient); ba.KindOf(err) != ba.Canceled {
		t.Errorf("a write that is given up while it waits: %v", err)
	}
	if _, err := other.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if err := <-result; err != nil {
		t.Errorf("after the other process let go: %v", err)
	}
}

func TestAWriteAfterPostgreSQLDroppedItsConnectionsSucceeds(t *testing.T) {
	e := storetest.Engines()[1]
	db, url := e.NewAt(t)
	ana := storetest.User(t, db, "ana")
	raw := storetest.Raw(t, url)
	for range 3 {
		if _, err := raw.ExecContext(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"); err != nil {
			t.Fatal(err)
		}
		var err error
		for range 25 { // each broken connection of the pool may answer once
			if err = db.CreateProject(t.Context(), ana, ba.Project{ID: ba.NewID[ba.ProjectID](), Name: "P"}); err == nil {
				break
			}
			if ba.KindOf(err) != ba.Unavailable {
				t.Errorf("while connections are broken: %v", err)
			}
		}
		if err != nil {
			t.Fatalf("it does not come back: %v", err)
		}
	}
}
