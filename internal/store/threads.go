package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	threadColumns = `t.id, coalesce(t.project_id, ''), t.owner_id, t.title, t.titled, t.version, t.mode, t.provider, t.model, t.messages, t.created_at, t.updated_at`
	// reachable joins a thread t to what makes it the actor's; $1 is the user.
	reachable = ` LEFT JOIN projects p ON p.id = t.project_id
		LEFT JOIN members m ON m.project_id = t.project_id AND m.user_id = $1 `
	theirs  = ` ((t.project_id IS NULL AND t.owner_id = $1) OR (m.role IS NOT NULL AND p.deleted_at = 0)) `
	reached = theirs + `AND t.deleted_at = 0 `

	qThread query = `SELECT ` + threadColumns + `, coalesce(m.role, 'owner') FROM threads t` + reachable + `WHERE t.id = $2 AND` + reached
	// qLockThread is qThread for a transaction that adds to the thread.
	qLockThread  query = `SELECT id FROM threads WHERE id = $1 FOR UPDATE`
	qThreadScope query = `SELECT coalesce(project_id, ''), owner_id FROM threads WHERE id = $1`
	qThreads     query = `SELECT ` + threadColumns + `, '' FROM threads t
		WHERE t.project_id = $1 AND t.deleted_at = 0 AND (t.updated_at, t.id) < ($2, $3) ORDER BY t.updated_at DESC, t.id DESC LIMIT $4`
	qLooseThreads query = `SELECT ` + threadColumns + `, '' FROM threads t
		WHERE t.project_id IS NULL AND t.owner_id = $1 AND t.deleted_at = 0 AND (t.updated_at, t.id) < ($2, $3) ORDER BY t.updated_at DESC, t.id DESC LIMIT $4`
	qAddThread query = `INSERT INTO threads (id, project_id, owner_id, title, titled, version, mode, provider, model, messages, created_at, updated_at)
		VALUES ($1, nullif($2, ''), $3, $4, $5, 1, $6, $7, $8, 0, $9, $9)`
	qUpdateThread   query = `UPDATE threads SET title = $1, titled = $2, mode = $3, version = version + 1 WHERE id = $4 AND version = $5`
	qDeleteThread   query = `UPDATE threads SET deleted_at = $1 WHERE id = $2 AND deleted_at = 0`
	qDeletedThread  query = `SELECT ` + threadColumns + `, coalesce(m.role, 'owner') FROM threads t` + reachable + `WHERE t.id = $2 AND t.deleted_at > 0 AND t.deleted_at >= $3 AND` + theirs
	qRestoreThread  query = `UPDATE threads SET deleted_at = 0 WHERE id = $1`
	qDeletedThreads query = `SELECT id FROM threads WHERE deleted_at > 0 AND deleted_at < $1 ORDER BY deleted_at LIMIT 100`
	qBumpThread     query = `UPDATE threads SET messages = messages + $1, updated_at = $2 WHERE id = $3`
)

const noThread = "This conversation does not exist, or it is not yours to see."

// threadRow is a thread with its sealed column and the actor's role.
type threadRow struct {
	ba.Thread
	title   []byte
	version int64
	role    ba.ProjectRole
}

func scanThread(scan func(...any) error) (threadRow, error) {
	var t threadRow
	var created, updated int64
	err := scan(&t.ID, &t.Project, &t.Owner, &t.title, &t.Titled, &t.version, &t.Mode, &t.Provider, &t.Model, &t.Messages, &created, &updated, &t.role)
	t.CreatedAt, t.UpdatedAt = fromMS(created), fromMS(updated)
	return t, err
}

// scopeOf returns what the thread's content is sealed under.
func scopeOf(project ba.ProjectID, owner ba.UserID) ba.Scope {
	if project != "" {
		return ba.ProjectScope(project)
	}
	return ba.UserScope(owner)
}

func (db *DB) openThread(ctx context.Context, t threadRow) (ba.Thread, error) {
	s := db.sealer(ctx, scopeOf(t.Project, t.Owner), string(t.ID), t.version)
	t.Title = s.open("thread title", t.title)
	return t.Thread, s.err
}

// CreateThread stores a conversation of the actor: in a project, where it
// needs an editor, or loose.
func (db *DB) CreateThread(ctx context.Context, a ba.Actor, v ba.Thread) error {
	s := db.sealer(ctx, scopeOf(v.Project, a.User), string(v.ID), 1)
	title := s.seal("thread title", v.Title)
	if s.err != nil {
		return s.err
	}
	created := db.orNow(v.CreatedAt)
	err := db.engine.write.write(ctx, func(t *tx) error {
		if err := mayWriteIn(t.rower(), a, v.Project); err != nil {
			return err
		}
		if _, err := t.exec(qAddThread, v.ID, v.Project, a.User, title, titledBy(v.Title, ba.TitledPerson), v.Mode, v.Provider, v.Model, created); err != nil {
			return err
		}
		return touch(t, v.Project, created)
	})
	switch {
	case duplicate(err):
		return ba.E(ba.Conflict, "A conversation with this id exists already, or was just deleted. Begin a new one.")
	case orphan(err):
		return ba.E(ba.NotFound, noUser)
	}
	return failed("create a conversation", err)
}

// mayWriteIn needs an editor of the project; without one, any actor that may write.
func mayWriteIn(row rower, a ba.Actor, project ba.ProjectID) error {
	if project == "" {
		return mayChange(a)
	}
	return require(row, a, project, ba.RoleEditor)
}

// thread returns a thread that the actor sees and whose role is enough.
func thread(row rower, a ba.Actor, id ba.ThreadID, needed ba.ProjectRole) (threadRow, error) {
	t, err := scanThread(row(qThread, a.User, id).Scan)
	if err != nil {
		return threadRow{}, missing(err, "read a conversation", noThread)
	}
	return t, allow(a, t.role, needed)
}

// Thread returns a conversation and the actor's role in it (owner, for one's
// own loose one), or NotFound.
func (db *DB) Thread(ctx context.Context, a ba.Actor, id ba.ThreadID) (ba.Thread, ba.ProjectRole, error) {
	t, err := thread(db.rower(ctx), a, id, ba.RoleViewer)
	if err != nil {
		return ba.Thread{}, "", err
	}
	opened, err := db.openThread(ctx, t)
	return opened, t.role, err
}

// Threads lists the conversations of a project, or the actor's loose ones, the
// most recently used first.
func (db *DB) Threads(ctx context.Context, a ba.Actor, project ba.ProjectID, page ba.Page) (ba.List[ba.Thread], error) {
	pages := db.pager(ctx, "threads of "+string(project), page)
	from, err := pages.newestFirst()
	if err != nil {
		return ba.List[ba.Thread]{}, err
	}
	q, owner := qLooseThreads, string(a.User)
	if project != "" {
		if err := require(db.rower(ctx), a, project, ba.RoleViewer); err != nil {
			return ba.List[ba.Thread]{}, err
		}
		q, owner = qThreads, string(project)
	}
	rows, err := db.engine.read.rows(ctx, q, owner, from.n, from.id, pages.asked())
	found, err := collect(rows, err, func(r *sql.Rows) (threadRow, error) { return scanThread(r.Scan) })
	if err != nil {
		return ba.List[ba.Thread]{}, failed("list conversations", err)
	}
	threads := make([]ba.Thread, len(found))
	for i, t := range found {
		if threads[i], err = db.openThread(ctx, t); err != nil {
			return ba.List[ba.Thread]{}, err
		}
	}
	return listOf(pages, threads, func(t ba.Thread) cursor { return cursor{toMS(t.UpdatedAt), string(t.ID)} })
}

// UpdateThread stores what a person changes; what it does not name stays as it
// is, also where it changes meanwhile. It needs an editor.
func (db *DB) UpdateThread(ctx context.Context, a ba.Actor, id ba.ThreadID, c ba.ThreadChange) error {
	_, err := db.changeThread(ctx, a, id, func(t *ba.Thread) bool {
		if c.Title != nil {
			t.Title, t.Titled = *c.Title, titledBy(*c.Title, ba.TitledPerson)
		}
		if c.Mode != nil {
			t.Mode = *c.Mode
		}
		return true
	})
	return err
}

// NameThread gives a conversation a title that no person chose, and reports
// whether it has it now: one that was given by somebody higher, or by the same,
// stays. It needs an editor.
func (db *DB) NameThread(ctx context.Context, a ba.Actor, id ba.ThreadID, title string, by ba.Titled) (bool, error) {
	return db.changeThread(ctx, a, id, func(t *ba.Thread) bool {
		if t.Title != "" && t.Titled >= by {
			return false
		}
		t.Title, t.Titled = title, titledBy(title, by)
		return true
	})
}

// titledBy returns who gave a title: nobody an empty one.
func titledBy(title string, by ba.Titled) ba.Titled {
	if title == "" {
		return ba.TitledNobody
	}
	return by
}

// changeThread stores what change makes of a thread, and works it out again
// where somebody else was faster. It reports whether change wanted any.
func (db *DB) changeThread(ctx context.Context, a ba.Actor, id ba.ThreadID, change func(*ba.Thread) bool) (bool, error) {
	for range maxRetries {
		old, err := thread(db.rower(ctx), a, id, ba.RoleEditor)
		if err != nil {
			return false, err
		}
		v, err := db.openThread(ctx, old)
		if err != nil {
			return false, err
		}
		if !change(&v) {
			return false, nil
		}
		s := db.sealer(ctx, scopeOf(v.Project, v.Owner), string(id), old.version+1)
		title := s.seal("thread title", v.Title)
		if s.err != nil {
			return false, s.err
		}
		changed := int64(0)
		err = db.write(ctx, "update a conversation", func(t *tx) (err error) {
			if _, err := thread(t.rower(), a, id, ba.RoleEditor); err != nil {
				return err
			}
			changed, err = t.exec(qUpdateThread, title, v.Titled, v.Mode, id, old.version)
			return err
		})
		if err != nil || changed == 1 {
			return err == nil, err
		}
	}
	return false, errContended()
}

// DeleteThread hides a conversation from everybody. It needs an editor.
func (db *DB) DeleteThread(ctx context.Context, a ba.Actor, id ba.ThreadID) error {
	return db.write(ctx, "delete a conversation", func(t *tx) error {
		if _, err := thread(t.rower(), a, id, ba.RoleEditor); err != nil {
			return err
		}
		return t.change(ba.E(ba.NotFound, noThread), qDeleteThread, toMS(db.clock()), id)
	})
}

// RestoreThread brings back a conversation that was deleted at deletedAfter or
// later; any other is NotFound. It needs an editor.
func (db *DB) RestoreThread(ctx context.Context, a ba.Actor, id ba.ThreadID, deletedAfter time.Time) error {
	return db.write(ctx, "restore a conversation", func(t *tx) error {
		row, err := scanThread(t.row(qDeletedThread, a.User, id, toMS(deletedAfter)).Scan)
		if err != nil {
			return missing(err, "restore a conversation", "This conversation is not deleted, or it is too late to bring it back.")
		}
		if err := allow(a, row.role, ba.RoleEditor); err != nil {
			return err
		}
		return t.change(ba.E(ba.NotFound, noThread), qRestoreThread, id)
	})
}

// PurgeThreads removes conversations that were deleted before the time, with
// their messages, and returns how many went.
func (db *DB) PurgeThreads(ctx context.Context, deletedBefore time.Time) (int, error) {
	ids, err := listIDs[ba.ThreadID](ctx, db, qDeletedThreads, toMS(deletedBefore))
	for n, id := range ids {
		if err := db.removeThread(ctx, id); err != nil {
			return n, err
		}
	}
	return len(ids), err
}
