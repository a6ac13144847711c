package store

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	qNextJob query = `SELECT v.document_id, d.project_id, v.version, v.filename, v.size, v.epoch FROM document_versions v
		JOIN documents d ON d.id = v.document_id JOIN projects p ON p.id = d.project_id
		WHERE v.status = 'processing' AND (v.claim_until < $1 OR v.claim_until > $2) AND d.deleted_at = 0 AND p.deleted_at = 0
		ORDER BY v.created_at LIMIT 1 FOR UPDATE OF v SKIP LOCKED`
	qClaimJob query = `UPDATE document_versions SET epoch = epoch + 1, claimed_by = $1, claim_until = $2, done = 0, total = 0, passages = 0, updated_at = $3
		WHERE document_id = $4 AND version = $5 AND epoch = $6 AND status = 'processing'`
	qJobHeld   query = `SELECT epoch FROM document_versions WHERE document_id = $1 AND version = $2 AND epoch = $3 AND status = 'processing' FOR UPDATE`
	qJobsAlive query = `UPDATE document_versions SET done = $1, total = $2, claim_until = $3
		WHERE document_id = $4 AND version = $5 AND epoch = $6 AND status = 'processing'`
	qFinishJob query = `UPDATE document_versions SET format = $1, status = $2, reason_code = $3, detail = $4, pages = $5, empty_pages = $6,
		passages = $7, claim_until = 0, updated_at = $8 WHERE document_id = $9 AND version = $10 AND epoch = $11 AND status = 'processing'`
	qSwapIndex query = `UPDATE documents SET garbage = CASE WHEN indexed > 0 THEN 1 ELSE garbage END, indexed = $1
		WHERE id = $2 AND indexed < $1 AND deleted_at = 0`
	qRejected   query = `UPDATE documents SET garbage = 1 WHERE id = $1`
	qAddPassage query = `INSERT INTO passages (id, document_id, version, seq, first_block, last_block, body) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	qAddBlocks  query = `INSERT INTO block_pages (document_id, version, page, data) VALUES ($1, $2, $3, $4)
		ON CONFLICT (document_id, version, page) DO UPDATE SET data = excluded.data`

	qClearPassages query = `DELETE FROM passages WHERE document_id = $1 AND version = $2`
	qClearBlocks   query = `DELETE FROM block_pages WHERE document_id = $1 AND version = $2`
)

// ClaimJob gives the caller the oldest document version whose text is to be
// extracted and that nobody holds, and reports whether there is one. What an
// earlier claim left of its text is removed.
func (db *DB) ClaimJob(ctx context.Context, owner string, until time.Time) (ba.Job, bool, error) {
	now := toMS(db.clock())
	var j ba.Job
	var filename []byte
	err := db.engine.write.write(ctx, func(t *tx) error {
		if err := t.row(qNextJob, now, now+longestLease.Milliseconds()).Scan(&j.Document, &j.Project, &j.Version, &filename, &j.Size, &j.Epoch); err != nil {
			return err
		}
		if err := t.change(sql.ErrNoRows, qClaimJob, owner, toMS(until), now, j.Document, j.Version, j.Epoch); err != nil {
			return err
		}
		j.Epoch++
		j.Until = until
		return nil
	})
	if errors.Is(err, sql.ErrNoRows) {
		return ba.Job{}, false, nil
	}
	if err != nil {
		return ba.Job{}, false, failed("claim a document", err)
	}
	if j.Epoch > 1 {
		if err := db.clearText(ctx, j); err != nil {
			return ba.Job{}, false, err
		}
	}
	s := db.sealer(ctx, ba.ProjectScope(j.Project), string(j.Document), int64(j.Version))
	j.Filename = s.open("document filename", filename)
	return j, s.err == nil, s.err
}

// clearText removes what an earlier claim left.
func (db *DB) clearText(ctx context.Context, j ba.Job) error {
	if err := db.removeEntries(ctx, qVersionEntries, j.Document, j.Version); err != nil {
		return err
	}
	return db.write(ctx, "clear a document's text", func(t *tx) error {
		if _, err := t.exec(qClearPassages, j.Document, j.Version); err != nil {
			return err
		}
		_, err := t.exec(qClearBlocks, j.Document, j.Version)
		return err
	})
}

func jobLost() error {
	return ba.E(ba.Conflict, "Another worker has taken over this document.")
}

// held fails with Conflict unless the job is still the caller's.
func held(t *tx, j ba.Job) error {
	var epoch int64
	err := t.row(qJobHeld, j.Document, j.Version, j.Epoch).Scan(&epoch)
	if errors.Is(err, sql.ErrNoRows) {
		return jobLost()
	}
	return err
}

// JobPieces yields the original of the job's document.
func (db *DB) JobPieces(ctx context.Context, j ba.Job) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		db.pieces(ctx, j.Project, j.Document, j.Version, yield)
	}
}

// JobProgress stores how far the job is and renews the claim. Conflict means
// that somebody else has it now.
func (db *DB) JobProgress(ctx context.Context, j ba.Job, p ba.Progress, until time.Time) error {
	return db.write(ctx, "store a document's progress", func(t *tx) error {
		return t.change(jobLost(), qJobsAlive, p.Done, p.Total, toMS(until), j.Document, j.Version, j.Epoch)
	})
}

// AddText stores passages with the index terms of each, and pages of blocks.
// The text is found by searches after FinishJob, all of it at once.
func (db *DB) AddText(ctx context.Context, j ba.Job, passages []ba.Passage, terms [][]string, blockPages map[int][]byte) error {
	rows, err := db.sealText(ctx, j, passages, terms, blockPages)
	if err != nil {
		return err
	}
	return db.write(ctx, "store a document's text", func(t *tx) error {
		if err := held(t, j); err != nil {
			return err
		}
		for _, r := range rows.passages {
			if _, err := t.exec(qAddPassage, r.id, j.Document, j.Version, r.seq, r.first, r.last, r.body); err != nil {
				return err
			}
			e := entry{kind: ba.HitPassage, document: j.Document, version: j.Version, item: string(r.id), terms: r.terms}
			if err := db.addEntry(t, e); err != nil {
				return err
			}
		}
		for page, data := range rows.blocks {
			if _, err := t.exec(qAddBlocks, j.Document, j.Version, page, data); err != nil {
				return err
			}
		}
		return nil
	})
}

// FinishJob stores what became of the text and makes searches find it instead
// of the version before. A rejected version leaves the earlier one searchable,
// and nothing of the text that it had stored.
func (db *DB) FinishJob(ctx context.Context, j ba.Job, e ba.Extraction) error {
	s := db.sealer(ctx, ba.ProjectScope(j.Project), string(j.Document), int64(j.Version))
	detail := s.sealJSON("document detail", documentDetail{Reason: e.Reason, Notes: e.Notes}, e.Reason == "" && len(e.Notes) == 0)
	if s.err != nil {
		return s.err
	}
	err := db.write(ctx, "finish a document", func(t *tx) error {
		now := toMS(db.clock())
		if err := t.change(jobLost(), qFinishJob, e.Format, e.Status, e.ReasonCode, detail, e.Pages, e.EmptyPages, e.Passages, now,
			j.Document, j.Version, j.Epoch); err != nil {
			return err
		}
		swap, args := qSwapIndex, []any{j.Version, j.Document}
		if e.Status == ba.DocumentRejected {
			swap, args = qRejected, args[1:]
		}
		if _, err := t.exec(swap, args...); err != nil {
			return err
		}
		return touch(t, j.Project, now)
	})
	if err != nil {
		return err
	}
	return db.collectDocument(ctx, j.Document)
}
