package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	maxGroup     = 256                   // writes in one transaction
	maxGroupTime = 50 * time.Millisecond // after which no further write joins it
)

// group is SQLite's one writer. Writes that wait while a transaction is being
// made durable go into the next one together:
// hundreds of writers share one fsync, and they are served in the order in
// which they came.
type group struct {
	conn  *sql.Conn
	here  *presence
	run   *preparedRunner
	steps runner // run, traced
	queue chan *pending
	done  chan struct{}

	mu     sync.RWMutex
	closed bool
}

// pending is a write that waits for its transaction.
type pending struct {
	ctx    context.Context
	fn     func(*tx) error
	taken  atomic.Bool // it has begun, or was given up: whichever came first
	err    error
	result chan error // holds one
}

var errClosed = errors.New("the store is closed")

func newGroup(d dialect, conn *sql.Conn, here *presence) *group {
	g := &group{
		conn:  conn,
		here:  here,
		run:   &preparedRunner{dialect: d, prepare: conn.PrepareContext, plain: conn},
		queue: make(chan *pending, maxGroup),
		done:  make(chan struct{}),
	}
	g.steps = withSteps(d, g.run)
	go g.loop()
	return g
}

// close waits for the writes that were accepted.
func (g *group) close() {
	g.mu.Lock()
	if !g.closed {
		g.closed = true
		close(g.queue)
	}
	g.mu.Unlock()
	<-g.done
}

// write returns when the write is durable, or did not happen. A context that
// ends while the write waits gives it up; one that has begun is finished.
func (g *group) write(ctx context.Context, fn func(*tx) error) error {
	p := &pending{ctx: ctx, fn: fn, result: make(chan error, 1)}
	if err := g.enqueue(p); err != nil {
		return err
	}
	select {
	case err := <-p.result:
		return err
	case <-ctx.Done():
		if p.taken.CompareAndSwap(false, true) {
			return ctx.Err()
		}
		return <-p.result
	}
}

func (g *group) enqueue(p *pending) error {
	if err := p.ctx.Err(); err != nil {
		return err
	}
	g.mu.RLock()
	defer g.mu.RUnlock()
	if g.closed {
		return errClosed
	}
	select {
	case g.queue <- p:
		return nil
	case <-p.ctx.Done():
		return p.ctx.Err()
	}
}

func (g *group) loop() {
	defer close(g.done)
	defer g.run.close()
	batch := make([]*pending, 0, maxGroup)
	for p := range g.queue {
		if !p.taken.CompareAndSwap(false, true) {
			continue // given up
		}
		batch = append(batch[:0], p)
		err := g.commit(&batch)
		for _, p := range batch {
			if err != nil {
				p.err = err
			}
			p.result <- p.err
		}
	}
}

// errUndo says that a write failed after it had changed something.
var errUndo = errors.New("a write is to be undone")

// commit runs the first write and those that came meanwhile in one
// transaction. A write that fails is undone alone; an error of the transaction
// itself is everybody's. Savepoints, which the undoing needs, make FTS5 write
// its index at each of them, so they are left out until a write fails after a change:
// then all are run again, with one each.
func (g *group) commit(batch *[]*pending) error {
	// The transaction belongs to nobody's request: its context must not end.
	ctx := context.WithoutCancel((*batch)[0].ctx)
	err := g.transaction(ctx, batch, g.plainly)
	if errors.Is(err, errUndo) {
		err = g.transaction(ctx, batch, g.carefully)
	}
	return err
}

func (g *group) transaction(ctx context.Context, batch *[]*pending, run func(context.Context, *pending) error) error {
	if _, err := g.run.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	begun := time.Now()
	for i := 0; ; i++ {
		if i == len(*batch) && !g.join(batch, begun) {
			break
		}
		if err := run(ctx, (*batch)[i]); err != nil {
			_, undo := g.run.exec(ctx, "ROLLBACK") // fails where the engine did it already
			if errors.Is(err, errUndo) {
				return err
			}
			return errors.Join(err, undo)
		}
	}
	if err := g.here.check(); err != nil {
		_, undo := g.run.exec(ctx, "ROLLBACK")
		return errors.Join(err, undo)
	}
	if _, err := g.run.exec(ctx, "COMMIT"); err != nil {
		_, undo := g.run.exec(ctx, "ROLLBACK")
		return errors.Join(fmt.Errorf("commit: %w", err), undo)
	}
	return nil
}

// join adds a write that waits already, if the transaction may grow.
func (g *group) join(batch *[]*pending, begun time.Time) bool {
	if len(*batch) == maxGroup || time.Since(begun) > maxGroupTime {
		return false
	}
	for {
		select {
		case p, open := <-g.queue:
			if !open {
				return false
			}
			if p.taken.CompareAndSwap(false, true) {
				*batch = append(*batch, p)
				return true
			}
		default:
			return false
		}
	}
}

// plainly runs a write. It may fail with an answer of ours, such as NotFound,
// as long as it has changed nothing; after any other error the transaction is
// no longer to be trusted.
func (g *group) plainly(ctx context.Context, p *pending) error {
	t := &tx{ctx: ctx, run: g.steps}
	p.err = guard(p.fn, t)
	var answer *ba.Error
	if p.err == nil || !t.wrote && (errors.As(p.err, &answer) || errors.Is(p.err, sql.ErrNoRows)) {
		return nil
	}
	return errUndo
}

// carefully runs a write in a savepoint. What it returns is fatal for the
// whole transaction; the write's own error is kept in it.
func (g *group) carefully(ctx context.Context, p *pending) error {
	if _, err := g.run.exec(ctx, "SAVEPOINT one"); err != nil {
		return fmt.Errorf("savepoint: %w", err)
	}
	if p.err = guard(p.fn, &tx{ctx: ctx, run: g.steps}); p.err != nil {
		if _, err := g.run.exec(ctx, "ROLLBACK TO one"); err != nil {
			return fmt.Errorf("undo a write that failed (%w): %w", p.err, err)
		}
	}
	if _, err := g.run.exec(ctx, "RELEASE one"); err != nil {
		return fmt.Errorf("release a savepoint: %w", err)
	}
	return nil
}

// guard turns a panic of one request into its error: the writer is everybody's.
func guard(fn func(*tx) error, t *tx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic in a write: %v\n%s", r, debug.Stack())
		}
	}()
	return fn(t)
}
