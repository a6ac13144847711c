package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

const (
	qBareEntriesSQLite query = `SELECT e.id, e.kind, e.item_id FROM entries e
		WHERE e.id > $1 AND NOT EXISTS (SELECT 1 FROM terms WHERE terms.rowid = e.id) ORDER BY e.id LIMIT 200`
	qBareEntriesPostgres query = `SELECT e.id, e.kind, e.item_id FROM entries e
		WHERE e.id > $1 AND NOT EXISTS (SELECT 1 FROM terms WHERE terms.entry_id = e.id) ORDER BY e.id LIMIT 200`
	qSetTermsSQLite   query = `INSERT INTO terms (rowid, passage, message, artifact) VALUES ($1, $2, $3, $4)`
	qSetTermsPostgres query = `INSERT INTO terms (entry_id, kind, length, vector)
		SELECT (n->>'id')::bigint, n->>'kind', (n->>'length')::bigint, (n->>'vector')::tsvector FROM jsonb_array_elements($1::jsonb) n`

	qPassageTexts query = `SELECT ` + passageColumns + ` FROM passages g JOIN documents d ON d.id = g.document_id
		WHERE g.id IN (SELECT value FROM json_each($1)) LIMIT 400`
	qMessageTexts query = `SELECT ` + messageColumns + ` FROM messages g JOIN threads t ON t.id = g.thread_id
		WHERE g.id IN (SELECT value FROM json_each($1)) LIMIT 400`
	qRequirementTexts query = `SELECT ` + requirementColumns + ` FROM requirements r WHERE r.id IN (SELECT value FROM json_each($1)) LIMIT 400`
	qArtifactText     query = `SELECT ` + artifactColumns + `, ` + versionColumns + `, v.body FROM artifacts d
		JOIN artifact_versions v ON v.artifact_id = d.id AND v.version = d.version WHERE d.id = $1`
)

// bareEntry is a row of entries whose terms are to be made.
type bareEntry struct {
	id   int64
	kind ba.HitKind
	item string
}

// FinishLoad makes a database that Load has filled ready for use: numbers that
// the engine gives go on after those that are there, the index of search is
// made from the content, and the planner learns how large the tables are. It
// may be stopped and called again. report is told how many entries of the index
// were made; nil is nobody.
func (db *DB) FinishLoad(ctx context.Context, report func(done int)) error {
	if err := db.settleCounters(ctx); err != nil {
		return err
	}
	if err := db.Reindex(ctx, report); err != nil {
		return err
	}
	if db.engine.name == "postgres" {
		return db.exec(ctx, "gather statistics", "ANALYZE")
	}
	return nil
}

func (db *DB) settleCounters(ctx context.Context) error {
	tables, err := db.Tables(ctx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		for _, c := range t.Columns {
			if !c.counted {
				continue
			}
			settle := fmt.Sprintf("SELECT setval(pg_get_serial_sequence('%s', '%s'), (SELECT max(n) FROM (SELECT max(%s) AS n FROM %s UNION ALL SELECT 1) m))", t.Name, c.Name, c.Name, t.Name)
			if err := db.exec(ctx, "set the counter of "+t.Name, query(settle)); err != nil {
				return err
			}
		}
	}
	return nil
}

// Reindex makes the index of search for what has none: each entry whose terms
// are missing gets those of its text. What cannot be read any more, because
// its key was destroyed or its row is gone, gets none and is found by no search.
func (db *DB) Reindex(ctx context.Context, report func(done int)) error {
	bare := qBareEntriesSQLite
	if db.engine.name == "postgres" {
		bare = qBareEntriesPostgres
	}
	var after int64
	for done := 0; ; {
		rows, err := db.engine.read.rows(ctx, bare, after)
		entries, err := collect(rows, err, func(r *sql.Rows) (e bareEntry, err error) { return e, r.Scan(&e.id, &e.kind, &e.item) })
		if err != nil {
			return failed("find what is not indexed", err)
		}
		if len(entries) == 0 {
			return nil
		}
		if err := db.indexEntries(ctx, entries); err != nil {
			return err
		}
		after, done = entries[len(entries)-1].id, done+len(entries)
		if report != nil {
			report(done)
		}
	}
}

func (db *DB) indexEntries(ctx context.Context, entries []bareEntry) error {
	texts, err := db.textsOf(ctx, entries)
	if err != nil {
		return failed("read what is to be indexed", err)
	}
	terms := make([][]string, len(entries))
	blinders := make(map[ba.Scope]func(string) string)
	for i, e := range entries {
		s, there := texts[e.item]
		if !there {
			continue
		}
		if blinders[s.scope] == nil {
			b, err := db.vault.Blinder(ctx, s.scope)
			if err != nil {
				return err
			}
			blinders[s.scope] = b.Term
		}
		terms[i] = term.Terms(s.text)
		for n, word := range terms[i] {
			terms[i][n] = blinders[s.scope](word)
		}
	}
	return db.write(ctx, "index what was not", func(t *tx) error { return db.setTerms(t, entries, terms) })
}

func (db *DB) setTerms(t *tx, entries []bareEntry, terms [][]string) error {
	if db.engine.name == "postgres" {
		type wire struct {
			ID     int64      `json:"id"`
			Kind   ba.HitKind `json:"kind"`
			Length int        `json:"length"`
			Vector string     `json:"vector"`
		}
		list := make([]wire, len(entries))
		for i, e := range entries {
			list[i] = wire{e.id, e.kind, len(terms[i]), vectorText(terms[i])}
		}
		text, err := json.Marshal(list)
		if err != nil {
			return err
		}
		_, err = t.exec(qSetTermsPostgres, string(text))
		return err
	}
	for i, e := range entries {
		args := []any{e.id, "", "", ""}
		args[1+columnOf(e.kind)] = strings.Join(terms[i], " ")
		if _, err := t.exec(qSetTermsSQLite, args...); err != nil {
			return err
		}
	}
	return nil
}

// scopedText is a text and under whose key it is sealed.
type scopedText struct {
	scope ba.Scope
	text  string
}

// textsOf returns the texts of the entries' items, without those that cannot be read.
func (db *DB) textsOf(ctx context.Context, entries []bareEntry) (map[string]scopedText, error) {
	ids := map[ba.HitKind][]string{}
	for _, e := range entries {
		ids[e.kind] = append(ids[e.kind], e.item)
	}
	texts := make(map[string]scopedText, len(entries))
	keep := func(item string, scope ba.Scope, text string, err error) error {
		if err == nil {
			texts[item] = scopedText{scope, text}
			return nil
		}
		if keyed, unknown := db.vault.Has(ctx, scope); keyed || unknown != nil {
			return errors.Join(err, unknown)
		}
		return nil // its key was destroyed
	}
	if err := db.passageTexts(ctx, ids[ba.HitPassage], keep); err != nil {
		return nil, err
	}
	if err := db.messageTexts(ctx, ids[ba.HitMessage], keep); err != nil {
		return nil, err
	}
	if err := db.artifactTexts(ctx, ids[ba.HitArtifact], keep); err != nil {
		return nil, err
	}
	return texts, db.requirementTexts(ctx, ids[ba.HitRequirement], keep)
}

func (db *DB) requirementTexts(ctx context.Context, ids []string, keep keepText) error {
	list, err := json.Marshal(ids)
	if err != nil || len(ids) == 0 {
		return err
	}
	rows, err := db.engine.read.rows(ctx, qRequirementTexts, string(list))
	found, err := collect(rows, err, func(r *sql.Rows) (requirementRow, error) { return scanRequirement(r.Scan) })
	if err != nil {
		return err
	}
	for _, row := range found {
		r, err := db.openRequirement(ctx, row)
		if err := keep(string(row.ID), ba.ProjectScope(row.Project), r.Text(), err); err != nil {
			return err
		}
	}
	return nil
}

type keepText func(item string, scope ba.Scope, text string, err error) error

func (db *DB) passageTexts(ctx context.Context, ids []string, keep keepText) error {
	list, err := json.Marshal(ids)
	if err != nil || len(ids) == 0 {
		return err
	}
	rows, err := db.engine.read.rows(ctx, qPassageTexts, string(list))
	found, err := collect(rows, err, func(r *sql.Rows) (passageRow, error) { return scanPassage(r.Scan) })
	for _, p := range found {
		if err != nil {
			break
		}
		opened, unreadable := db.openPassage(ctx, p)
		err = keep(string(p.ID), ba.ProjectScope(p.project), opened.Text, unreadable)
	}
	return err
}

func (db *DB) messageTexts(ctx context.Context, ids []string, keep keepText) error {
	list, err := json.Marshal(ids)
	if err != nil || len(ids) == 0 {
		return err
	}
	rows, err := db.engine.read.rows(ctx, qMessageTexts, string(list))
	found, err := collect(rows, err, func(r *sql.Rows) (messageRow, error) { return scanMessage(r.Scan) })
	for _, g := range found {
		if err != nil {
			break
		}
		opened, unreadable := db.openMessage(ctx, g)
		err = keep(string(g.ID), scopeOf(g.project, g.owner), opened.Text, unreadable)
	}
	return err
}

func (db *DB) artifactTexts(ctx context.Context, ids []string, keep keepText) error {
	for _, id := range ids {
		r, err := scanContent(db.engine.read.row(ctx, qArtifactText, id).Scan)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return err
		}
		opened, unreadable := db.openArtifact(ctx, r)
		if err := keep(id, ba.ProjectScope(r.Project), opened.Text(), unreadable); err != nil {
			return err
		}
	}
	return nil
}
