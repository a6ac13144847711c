package store

import (
	"context"
	"database/sql"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	documentColumns = `d.id, d.project_id, v.version, v.filename, v.format, v.size, v.status, v.reason_code, v.detail,
		v.pages, v.empty_pages, v.passages, v.done, v.total, v.created_by, d.created_at, v.updated_at`
	// visible joins a document to the actor's membership; $1 is the user.
	visible = ` JOIN members m ON m.project_id = d.project_id AND m.user_id = $1
		JOIN projects p ON p.id = d.project_id AND p.deleted_at = 0 `

	qDocument query = `SELECT ` + documentColumns + ` FROM documents d` + visible + `
		JOIN document_versions v ON v.document_id = d.id AND v.version = d.version
		WHERE d.id = $2 AND d.deleted_at = 0`
	qDocuments query = `SELECT ` + documentColumns + ` FROM documents d
		JOIN document_versions v ON v.document_id = d.id AND v.version = d.version
		WHERE d.project_id = $1 AND d.deleted_at = 0 AND d.version > 0 AND (d.created_at, d.id) < ($2, $3)
		ORDER BY d.created_at DESC, d.id DESC LIMIT $4`
	qVersions query = `SELECT ` + documentColumns + ` FROM documents d` + visible + `
		JOIN document_versions v ON v.document_id = d.id AND v.version <= d.version AND v.status <> 'uploading'
		WHERE d.id = $2 AND d.deleted_at = 0 ORDER BY v.version DESC LIMIT 1000`
	qDocumentProject query = `SELECT d.project_id FROM documents d` + visible + `WHERE d.id = $2 AND d.deleted_at = 0 AND d.version > 0`
	qDeleteDocument  query = `UPDATE documents SET deleted_at = $1, garbage = 1, indexed = 0 WHERE id = $2 AND deleted_at = 0`
)

const noDocument = "This document does not exist, or it is in a project that you are not a member of."

// documentRow is a version of a document with its sealed columns.
type documentRow struct {
	ba.Document
	filename, detail []byte
}

// documentDetail is what is sealed of an extraction's result.
type documentDetail struct {
	Reason string   `json:"reason,omitempty"`
	Notes  []string `json:"notes,omitempty"`
}

func scanDocument(scan func(...any) error) (documentRow, error) {
	var d documentRow
	var created, updated int64
	err := scan(&d.ID, &d.Project, &d.Version, &d.filename, &d.Format, &d.Size, &d.Status, &d.ReasonCode, &d.detail,
		&d.Pages, &d.EmptyPages, &d.Passages, &d.Progress.Done, &d.Progress.Total, &d.CreatedBy, &created, &updated)
	d.CreatedAt, d.UpdatedAt = fromMS(created), fromMS(updated)
	return d, err
}

func (db *DB) openDocument(ctx context.Context, d documentRow) (ba.Document, error) {
	s := db.sealer(ctx, ba.ProjectScope(d.Project), string(d.ID), int64(d.Version))
	d.Filename = s.open("document filename", d.filename)
	var detail documentDetail
	s.openJSON("document detail", d.detail, &detail)
	d.Reason, d.Notes = detail.Reason, detail.Notes
	return d.Document, s.err
}

func (db *DB) openDocuments(ctx context.Context, found []documentRow) ([]ba.Document, error) {
	documents := make([]ba.Document, len(found))
	for i, d := range found {
		var err error
		if documents[i], err = db.openDocument(ctx, d); err != nil {
			return nil, err
		}
	}
	return documents, nil
}

// Document returns a document in its newest version, or NotFound.
func (db *DB) Document(ctx context.Context, a ba.Actor, id ba.DocumentID) (ba.Document, error) {
	d, err := scanDocument(db.engine.read.row(ctx, qDocument, a.User, id).Scan)
	if err != nil {
		return ba.Document{}, missing(err, "read a document", noDocument)
	}
	return db.openDocument(ctx, d)
}

// Documents lists a project's documents, the newest first.
func (db *DB) Documents(ctx context.Context, a ba.Actor, project ba.ProjectID, page ba.Page) (ba.List[ba.Document], error) {
	pages := db.pager(ctx, "documents of "+string(project), page)
	from, err := pages.newestFirst()
	if err != nil {
		return ba.List[ba.Document]{}, err
	}
	if err := require(db.rower(ctx), a, project, ba.RoleViewer); err != nil {
		return ba.List[ba.Document]{}, err
	}
	rows, err := db.engine.read.rows(ctx, qDocuments, project, from.n, from.id, pages.asked())
	found, err := collect(rows, err, func(r *sql.Rows) (documentRow, error) { return scanDocument(r.Scan) })
	if err != nil {
		return ba.List[ba.Document]{}, failed("list documents", err)
	}
	documents, err := db.openDocuments(ctx, found)
	if err != nil {
		return ba.List[ba.Document]{}, err
	}
	return listOf(pages, documents, func(d ba.Document) cursor { return cursor{toMS(d.CreatedAt), string(d.ID)} })
}

// Versions returns all complete versions of a document, the newest first.
func (db *DB) Versions(ctx context.Context, a ba.Actor, id ba.DocumentID) ([]ba.Document, error) {
	rows, err := db.engine.read.rows(ctx, qVersions, a.User, id)
	found, err := collect(rows, err, func(r *sql.Rows) (documentRow, error) { return scanDocument(r.Scan) })
	if err != nil {
		return nil, failed("list versions", err)
	}
	if len(found) == 0 {
		return nil, ba.E(ba.NotFound, noDocument)
	}
	return db.openDocuments(ctx, found)
}

// DeleteDocument removes a document with its versions, text and index rows. It
// needs an editor. The document is gone for everybody at once; its rows go in
// small steps, which a crash only delays.
func (db *DB) DeleteDocument(ctx context.Context, a ba.Actor, id ba.DocumentID) error {
	d, err := db.Document(ctx, a, id)
	if err != nil {
		return err
	}
	act := ba.Act(a, ba.ActDocumentDeleted, "document", string(id)).Of(d.Project).Called(d.Filename)
	err = db.audited(ctx, "delete a document", act, func(t *tx) error {
		project, err := requireDocument(t.rower(), a, id, ba.RoleEditor)
		if err != nil {
			return err
		}
		now := toMS(db.clock())
		if err := t.change(ba.E(ba.NotFound, noDocument), qDeleteDocument, now, id); err != nil {
			return err
		}
		if _, err := t.exec(qDocumentSuspect, id); err != nil {
			return err
		}
		return touch(t, project, now)
	})
	if err != nil {
		return err
	}
	return db.collectDocument(ctx, id)
}

// requireDocument returns the project of a document that the actor sees and
// whose role there is enough.
func requireDocument(row rower, a ba.Actor, id ba.DocumentID, needed ba.ProjectRole) (ba.ProjectID, error) {
	var project ba.ProjectID
	if err := row(qDocumentProject, a.User, id).Scan(&project); err != nil {
		return "", missing(err, "find a document", noDocument)
	}
	return project, require(row, a, project, needed)
}
