package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	noteColumns = `r.id, r.project_id, coalesce(r.requirement_id, ''), r.kind, r.resolved, r.version, r.thread_id, r.message_id, r.body,
		r.created_by, r.created_at, r.updated_at`

	qNote       query = `SELECT ` + noteColumns + ` FROM notes r` + ofMember + `WHERE r.id = $2`
	qNotes      query = `SELECT ` + noteColumns + ` FROM notes r WHERE r.project_id = $1 ORDER BY r.created_at, r.id LIMIT $2`
	qNotesAbout query = `SELECT ` + noteColumns + ` FROM notes r WHERE r.requirement_id = $1 AND r.project_id = $2 ORDER BY r.id LIMIT $3`
	qCountNotes query = `SELECT count(*) FROM notes WHERE project_id = $1`
	qAddNote    query = `INSERT INTO notes (id, project_id, requirement_id, kind, resolved, version, thread_id, message_id, body, created_by, created_at, updated_at)
		VALUES ($1, $2, nullif($3, ''), $4, $5, 1, $6, $7, $8, $9, $10, $10)`
	qUpdateNote query = `UPDATE notes SET requirement_id = nullif($1, ''), kind = $2, resolved = $3, body = $4, updated_at = $5, version = version + 1
		WHERE id = $6 AND project_id = $7 AND version = $8`
	qDeleteNote query = `DELETE FROM notes WHERE id = $1 AND project_id = $2`
)

const noNote = "This note does not exist, or it is in a project that you are not a member of."

// noteRow is a note with its sealed body.
type noteRow struct {
	ba.Note
	body []byte
}

// noteBody is what is sealed of a note.
type noteBody struct {
	Text   string `json:"t"`
	Answer string `json:"a,omitempty"`
}

func scanNote(scan func(...any) error) (noteRow, error) {
	var n noteRow
	var created, updated int64
	var resolved int
	err := scan(&n.ID, &n.Project, &n.Requirement, &n.Kind, &resolved, &n.Version, &n.Thread, &n.Message, &n.body, &n.CreatedBy, &created, &updated)
	n.Resolved, n.CreatedAt, n.UpdatedAt = resolved == 1, fromMS(created), fromMS(updated)
	return n, err
}

func (db *DB) sealNote(ctx context.Context, n ba.Note, version int) ([]byte, error) {
	s := db.sealer(ctx, ba.ProjectScope(n.Project), string(n.ID), int64(version))
	body := s.sealJSON("note", noteBody{n.Text, n.Answer}, false)
	return body, s.err
}

func (db *DB) openNote(ctx context.Context, n noteRow) (ba.Note, error) {
	s := db.sealer(ctx, ba.ProjectScope(n.Project), string(n.ID), int64(n.Version))
	var b noteBody
	s.openJSON("note", n.body, &b)
	n.Text, n.Answer = b.Text, b.Answer
	return n.Note, s.err
}

// Note returns a note, or NotFound.
func (db *DB) Note(ctx context.Context, a ba.Actor, id ba.NoteID) (ba.Note, error) {
	n, err := scanNote(db.engine.read.row(ctx, qNote, a.User, id).Scan)
	if err != nil {
		return ba.Note{}, missing(err, "read a note", noNote)
	}
	return db.openNote(ctx, n)
}

// Notes returns all notes of a project, the oldest first, ba.MaxNotes at most.
func (db *DB) Notes(ctx context.Context, a ba.Actor, project ba.ProjectID) ([]ba.Note, error) {
	if err := require(db.rower(ctx), a, project, ba.RoleViewer); err != nil {
		return nil, err
	}
	return db.notes(ctx, qNotes, project, ba.MaxNotes)
}

// NotesAbout returns the notes about a requirement, the oldest first.
func (db *DB) NotesAbout(ctx context.Context, a ba.Actor, project ba.ProjectID, id ba.RequirementID) ([]ba.Note, error) {
	if err := require(db.rower(ctx), a, project, ba.RoleViewer); err != nil {
		return nil, err
	}
	return db.notes(ctx, qNotesAbout, id, project, ba.MaxNotes)
}

func (db *DB) notes(ctx context.Context, q query, args ...any) ([]ba.Note, error) {
	rows, err := db.engine.read.rows(ctx, q, args...)
	found, err := collect(rows, err, func(r *sql.Rows) (noteRow, error) { return scanNote(r.Scan) })
	if err != nil {
		return nil, failed("list notes", err)
	}
	notes := make([]ba.Note, len(found))
	for i, n := range found {
		if notes[i], err = db.openNote(ctx, n); err != nil {
			return nil, err
		}
	}
	return notes, nil
}

// AddNote stores a new note. It needs an editor. A requirement or message that
// is not in the note's project is NotFound; more than ba.MaxNotes, TooLarge.
func (db *DB) AddNote(ctx context.Context, a ba.Actor, n ba.Note) error {
	if err := require(db.rower(ctx), a, n.Project, ba.RoleEditor); err != nil {
		return err
	}
	body, err := db.sealNote(ctx, n, 1)
	if err != nil {
		return err
	}
	err = db.engine.write.write(ctx, func(t *tx) error {
		if err := checkNote(t, a, n); err != nil {
			return err
		}
		var count int
		if err := t.row(qCountNotes, n.Project).Scan(&count); err != nil {
			return err
		}
		if count >= ba.MaxNotes {
			return ba.E(ba.TooLarge, fmt.Sprintf("A project holds %d notes at most. Delete some that are of no more use.", ba.MaxNotes))
		}
		now := toMS(db.clock())
		if _, err := t.exec(qAddNote, n.ID, n.Project, n.Requirement, n.Kind, boolInt(n.Resolved), n.Thread, n.Message, body, a.User, now); err != nil {
			return err
		}
		return touch(t, n.Project, now)
	})
	if duplicate(err) {
		return ba.E(ba.Conflict, "This note exists already.")
	}
	return failed("add a note", err)
}

// checkNote refuses what the note refers to where it is none of its project's.
func checkNote(t *tx, a ba.Actor, n ba.Note) error {
	if err := require(t.rower(), a, n.Project, ba.RoleEditor); err != nil {
		return err
	}
	var count int
	if n.Requirement != "" {
		if err := t.row(qHasRequirement, n.Requirement, n.Project).Scan(&count); err != nil || count == 0 {
			return failedOr(err, ba.E(ba.NotFound, noRequirement))
		}
	}
	if n.Message != "" {
		if err := t.row(qMessageIn, n.Message, n.Thread, n.Project).Scan(&count); err != nil || count == 0 {
			return failedOr(err, ba.E(ba.NotFound, "This message does not exist in the project."))
		}
	}
	return nil
}

func failedOr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// UpdateNote stores what a note says, against the version that was read; it
// needs an editor. Another version is a Conflict.
func (db *DB) UpdateNote(ctx context.Context, a ba.Actor, n ba.Note) error {
	if err := require(db.rower(ctx), a, n.Project, ba.RoleEditor); err != nil {
		return err
	}
	body, err := db.sealNote(ctx, n, n.Version+1)
	if err != nil {
		return err
	}
	return db.write(ctx, "update a note", func(t *tx) error {
		n.Message = "" // where it came from does not change, and may be gone
		if err := checkNote(t, a, n); err != nil {
			return err
		}
		now := toMS(db.clock())
		changed := ba.E(ba.Conflict, "This note was changed by somebody else since you opened it, or deleted. Look at it as it is now, then make your change again.")
		if err := t.change(changed, qUpdateNote, n.Requirement, n.Kind, boolInt(n.Resolved), body, now, n.ID, n.Project, n.Version); err != nil {
			return err
		}
		return touch(t, n.Project, now)
	})
}

// DeleteNote removes a note. It needs an editor.
func (db *DB) DeleteNote(ctx context.Context, a ba.Actor, project ba.ProjectID, id ba.NoteID) error {
	return db.write(ctx, "delete a note", func(t *tx) error {
		if err := require(t.rower(), a, project, ba.RoleEditor); err != nil {
			return err
		}
		return t.change(ba.E(ba.NotFound, noNote), qDeleteNote, id, project)
	})
}
