package store

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

const (
	qAddDocument query = `INSERT INTO documents (id, project_id, version, indexed, created_by, created_at) VALUES ($1, $2, 0, 0, $3, $4)`
	qAddVersion  query = `INSERT INTO document_versions (document_id, version, filename, format, size, status, reason_code, pages, empty_pages,
		passages, done, total, epoch, claimed_by, claim_until, created_by, created_at, updated_at)
		VALUES ($1, $2, $3, '', 0, 'uploading', '', 0, 0, 0, 0, 0, 0, '', 0, $4, $5, $5)`
	qNewestVersion query = `SELECT version FROM documents WHERE id = $1 AND project_id = $2 AND deleted_at = 0 FOR UPDATE`
	qAddPiece      query = `INSERT INTO pieces (document_id, version, seq, last, data) VALUES ($1, $2, $3, $4, $5)`
	qUploadAlive   query = `UPDATE document_versions SET updated_at = $1 WHERE document_id = $2 AND version = $3 AND status = 'uploading'`
	qPieceCount    query = `SELECT count(*), coalesce(max(seq), -1), coalesce(sum(last), 0) FROM pieces WHERE document_id = $1 AND version = $2`
	qFinishVersion query = `UPDATE document_versions SET status = 'processing', size = $1, updated_at = $2
		WHERE document_id = $3 AND version = $4 AND status = 'uploading'`
	qNewVersion   query = `UPDATE documents SET version = $1 WHERE id = $2 AND version = $3`
	qAbortVersion query = `DELETE FROM document_versions WHERE document_id = $1 AND version = $2 AND status = 'uploading'`
	qAbortFirst   query = `DELETE FROM documents WHERE id = $1 AND version = 0
		AND NOT EXISTS (SELECT 1 FROM document_versions v WHERE v.document_id = documents.id)`
	qStaleUploads query = `SELECT document_id, version FROM document_versions WHERE status = 'uploading' AND updated_at < $1 ORDER BY updated_at LIMIT 100`
	qPieces       query = `SELECT seq, last, data FROM pieces WHERE document_id = $1 AND version = $2 AND seq >= $3 ORDER BY seq LIMIT 4`
)

// BeginUpload makes room for a document (version 1) or a new version of one.
// It needs an editor. Nothing of it is seen until FinishUpload. A version that
// is not the next one, or is being uploaded already, is a Conflict.
func (db *DB) BeginUpload(ctx context.Context, a ba.Actor, d ba.Document) (ba.Document, error) {
	s := db.sealer(ctx, ba.ProjectScope(d.Project), string(d.ID), int64(d.Version))
	filename := s.seal("document filename", d.Filename)
	if s.err != nil {
		return ba.Document{}, s.err
	}
	d.CreatedAt, d.CreatedBy = fromMS(db.orNow(d.CreatedAt)), a.User
	created := toMS(d.CreatedAt)
	err := db.engine.write.write(ctx, func(t *tx) error {
		if err := require(t.rower(), a, d.Project, ba.RoleEditor); err != nil {
			return err
		}
		if err := roomFor(t, a, d, created); err != nil {
			return err
		}
		_, err := t.exec(qAddVersion, d.ID, d.Version, filename, a.User, created)
		return err
	})
	if duplicate(err) {
		return ba.Document{}, ba.E(ba.Conflict, "A new version of this document is being uploaded already. Wait for it, then try again.")
	}
	d.Status, d.UpdatedAt = ba.DocumentProcessing, d.CreatedAt
	return d, failed("begin an upload", err)
}

// roomFor makes the document of a first version, or checks that a later one is
// the next.
func roomFor(t *tx, a ba.Actor, d ba.Document, created int64) error {
	if d.Version == 1 {
		_, err := t.exec(qAddDocument, d.ID, d.Project, a.User, created)
		return err
	}
	var newest int
	if err := t.row(qNewestVersion, d.ID, d.Project).Scan(&newest); err != nil {
		return missing(err, "find a document", noDocument)
	}
	if d.Version != newest+1 || newest == 0 {
		return ba.E(ba.Conflict, "Somebody else uploaded a new version meanwhile. Look at it first, then try again.")
	}
	return nil
}

func pieceAD(id ba.DocumentID, version int) vault.AD {
	return vault.AD{Purpose: "document piece", Row: string(id), Version: int64(version)}
}

// AppendPieces stores the next pieces of an upload.
func (db *DB) AppendPieces(ctx context.Context, d ba.Document, pieces []ba.Piece) error {
	memory := sealedPieces.Get().(*[]byte)
	defer sealedPieces.Put(memory)
	sealed, err := db.sealPieces(ctx, d, pieces, memory)
	if err != nil {
		return err
	}
	return db.write(ctx, "store pieces", func(t *tx) error {
		if err := t.change(uploadGone(), qUploadAlive, toMS(db.clock()), d.ID, d.Version); err != nil {
			return err
		}
		for i, p := range pieces {
			if _, err := t.exec(qAddPiece, d.ID, d.Version, p.Seq, boolInt(p.Last), sealed[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// sealedPieces is memory for sealed pieces, which are of no use once the
// engine has them.
var sealedPieces = sync.Pool{New: func() any { return new([]byte) }}

// sealPieces seals into the memory, which grows to what the pieces need.
func (db *DB) sealPieces(ctx context.Context, d ba.Document, pieces []ba.Piece, memory *[]byte) ([][]byte, error) {
	need := 0
	for _, p := range pieces {
		need += len(p.Data) + vault.Overhead
	}
	buf := slices.Grow((*memory)[:0], need)
	sealed := make([][]byte, len(pieces))
	for i, p := range pieces {
		from := len(buf)
		var err error
		if buf, err = db.vault.AppendPiece(ctx, buf, ba.ProjectScope(d.Project), pieceAD(d.ID, d.Version), p); err != nil {
			return nil, err
		}
		sealed[i] = buf[from:len(buf):len(buf)]
	}
	*memory = buf
	return sealed, nil
}

func uploadGone() error {
	return ba.E(ba.Conflict, "This upload is over, or was given up. Upload the file again.")
}

// FinishUpload makes the upload the newest version, which waits for its text
// to be extracted, and returns the document as it is at this moment. A missing
// piece is Invalid.
func (db *DB) FinishUpload(ctx context.Context, a ba.Actor, d ba.Document, size int64) (ba.Document, error) {
	var stored documentRow
	act := ba.Act(a, ba.ActDocumentUploaded, "document", string(d.ID)).Of(d.Project).Called(d.Filename).With(fmt.Sprintf("version %d", d.Version))
	err := db.audited(ctx, "finish an upload", act, func(t *tx) error {
		if err := require(t.rower(), a, d.Project, ba.RoleEditor); err != nil {
			return err
		}
		var count, highest, last int
		if err := t.row(qPieceCount, d.ID, d.Version).Scan(&count, &highest, &last); err != nil {
			return err
		}
		if last != 1 || count != highest+1 {
			return ba.E(ba.Invalid, "The upload is not complete. Upload the file again.")
		}
		now := toMS(db.clock())
		if err := t.change(uploadGone(), qFinishVersion, size, now, d.ID, d.Version); err != nil {
			return err
		}
		if err := t.change(uploadGone(), qNewVersion, d.Version, d.ID, d.Version-1); err != nil {
			return err
		}
		if err := touch(t, d.Project, now); err != nil {
			return err
		}
		var err error
		stored, err = scanDocument(t.row(qDocument, a.User, d.ID).Scan)
		return err
	})
	if err != nil {
		return ba.Document{}, err
	}
	return db.openDocument(ctx, stored)
}

// AbortUpload removes what was stored of an upload that is not finished.
func (db *DB) AbortUpload(ctx context.Context, d ba.Document) error {
	return db.write(ctx, "give up an upload", func(t *tx) error { return abort(t, d.ID, d.Version) })
}

func abort(t *tx, id ba.DocumentID, version int) error {
	if _, err := t.exec(qAbortVersion, id, version); err != nil {
		return err
	}
	_, err := t.exec(qAbortFirst, id)
	return err
}

// SweepUploads removes uploads that stored nothing since before, and rows of
// deleted documents that a crash left.
func (db *DB) SweepUploads(ctx context.Context, before time.Time) error {
	rows, err := db.engine.read.rows(ctx, qStaleUploads, toMS(before))
	stale, err := collect(rows, err, func(r *sql.Rows) (d ba.Document, err error) {
		return d, r.Scan(&d.ID, &d.Version)
	})
	if err != nil {
		return failed("find uploads that were given up", err)
	}
	for _, d := range stale {
		if err := db.AbortUpload(ctx, d); err != nil {
			return err
		}
	}
	return db.collectGarbage(ctx)
}

// Pieces yields the original of a version, opened, in order. It ends with an
// error where a piece is missing, altered, or the end is.
func (db *DB) Pieces(ctx context.Context, a ba.Actor, id ba.DocumentID, version int) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		project, err := requireDocument(db.rower(ctx), a, id, ba.RoleViewer)
		if err != nil {
			yield(nil, err)
			return
		}
		db.pieces(ctx, project, id, version, yield)
	}
}

// pieces reads a few pieces at a time, so that a slow reader holds no
// connection and the memory stays flat.
func (db *DB) pieces(ctx context.Context, project ba.ProjectID, id ba.DocumentID, version int, yield func([]byte, error) bool) {
	for next := 0; ; {
		rows, err := db.engine.read.rows(ctx, qPieces, id, version, next)
		batch, err := collect(rows, err, func(r *sql.Rows) (p ba.Piece, err error) {
			return p, r.Scan(&p.Seq, &p.Last, &p.Data)
		})
		if err == nil && len(batch) == 0 {
			err = fmt.Errorf("piece %d of the original is missing", next)
		}
		if err != nil {
			yield(nil, failed("read an original", err))
			return
		}
		for _, p := range batch {
			data, err := db.vault.OpenPiece(ctx, ba.ProjectScope(project), pieceAD(id, version), next, p.Last, p.Data)
			if err != nil {
				yield(nil, fmt.Errorf("read an original: %w", err))
				return
			}
			if !yield(data, nil) || p.Last {
				return
			}
			next++
		}
	}
}
