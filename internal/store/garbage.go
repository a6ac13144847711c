package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	qGarbage         query = `SELECT id FROM documents WHERE garbage = 1 ORDER BY id LIMIT 100`
	qDocumentGone    query = `SELECT deleted_at > 0 FROM documents WHERE id = $1`
	qDocumentEntries query = `SELECT id FROM entries WHERE document_id <> '' AND document_id = $1 LIMIT 500`
	qSomePassages    query = `DELETE FROM passages WHERE id IN (SELECT g.id FROM passages g WHERE g.document_id = $1 LIMIT 1000)`
	qSomePieces      query = `DELETE FROM pieces WHERE (document_id, version, seq) IN
		(SELECT c.document_id, c.version, c.seq FROM pieces c WHERE c.document_id = $1 LIMIT 20)`
	qRemoveDocument query = `DELETE FROM documents WHERE id = $1 AND deleted_at > 0`
	qGarbageDone    query = `UPDATE documents SET garbage = 0 WHERE id = $1
		AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.document_id <> '' AND e.document_id = documents.id AND e.version < documents.indexed)
		AND NOT EXISTS (SELECT 1 FROM document_versions v JOIN passages g ON g.document_id = v.document_id AND g.version = v.version WHERE v.document_id = documents.id AND v.status = 'rejected')`
	qRejectedPassages query = `DELETE FROM passages WHERE id IN (SELECT g.id FROM document_versions v JOIN passages g ON g.document_id = v.document_id AND g.version = v.version
		WHERE v.document_id = $1 AND v.status = 'rejected' LIMIT 1000)`
	qRejectedBlocks query = `DELETE FROM block_pages WHERE document_id = $1
		AND version IN (SELECT v.version FROM document_versions v WHERE v.document_id = $1 AND v.status = 'rejected')`

	qPurgeable     query = `SELECT id FROM projects WHERE deleted_at > 0 AND deleted_at < $1 ORDER BY deleted_at LIMIT 20`
	qPurging       query = `UPDATE projects SET purging = 1 WHERE id = $1 AND deleted_at > 0 AND deleted_at < $2`
	qProjectPapers query = `SELECT id FROM documents WHERE project_id = $1 LIMIT 100`
	qLoseDocument  query = `UPDATE documents SET deleted_at = $1, garbage = 1, indexed = 0 WHERE id = $2`
	qProjectTalks  query = `SELECT id FROM threads WHERE project_id = $1 LIMIT 100`
	qProjectWorks  query = `SELECT id FROM artifacts WHERE project_id = $1 LIMIT 100`
	qProjectNeeds  query = `SELECT id FROM requirements WHERE project_id = $1 LIMIT 100`
	qLoseNeed      query = `DELETE FROM requirements WHERE id = $1`
	qRemoveThread  query = `DELETE FROM threads WHERE id = $1`
	qRemoveProject query = `DELETE FROM projects WHERE id = $1 AND purging = 1`
)

// collectGarbage removes what deletions and new versions left, also those that
// a crash cut short.
func (db *DB) collectGarbage(ctx context.Context) error {
	ids, err := listIDs[ba.DocumentID](ctx, db, qGarbage)
	for _, id := range ids {
		err = errors.Join(err, db.collectDocument(ctx, id))
	}
	return err
}

// collectDocument removes, in small transactions, the rows of a deleted
// document, or the index rows of versions that are no longer searched and the
// text of those that were rejected after some of it was stored.
func (db *DB) collectDocument(ctx context.Context, id ba.DocumentID) error {
	var gone bool
	err := db.engine.read.row(ctx, qDocumentGone, id).Scan(&gone)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return failed("remove a document's rows", err)
	case gone:
		return db.removeDocument(ctx, id)
	}
	for _, q := range []query{qStaleEntries, qRejectedEntries} {
		if err := db.removeEntries(ctx, q, id); err != nil {
			return err
		}
	}
	if err := db.exec(ctx, "remove the text of a rejected document", qRejectedBlocks, id); err != nil {
		return err
	}
	if err := db.repeat(ctx, qRejectedPassages, id); err != nil { // the last, since they tell whether something is left
		return err
	}
	return db.exec(ctx, "remove a document's rows", qGarbageDone, id)
}

func (db *DB) removeDocument(ctx context.Context, id ba.DocumentID) error {
	if err := db.removeEntries(ctx, qDocumentEntries, id); err != nil {
		return err
	}
	for _, q := range []query{qSomePassages, qSomePieces} {
		if err := db.repeat(ctx, q, id); err != nil {
			return err
		}
	}
	return db.exec(ctx, "remove a document", qRemoveDocument, id)
}

// repeat runs a statement that removes some rows until none are left.
func (db *DB) repeat(ctx context.Context, q query, arg any) error {
	for {
		var n int64
		err := db.write(ctx, "remove rows", func(t *tx) (err error) {
			n, err = t.exec(q, arg)
			return err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}

// PurgeProjects destroys projects that were deleted before the time: first the
// data key, which nothing brings back, then index and rows. It returns how
// many went. A purge that is cut short goes on at the next call.
func (db *DB) PurgeProjects(ctx context.Context, deletedBefore time.Time) (int, error) {
	ids, err := listIDs[ba.ProjectID](ctx, db, qPurgeable, toMS(deletedBefore))
	if err != nil {
		return 0, err
	}
	purged := 0
	for _, id := range ids {
		if err := db.purge(ctx, id, deletedBefore); err != nil {
			return purged, err
		}
		purged++
	}
	return purged, nil
}

func (db *DB) purge(ctx context.Context, id ba.ProjectID, deletedBefore time.Time) error {
	err := db.write(ctx, "destroy a project", func(t *tx) error {
		return t.change(ba.E(ba.NotFound, noProject), qPurging, id, toMS(deletedBefore))
	})
	if err != nil { // restored in this very moment
		if ba.KindOf(err) == ba.NotFound {
			return nil
		}
		return err
	}
	if err := db.vault.DeleteScope(ctx, ba.ProjectScope(id)); err != nil {
		return err
	}
	if err := db.purgeDocuments(ctx, id); err != nil {
		return err
	}
	if err := db.purgeThreads(ctx, id); err != nil {
		return err
	}
	if err := db.purgeArtifacts(ctx, id); err != nil {
		return err
	}
	if err := db.purgeRequirements(ctx, id); err != nil {
		return err
	}
	return db.audited(ctx, "destroy a project", ba.Act(ba.Actor{}, ba.ActProjectPurged, "project", string(id)).Of(id), func(t *tx) error {
		_, err := t.exec(qRemoveProject, id)
		return err
	})
}

func (db *DB) purgeDocuments(ctx context.Context, project ba.ProjectID) error {
	for {
		ids, err := listIDs[ba.DocumentID](ctx, db, qProjectPapers, project)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			if err := db.exec(ctx, "delete a document", qLoseDocument, toMS(db.clock()), id); err != nil {
				return err
			}
			if err := db.removeDocument(ctx, id); err != nil {
				return err
			}
		}
	}
}

func (db *DB) purgeThreads(ctx context.Context, project ba.ProjectID) error {
	for {
		ids, err := listIDs[ba.ThreadID](ctx, db, qProjectTalks, project)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			if err := db.removeThread(ctx, id); err != nil {
				return err
			}
		}
	}
}

func (db *DB) purgeArtifacts(ctx context.Context, project ba.ProjectID) error {
	for {
		ids, err := listIDs[ba.ArtifactID](ctx, db, qProjectWorks, project)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			if err := db.removeEntries(ctx, qEntryOfItem, string(id)); err != nil {
				return err
			}
			if err := db.exec(ctx, "remove an artifact", qDeleteArtifact, id); err != nil {
				return err
			}
		}
	}
}

func (db *DB) purgeRequirements(ctx context.Context, project ba.ProjectID) error {
	for {
		ids, err := listIDs[ba.RequirementID](ctx, db, qProjectNeeds, project)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			if err := db.removeEntries(ctx, qEntryOfItem, string(id)); err != nil {
				return err
			}
			if err := db.exec(ctx, "remove a requirement", qLoseNeed, id); err != nil {
				return err
			}
		}
	}
}

// removeThread removes a thread's index rows, then the thread.
func (db *DB) removeThread(ctx context.Context, id ba.ThreadID) error {
	if err := db.removeEntries(ctx, qThreadEntries, id); err != nil {
		return err
	}
	return db.write(ctx, "remove a thread", func(t *tx) error {
		if _, err := t.exec(qThreadSuspect, id); err != nil {
			return err
		}
		_, err := t.exec(qRemoveThread, id)
		return err
	})
}

func listIDs[T ~string](ctx context.Context, db *DB, q query, args ...any) ([]T, error) {
	rows, err := db.engine.read.rows(ctx, q, args...)
	ids, err := collect(rows, err, func(r *sql.Rows) (id T, err error) { return id, r.Scan(&id) })
	return ids, failed("list what is to be removed", err)
}
