// Package writing measures how many messages a second are stored, beside bare
// inserts of the same bytes with the same driver and the same durability.
package writing

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/bench/yardstick"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/term"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

const question = "When is the invoice of this order due, who is told about it, and what happens where it is not paid within the thirty days that the contract allows?"

// What one question stores, and what the bare inserts store: two rows. The
// question takes a look at who may ask, an index entry with its terms, a turn
// and two counters besides. There is no target: the ratio is stated.
const messagesEach = 2

func TestMessagesAreStoredBesideBareInserts(t *testing.T) {
	for _, e := range storetest.Engines() {
		for _, writers := range []int{1, 64} {
			t.Run(fmt.Sprintf("%s/%d", e.Name, writers), func(t *testing.T) {
				bare, ours := newBare(t, e), newOurs(t, e, writers)
				rounds := yardstick.Pick(9, 1)
				var theirs, own []float64
				for range rounds {
					theirs = append(theirs, speed(t, writers, bare.write))
					own = append(own, speed(t, writers, ours.write))
				}
				yardstick.Result{What: fmt.Sprintf("messages stored, %s, %d at once", e.Name, writers), Ours: yardstick.Median(own), Baseline: yardstick.Median(theirs),
					Unit: "/s", Against: "bare inserts, a transaction for each pair"}.Report(t)
			})
		}
	}
}

// speed returns how many messages a second the writers store.
func speed(t *testing.T, writers int, write func(ctx context.Context, writer int) error) float64 {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Duration(yardstick.Pick(1500, 150))*time.Millisecond)
	defer cancel()
	var done sync.WaitGroup
	var n atomic.Int64
	begun := time.Now()
	for i := range writers {
		done.Go(func() {
			for ctx.Err() == nil {
				if err := write(t.Context(), i); err != nil {
					t.Error(err)
					return
				}
				n.Add(messagesEach)
			}
		})
	}
	done.Wait()
	return float64(n.Load()) / time.Since(begun).Seconds()
}

// ours sends questions, each writer into a thread of its own.
type ours struct {
	db      *store.DB
	actor   ba.Actor
	threads []ba.ThreadID
}

func newOurs(t *testing.T, e storetest.Engine, writers int) *ours {
	t.Helper()
	o := &ours{db: e.New(t)}
	o.actor = storetest.User(t, o.db, "ana")
	project := storetest.Project(t, o.db, o.actor, "Bench")
	for range writers {
		o.threads = append(o.threads, storetest.Thread(t, o.db, o.actor, project, "Talk").ID)
	}
	return o
}

func (o *ours) write(ctx context.Context, writer int) error {
	_, _, err := o.db.StartTurn(ctx, o.actor, storetest.Question(o.threads[writer], question), term.Terms(question))
	return err
}

// bare inserts two rows of the same sizes in a transaction.
type bare struct{ db *sql.DB }

func newBare(t *testing.T, e storetest.Engine) *bare {
	t.Helper()
	url := e.URL(t)
	driver, dsn, blob := "pgx", url, "bytea"
	if path, is := strings.CutPrefix(url, "sqlite://"); is {
		driver, blob = "sqlite", "BLOB"
		dsn = "file:" + path + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate"
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(20)
	if driver == "sqlite" {
		db.SetMaxOpenConns(1) // one writer: with more they would only wait for its lock
	}
	db.SetMaxIdleConns(20)
	if _, err := db.ExecContext(t.Context(), "CREATE TABLE messages (id text PRIMARY KEY, thread_id text NOT NULL, seq bigint NOT NULL, body "+blob+" NOT NULL, created_at bigint NOT NULL)"); err != nil {
		t.Fatal(err)
	}
	return &bare{db}
}

func (b *bare) write(ctx context.Context, writer int) error {
	tx, err := b.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to undo
	thread, at := fmt.Sprint("thread", writer), time.Now().UnixMilli()
	for seq, size := range []int{len(question) + vault.Overhead, vault.Overhead} {
		body := make([]byte, size)
		if _, err := rand.Read(body); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO messages (id, thread_id, seq, body, created_at) VALUES ($1, $2, $3, $4, $5)", ba.NewID[string](), thread, seq, body, at); err != nil {
			return err
		}
	}
	return tx.Commit()
}
