package store

import (
	"context"
	"time"
)

const (
	qSeeInstance query = `INSERT INTO instances (id, started_at, seen_at) VALUES ($1, $2, $2)
		ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at`
	qForgetInstances query = `DELETE FROM instances WHERE seen_at < $1`
	qLeaveInstance   query = `DELETE FROM instances WHERE id = $1`
	qOtherInstances  query = `SELECT count(*) FROM instances WHERE seen_at >= $1 AND id <> $2`
)

// SeeInstance notes that an instance runs, forgets those that were not seen
// since a moment, and returns how many others there are.
func (db *DB) SeeInstance(ctx context.Context, id string, since time.Time) (others int, err error) {
	err = db.write(ctx, "note that an instance runs", func(t *tx) error {
		if _, err := t.exec(qForgetInstances, toMS(since)); err != nil {
			return err
		}
		if _, err := t.exec(qSeeInstance, id, toMS(db.clock())); err != nil {
			return err
		}
		return t.row(qOtherInstances, toMS(since), id).Scan(&others)
	})
	return others, err
}

// LeaveInstance notes that an instance has ended.
func (db *DB) LeaveInstance(ctx context.Context, id string) error {
	return db.exec(ctx, "note that an instance has ended", qLeaveInstance, id)
}
