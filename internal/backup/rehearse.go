package backup

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// Rehearsal upgrades a copy of a database, to see what the upgrade would do to
// it. The database itself is only read, also while an instance serves it.
type Rehearsal struct {
	URL    string
	Master vault.MasterKey
	Tell   func(Progress)
	Now    func() time.Time
	Log    *slog.Logger
}

// Change is what an upgrade does to one table. Hashes are of the columns that
// the table has before and after.
type Change struct {
	Table         string
	Before, After int64 // rows; -1 where the table is not there
	Same          bool  // what the rows held before they hold after
}

// Rehearsed is the report of a rehearsal.
type Rehearsed struct {
	From, To int64 // schemas
	Took     time.Duration
	Changes  []Change // every table
}

// Lost returns the tables that end with fewer rows, or not at all.
func (r Rehearsed) Lost() []Change {
	return slices.DeleteFunc(slices.Clone(r.Changes), func(c Change) bool { return c.After >= c.Before })
}

const rehearsalStage = "rehearsal"

// Run makes the copy, upgrades it, compares and removes it.
func (r *Rehearsal) Run(ctx context.Context) (report Rehearsed, err error) {
	before, err := store.OpenState(ctx, r.URL)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, before.Close()) }()
	report.From, report.To = before.Schema, store.Newest()
	switch {
	case report.From > report.To:
		return report, ba.E(ba.Conflict, "The database was made by a newer version of BA Assistant. Run the newer version.")
	case before.Installation == "":
		return report, ba.E(ba.Conflict, "The database is empty, so that there is nothing to rehearse. Check DATA_DIR and DATABASE_URL.")
	}
	stage, err := store.OpenStage(ctx, r.URL, rehearsalStage)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, stage.Close(ctx)) }()
	if err := r.copy(ctx, before, stage); err != nil {
		return report, err
	}
	began := r.Now()
	after, err := store.Open(ctx, r.options(stage, 0))
	if err != nil {
		return report, err
	}
	report.Took = r.Now().Sub(began)
	report.Changes, err = r.differ(ctx, before, after)
	return report, errors.Join(err, after.Close())
}

func (r *Rehearsal) options(stage *store.Stage, schema int64) store.Options {
	return store.Options{URL: stage.URL, Master: r.Master, Use: store.Fill, Schema: schema, Clock: r.Now, Log: r.Log}
}

// copy puts the rows on the stage in the schema that they have.
func (r *Rehearsal) copy(ctx context.Context, from *store.State, stage *store.Stage) error {
	db, err := store.Open(ctx, r.options(stage, from.Schema))
	if err != nil {
		return err
	}
	return errors.Join(r.fill(ctx, from, db), db.Close())
}

func (r *Rehearsal) fill(ctx context.Context, from *store.State, db *store.DB) error {
	l := &loader{ctx: ctx, db: db, looker: looker{tell: r.Tell}}
	for _, t := range from.Tables() {
		if err := l.Begin(t); err != nil {
			return err
		}
		for row, err := range from.Rows(ctx, t) {
			if err != nil {
				return err
			}
			if err := l.Row(row); err != nil {
				return err
			}
		}
		if err := l.End(Count{}); err != nil {
			return err
		}
	}
	return nil
}

// differ compares each table before and after, in the columns of both.
func (r *Rehearsal) differ(ctx context.Context, before *store.State, db *store.DB) (changes []Change, err error) {
	after, err := db.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, after.Close()) }()
	for _, old := range before.Tables() {
		at := slices.IndexFunc(after.Tables(), func(t store.Table) bool { return t.Name == old.Name })
		if at < 0 {
			n, err := before.Count(ctx, old)
			if err != nil {
				return nil, err
			}
			changes = append(changes, Change{Table: old.Name, Before: int64(n), After: -1})
			continue
		}
		then := after.Tables()[at]
		a, err := countShared(ctx, before.Snapshot, old, then)
		if err != nil {
			return nil, err
		}
		b, err := countShared(ctx, after, then, old)
		if err != nil {
			return nil, err
		}
		changes = append(changes, Change{old.Name, a.Rows, b.Rows, a == b})
	}
	for _, t := range after.Tables() {
		if !slices.ContainsFunc(before.Tables(), func(o store.Table) bool { return o.Name == t.Name }) {
			n, err := after.Count(ctx, t)
			if err != nil {
				return nil, err
			}
			changes = append(changes, Change{Table: t.Name, Before: -1, After: int64(n)})
		}
	}
	return changes, nil
}

// countShared counts and hashes a table in the columns that the other form of
// it has too.
func countShared(ctx context.Context, from *store.Snapshot, t, other store.Table) (Count, error) {
	var keep []int
	shared := store.Table{Name: t.Name}
	for i, c := range t.Columns {
		if slices.ContainsFunc(other.Columns, func(o store.Column) bool { return o.Name == c.Name && o.Kind == c.Kind }) {
			keep, shared.Columns = append(keep, i), append(shared.Columns, c)
		}
	}
	c := newCounter(t.Name)
	var form []byte
	part := store.Row{Table: shared, Values: make([]any, len(keep))}
	for row, err := range from.Rows(ctx, t) {
		if err != nil {
			return Count{}, err
		}
		for i, at := range keep {
			part.Values[i] = row.Values[at]
		}
		form = part.Append(form[:0])
		c.add(form)
	}
	return c.count(), nil
}
