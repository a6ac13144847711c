package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	qSummary query = `SELECT s.through, s.body, s.created_at, coalesce(t.project_id, ''), t.owner_id FROM summaries s JOIN threads t ON t.id = s.thread_id` + reachable + `WHERE s.thread_id = $2 AND` + reached
	// A summary is of messages that still count: none that came after Seen
	// stands in the place of an earlier one.
	qSaveSummary query = `INSERT INTO summaries (thread_id, through, body, created_at)
		SELECT $1, $2, $3, $4 WHERE NOT EXISTS (SELECT 1 FROM messages g WHERE g.thread_id = $1 AND g.seq > $5 AND g.replaces <> '')
		ON CONFLICT (thread_id) DO UPDATE SET through = excluded.through, body = excluded.body, created_at = excluded.created_at
		WHERE summaries.through <= excluded.through`
	qDropSummary query = `DELETE FROM summaries WHERE thread_id = $1`
)

// Summary returns what the oldest messages of a conversation came to; its
// Through is 0 where there is none. A conversation that is not the actor's to
// see is NotFound.
func (db *DB) Summary(ctx context.Context, a ba.Actor, id ba.ThreadID) (ba.Summary, error) {
	v := ba.Summary{Thread: id}
	var body []byte
	var created int64
	var project ba.ProjectID
	var owner ba.UserID
	err := db.engine.read.row(ctx, qSummary, a.User, id).Scan(&v.Through, &body, &created, &project, &owner)
	if errors.Is(err, sql.ErrNoRows) {
		_, err := thread(db.rower(ctx), a, id, ba.RoleViewer)
		return v, err
	}
	if err != nil {
		return ba.Summary{}, failed("read a summary", err)
	}
	s := db.sealer(ctx, scopeOf(project, owner), string(id), v.Through)
	v.Text, v.CreatedAt = s.open("thread summary", body), fromMS(created)
	return v, s.err
}

// SaveSummary stores the summary in place of one that covers less. It is left
// out where an earlier message was replaced since the message number seen.
func (db *DB) SaveSummary(ctx context.Context, a ba.Actor, v ba.Summary, seen int64) error {
	row, err := thread(db.rower(ctx), a, v.Thread, ba.RoleEditor)
	if err != nil {
		return err
	}
	s := db.sealer(ctx, scopeOf(row.Project, row.Owner), string(v.Thread), v.Through)
	body := s.seal("thread summary", v.Text)
	if s.err != nil {
		return s.err
	}
	return db.write(ctx, "store a summary", func(t *tx) error {
		now, err := thread(t.rower(), a, v.Thread, ba.RoleEditor)
		if err != nil || now.Project != row.Project { // moved meanwhile: what was sealed for the old place is of no use
			return err
		}
		_, err = t.exec(qSaveSummary, v.Thread, v.Through, body, toMS(db.clock()), seen)
		return err
	})
}
