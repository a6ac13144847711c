package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	qSurveys query = `SELECT d.id, d.project_id, d.indexed FROM documents d JOIN projects p ON p.id = d.project_id AND p.deleted_at = 0
		WHERE d.surveyed <> d.indexed AND d.deleted_at = 0 AND d.id > $1 ORDER BY d.id LIMIT 20`
	qSurveyHeld      query = `SELECT id FROM documents WHERE id = $1 AND project_id = $2 AND indexed = $3 AND surveyed <> $3 AND deleted_at = 0 FOR UPDATE`
	qSurveyed        query = `UPDATE documents SET surveyed = $1 WHERE id = $2 AND project_id = $3`
	qNoStatements    query = `UPDATE passages SET statements = 0 WHERE document_id = $1 AND version = $2 AND statements > 0`
	qSetStatements   query = `UPDATE passages SET statements = $1 WHERE id = $2 AND document_id = $3`
	qSearchedVersion query = `SELECT d.project_id, d.indexed FROM documents d` + visible + `WHERE d.id = $2 AND d.deleted_at = 0 AND d.version > 0`
	qVersionText     query = `SELECT ` + passageColumns + ` FROM passages g JOIN documents d ON d.id = g.document_id
		WHERE g.document_id = $1 AND g.version = $2 AND d.project_id = $3 AND d.deleted_at = 0 AND g.seq >= $4 ORDER BY g.seq LIMIT 200`
	qSurveyBlocks query = `SELECT b.data FROM block_pages b JOIN documents d ON d.id = b.document_id
		WHERE b.document_id = $1 AND b.version = $2 AND b.page = $3 AND d.project_id = $4 AND d.deleted_at = 0`
	qPassagesByID query = `WITH g AS MATERIALIZED (SELECT id, document_id, version, seq, first_block, last_block, body FROM passages
			WHERE id IN (SELECT value FROM json_each($1)) LIMIT 400)
		SELECT ` + passageColumns + ` FROM g JOIN documents d ON d.id = g.document_id WHERE d.project_id = $2 LIMIT 400`
)

// Surveys returns some documents whose searched version was not surveyed yet,
// in the order of their ids after the one given.
func (db *DB) Surveys(ctx context.Context, after ba.DocumentID) ([]ba.Survey, error) {
	rows, err := db.engine.read.rows(ctx, qSurveys, after)
	found, err := collect(rows, err, func(r *sql.Rows) (s ba.Survey, err error) {
		return s, r.Scan(&s.Document, &s.Project, &s.Version)
	})
	return found, failed("find documents to survey", err)
}

// SurveyText returns the next passages of the version from a place on, in
// order; none after its end.
func (db *DB) SurveyText(ctx context.Context, v ba.Survey, from int) ([]ba.Passage, error) {
	return db.versionText(ctx, v, from)
}

// SurveyBlocks returns a page of the version's blocks, counted from 0, or
// NotFound after the last.
func (db *DB) SurveyBlocks(ctx context.Context, v ba.Survey, page int) ([]byte, error) {
	var data []byte
	if err := db.engine.read.row(ctx, qSurveyBlocks, v.Document, v.Version, page, v.Project).Scan(&data); err != nil {
		return nil, missing(err, "read a document's text", "This part of the document's text does not exist.")
	}
	s := db.sealer(ctx, ba.ProjectScope(v.Project), blockRow(v.Document, page), int64(v.Version))
	plain := s.openBytes("block page", data)
	return plain, s.err
}

// SearchedText returns the next passages of the version of a document that is
// searched, from a place on, in order; none after its end, or where it has no
// text.
func (db *DB) SearchedText(ctx context.Context, a ba.Actor, id ba.DocumentID, from int) ([]ba.Passage, error) {
	v := ba.Survey{Document: id}
	if err := db.engine.read.row(ctx, qSearchedVersion, a.User, id).Scan(&v.Project, &v.Version); err != nil {
		return nil, missing(err, "find a document", noDocument)
	}
	return db.versionText(ctx, v, from)
}

func (db *DB) versionText(ctx context.Context, v ba.Survey, from int) ([]ba.Passage, error) {
	rows, err := db.engine.read.rows(ctx, qVersionText, v.Document, v.Version, v.Project, from)
	return db.openPassages(ctx, rows, err)
}

func (db *DB) openPassages(ctx context.Context, rows *sql.Rows, err error) ([]ba.Passage, error) {
	found, err := collect(rows, err, func(r *sql.Rows) (passageRow, error) { return scanPassage(r.Scan) })
	if err != nil {
		return nil, failed("read passages", err)
	}
	passages := make([]ba.Passage, len(found))
	for i, p := range found {
		if passages[i], err = db.openPassage(ctx, p); err != nil {
			return nil, err
		}
	}
	return passages, nil
}

// SurveyLinks returns all links to the document, opened, and the passages that
// they quote as far as these are kept.
func (db *DB) SurveyLinks(ctx context.Context, v ba.Survey) ([]ba.SurveyedLink, map[ba.PassageID]ba.Passage, error) {
	found, err := db.sourceLinkRows(ctx, v.Project, qDocumentLinks, string(v.Document))
	if err != nil {
		return nil, nil, err
	}
	links := make([]ba.SurveyedLink, len(found))
	var ids []ba.PassageID
	for i, l := range found {
		opened, err := db.openLink(ctx, l)
		if err != nil {
			return nil, nil, err
		}
		links[i] = ba.SurveyedLink{Link: opened, Fence: l.version}
		ids = append(ids, l.Passage)
	}
	quoted := make(map[ba.PassageID]ba.Passage)
	for len(ids) > 0 {
		n := min(len(ids), 400)
		if err := db.passagesByID(ctx, v.Project, ids[:n], quoted); err != nil {
			return nil, nil, err
		}
		ids = ids[n:]
	}
	return links, quoted, nil
}

func (db *DB) passagesByID(ctx context.Context, project ba.ProjectID, ids []ba.PassageID, into map[ba.PassageID]ba.Passage) error {
	list, err := idList(ids)
	if err != nil {
		return err
	}
	rows, err := db.engine.read.rows(ctx, qPassagesByID, list, project)
	passages, err := db.openPassages(ctx, rows, err)
	for _, p := range passages {
		into[p.ID] = p
	}
	return err
}

// FinishSurvey stores what a survey found, and reports whether it still
// counts: not where the document is gone, another version is searched, or
// another instance was faster.
func (db *DB) FinishSurvey(ctx context.Context, v ba.Survey, result ba.SurveyResult) (bool, error) {
	rows := make([]linkRow, len(result.Links))
	for i, l := range result.Links {
		var err error
		if rows[i], err = db.sealLink(ctx, v.Project, l.Link, l.Fence+1); err != nil {
			return false, err
		}
	}
	counts := false
	err := db.write(ctx, "finish a survey", func(t *tx) error {
		var held string
		switch err := t.row(qSurveyHeld, v.Document, v.Project, v.Version).Scan(&held); {
		case errors.Is(err, sql.ErrNoRows):
			counts = false
			return nil
		case err != nil:
			return err
		}
		counts = true
		if _, err := t.exec(qNoStatements, v.Document, v.Version); err != nil {
			return err
		}
		for id, n := range result.Statements {
			if _, err := t.exec(qSetStatements, n, id, v.Document); err != nil {
				return err
			}
		}
		for i, l := range rows {
			if _, err := t.exec(qResurveyLink, l.Version, l.Passage, l.State, l.body, l.ID, v.Document, result.Links[i].Fence); err != nil {
				return err
			}
		}
		_, err := t.exec(qSurveyed, v.Version, v.Document, v.Project)
		return err
	})
	return counts, err
}

// qResurveyLink may meet a link that was changed or removed meanwhile: then its
// passage is of the version that is searched already, or it is gone.
const qResurveyLink query = `UPDATE requirement_links SET document_version = $1, passage_id = $2, state = $3, body = $4, version = version + 1
	WHERE id = $5 AND document_id = $6 AND document_id <> '' AND version = $7`
