package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/ba-assistant/ba-assistant/ba"
)

const qStarted query = `SELECT EXISTS (SELECT 1 FROM turns WHERE id = $1) OR EXISTS (SELECT 1 FROM messages WHERE id = $2)`

const qAddTurn query = `INSERT INTO turns (id, thread_id, user_id, question_id, answer_id, continues, state, epoch, owner, lease_until, stop_requested,
	provider, model, stop_reason, input_tokens, cached_tokens, output_tokens, cost_micro_usd, created_at, started_at, finished_at)
	VALUES ($1, $2, $3, $4, $5, $6, 'queued', 0, '', 0, 0, $7, $8, '', 0, 0, 0, 0, $9, 0, 0)`

// turnDraft is a turn that is about to be stored, sealed under the scope that
// its thread had.
type turnDraft struct {
	ba.TurnStart
	scope                  ba.Scope
	questionBody, emptyAns []byte
	terms                  []string // of the question, blinded
}

// StartTurn stores a question with its empty answer and the queued turn, and
// gives them their places in the conversation. It needs an editor. Sent again
// with the same ids and content it returns what is stored, and created is
// false; with other content it is a Conflict. Without a question (a retry, a
// continuation) Turn.Question names an earlier one of the conversation.
func (db *DB) StartTurn(ctx context.Context, a ba.Actor, start ba.TurnStart, terms []string) (ba.TurnStart, bool, error) {
	for range maxRetries {
		row, err := thread(db.rower(ctx), a, start.Turn.Thread, ba.RoleEditor)
		if err != nil {
			return ba.TurnStart{}, false, err
		}
		draft, err := db.draft(ctx, a, row, start, terms)
		if err != nil {
			return ba.TurnStart{}, false, err
		}
		created, moved := false, false
		err = db.engine.write.write(ctx, func(t *tx) (err error) {
			created, moved, err = db.storeTurn(t, a, &draft)
			return err
		})
		switch {
		case duplicate(err):
			return ba.TurnStart{}, false, ba.E(ba.Conflict, "This id is in use for something else. Send with a new one.")
		case err != nil:
			return ba.TurnStart{}, false, failed("store a question", err)
		case moved: // into a project meanwhile: seal again
			continue
		case created:
			return draft.TurnStart, true, nil
		}
		stored, err := db.storedStart(ctx, a, start)
		return stored, false, err
	}
	return ba.TurnStart{}, false, errContended()
}

func (db *DB) draft(ctx context.Context, a ba.Actor, row threadRow, start ba.TurnStart, terms []string) (turnDraft, error) {
	d := turnDraft{TurnStart: start, scope: scopeOf(row.Project, row.Owner)}
	now := db.now()
	d.Turn.State, d.Turn.Epoch, d.Turn.CreatedAt = ba.TurnQueued, 0, now
	d.Turn.Answer = d.Answer.ID
	d.Answer.Thread, d.Answer.Turn, d.Answer.Role, d.Answer.CreatedAt, d.Answer.Text = row.ID, d.Turn.ID, ba.MessageAssistant, now, ""
	s := db.sealer(ctx, d.scope, string(d.Answer.ID), 0)
	if d.emptyAns = s.seal("message", ""); s.err != nil || start.Question == nil {
		return d, s.err
	}
	question := *start.Question // the caller's stays as it was
	question.Thread, question.Turn, question.Role, question.Author, question.CreatedAt = row.ID, d.Turn.ID, ba.MessageUser, a.User, now
	d.Question, d.Turn.Question = &question, question.ID
	s = db.sealer(ctx, d.scope, string(question.ID), 0)
	if d.questionBody = s.seal("message", question.Text); s.err != nil {
		return d, s.err
	}
	blinder, err := db.vault.Blinder(ctx, d.scope)
	if err != nil {
		return d, err
	}
	d.terms = blind(blinder, terms)
	return d, nil
}

// storeTurn stores the draft unless it is there already. moved says that the
// thread's scope is no longer the one that the draft was sealed under.
func (db *DB) storeTurn(t *tx, a ba.Actor, d *turnDraft) (created, moved bool, err error) {
	var locked string
	if err := t.row(qLockThread, d.Turn.Thread).Scan(&locked); err != nil {
		return false, false, missing(err, "lock a conversation", noThread)
	}
	row, err := thread(t.rower(), a, d.Turn.Thread, ba.RoleEditor)
	if err != nil {
		return false, false, err
	}
	if scopeOf(row.Project, row.Owner) != d.scope {
		return false, true, nil
	}
	if there, err := started(t, d); there || err != nil {
		return false, false, err
	}
	if err := checkEarlier(t, d); err != nil {
		return false, false, err
	}
	return true, false, db.insertTurn(t, a, row, d)
}

// started reports whether the question or the turn is stored already, by this
// thread or any other.
func started(t *tx, d *turnDraft) (there bool, err error) {
	var question ba.MessageID
	if d.Question != nil {
		question = d.Question.ID
	}
	err = t.row(qStarted, d.Turn.ID, question).Scan(&there)
	return there, err
}

// checkEarlier holds the references to earlier messages and turns, of a retry,
// a continuation or an edited question, to their own thread.
func checkEarlier(t *tx, d *turnDraft) error {
	earlier := d.Turn.Question
	if d.Question != nil {
		earlier = d.Question.Replaces
	}
	if earlier != "" {
		g, err := scanMessage(t.row(qMessageRow, earlier).Scan)
		if errors.Is(err, sql.ErrNoRows) || err == nil && (g.Thread != d.Turn.Thread || g.Role != ba.MessageUser) {
			return ba.E(ba.NotFound, noMessage)
		}
		if err != nil {
			return err
		}
	}
	if d.Turn.Continues == "" {
		return nil
	}
	u, err := scanTurn(t.row(qTurnRow, d.Turn.Continues).Scan)
	if errors.Is(err, sql.ErrNoRows) || err == nil && u.Thread != d.Turn.Thread {
		return ba.E(ba.NotFound, noTurn)
	}
	return err
}

func (db *DB) insertTurn(t *tx, a ba.Actor, row threadRow, d *turnDraft) error {
	// A message's place is its number, and none is ever taken out of a thread.
	seq, now, added := int64(row.Messages), toMS(d.Turn.CreatedAt), 1
	if q := d.Question; q != nil {
		seq++
		added++
		q.Seq = seq
		if _, err := t.exec(qAddMessage, q.ID, row.ID, d.Turn.ID, seq, q.Role, a.User, 0, d.questionBody, now, q.Replaces); err != nil {
			return err
		}
		if q.Replaces != "" { // what it covers may not count any more
			if _, err := t.exec(qDropSummary, row.ID); err != nil {
				return err
			}
		}
		if err := db.addEntry(t, entry{kind: ba.HitMessage, thread: row.ID, item: string(q.ID), terms: d.terms}); err != nil {
			return err
		}
	}
	d.Answer.Seq = seq + 1
	if _, err := t.exec(qAddMessage, d.Answer.ID, row.ID, d.Turn.ID, d.Answer.Seq, d.Answer.Role, "", 0, d.emptyAns, now, ""); err != nil {
		return err
	}
	if _, err := t.exec(qAddTurn, d.Turn.ID, row.ID, a.User, d.Turn.Question, d.Answer.ID, d.Turn.Continues, d.Turn.Provider, d.Turn.Model, now); err != nil {
		return err
	}
	if _, err := t.exec(qBumpThread, added, now, row.ID); err != nil {
		return err
	}
	return touch(t, row.Project, now)
}

// storedStart returns what an earlier, identical call stored.
func (db *DB) storedStart(ctx context.Context, a ba.Actor, start ba.TurnStart) (ba.TurnStart, error) {
	differs := ba.E(ba.Conflict, "This id was used for another message already. Send with a new one.")
	u, err := scanTurn(db.engine.read.row(ctx, qTurn, a.User, start.Turn.ID).Scan)
	if errors.Is(err, sql.ErrNoRows) && start.Question != nil {
		u, err = scanTurn(db.engine.read.row(ctx, qTurnOfQuestion, start.Question.ID).Scan)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return ba.TurnStart{}, differs
	}
	if err != nil {
		return ba.TurnStart{}, failed("read a turn", err)
	}
	if u.Thread != start.Turn.Thread || u.Continues != start.Turn.Continues || start.Question == nil && u.Question != start.Turn.Question {
		return ba.TurnStart{}, differs
	}
	stored := ba.TurnStart{}
	if stored.Turn, err = db.openTurn(ctx, u); err != nil {
		return ba.TurnStart{}, err
	}
	if stored.Answer, err = db.Message(ctx, a, u.Answer); err != nil {
		return ba.TurnStart{}, err
	}
	if start.Question == nil {
		return stored, nil
	}
	question, err := db.Message(ctx, a, u.Question)
	if err != nil {
		return ba.TurnStart{}, err
	}
	if question.ID != start.Question.ID || question.Text != start.Question.Text || question.Replaces != start.Question.Replaces || question.Author != a.User {
		return ba.TurnStart{}, differs
	}
	stored.Question = &question
	return stored, nil
}
