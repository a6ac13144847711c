package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

const (
	// liveEntry says of a matching row whether it is of a version that is
	// searched. It comes after the engine's own LIMIT, so that ranking touches the index alone.
	liveEntry = `coalesce(e.document_id = '' OR d.id IS NOT NULL, false)`
	ofEntry   = ` LEFT JOIN entries e ON e.id = f.id LEFT JOIN documents d ON d.id = e.document_id AND d.indexed = e.version AND d.deleted_at = 0
		ORDER BY f.score DESC`

	qSearchSQLite query = `SELECT coalesce(e.kind, ''), coalesce(e.item_id, ''), f.score, ` + liveEntry + ` FROM
		(SELECT rowid AS id, -rank AS score FROM terms WHERE terms MATCH $1 ORDER BY rank LIMIT $2) f` + ofEntry

	// PostgreSQL has no BM25, so it is written out (Robertson, Zaragoza 2009;
	// k1 = 1.2, b = 0.75, the idf of Lucene, which is never negative): for one
	// clause ts_rank_cd is a tenth of how often it occurs. The counts come with the
	// rows that matched anyway; only the size of the whole index is an estimate.
	bm25 = `sum(ln(1 + (p.total - p.found + 0.5) / (p.found + 0.5)) * p.often * 2.2 / (p.often + 1.2 * (0.25 + 0.75 * p.length / p.average))) AS score`
	// $1 are the clauses of the query and $2 the kinds, as JSON lists.
	eachClause = `SELECT value::tsquery AS q FROM json_each($1)`
	ofClauses  = `t.entry_id AS id, t.length, 10 * ts_rank_cd(t.vector, c.q) AS often, avg(t.length) OVER () AS average,
		greatest((SELECT reltuples FROM pg_class WHERE oid = 'terms'::regclass), count(*) OVER ()) AS total`
	ofKinds = `t.kind IN (SELECT value FROM json_each($2))`

	qSearchAnyPostgres query = `SELECT coalesce(e.kind, ''), coalesce(e.item_id, ''), f.score, ` + liveEntry + ` FROM
		(SELECT p.id, ` + bm25 + ` FROM
			(SELECT ` + ofClauses + `, count(*) OVER (PARTITION BY c.q) AS found
				FROM (` + eachClause + `) c JOIN terms t ON t.vector @@ c.q WHERE ` + ofKinds + `) p
		GROUP BY p.id ORDER BY score DESC, p.id LIMIT $3) f` + ofEntry
	// Where all clauses must match, all are equally frequent among what matched.
	qSearchAllPostgres query = `SELECT coalesce(e.kind, ''), coalesce(e.item_id, ''), f.score, ` + liveEntry + ` FROM
		(SELECT p.id, ` + bm25 + ` FROM
			(SELECT ` + ofClauses + `, 1 AS found FROM terms t CROSS JOIN (` + eachClause + `) c WHERE t.vector @@ $3::tsquery AND ` + ofKinds + `) p
		GROUP BY p.id ORDER BY score DESC, p.id LIMIT $4) f` + ofEntry

	qSearchScopes query = `SELECT p.id FROM members m JOIN projects p ON p.id = m.project_id
		WHERE m.user_id = $1 AND p.deleted_at = 0 ORDER BY p.updated_at DESC LIMIT 200`
	// What was found is looked up first, by its id, whatever an engine knows of
	// the sizes of tables: after a large upload PostgreSQL knows nothing yet.
	qHitPassages query = `WITH g AS MATERIALIZED (SELECT id, document_id, version, seq, first_block, last_block, body FROM passages
			WHERE id IN (SELECT value FROM json_each($2)) LIMIT 400)
		SELECT ` + passageColumns + `, v.filename FROM g JOIN documents d ON d.id = g.document_id` + visible + `
		JOIN document_versions v ON v.document_id = g.document_id AND v.version = g.version WHERE d.deleted_at = 0 LIMIT 400`
	qHitRequirements query = `WITH g AS MATERIALIZED (SELECT id FROM requirements WHERE id IN (SELECT value FROM json_each($2)) LIMIT 400)
		SELECT ` + requirementColumns + ` FROM g JOIN requirements r ON r.id = g.id` + ofMember + `LIMIT 400`
	qHitMessages query = `WITH g AS MATERIALIZED (SELECT id, thread_id, turn_id, seq, role, author_id, version, body, citations, steps, created_at, replaces FROM messages
			WHERE id IN (SELECT value FROM json_each($2)) LIMIT 400)
		SELECT ` + messageColumns + `, t.title, t.version FROM g JOIN threads t ON t.id = g.thread_id` + reachable + `WHERE` + reached + ` LIMIT 400`
)

// ranked is an entry that matched, not yet opened.
type ranked struct {
	kind  ba.HitKind
	item  string
	score float64
	live  bool
}

var allKinds = []ba.HitKind{ba.HitPassage, ba.HitMessage, ba.HitArtifact, ba.HitRequirement}

// maxAsked bounds how many rows of one scope are looked through.
const maxAsked = 100_000

// Search returns what the actor may see of what matches, the best first, with
// its opened text. An empty query finds nothing. A project that the actor is
// no member of is NotFound.
func (db *DB) Search(ctx context.Context, a ba.Actor, q ba.Query) ([]ba.Hit, error) {
	scopes, err := db.searchScopes(ctx, a, q.Project)
	if err != nil || len(q.Clauses) == 0 {
		return nil, err
	}
	limit := ba.Page{Limit: q.Limit}.Size()
	var all []ranked
	for _, scope := range scopes {
		found, err := db.searchScope(ctx, scope, q, limit)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	slices.SortStableFunc(all, func(x, y ranked) int {
		switch {
		case x.score > y.score:
			return -1
		case x.score < y.score:
			return 1
		}
		return strings.Compare(x.item, y.item)
	})
	return db.openHits(ctx, a, all[:min(len(all), limit)])
}

// searchScopes returns the scopes whose terms the actor may look for: a
// project, or all of the actor's projects (the 200 most recently used) and its loose threads.
func (db *DB) searchScopes(ctx context.Context, a ba.Actor, project ba.ProjectID) ([]ba.Scope, error) {
	if project != "" {
		if err := require(db.rower(ctx), a, project, ba.RoleViewer); err != nil {
			return nil, err
		}
		return []ba.Scope{ba.ProjectScope(project)}, nil
	}
	projects, err := listIDs[ba.ProjectID](ctx, db, qSearchScopes, a.User)
	if err != nil {
		return nil, err
	}
	scopes := []ba.Scope{ba.UserScope(a.User)}
	for _, id := range projects {
		scopes = append(scopes, ba.ProjectScope(id))
	}
	return scopes, nil
}

// searchScope ranks one scope. The engine sees blinded terms only, and those
// of another scope are unrelated to them: nothing else can match.
func (db *DB) searchScope(ctx context.Context, scope ba.Scope, q ba.Query, limit int) ([]ranked, error) {
	if has, err := db.vault.Has(ctx, scope); !has || err != nil {
		return nil, err
	}
	blinder, err := db.vault.Blinder(ctx, scope)
	if err != nil {
		return nil, err
	}
	return db.rank(ctx, q, blinder, limit)
}

// rank asks the engine. Rows of a version that is not searched (yet, or any
// more) match too and are dropped afterwards; where that leaves too few, more are asked for.
func (db *DB) rank(ctx context.Context, q ba.Query, blinder *vault.Blinder, limit int) ([]ranked, error) {
	if len(q.Kinds) == 0 {
		q.Kinds = allKinds
	}
	text, args, err := db.engine.match(q, blinder)
	if err != nil {
		return nil, err
	}
	for ask := limit + 16; ; ask *= 8 {
		rows, err := db.engine.read.rows(ctx, text, append(args[:len(args):len(args)], ask)...)
		found, err := collect(rows, err, func(r *sql.Rows) (h ranked, err error) {
			return h, r.Scan(&h.kind, &h.item, &h.score, &h.live)
		})
		if err != nil {
			return nil, failed("search", err)
		}
		matched := len(found)
		found = slices.DeleteFunc(found, func(h ranked) bool { return !h.live || !slices.Contains(q.Kinds, h.kind) })
		if len(found) >= limit || matched < ask || ask > maxAsked {
			return found[:min(len(found), limit)], nil
		}
	}
}

// match returns the engine's search statement, and its arguments without the
// last one, the limit.
func (e *engine) match(q ba.Query, b *vault.Blinder) (query, []any, error) {
	kinds := q.Kinds
	if len(kinds) == 0 {
		kinds = allKinds
	}
	columns := make([]string, len(kinds))
	for i, k := range kinds {
		if !slices.Contains(allKinds, k) {
			return "", nil, ba.E(ba.Invalid, "A search finds passages, messages, artifacts and requirements.")
		}
		columns[i] = indexColumns[columnOf(k)]
	}
	slices.Sort(columns)
	columns = slices.Compact(columns)
	if e.name == "sqlite" {
		return qSearchSQLite, []any{"{" + strings.Join(columns, " ") + "} : (" + matchSQLite(q, b) + ")"}, nil
	}
	return matchPostgres(q, kinds, b)
}

// matchSQLite writes the query in the language of FTS5. Blinded terms are
// letters: nothing in them is syntax.
func matchSQLite(q ba.Query, b *vault.Blinder) string {
	clauses := make([]string, len(q.Clauses))
	for i, c := range q.Clauses {
		clauses[i] = `"` + strings.Join(blind(b, c.Terms), " ") + `"`
	}
	if q.Match == ba.MatchAny {
		return strings.Join(clauses, " OR ")
	}
	return strings.Join(clauses, " AND ")
}

// matchPostgres writes each clause as a tsquery, and for a search of all of
// them their conjunction, by which the index finds the rows.
func matchPostgres(q ba.Query, kinds []ba.HitKind, b *vault.Blinder) (query, []any, error) {
	clauses := make([]string, len(q.Clauses))
	for i, c := range q.Clauses {
		clauses[i] = "(" + strings.Join(blind(b, c.Terms), " <-> ") + ")"
	}
	slices.Sort(clauses)
	clauses = slices.Compact(clauses) // a word said twice counts once
	list, err := json.Marshal(clauses)
	if err != nil {
		return "", nil, fmt.Errorf("search: %w", err)
	}
	only, err := json.Marshal(kinds)
	if err != nil {
		return "", nil, fmt.Errorf("search: %w", err)
	}
	if q.Match == ba.MatchAny {
		return qSearchAnyPostgres, []any{string(list), string(only)}, nil
	}
	return qSearchAllPostgres, []any{string(list), string(only), strings.Join(clauses, " & ")}, nil
}
