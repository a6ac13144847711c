package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	qClaimTurn query = `UPDATE turns SET state = 'streaming', epoch = epoch + 1, owner = $1, lease_until = $2, started_at = $3
		WHERE id = $4 AND state = 'queued' AND NOT EXISTS (SELECT 1 FROM turns o WHERE o.thread_id = turns.thread_id AND o.state IN ('queued', 'streaming')
			AND o.id <> turns.id AND (o.state = 'streaming' OR o.created_at < turns.created_at OR (o.created_at = turns.created_at AND o.id < turns.id)))`
	// A turn's cost is what settling adds to it; a writer that has not heard of
	// it yet does not take it away.
	qSaveTurn query = `UPDATE turns SET lease_until = $1, input_tokens = $2, cached_tokens = $3, output_tokens = $4,
		cost_micro_usd = CASE WHEN cost_micro_usd > $5 THEN cost_micro_usd ELSE $5 END,
		provider = CASE WHEN $6 = '' THEN provider ELSE $6 END, model = CASE WHEN $6 = '' THEN model ELSE $7 END
		WHERE id = $8 AND epoch = $9 AND state = 'streaming'`
	qSaveAnswer query = `UPDATE messages SET body = $1, citations = $2, version = $3 WHERE id = $4 AND thread_id = $5`
	qSaveSteps  query = `UPDATE messages SET steps = $1 WHERE id = $2 AND thread_id = $3`
	qEndTurn    query = `UPDATE turns SET state = $1, stop_reason = $2, model = $3, failure = $4, input_tokens = $5, cached_tokens = $6,
		output_tokens = $7, cost_micro_usd = CASE WHEN cost_micro_usd > $8 THEN cost_micro_usd ELSE $8 END, finished_at = $9, lease_until = 0,
		provider = CASE WHEN $10 = '' THEN provider ELSE $10 END
		WHERE id = $11 AND epoch = $12 AND state IN ('queued', 'streaming')`
	qRequestStop query = `UPDATE turns SET stop_requested = 1 WHERE id = $1 AND state IN ('queued', 'streaming')`
	qLeftTurns   query = `SELECT ` + turnColumns + ` FROM turns u JOIN threads t ON t.id = u.thread_id
		WHERE u.state IN ('queued', 'streaming') AND ($1 = 1 OR (u.owner = $2 AND u.owner <> '') OR (u.state = 'streaming' AND (u.lease_until < $3 OR u.lease_until > $5))
			OR (u.state = 'queued' AND u.created_at < $4 AND NOT EXISTS (SELECT 1 FROM turns o WHERE o.thread_id = u.thread_id
				AND ((o.state = 'streaming' AND o.lease_until >= $3) OR o.finished_at >= $4))))
		ORDER BY u.created_at LIMIT 1000`
	qInterrupt query = `UPDATE turns SET state = 'interrupted', epoch = epoch + 1, failure = $1, finished_at = $2, lease_until = 0
		WHERE id = $3 AND epoch = $4 AND state IN ('queued', 'streaming')`
)

// queueGrace is how long a queued turn may wait, with nothing running before
// it in its conversation since, until it counts as left behind.
const queueGrace = 30 * time.Second

// longestLease is more than anybody holds anything. What is held for longer was
// taken while the clock was wrong, and would stay taken until that day comes.
const longestLease = time.Hour

// longestCall is more than a call of a provider can take.
const longestCall = 3 * time.Hour

func turnLost() error {
	return ba.E(ba.Conflict, "This answer is no longer being written here.")
}

// TurnWaits is the code of the Conflict of a turn that another one of its
// conversation comes before.
const TurnWaits = "turn_waits"

// ClaimTurn makes the caller the owner of a queued turn, which is streaming
// from then on. It is a Conflict where somebody else was first, and one with
// the code TurnWaits while an earlier turn of the conversation has not ended:
// one is answered at a time, on all instances together.
func (db *DB) ClaimTurn(ctx context.Context, id ba.TurnID, owner ba.TurnOwner) (ba.Turn, error) {
	var u turnRow
	err := db.write(ctx, "claim a turn", func(t *tx) (err error) {
		if u, err = scanTurn(t.row(qTurnRow, id).Scan); err != nil {
			return missing(err, "claim a turn", noTurn)
		}
		var locked string
		if err := t.row(qLockThread, u.Thread).Scan(&locked); err != nil {
			return missing(err, "claim a turn", noTurn)
		}
		n, err := t.exec(qClaimTurn, owner.Instance, toMS(owner.Until), toMS(db.clock()), id)
		if err != nil {
			return err
		}
		if u, err = scanTurn(t.row(qTurnRow, id).Scan); err != nil {
			return missing(err, "claim a turn", noTurn)
		}
		switch {
		case n == 1:
			return nil
		case u.State == ba.TurnQueued:
			return &ba.Error{Kind: ba.Conflict, Code: TurnWaits, Msg: "An earlier question of this conversation is being answered. This one comes after it."}
		}
		return ba.E(ba.Conflict, "This question is being answered already, or was.")
	})
	if err != nil {
		return ba.Turn{}, err
	}
	return db.openTurn(ctx, u)
}

// answerSealer returns what seals a turn's answer, under the scope that its
// thread has now. A thread does not move while a turn of it runs.
func (db *DB) answerScope(ctx context.Context, id ba.ThreadID) (ba.Scope, error) {
	var project ba.ProjectID
	var owner ba.UserID
	if err := db.engine.read.row(ctx, qThreadScope, id).Scan(&project, &owner); err != nil {
		if err == sql.ErrNoRows { // deleted under the runner
			return "", turnLost()
		}
		return "", failed("find a conversation", err)
	}
	return scopeOf(project, owner), nil
}

// SaveAnswer stores an answer's whole text so far and renews the lease. It is
// a Conflict where the turn has another owner now, has ended, or is gone.
func (db *DB) SaveAnswer(ctx context.Context, p ba.AnswerPart, until time.Time) error {
	scope, err := db.answerScope(ctx, p.Thread)
	if err != nil {
		return err
	}
	sealed, err := db.sealAnswer(ctx, scope, p)
	if err != nil {
		return err
	}
	u := p.Usage
	return db.write(ctx, "store an answer", func(t *tx) error {
		if err := t.change(turnLost(), qSaveTurn, toMS(until), u.InputTokens, u.CachedTokens, u.OutputTokens, u.CostMicroUSD,
			p.ByProvider, plain(p.ByModel), p.Turn, p.Epoch); err != nil {
			return err
		}
		return sealed.store(t, p)
	})
}

// sealedAnswer is an answer's content as it is stored.
type sealedAnswer struct{ body, citations, steps []byte }

func (db *DB) sealAnswer(ctx context.Context, scope ba.Scope, p ba.AnswerPart) (sealedAnswer, error) {
	s := db.sealer(ctx, scope, string(p.Answer), p.Epoch)
	a := sealedAnswer{body: s.seal("message", p.Text),
		citations: s.sealJSON("message citations", p.Citations, len(p.Citations) == 0),
		steps:     s.sealJSON("message steps", p.Steps, len(p.Steps) == 0)}
	return a, s.err
}

func (a sealedAnswer) store(t *tx, p ba.AnswerPart) error {
	if err := t.change(turnLost(), qSaveAnswer, a.body, a.citations, p.Epoch, p.Answer, p.Thread); err != nil || p.Steps == nil {
		return err
	}
	return t.change(turnLost(), qSaveSteps, a.steps, p.Answer, p.Thread)
}

// EndTurn stores the last state of a turn with its answer, makes searches find
// the answer by its terms, and settles what its calls left reserved. It is a Conflict where SaveAnswer would be. A
// queued turn may end too, such as one that was stopped before it began.
func (db *DB) EndTurn(ctx context.Context, e ba.TurnEnd, terms []string) error {
	scope, err := db.answerScope(ctx, e.Thread)
	if err != nil {
		return err
	}
	sealed, err := db.sealAnswer(ctx, scope, e.AnswerPart)
	if err != nil {
		return err
	}
	s := db.sealer(ctx, scope, string(e.Turn), e.Epoch)
	failure := s.sealJSON("turn failure", e.Failure, e.Failure == nil)
	if s.err != nil {
		return s.err
	}
	blinder, err := db.vault.Blinder(ctx, scope)
	if err != nil {
		return err
	}
	blinded := blind(blinder, terms)
	now, u := toMS(db.clock()), e.Usage
	return db.write(ctx, "end a turn", func(t *tx) error {
		if err := t.change(turnLost(), qEndTurn, e.State, plain(e.StopReason), plain(e.Model), failure, u.InputTokens, u.CachedTokens,
			u.OutputTokens, u.CostMicroUSD, now, e.ByProvider, e.Turn, e.Epoch); err != nil {
			return err
		}
		if _, err := settleTurn(t, e.Turn); err != nil {
			return err
		}
		if err := sealed.store(t, e.AnswerPart); err != nil {
			return err
		}
		if len(blinded) > 0 {
			if err := db.addEntry(t, entry{kind: ba.HitMessage, thread: e.Thread, item: string(e.Answer), terms: blinded}); err != nil {
				return err
			}
		}
		_, err := t.exec(qBumpThread, 0, now, e.Thread)
		return err
	})
}

// plain makes a provider's own word fit for a text column of either engine.
func plain(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
	return s[:min(len(s), 200)]
}

// RequestStop notes that somebody wants the turn to stop, and returns it. One
// that has ended stays as it is. It needs an editor.
func (db *DB) RequestStop(ctx context.Context, a ba.Actor, id ba.TurnID) (ba.Turn, error) {
	u, err := db.Turn(ctx, a, id)
	if err != nil {
		return ba.Turn{}, err
	}
	err = db.write(ctx, "stop a turn", func(t *tx) error {
		if _, err := thread(t.rower(), a, u.Thread, ba.RoleEditor); err != nil {
			return err
		}
		_, err := t.exec(qRequestStop, id)
		return err
	})
	if err != nil {
		return ba.Turn{}, err
	}
	return db.Turn(ctx, a, id)
}

// InterruptTurns marks turns as interrupted that nobody will finish, keeps
// their text, and returns them. At the start of an instance it is called with
// the instance's name: then everything unfinished counts on SQLite, which has
// one process, and on PostgreSQL what an earlier process of that name owned. Always
// count turns whose lease has ended, and queued ones that nobody took. What
// their calls had reserved counts as spent; so does what else was left reserved.
func (db *DB) InterruptTurns(ctx context.Context, instance string, at time.Time) ([]ba.Turn, error) {
	all := boolInt(instance != "" && db.engine.name == "sqlite")
	now := toMS(at)
	rows, err := db.engine.read.rows(ctx, qLeftTurns, all, instance, now, now-queueGrace.Milliseconds(), now+longestLease.Milliseconds())
	left, err := collect(rows, err, func(r *sql.Rows) (turnRow, error) { return scanTurn(r.Scan) })
	if err != nil {
		return nil, failed("find turns that were left", err)
	}
	var interrupted []ba.Turn
	for _, u := range left {
		turn, err := db.interrupt(ctx, u, now)
		if err != nil {
			return interrupted, err
		}
		if turn.State == ba.TurnInterrupted {
			interrupted = append(interrupted, turn)
		}
	}
	return interrupted, db.settleLeft(ctx, all, instance, now-longestCall.Milliseconds())
}

// interrupt marks one turn; its next epoch refuses a late write of the owner.
func (db *DB) interrupt(ctx context.Context, u turnRow, at int64) (ba.Turn, error) {
	why := &ba.Failure{Code: "interrupted", Msg: "The server stopped before the answer was complete. What had come is kept: continue it, or ask again.", Retryable: true}
	s := db.sealer(ctx, scopeOf(u.project, u.owner), string(u.ID), u.Epoch+1)
	failure := s.sealJSON("turn failure", why, false)
	if s.err != nil {
		return ba.Turn{}, s.err
	}
	var changed int64
	err := db.write(ctx, "interrupt a turn", func(t *tx) (err error) {
		if changed, err = t.exec(qInterrupt, failure, at, u.ID, u.Epoch); err != nil || changed == 0 {
			return err
		}
		u.Usage.CostMicroUSD, err = settleTurn(t, u.ID)
		return err
	})
	if err != nil || changed == 0 { // its owner was faster
		return u.Turn, err
	}
	u.State, u.Failure, u.FinishedAt = ba.TurnInterrupted, why, fromMS(at)
	u.Epoch++
	return u.Turn, nil
}
