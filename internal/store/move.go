package store

import (
	"context"
	"database/sql"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

const (
	qRunningTurns query = `SELECT count(*) FROM turns WHERE thread_id = $1 AND state IN ('queued', 'streaming')`
	qThreadTurns  query = `SELECT ` + turnColumns + ` FROM turns u JOIN threads t ON t.id = u.thread_id WHERE u.thread_id = $1 AND u.failure IS NOT NULL ORDER BY u.id LIMIT 10000`
	qMoveThread   query = `UPDATE threads SET project_id = $1, title = $2, version = version + 1, updated_at = $3 WHERE id = $4 AND version = $5`
	qMoveMessage  query = `UPDATE messages SET body = $1, citations = $2, steps = $3 WHERE id = $4 AND version = $5`
	qMoveTurn     query = `UPDATE turns SET failure = $1 WHERE id = $2 AND epoch = $3`
	qCountThread  query = `SELECT count(*) FROM messages WHERE thread_id = $1`
	qAllMessages  query = `SELECT ` + messageColumns + ` FROM messages g JOIN threads t ON t.id = g.thread_id WHERE g.thread_id = $1 ORDER BY g.seq LIMIT 20000`
)

// moved is a thread's content, sealed and blinded for its new scope.
type moved struct {
	title    []byte
	messages []movedMessage
	failures []movedFailure
}

type movedMessage struct {
	messageRow
	terms []string
}

type movedFailure struct {
	id      ba.TurnID
	epoch   int64
	failure []byte
}

// MoveThread puts a loose conversation of the actor into a project where it is
// an editor. Everything is sealed and blinded again for the project, and
// switched over in one transaction: cut short before that, nothing has
// happened and it can be called again. While an answer is being written, and
// for a conversation that is in a project already, it is a Conflict.
func (db *DB) MoveThread(ctx context.Context, a ba.Actor, id ba.ThreadID, project ba.ProjectID) error {
	for range maxRetries {
		old, err := thread(db.rower(ctx), a, id, ba.RoleEditor)
		if err != nil {
			return err
		}
		if old.Project == project {
			return nil
		}
		if old.Project != "" {
			return ba.E(ba.Conflict, "This conversation is in a project already. It stays there, with the sources that it cites.")
		}
		if err := require(db.rower(ctx), a, project, ba.RoleEditor); err != nil {
			return err
		}
		m, err := db.reseal(ctx, old, ba.ProjectScope(project))
		if err != nil {
			return err
		}
		done := false
		err = db.write(ctx, "move a conversation", func(t *tx) (err error) {
			done, err = db.switchThread(t, a, old, project, m)
			return err
		})
		if err != nil || done {
			return err
		}
	}
	return errContended()
}

// reseal opens a thread's content and seals it for another scope.
func (db *DB) reseal(ctx context.Context, old threadRow, to ba.Scope) (moved, error) {
	v, err := db.openThread(ctx, old)
	if err != nil {
		return moved{}, err
	}
	s := db.sealer(ctx, to, string(v.ID), old.version+1)
	m := moved{title: s.seal("thread title", v.Title)}
	if s.err != nil {
		return moved{}, s.err
	}
	if m.messages, err = db.resealMessages(ctx, v.ID, to); err != nil {
		return moved{}, err
	}
	m.failures, err = db.resealFailures(ctx, v.ID, to)
	return m, err
}

func (db *DB) resealMessages(ctx context.Context, id ba.ThreadID, to ba.Scope) ([]movedMessage, error) {
	rows, err := db.engine.read.rows(ctx, qAllMessages, id)
	found, err := collect(rows, err, func(r *sql.Rows) (messageRow, error) { return scanMessage(r.Scan) })
	if err != nil {
		return nil, failed("read a conversation", err)
	}
	blinder, err := db.vault.Blinder(ctx, to)
	if err != nil {
		return nil, err
	}
	messages := make([]movedMessage, len(found))
	for i, g := range found {
		opened, err := db.openMessage(ctx, g)
		if err != nil {
			return nil, err
		}
		s := db.sealer(ctx, to, string(g.ID), g.version)
		g.body = s.seal("message", opened.Text)
		g.citations = s.sealJSON("message citations", opened.Citations, len(opened.Citations) == 0)
		g.steps = s.sealJSON("message steps", opened.Steps, len(opened.Steps) == 0)
		if s.err != nil {
			return nil, s.err
		}
		messages[i] = movedMessage{messageRow: g, terms: blind(blinder, term.Terms(opened.Text))}
	}
	return messages, nil
}

func (db *DB) resealFailures(ctx context.Context, id ba.ThreadID, to ba.Scope) ([]movedFailure, error) {
	rows, err := db.engine.read.rows(ctx, qThreadTurns, id)
	found, err := collect(rows, err, func(r *sql.Rows) (turnRow, error) { return scanTurn(r.Scan) })
	if err != nil {
		return nil, failed("read a conversation", err)
	}
	failures := make([]movedFailure, len(found))
	for i, u := range found {
		opened, err := db.openTurn(ctx, u)
		if err != nil {
			return nil, err
		}
		s := db.sealer(ctx, to, string(u.ID), u.Epoch)
		failures[i] = movedFailure{id: u.ID, epoch: u.Epoch, failure: s.sealJSON("turn failure", opened.Failure, false)}
		if s.err != nil {
			return nil, s.err
		}
	}
	return failures, nil
}

// switchThread replaces the content, unless the thread changed since it was read.
func (db *DB) switchThread(t *tx, a ba.Actor, old threadRow, project ba.ProjectID, m moved) (bool, error) {
	var locked string
	if err := t.row(qLockThread, old.ID).Scan(&locked); err != nil {
		return false, missing(err, "lock a conversation", noThread)
	}
	if err := require(t.rower(), a, project, ba.RoleEditor); err != nil {
		return false, err
	}
	var running, count int
	if err := t.row(qRunningTurns, old.ID).Scan(&running); err != nil {
		return false, err
	}
	if running > 0 {
		return false, ba.E(ba.Conflict, "An answer is being written. Wait until it is complete, or stop it, then move the conversation.")
	}
	if err := t.row(qCountThread, old.ID).Scan(&count); err != nil {
		return false, err
	}
	if count != len(m.messages) {
		return false, nil
	}
	now := toMS(db.clock())
	if n, err := t.exec(qMoveThread, project, m.title, now, old.ID, old.version); err != nil || n == 0 {
		return false, err
	}
	if err := db.switchContent(t, old.ID, m); err != nil {
		return false, err
	}
	if _, err := t.exec(qDropSummary, old.ID); err != nil { // it is made anew when it is needed
		return false, err
	}
	return true, touch(t, project, now)
}

func (db *DB) switchContent(t *tx, id ba.ThreadID, m moved) error {
	changed := ba.E(ba.Unavailable, "The conversation changed while it was moved. Try again.")
	for _, f := range m.failures {
		if err := t.change(changed, qMoveTurn, f.failure, f.id, f.epoch); err != nil {
			return err
		}
	}
	for _, g := range m.messages {
		if err := t.change(changed, qMoveMessage, g.body, g.citations, g.steps, g.ID, g.version); err != nil {
			return err
		}
		if err := db.dropItem(t, string(g.ID)); err != nil {
			return err
		}
		if len(g.terms) == 0 {
			continue
		}
		if err := db.addEntry(t, entry{kind: ba.HitMessage, thread: id, item: string(g.ID), terms: g.terms}); err != nil {
			return err
		}
	}
	return nil
}

func collectTx(t *tx, q query, args ...any) ([]int64, error) {
	rows, err := t.rows(q, args...)
	return collect(rows, err, scanID)
}
