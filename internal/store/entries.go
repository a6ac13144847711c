package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

const (
	qAddEntrySQLite   query = `INSERT INTO entries (kind, document_id, version, thread_id, item_id) VALUES ($1, $2, $3, $4, $5)`
	qAddTermsSQLite   query = `INSERT INTO terms (rowid, passage, message, artifact) VALUES (last_insert_rowid(), $1, $2, $3)`
	qAddEntryPostgres query = `WITH e AS (INSERT INTO entries (kind, document_id, version, thread_id, item_id) VALUES ($1, $2, $3, $4, $5) RETURNING id)
		INSERT INTO terms (entry_id, kind, length, vector) SELECT e.id, $1, $6::bigint, $7::tsvector FROM e`
	deleteTermsSQLite   query = `DELETE FROM terms WHERE rowid = $1`
	deleteTermsPostgres query = `DELETE FROM terms WHERE entry_id = $1`

	qDeleteEntry query = `DELETE FROM entries WHERE id = $1`
	qEntryOfItem query = `SELECT id FROM entries WHERE item_id = $1 LIMIT 500`

	// Some of the entries that are to go: all of a version, those of other
	// versions than the indexed one, all of a thread.
	qVersionEntries  query = `SELECT id FROM entries WHERE document_id <> '' AND document_id = $1 AND version = $2 LIMIT 500`
	qStaleEntries    query = `SELECT e.id FROM documents d JOIN entries e ON e.document_id = d.id AND e.document_id <> '' AND e.version < d.indexed WHERE d.id = $1 LIMIT 500`
	qRejectedEntries query = `SELECT e.id FROM document_versions v JOIN entries e ON e.document_id = v.document_id AND e.document_id <> '' AND e.version = v.version
		WHERE v.document_id = $1 AND v.status = 'rejected' LIMIT 500`
	qThreadEntries query = `SELECT id FROM entries WHERE thread_id <> '' AND thread_id = $1 LIMIT 500`
)

// maxPosition is the highest position that PostgreSQL keeps in a tsvector;
// words after it are found, but not in phrases. SQLite has no such limit.
const maxPosition = 16383

// entry is something that search finds, with its blinded terms.
type entry struct {
	kind     ba.HitKind
	document ba.DocumentID
	version  int
	thread   ba.ThreadID
	item     string
	terms    []string
}

// blind returns the blinded forms of the terms.
func blind(b *vault.Blinder, terms []string) []string {
	blinded := make([]string, len(terms))
	for i, t := range terms {
		blinded[i] = b.Term(t)
	}
	return blinded
}

// addEntry stores an entry and its terms.
func (db *DB) addEntry(t *tx, e entry) error {
	if db.engine.name == "postgres" {
		_, err := t.exec(qAddEntryPostgres, e.kind, e.document, e.version, e.thread, e.item, len(e.terms), vectorText(e.terms))
		return err
	}
	// Without RETURNING, for which SQLite makes a savepoint of its own, at which
	// FTS5 writes its index: a document would be indexed passage by passage.
	if _, err := t.exec(qAddEntrySQLite, e.kind, e.document, e.version, e.thread, e.item); err != nil {
		return err
	}
	args := []any{"", "", ""}
	args[columnOf(e.kind)] = strings.Join(e.terms, " ")
	_, err := t.exec(qAddTermsSQLite, args...)
	return err
}

// indexColumns are the columns of SQLite's index.
var indexColumns = []string{"passage", "message", "artifact"}

// columnOf returns the place of a kind among indexColumns. Requirements share
// that of artifacts; a search of one of them leaves the other out afterwards.
func columnOf(kind ba.HitKind) int {
	switch kind {
	case ba.HitMessage:
		return 1
	case ba.HitArtifact, ba.HitRequirement:
		return 2
	}
	return 0
}

// vectorText writes terms with their positions as PostgreSQL reads a tsvector.
func vectorText(terms []string) string {
	var b strings.Builder
	b.Grow(len(terms) * 18)
	for i, t := range terms {
		b.WriteString(t)
		b.WriteByte(':')
		b.WriteString(strconv.Itoa(min(i+1, maxPosition)))
		b.WriteByte(' ')
	}
	return b.String()
}

// dropEntries removes entries with their terms.
func (db *DB) dropEntries(t *tx, ids []int64) error {
	for _, id := range ids {
		if _, err := t.exec(db.engine.deleteTerms, id); err != nil {
			return err
		}
		if _, err := t.exec(qDeleteEntry, id); err != nil {
			return err
		}
	}
	return nil
}

// removeEntries removes what the query names, some hundred in a transaction.
func (db *DB) removeEntries(ctx context.Context, q query, args ...any) error {
	for {
		rows, err := db.engine.read.rows(ctx, q, args...)
		ids, err := collect(rows, err, scanID)
		if err != nil {
			return failed("find index rows", err)
		}
		if len(ids) == 0 {
			return nil
		}
		if err := db.write(ctx, "remove index rows", func(t *tx) error { return db.dropEntries(t, ids) }); err != nil {
			return err
		}
	}
}

func scanID(r *sql.Rows) (id int64, err error) { return id, r.Scan(&id) }
