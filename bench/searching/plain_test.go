package searching

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

// plain is the baseline: the index and the statements of the store, with
// words where it has blinded terms and text where it has sealed bytes. It
// makes the same checks of who may see what, by the same joins.
type plain struct {
	engine  string
	db      *sql.DB
	texts   *sql.Stmt
	ranking *sql.Stmt
	last    string // text of ranking
}

const (
	plainTables = `
		CREATE TABLE projects (id text PRIMARY KEY, deleted_at bigint NOT NULL);
		CREATE TABLE members (project_id text NOT NULL, user_id text NOT NULL, PRIMARY KEY (project_id, user_id));
		CREATE TABLE documents (id text PRIMARY KEY, project_id text NOT NULL, indexed bigint NOT NULL, deleted_at bigint NOT NULL, filename text NOT NULL);
		CREATE TABLE passages (id text PRIMARY KEY, document_id text NOT NULL, version bigint NOT NULL, seq bigint NOT NULL, locator text NOT NULL, body text NOT NULL);
		INSERT INTO projects VALUES ('p', 0); INSERT INTO members VALUES ('p', 'u');`
	plainSQLite = `CREATE TABLE entries (id INTEGER PRIMARY KEY, kind text NOT NULL, document_id text NOT NULL, version bigint NOT NULL, item_id text NOT NULL UNIQUE);
		CREATE VIRTUAL TABLE terms USING fts5 (passage, message, artifact, content = '', contentless_delete = 1, tokenize = 'ascii');`
	plainPostgres = `CREATE TABLE entries (id bigint PRIMARY KEY, kind text NOT NULL, document_id text NOT NULL, version bigint NOT NULL, item_id text NOT NULL UNIQUE);
		CREATE TABLE terms (entry_id bigint PRIMARY KEY, kind text NOT NULL, length bigint NOT NULL, vector tsvector NOT NULL);
		CREATE INDEX terms_by_vector ON terms USING gin (vector) WITH (fastupdate = off);`

	live = ` JOIN entries e ON e.id = f.id JOIN documents d ON d.id = e.document_id AND d.indexed = e.version AND d.deleted_at = 0 ORDER BY f.score DESC`

	searchSQLite = `SELECT e.item_id, f.score FROM (SELECT rowid AS id, -rank AS score FROM terms WHERE terms MATCH $1 ORDER BY rank LIMIT $2) f` + live
	bm25         = `sum(ln(1 + (p.total - p.found + 0.5) / (p.found + 0.5)) * p.often * 2.2 / (p.often + 1.2 * (0.25 + 0.75 * p.length / p.average))) AS score`
	columns      = `t.entry_id AS id, t.length, 10 * ts_rank_cd(t.vector, c.q) AS often, avg(t.length) OVER () AS average,
		greatest((SELECT reltuples FROM pg_class WHERE oid = 'terms'::regclass), count(*) OVER ()) AS total`
	anyPostgres = `SELECT e.item_id, f.score FROM (SELECT p.id, ` + bm25 + ` FROM (SELECT ` + columns + `, count(*) OVER (PARTITION BY c.q) AS found
		FROM (SELECT value::tsquery AS q FROM jsonb_array_elements_text($1::jsonb) AS value) c JOIN terms t ON t.vector @@ c.q WHERE t.kind = 'passage') p
		GROUP BY p.id ORDER BY score DESC, p.id LIMIT $2) f` + live
	allPostgres = `SELECT e.item_id, f.score FROM (SELECT p.id, ` + bm25 + ` FROM (SELECT ` + columns + `, 1 AS found
		FROM terms t CROSS JOIN (SELECT value::tsquery AS q FROM jsonb_array_elements_text($1::jsonb) AS value) c WHERE t.vector @@ $3::tsquery AND t.kind = 'passage') p
		GROUP BY p.id ORDER BY score DESC, p.id LIMIT $2) f` + live

	textsOf = `WITH g AS MATERIALIZED (SELECT id, document_id, version, seq, locator, body FROM passages WHERE id %s LIMIT 400)
		SELECT g.id, g.document_id, g.seq, g.locator, g.body, d.filename FROM g JOIN documents d ON d.id = g.document_id
		JOIN members m ON m.project_id = d.project_id AND m.user_id = $1 JOIN projects p ON p.id = d.project_id AND p.deleted_at = 0
		WHERE d.deleted_at = 0 LIMIT 400`
)

func newPlain(t *testing.T, e storetest.Engine) *plain {
	t.Helper()
	db := storetest.Raw(t, e.URL(t))
	p := &plain{engine: e.Name, db: db}
	schema := []string{plainTables, plainPostgres}
	if e.Name == "sqlite" {
		schema = []string{"PRAGMA journal_mode = WAL", plainTables, plainSQLite}
		db.SetMaxOpenConns(1)
	}
	for _, s := range schema {
		p.exec(t, s)
	}
	return p
}

func (p *plain) exec(t *testing.T, statement string, args ...any) {
	t.Helper()
	if _, err := p.db.ExecContext(t.Context(), statement, args...); err != nil {
		t.Fatalf("%v\n%s", err, statement)
	}
}

// add stores the texts as one document, as fast as it goes.
func (p *plain) add(t *testing.T, texts []string) {
	t.Helper()
	tx, err := p.db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	run := func(statement string, args ...any) {
		if _, err := tx.ExecContext(t.Context(), statement, args...); err != nil {
			t.Fatalf("%v\n%s", err, statement)
		}
	}
	document := ba.NewID[string]()
	run("INSERT INTO documents (id, project_id, indexed, deleted_at, filename) VALUES ($1, 'p', 1, 0, 'bench.txt')", document)
	var base int64
	if err := tx.QueryRowContext(t.Context(), "SELECT coalesce(max(id), 0) FROM entries").Scan(&base); err != nil {
		t.Fatal(err)
	}
	for i, text := range texts {
		id, entry, terms := ba.NewID[string](), base+int64(i)+1, term.Terms(text)
		run("INSERT INTO passages (id, document_id, version, seq, locator, body) VALUES ($1, $2, 1, $3, $4, $5)", id, document, i, fmt.Sprintf(`{"page":%d}`, i+1), text)
		run("INSERT INTO entries (id, kind, document_id, version, item_id) VALUES ($1, 'passage', $2, 1, $3)", entry, document, id)
		if p.engine == "sqlite" {
			run("INSERT INTO terms (rowid, passage, message, artifact) VALUES ($1, $2, '', '')", entry, strings.Join(terms, " "))
			continue
		}
		var vector strings.Builder
		for n, word := range terms {
			vector.WriteString(word + ":" + strconv.Itoa(n+1) + " ")
		}
		run("INSERT INTO terms (entry_id, kind, length, vector) VALUES ($1, 'passage', $2, $3::tsvector)", entry, len(terms), vector.String())
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

// ready prepares the statement that every search ends with. SQLite as this
// driver builds it has one page cache for all connections of a process: the one
// that wrote everything gives its share back, which ours would miss.
func (p *plain) ready(t *testing.T) {
	t.Helper()
	p.db.SetMaxIdleConns(0)
	p.db.SetMaxIdleConns(1)
	list := "IN (SELECT value FROM json_each($2))"
	if p.engine == "postgres" {
		list = "= ANY (ARRAY(SELECT jsonb_array_elements_text($2::jsonb)))"
	}
	var err error
	if p.texts, err = p.db.PrepareContext(t.Context(), fmt.Sprintf(textsOf, list)); err != nil {
		t.Fatal(err)
	}
}

// statement returns the search of the engine with its arguments.
func (p *plain) statement(t *testing.T, q query) (string, []any) {
	t.Helper()
	clauses := make([]string, 0, len(q.ranks))
	for _, c := range q.clauses() {
		clauses = append(clauses, strings.Join(c.Terms, " "))
	}
	if p.engine == "sqlite" {
		glue := `" AND "`
		if q.match == ba.MatchAny {
			glue = `" OR "`
		}
		return searchSQLite, []any{`{passage} : ("` + strings.Join(clauses, glue) + `")`, hits + 16}
	}
	list, err := json.Marshal(clauses)
	if err != nil {
		t.Fatal(err)
	}
	if q.match == ba.MatchAny {
		return anyPostgres, []any{string(list), hits + 16}
	}
	return allPostgres, []any{string(list), hits + 16, strings.Join(clauses, " & ")}
}

func (p *plain) search(t *testing.T, q query) []string {
	t.Helper()
	statement, args := p.statement(t, q)
	var found []string
	p.each(t, func() (*sql.Rows, error) { return p.prepared(t, statement).QueryContext(t.Context(), args...) }, func(scan func(...any) error) error {
		var id string
		var score float64
		err := scan(&id, &score)
		found = append(found, id)
		return err
	})
	found = found[:min(len(found), hits)]
	list, err := json.Marshal(found)
	if err != nil {
		t.Fatal(err)
	}
	bodies := make(map[string]string)
	p.each(t, func() (*sql.Rows, error) { return p.texts.QueryContext(t.Context(), "u", string(list)) }, func(scan func(...any) error) error {
		var id, document, locator, body, filename string
		var seq int
		err := scan(&id, &document, &seq, &locator, &body, &filename)
		bodies[id] = body
		return err
	})
	texts := make([]string, len(found))
	for i, id := range found {
		texts[i] = bodies[id]
	}
	return texts
}

// prepared returns the statement, prepared once while it stays the same.
func (p *plain) prepared(t *testing.T, statement string) *sql.Stmt {
	t.Helper()
	if p.last != statement {
		s, err := p.db.PrepareContext(t.Context(), statement)
		if err != nil {
			t.Fatal(err)
		}
		p.last, p.ranking = statement, s
	}
	return p.ranking
}

func (p *plain) each(t *testing.T, run func() (*sql.Rows, error), scan func(func(...any) error) error) {
	t.Helper()
	rows, err := run()
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows.Scan); err != nil {
			t.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}
