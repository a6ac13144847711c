package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	passageColumns = `g.id, g.document_id, g.version, g.seq, g.first_block, g.last_block, g.body, d.project_id`

	qPassage query = `SELECT ` + passageColumns + ` FROM passages g JOIN documents d ON d.id = g.document_id` + visible + `
		WHERE g.id = $2 AND d.deleted_at = 0`
	qPassagesAround query = `SELECT ` + passageColumns + ` FROM passages g JOIN documents d ON d.id = g.document_id
		WHERE g.document_id = $1 AND g.version = $2 AND g.seq >= $3 AND g.seq <= $4 ORDER BY g.seq LIMIT 200`
	qBlockPage query = `SELECT b.data, d.project_id FROM block_pages b JOIN documents d ON d.id = b.document_id` + visible + `
		WHERE b.document_id = $2 AND b.version = $3 AND b.page = $4 AND d.deleted_at = 0`
	qBlockPages query = `SELECT count(b.page) FROM documents d` + visible + `
		LEFT JOIN block_pages b ON b.document_id = d.id AND b.version = $3 WHERE d.id = $2 AND d.deleted_at = 0 GROUP BY d.id`
)

const noPassage = "This passage does not exist, or its document was deleted."

// textRows is a document's text, sealed and blinded.
type textRows struct {
	passages []passageSealed
	blocks   map[int][]byte
}

type passageSealed struct {
	id               ba.PassageID
	seq, first, last int
	body             []byte
	terms            []string
}

func (db *DB) sealText(ctx context.Context, j ba.Job, passages []ba.Passage, terms [][]string, blockPages map[int][]byte) (textRows, error) {
	if len(terms) != len(passages) {
		return textRows{}, fmt.Errorf("%d passages with the terms of %d", len(passages), len(terms))
	}
	scope := ba.ProjectScope(j.Project)
	blinder, err := db.vault.Blinder(ctx, scope)
	if err != nil {
		return textRows{}, err
	}
	rows := textRows{passages: make([]passageSealed, len(passages)), blocks: make(map[int][]byte, len(blockPages))}
	for i, p := range passages {
		plain, err := packPassage(p)
		if err != nil {
			return textRows{}, err
		}
		s := db.sealer(ctx, scope, string(p.ID), int64(j.Version))
		rows.passages[i] = passageSealed{id: p.ID, seq: p.Seq, first: p.FirstBlock, last: p.LastBlock,
			body: s.sealBytes("passage", plain), terms: blind(blinder, terms[i])}
		if s.err != nil {
			return textRows{}, s.err
		}
	}
	for page, data := range blockPages {
		s := db.sealer(ctx, scope, blockRow(j.Document, page), int64(j.Version))
		if rows.blocks[page] = s.sealBytes("block page", data); s.err != nil {
			return textRows{}, s.err
		}
	}
	return rows, nil
}

func blockRow(id ba.DocumentID, page int) string { return fmt.Sprintf("%s/%d", id, page) }

// packPassage puts locator and text into one value: one seal, one open.
func packPassage(p ba.Passage) ([]byte, error) {
	locator, err := json.Marshal(p.Locator)
	if err != nil {
		return nil, fmt.Errorf("encode a locator: %w", err)
	}
	b := binary.AppendUvarint(make([]byte, 0, len(locator)+len(p.Text)+4), uint64(len(locator)))
	return append(append(b, locator...), p.Text...), nil
}

func unpackPassage(b []byte, p *ba.Passage) error {
	n, head := binary.Uvarint(b)
	if head <= 0 || n > uint64(len(b)-head) {
		return errors.New("a passage is malformed")
	}
	b = b[head:]
	p.Text = string(b[n:])
	return json.Unmarshal(b[:n], &p.Locator)
}

// passageRow is a passage with its sealed body.
type passageRow struct {
	ba.Passage
	body    []byte
	project ba.ProjectID
}

func scanPassage(scan func(...any) error) (passageRow, error) {
	var p passageRow
	err := scan(&p.ID, &p.Document, &p.Version, &p.Seq, &p.FirstBlock, &p.LastBlock, &p.body, &p.project)
	return p, err
}

func (db *DB) openPassage(ctx context.Context, p passageRow) (ba.Passage, error) {
	s := db.sealer(ctx, ba.ProjectScope(p.project), string(p.ID), int64(p.Version))
	plain := s.openBytes("passage", p.body)
	if s.err != nil {
		return ba.Passage{}, s.err
	}
	err := unpackPassage(plain, &p.Passage)
	return p.Passage, err
}

// Passage returns a passage, of an older version of its document too, or NotFound.
func (db *DB) Passage(ctx context.Context, a ba.Actor, id ba.PassageID) (ba.Passage, error) {
	p, err := scanPassage(db.engine.read.row(ctx, qPassage, a.User, id).Scan)
	if err != nil {
		return ba.Passage{}, missing(err, "read a passage", noPassage)
	}
	return db.openPassage(ctx, p)
}

// PassagesAround returns a passage with up to before that precede and after
// that follow it in the same version of the document, in order.
func (db *DB) PassagesAround(ctx context.Context, a ba.Actor, id ba.PassageID, before, after int) ([]ba.Passage, error) {
	p, err := scanPassage(db.engine.read.row(ctx, qPassage, a.User, id).Scan)
	if err != nil {
		return nil, missing(err, "read a passage", noPassage)
	}
	before, after = clamp(before), clamp(after)
	rows, err := db.engine.read.rows(ctx, qPassagesAround, p.Document, p.Version, p.Seq-before, p.Seq+after)
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

func clamp(n int) int { return max(0, min(n, 99)) }

// BlockPage returns one page of a version's blocks, or NotFound.
func (db *DB) BlockPage(ctx context.Context, a ba.Actor, id ba.DocumentID, version, page int) ([]byte, error) {
	var data []byte
	var project ba.ProjectID
	if err := db.engine.read.row(ctx, qBlockPage, a.User, id, version, page).Scan(&data, &project); err != nil {
		return nil, missing(err, "read a document's text", "This part of the document's text does not exist.")
	}
	s := db.sealer(ctx, ba.ProjectScope(project), blockRow(id, page), int64(version))
	plain := s.openBytes("block page", data)
	return plain, s.err
}

// BlockPages returns how many pages of blocks a version has; 0 for a version
// without text. NotFound where there is no such document.
func (db *DB) BlockPages(ctx context.Context, a ba.Actor, id ba.DocumentID, version int) (int, error) {
	var n int
	err := db.engine.read.row(ctx, qBlockPages, a.User, id, version).Scan(&n)
	return n, missing(err, "read a document's text", noDocument)
}
