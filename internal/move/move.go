// Package move copies an installation from one database into another, of the
// other engine or of the same.
//
// It owns the order of the work: keys first, then table by table in the order
// of the schema, then the index of search, then a comparison of every row by
// its hash. It refuses a target with anything of another installation, and a
// source that has changed since an unfinished copy began.
//
// Invariant: the source is only read. No instance starts on the target before
// every row of it was compared. The audit log of the target says where its
// content came from, and goes on from that of the source.
package move

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
)

const (
	batchRows  = 2000
	batchBytes = 4 << 20
)

// Step is how far a copy is: in a table, or in "keys", "index" or "comparison".
type Step struct {
	Name     string
	Done, Of int // Of is 0 where it is not known
}

// Result is what a copy came to.
type Result struct {
	Before store.FillState // what was found in the target
	Tables []Count         // in the order of the schema
	Keys   int
}

// Count is how many rows of a table are in both databases.
type Count struct {
	Table string
	Rows  int
}

// Rows returns the number of rows of all tables together.
func (r Result) Rows() int {
	n := 0
	for _, c := range r.Tables {
		n += c.Rows
	}
	return n
}

// Copy fills one database, opened with store.Fill, with the content of
// another, opened with store.Read, on which nothing writes. It may be stopped
// at any moment and called again: it goes on after what is in the target. One
// that is complete is only compared. tell is told of the progress.
func Copy(ctx context.Context, from, to *store.DB, tell func(Step)) (Result, error) {
	c := copying{from: from, to: to, tell: tell}
	in, err := from.Installation(ctx)
	if err != nil {
		return Result{}, err
	}
	source, err := from.StillSnapshot(ctx)
	if err != nil {
		return Result{}, err
	}
	defer source.Close()
	if err := c.sameSchema(ctx, source); err != nil {
		return Result{}, err
	}
	if c.result.Before, err = to.BeginFill(ctx, in.ID); err != nil {
		return Result{}, err
	}
	if c.result.Before != store.Complete {
		if err := c.fill(ctx, source); err != nil {
			return c.result, err
		}
	}
	if err := c.compare(ctx, source); err != nil {
		return c.result, err
	}
	act := ba.Act(ba.Operator(), ba.ActMoved, "database", "")
	return c.result, to.EndFill(ctx, act.With(fmt.Sprintf("from %s, %d rows", from.Engine(), c.result.Rows())))
}

type copying struct {
	from, to *store.DB
	tell     func(Step)
	result   Result
	further  bool // the audit log of the target says that it was moved
}

func (c *copying) sameSchema(ctx context.Context, source *store.Snapshot) error {
	tables, err := c.to.Tables(ctx)
	if err != nil {
		return err
	}
	if !slices.EqualFunc(source.Tables(), tables, store.Table.Same) {
		return ba.E(ba.Conflict, "The two databases have different tables. Is there anything in them that is not of BA Assistant? Give it a database of its own.")
	}
	return nil
}

func (c *copying) fill(ctx context.Context, source *store.Snapshot) error {
	if err := c.copyKeys(ctx); err != nil {
		return err
	}
	for _, t := range source.Tables() {
		if err := c.copyTable(ctx, source, t); err != nil {
			return err
		}
	}
	return c.to.FinishLoad(ctx, func(done int) { c.tell(Step{Name: "index", Done: done}) })
}

// copyTable adds the rows that the target does not have. Rows are written in
// the order of their keys, so what it has must be the first of them.
func (c *copying) copyTable(ctx context.Context, source *store.Snapshot, t store.Table) error {
	of, err := source.Count(ctx, t)
	if err != nil {
		return err
	}
	there, end, err := c.there(ctx, t)
	if err != nil {
		return err
	}
	defer end()
	b := batch{to: c.to, table: t}
	done := 0
	for row, err := range source.Rows(ctx, t) {
		if err != nil {
			return err
		}
		done++
		if old, err, held := there(); err != nil {
			return err
		} else if held && old.Hash() != row.Hash() {
			return changed(t)
		} else if held {
			continue
		}
		if full, err := b.add(ctx, row); err != nil {
			return err
		} else if full {
			c.tell(Step{t.Name, done, of})
		}
	}
	if _, err, held := there(); err != nil || held {
		return errors.Join(err, changed(t))
	}
	if err := b.flush(ctx); err != nil {
		return err
	}
	c.tell(Step{t.Name, of, of})
	return nil
}

func changed(t store.Table) error {
	return ba.E(ba.Conflict, "The old database has changed since the copy began: the table "+t.Name+" is no longer what was copied. "+
		"Empty the target (a new PostgreSQL database, or delete the SQLite file and its keyring), and run the command again.")
}

// there returns a function that yields the rows of the target, of which an
// empty one needs no look, and one that ends the reading.
func (c *copying) there(ctx context.Context, t store.Table) (next func() (store.Row, error, bool), end func(), err error) {
	if c.result.Before == store.Empty {
		return func() (store.Row, error, bool) { return store.Row{}, nil, false }, func() {}, nil
	}
	target, err := c.to.Snapshot(ctx)
	if err != nil {
		return nil, nil, err
	}
	next, stop := iter.Pull2(target.Rows(ctx, t))
	return next, func() {
		stop()
		_ = target.Close() // it was only read
	}, nil
}

// batch collects rows of a table for one transaction.
type batch struct {
	to    *store.DB
	table store.Table
	rows  []store.Row
	size  int
}

// add reports whether the batch was full and was written.
func (b *batch) add(ctx context.Context, r store.Row) (bool, error) {
	b.rows, b.size = append(b.rows, r), b.size+r.Size()
	if len(b.rows) < batchRows && b.size < batchBytes {
		return false, nil
	}
	return true, b.flush(ctx)
}

func (b *batch) flush(ctx context.Context) error {
	err := b.to.Load(ctx, b.table, b.rows)
	b.rows, b.size = b.rows[:0], 0
	if err != nil {
		return fmt.Errorf("copy: %w", err)
	}
	return nil
}
