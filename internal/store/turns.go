package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	turnColumns = `u.id, u.thread_id, u.question_id, u.answer_id, u.continues, u.state, u.epoch, u.provider, u.model, u.stop_reason, u.failure,
		u.input_tokens, u.cached_tokens, u.output_tokens, u.cost_micro_usd, u.created_at, u.started_at, u.finished_at,
		coalesce(t.project_id, ''), t.owner_id`

	qTurn           query = `SELECT ` + turnColumns + ` FROM turns u JOIN threads t ON t.id = u.thread_id` + reachable + `WHERE u.id = $2 AND` + reached
	qTurnRow        query = `SELECT ` + turnColumns + ` FROM turns u JOIN threads t ON t.id = u.thread_id WHERE u.id = $1`
	qTurnOfQuestion query = `SELECT ` + turnColumns + ` FROM turns u JOIN threads t ON t.id = u.thread_id
		WHERE u.question_id = $1 ORDER BY u.created_at, u.id LIMIT 1`
	qTurns query = `SELECT ` + turnColumns + ` FROM turns u JOIN threads t ON t.id = u.thread_id
		WHERE u.thread_id = $1 AND u.id IN (SELECT value FROM json_each($2)) ORDER BY u.created_at, u.id LIMIT 400`
	qStopped query = `SELECT stop_requested FROM turns WHERE id = $1`
)

const noTurn = "This question does not exist, or its conversation is not yours to see."

// turnRow is a turn with its sealed column.
type turnRow struct {
	ba.Turn
	failure []byte
	project ba.ProjectID
	owner   ba.UserID // of the thread
}

func scanTurn(scan func(...any) error) (turnRow, error) {
	var u turnRow
	var created, started, finished int64
	err := scan(&u.ID, &u.Thread, &u.Question, &u.Answer, &u.Continues, &u.State, &u.Epoch, &u.Provider, &u.Model, &u.StopReason, &u.failure,
		&u.Usage.InputTokens, &u.Usage.CachedTokens, &u.Usage.OutputTokens, &u.Usage.CostMicroUSD, &created, &started, &finished,
		&u.project, &u.owner)
	u.CreatedAt, u.StartedAt, u.FinishedAt = fromMS(created), fromMS(started), fromMS(finished)
	return u, err
}

func (db *DB) openTurn(ctx context.Context, u turnRow) (ba.Turn, error) {
	s := db.sealer(ctx, scopeOf(u.project, u.owner), string(u.ID), u.Epoch)
	s.openJSON("turn failure", u.failure, &u.Failure)
	return u.Turn, s.err
}

// Turn returns a turn, or NotFound.
func (db *DB) Turn(ctx context.Context, a ba.Actor, id ba.TurnID) (ba.Turn, error) {
	u, err := scanTurn(db.engine.read.row(ctx, qTurn, a.User, id).Scan)
	if err != nil {
		return ba.Turn{}, missing(err, "read a turn", noTurn)
	}
	return db.openTurn(ctx, u)
}

// Turns returns those of the turns that belong to the conversation, in the
// order in which they were asked.
func (db *DB) Turns(ctx context.Context, a ba.Actor, id ba.ThreadID, ids []ba.TurnID) ([]ba.Turn, error) {
	if len(ids) > 2*ba.MaxPageSize {
		return nil, ba.E(ba.Invalid, fmt.Sprintf("At most %d turns can be read at once.", 2*ba.MaxPageSize))
	}
	if _, err := thread(db.rower(ctx), a, id, ba.RoleViewer); err != nil {
		return nil, err
	}
	list, err := json.Marshal(append([]ba.TurnID{}, ids...))
	if err != nil {
		return nil, fmt.Errorf("list turns: %w", err)
	}
	rows, err := db.engine.read.rows(ctx, qTurns, id, string(list))
	found, err := collect(rows, err, func(r *sql.Rows) (turnRow, error) { return scanTurn(r.Scan) })
	if err != nil {
		return nil, failed("list turns", err)
	}
	turns := make([]ba.Turn, len(found))
	for i, u := range found {
		if turns[i], err = db.openTurn(ctx, u); err != nil {
			return nil, err
		}
	}
	return turns, nil
}

// StopRequested reports whether somebody asked to stop the turn. A turn that
// is gone counts as stopped.
func (db *DB) StopRequested(ctx context.Context, id ba.TurnID) (bool, error) {
	var stop bool
	err := db.engine.read.row(ctx, qStopped, id).Scan(&stop)
	if ba.KindOf(missing(err, "", noTurn)) == ba.NotFound {
		return true, nil
	}
	return stop, failed("look for a stop", err)
}
