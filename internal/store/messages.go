package store

import (
	"context"
	"database/sql"
	"math"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	messageColumns = `g.id, g.thread_id, g.turn_id, g.seq, g.role, g.author_id, g.version, g.body, g.citations, g.steps, g.created_at, g.replaces,
		coalesce(t.project_id, ''), t.owner_id`

	qMessage query = `SELECT ` + messageColumns + ` FROM messages g JOIN threads t ON t.id = g.thread_id` + reachable + `WHERE g.id = $2 AND` + reached
	// qMessageRow is for a write whose actor was checked: an id that stands
	// in somebody else's thread has to be noticed too.
	qMessageRow query = `SELECT ` + messageColumns + ` FROM messages g JOIN threads t ON t.id = g.thread_id WHERE g.id = $1`
	qMessages   query = `SELECT ` + messageColumns + ` FROM messages g JOIN threads t ON t.id = g.thread_id
		WHERE g.thread_id = $1 AND g.seq > $2 ORDER BY g.seq LIMIT $3`
	qLatestMessages query = `SELECT ` + messageColumns + ` FROM messages g JOIN threads t ON t.id = g.thread_id
		WHERE g.thread_id = $1 AND g.seq < $2 ORDER BY g.seq DESC LIMIT $3`
	qAddMessage query = `INSERT INTO messages (id, thread_id, turn_id, seq, role, author_id, version, body, created_at, replaces)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
)

const noMessage = "This message does not exist, or its conversation is not yours to see."

// messageRow is a message with its sealed columns.
type messageRow struct {
	ba.Message
	version                int64
	body, citations, steps []byte
	project                ba.ProjectID
	owner                  ba.UserID // of the thread
}

func scanMessage(scan func(...any) error) (messageRow, error) {
	var g messageRow
	var created int64
	err := scan(&g.ID, &g.Thread, &g.Turn, &g.Seq, &g.Role, &g.Author, &g.version, &g.body, &g.citations, &g.steps, &created, &g.Replaces, &g.project, &g.owner)
	g.CreatedAt = fromMS(created)
	return g, err
}

func (db *DB) openMessage(ctx context.Context, g messageRow) (ba.Message, error) {
	s := db.sealer(ctx, scopeOf(g.project, g.owner), string(g.ID), g.version)
	g.Text = s.open("message", g.body)
	s.openJSON("message citations", g.citations, &g.Citations)
	s.openJSON("message steps", g.steps, &g.Steps)
	return g.Message, s.err
}

// Message returns a message with its citations, or NotFound.
func (db *DB) Message(ctx context.Context, a ba.Actor, id ba.MessageID) (ba.Message, error) {
	g, err := scanMessage(db.engine.read.row(ctx, qMessage, a.User, id).Scan)
	if err != nil {
		return ba.Message{}, missing(err, "read a message", noMessage)
	}
	return db.openMessage(ctx, g)
}

// Messages lists a conversation's messages in their order, with citations.
func (db *DB) Messages(ctx context.Context, a ba.Actor, id ba.ThreadID, page ba.Page) (ba.List[ba.Message], error) {
	pages := db.pager(ctx, "messages of "+string(id), page)
	from, err := pages.oldestFirst()
	if err != nil {
		return ba.List[ba.Message]{}, err
	}
	if _, err := thread(db.rower(ctx), a, id, ba.RoleViewer); err != nil {
		return ba.List[ba.Message]{}, err
	}
	rows, err := db.engine.read.rows(ctx, qMessages, id, from.n, pages.asked())
	found, err := collect(rows, err, func(r *sql.Rows) (messageRow, error) { return scanMessage(r.Scan) })
	if err != nil {
		return ba.List[ba.Message]{}, failed("list messages", err)
	}
	messages := make([]ba.Message, len(found))
	for i, g := range found {
		if messages[i], err = db.openMessage(ctx, g); err != nil {
			return ba.List[ba.Message]{}, err
		}
	}
	return listOf(pages, messages, func(g ba.Message) cursor { return cursor{n: g.Seq} })
}

// LatestMessages returns the newest messages of a conversation, limit at most,
// that stand before the place before (zero: at its end), in their order.
func (db *DB) LatestMessages(ctx context.Context, a ba.Actor, id ba.ThreadID, before int64, limit int) ([]ba.Message, error) {
	if _, err := thread(db.rower(ctx), a, id, ba.RoleViewer); err != nil {
		return nil, err
	}
	if before <= 0 {
		before = math.MaxInt64
	}
	rows, err := db.engine.read.rows(ctx, qLatestMessages, id, before, ba.Page{Limit: limit}.Size())
	found, err := collect(rows, err, func(r *sql.Rows) (messageRow, error) { return scanMessage(r.Scan) })
	if err != nil {
		return nil, failed("list messages", err)
	}
	messages := make([]ba.Message, len(found))
	for i, g := range found {
		if messages[len(found)-1-i], err = db.openMessage(ctx, g); err != nil {
			return nil, err
		}
	}
	return messages, nil
}
