package move

import (
	"context"
	"fmt"
	"iter"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
)

// compare reads every row of both databases and the keyrings, and fails at the first
// that is not the same in both.
func (c *copying) compare(ctx context.Context, source *store.Snapshot) error {
	target, err := c.to.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer target.Close()
	for _, t := range source.Tables() {
		n, err := c.compareTable(ctx, source, target, t)
		if err != nil {
			return err
		}
		c.result.Tables = append(c.result.Tables, Count{t.Name, n})
		c.tell(Step{Name: "comparison", Done: c.result.Rows()})
	}
	return c.compareKeys(ctx)
}

// compareTable returns how many rows both have.
func (c *copying) compareTable(ctx context.Context, source, target *store.Snapshot, t store.Table) (int, error) {
	next, stop := iter.Pull2(target.Rows(ctx, t))
	defer stop()
	n := 0
	for row, err := range source.Rows(ctx, t) {
		if err != nil {
			return n, err
		}
		other, err, held := next()
		switch {
		case err != nil:
			return n, err
		case !held || row.Hash() != other.Hash() && !c.moved(row, other):
			return n, different(t, n)
		}
		n++
	}
	other, err, held := next()
	if held && c.entered(other) {
		_, err, held = next()
	}
	if err == nil && held {
		err = different(t, n)
	}
	return n, err
}

// entered reports whether the row is the entry by which a copy that has ended
// says in its audit log that it is one; it has that in addition.
func (c *copying) entered(r store.Row) bool {
	c.further = c.result.Before == store.Complete && r.Table.Name == "audit_entries" && r.Value("action") == string(ba.ActMoved)
	return c.further
}

// moved reports whether both are the head of the audit log, before that entry
// and after it.
func (c *copying) moved(source, target store.Row) bool {
	if !c.further || source.Table.Name != "audit_head" {
		return false
	}
	before, _ := source.Value("seq").(int64)
	return target.Value("seq") == before+1
}

func different(t store.Table, same int) error {
	return ba.E(ba.Conflict, fmt.Sprintf("The two databases differ in the table %s, after %d rows that are the same. Nothing was changed in the old one. "+
		"If the new one was in use already, it is the newer; otherwise empty it and copy again.", t.Name, same))
}
