package store

import (
	"context"
	"database/sql"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	qCoverage query = `SELECT d.id, d.indexed, d.surveyed, v.filename, v.passages,
		(SELECT count(*) FROM passages g WHERE g.document_id = d.id AND g.version = d.indexed AND g.statements > 0),
		(SELECT coalesce(sum(g.statements), 0) FROM passages g WHERE g.document_id = d.id AND g.version = d.indexed AND g.statements > 0),
		(SELECT count(*) FROM passages g WHERE g.document_id = d.id AND g.version = d.indexed AND g.statements > 0
			AND EXISTS (SELECT 1 FROM requirement_links l WHERE l.passage_id = g.id AND l.passage_id <> '' AND l.state = 'verified'))
		FROM documents d JOIN document_versions v ON v.document_id = d.id AND v.version = d.indexed
		WHERE d.project_id = $1 AND d.deleted_at = 0 AND d.indexed > 0 ORDER BY d.created_at, d.id LIMIT $2`
	qIndexedDocuments query = `SELECT d.id, d.indexed, v.filename FROM documents d JOIN document_versions v ON v.document_id = d.id AND v.version = d.indexed
		WHERE d.project_id = $1 AND d.deleted_at = 0 AND d.indexed > 0 ORDER BY d.created_at, d.id LIMIT $2`
	qUncovered query = `SELECT ` + passageColumns + `, g.statements FROM passages g JOIN documents d ON d.id = g.document_id
		WHERE g.document_id = $1 AND g.version = $2 AND g.statements > 0 AND d.project_id = $3 AND g.seq > $4
		AND NOT EXISTS (SELECT 1 FROM requirement_links l WHERE l.passage_id = g.id AND l.passage_id <> '' AND l.state = 'verified')
		ORDER BY g.seq LIMIT $5`
)

// maxCovered bounds the documents whose coverage is counted.
const maxCovered = 5_000

// Coverage counts, for each document of a project whose text is searched, the
// passages that hold statements and those that requirements refer to. The
// oldest document comes first.
func (db *DB) Coverage(ctx context.Context, a ba.Actor, project ba.ProjectID) ([]ba.DocumentCoverage, error) {
	if err := require(db.rower(ctx), a, project, ba.RoleViewer); err != nil {
		return nil, err
	}
	type row struct {
		ba.DocumentCoverage
		filename []byte
	}
	rows, err := db.engine.read.rows(ctx, qCoverage, project, maxCovered)
	found, err := collect(rows, err, func(r *sql.Rows) (c row, err error) {
		var surveyed int
		err = r.Scan(&c.Document, &c.Version, &surveyed, &c.filename, &c.Passages, &c.Stating, &c.Statements, &c.Covered)
		c.Pending = surveyed != c.Version
		return c, err
	})
	if err != nil {
		return nil, failed("count what is covered", err)
	}
	all := make([]ba.DocumentCoverage, len(found))
	for i, c := range found {
		s := db.sealer(ctx, ba.ProjectScope(project), string(c.Document), int64(c.Version))
		c.Filename = s.open("document filename", c.filename)
		if s.err != nil {
			return nil, s.err
		}
		all[i] = c.DocumentCoverage
	}
	return all, nil
}

// searchedDocument is a document in the version that search finds.
type searchedDocument struct {
	id       ba.DocumentID
	version  int
	filename []byte
}

func (db *DB) searchedDocuments(ctx context.Context, project ba.ProjectID) ([]searchedDocument, error) {
	rows, err := db.engine.read.rows(ctx, qIndexedDocuments, project, maxCovered)
	documents, err := collect(rows, err, func(r *sql.Rows) (d searchedDocument, err error) {
		return d, r.Scan(&d.id, &d.version, &d.filename)
	})
	return documents, failed("list documents", err)
}

// SourceNames returns the file names of the documents of a project whose text
// is searched.
func (db *DB) SourceNames(ctx context.Context, a ba.Actor, project ba.ProjectID) (map[ba.DocumentID]string, error) {
	if err := require(db.rower(ctx), a, project, ba.RoleViewer); err != nil {
		return nil, err
	}
	documents, err := db.searchedDocuments(ctx, project)
	if err != nil {
		return nil, err
	}
	names := make(map[ba.DocumentID]string, len(documents))
	for _, d := range documents {
		s := db.sealer(ctx, ba.ProjectScope(project), string(d.id), int64(d.version))
		if names[d.id] = s.open("document filename", d.filename); s.err != nil {
			return nil, s.err
		}
	}
	return names, nil
}

// Uncovered lists the passages that hold statements and that no requirement
// refers to: of one document, or with none given of all of the project, the
// oldest document first.
func (db *DB) Uncovered(ctx context.Context, a ba.Actor, project ba.ProjectID, only ba.DocumentID, page ba.Page) (ba.List[ba.UncoveredPassage], error) {
	pages := db.pager(ctx, "uncovered passages of "+string(project)+string(only), page)
	from, err := pages.oldestFirst()
	if err != nil {
		return ba.List[ba.UncoveredPassage]{}, err
	}
	if err := require(db.rower(ctx), a, project, ba.RoleViewer); err != nil {
		return ba.List[ba.UncoveredPassage]{}, err
	}
	documents, err := db.searchedDocuments(ctx, project)
	if err != nil {
		return ba.List[ba.UncoveredPassage]{}, err
	}
	found, err := db.uncovered(ctx, project, startAt(documents, only, from), from, pages.asked())
	if err != nil {
		return ba.List[ba.UncoveredPassage]{}, err
	}
	return listOf(pages, found, func(u ba.UncoveredPassage) cursor { return cursor{int64(u.Seq), string(u.Document)} })
}

// startAt leaves out the documents before the cursor's, and all but the only one.
func startAt(documents []searchedDocument, only ba.DocumentID, from cursor) []searchedDocument {
	for i, d := range documents {
		if d.id == only || only == "" && string(d.id) == from.id {
			if only != "" {
				return documents[i : i+1]
			}
			return documents[i:]
		}
	}
	if only != "" || from.id != "" { // it was deleted since
		return nil
	}
	return documents
}

// uncovered goes through the documents until it has as many passages as asked.
func (db *DB) uncovered(ctx context.Context, project ba.ProjectID, documents []searchedDocument, from cursor, asked int) ([]ba.UncoveredPassage, error) {
	var found []ba.UncoveredPassage
	for _, d := range documents {
		after := int64(-1)
		if string(d.id) == from.id {
			after = from.n
		}
		more, err := db.uncoveredIn(ctx, project, d, after, asked-len(found))
		if err != nil {
			return nil, err
		}
		if found = append(found, more...); len(found) >= asked {
			break
		}
	}
	return found, nil
}

func (db *DB) uncoveredIn(ctx context.Context, project ba.ProjectID, d searchedDocument, after int64, asked int) ([]ba.UncoveredPassage, error) {
	type row struct {
		passageRow
		statements int
	}
	rows, err := db.engine.read.rows(ctx, qUncovered, d.id, d.version, project, after, asked)
	found, err := collect(rows, err, func(r *sql.Rows) (u row, err error) {
		u.passageRow, err = scanPassage(func(dest ...any) error { return r.Scan(append(dest, &u.statements)...) })
		return u, err
	})
	if err != nil {
		return nil, failed("list what is not covered", err)
	}
	s := db.sealer(ctx, ba.ProjectScope(project), string(d.id), int64(d.version))
	filename := s.open("document filename", d.filename)
	if s.err != nil {
		return nil, s.err
	}
	list := make([]ba.UncoveredPassage, len(found))
	for i, u := range found {
		p, err := db.openPassage(ctx, u.passageRow)
		if err != nil {
			return nil, err
		}
		list[i] = ba.UncoveredPassage{Passage: p, Filename: filename, Statements: u.statements}
	}
	return list, nil
}
