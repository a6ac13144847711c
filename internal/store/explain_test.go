package store_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

// scans are the statements that may read a table, or an index, from end to
// end, with the reason.
var scans = map[string]string{
	"qSchemaVersion":       "one row for each migration",
	"qSchemaTableSQLite":   "the schema's own table, once at the start",
	"qSchemaTablePostgres": "the catalogue, once at the start",
	"qLeftReserved":        "one row for each call of a provider that is under way",
	"qBareEntriesPostgres": "after a load, when nothing or all is indexed",
	"qColumnsSQLite":       "the catalogue, once for a backup or a move",
	"qColumnsPostgres":     "the catalogue, once for a backup or a move",
	"qParentsSQLite":       "the catalogue, once for a backup or a move",
	"qParentsPostgres":     "the catalogue, once for a backup or a move",
	"qKeyringTable":        "the catalogue, once for a restore",
	"qTablesIn":            "the catalogue, once for a restore",
	"qFunctionsIn":         "the catalogue, once for a restore",
	"qCutBackup":           "one row for each backup that runs",
}

// ofOneEngine are the statements that the other engine does not know.
var ofOneEngine = map[string]string{
	"qSearchSQLite": "sqlite", "qAddEntrySQLite": "sqlite", "qAddTermsSQLite": "sqlite", "deleteTermsSQLite": "sqlite", "qSchemaTableSQLite": "sqlite",
	"qColumnsSQLite": "sqlite", "qParentsSQLite": "sqlite", "qBareEntriesSQLite": "sqlite", "qSetTermsSQLite": "sqlite",
	"qColumnsPostgres": "postgres", "qParentsPostgres": "postgres", "qBareEntriesPostgres": "postgres", "qSetTermsPostgres": "postgres", "qInstances": "postgres",
	"qTablesIn": "postgres", "qKeyringTable": "postgres", "qFunctionsIn": "postgres", "qCurrentSchema": "postgres",
	"qSearchAnyPostgres": "postgres", "qSearchAllPostgres": "postgres", "qAddEntryPostgres": "postgres", "deleteTermsPostgres": "postgres", "qSchemaTablePostgres": "postgres",
}

func TestNoStatementReadsATableFromEndToEnd(t *testing.T) {
	statements := statementsOf(t, ".")
	maps.Copy(statements, store.ResealStatements())
	if len(statements) < 120 {
		t.Fatalf("only %d statements were found", len(statements))
	}
	explain := map[string]func(*testing.T, *sql.Conn, string) ([]string, error){"sqlite": explainSQLite, "postgres": explainPostgres}
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, url := e.NewAt(t)
		seed(t, db)
		conn, err := storetest.Raw(t, url).Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		prepare(t, conn, e.Name)
		for name, statement := range statements {
			if only := ofOneEngine[name]; only != "" && only != e.Name || keyringOnly(e.Name, name) {
				continue
			}
			found, err := explain[e.Name](t, conn, store.TextFor(e.Name, statement))
			switch {
			case err != nil:
				t.Errorf("%s cannot be explained: %v\n%s", name, err, statement)
			case len(found) > 0 && scans[name] == "":
				t.Errorf("%s scans: %s\n%s", name, strings.Join(found, "; "), statement)
			case len(found) == 0 && scans[name] != "" && e.Name == "sqlite":
				t.Logf("%s is on the list of scans and does not scan", name)
			}
		}
	})
}

// keyringOnly: on SQLite the keyring is another file, which has its own part
// of this test.
func keyringOnly(engine, name string) bool {
	return engine == "sqlite" && slices.Contains([]string{"qNewestKey", "qKeyByID", "qAddKey", "qKeyOfGen", "qRewrapKey", "qDeleteKey", "qDropScope", "qListKeys"}, name)
}

func TestNoStatementReadsTheKeyringFromEndToEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keyring.db")
	ring, err := store.OpenKeyring(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer ring.Close()
	conn, err := storetest.Raw(t, "sqlite://"+path).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	n := 0
	for name, statement := range statementsOf(t, ".") {
		if !keyringOnly("sqlite", name) {
			continue
		}
		n++
		if found, err := explainSQLite(t, conn, statement); err != nil || len(found) > 0 {
			t.Errorf("%s scans: %v (%v)", name, found, err)
		}
	}
	if n != 8 {
		t.Errorf("%d statements of the keyring, want 8", n)
	}
}

// What coverage counts stands in indexes: the tables hold sealed text, which
// would be read from the disk for nothing.
func TestCoverageIsCountedFromIndexesAlone(t *testing.T) {
	statements := statementsOf(t, ".")
	_, url := storetest.Engines()[0].NewAt(t)
	conn, err := storetest.Raw(t, url).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for name, tables := range map[string][]string{"qStanding": {"r", "l"}, "qCoverage": {"g", "l"}} {
		rows, err := conn.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+statements[name], nulls(statements[name])...)
		if err != nil {
			t.Fatal(err)
		}
		seen := make(map[string]bool)
		for rows.Next() {
			var id, parent, unused int
			var detail string
			if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
				t.Fatal(err)
			}
			for _, table := range tables {
				if strings.HasPrefix(detail, "SEARCH "+table+" ") {
					if seen[table] = true; !strings.Contains(detail, "COVERING INDEX") {
						t.Errorf("%s reads rows: %s", name, detail)
					}
				}
			}
		}
		if rows.Close(); rows.Err() != nil || len(seen) != len(tables) {
			t.Errorf("%s: %v of %v were seen (%v)", name, seen, tables, rows.Err())
		}
	}
}

// seed puts something into every table.
func seed(t *testing.T, db *store.DB) {
	t.Helper()
	var team []ba.Actor
	for i := range 8 {
		team = append(team, storetest.User(t, db, fmt.Sprintf("user%d", i)))
	}
	for i, a := range team[:3] {
		p := storetest.Project(t, db, a, "P")
		for _, other := range team[i+1 : i+3] {
			storetest.Member(t, db, a, p, other, ba.RoleEditor)
		}
		for range 2 {
			d, passages := storetest.Document(t, db, a, p, "a.txt", "An invoice is due.", "It is paid.", "Or it is not.")
			r := storetest.Requirement(t, db, a, p, "It shall be paid.", storetest.Quote(d, passages[1], "It is paid."))
			storetest.Note(t, db, a, p, r.ID, "By whom?")
			_, changed := db.ChangeRequirements(t.Context(), a, ba.RequirementChange{Project: p, Edit: []ba.Requirement{r}})
			_, surveyed := db.FinishSurvey(t.Context(), ba.Survey{Document: d.ID, Project: p, Version: 1}, ba.SurveyResult{Statements: map[ba.PassageID]int{passages[1].ID: 1}})
			if err := errors.Join(changed, surveyed); err != nil {
				t.Fatal(err)
			}
		}
		for _, project := range []ba.ProjectID{p, ""} {
			thread := storetest.Thread(t, db, a, project, "Talk")
			for range 2 {
				storetest.Answer(t, db, storetest.Ask(t, db, a, thread.ID, "When is the invoice due?"), "Soon.")
			}
			storetest.Ask(t, db, a, thread.ID, "And then?")
			if err := db.SaveSummary(t.Context(), a, ba.Summary{Thread: thread.ID, Through: 2, Text: "They spoke of invoices."}, 5); err != nil {
				t.Fatal(err)
			}
		}
		brd := storetest.Artifact(t, db, a, storetest.Work(p, "", "BRD"), "Aims.", "Risks.")
		if err := db.ApproveArtifact(t.Context(), a, brd.ID, brd.Version, brd.Hash()); err != nil {
			t.Fatal(err)
		}
		inv := ba.Invitation{ID: ba.NewID[ba.InvitationID](), Project: p, Role: ba.RoleViewer, ExpiresAt: time.Now().Add(time.Hour)}
		token := ba.APIToken{ID: ba.NewID[ba.TokenID](), User: a.User, Access: ba.AccessRead, ExpiresAt: inv.ExpiresAt}
		code := ba.LoginCode{Hash: []byte(a.User), User: a.User, ExpiresAt: inv.ExpiresAt}
		_, once := db.UseOnce(t.Context(), []byte(a.User), inv.ExpiresAt)
		if err := errors.Join(db.CreateInvitation(t.Context(), a, inv, []byte(inv.ID)), db.CreateToken(t.Context(), token, []byte(token.ID)),
			db.PutLoginCode(t.Context(), code), once); err != nil {
			t.Fatal(err)
		}
		reserved := ba.Reservation{ID: ba.NewID[ba.ReservationID](), User: a.User, Month: 202611, MicroUSD: 10}
		settled := reserved
		settled.ID = ba.NewID[ba.ReservationID]()
		limits := ba.SpendingLimits{User: 100, Instance: ba.NoLimit}
		for _, r := range []ba.Reservation{reserved, settled} {
			if _, _, _, err := db.Reserve(t.Context(), r, 1, limits); err != nil {
				t.Fatal(err)
			}
		}
		admin := storetest.User(t, db, fmt.Sprintf("admin%d", i), ba.RoleAdmin)
		if err := errors.Join(db.Settle(t.Context(), settled.ID, 5), db.SetLimit(t.Context(), admin, ba.LimitScope(a.User), &limits.User)); err != nil {
			t.Fatal(err)
		}
	}
}

func prepare(t *testing.T, conn *sql.Conn, engine string) {
	t.Helper()
	if engine == "sqlite" {
		return // without ANALYZE, as in production: the plan depends on the schema alone
	}
	// The planner is told that every page holds a million rows: over tables
	// that fit into one it would prefer to read them whole.
	for _, s := range []string{"ANALYZE", "SET enable_seqscan = off", "SET plan_cache_mode = force_generic_plan",
		"UPDATE pg_class SET reltuples = 1e6 * relpages WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"} {
		if _, err := conn.ExecContext(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
}

var (
	scanned    = regexp.MustCompile(`^SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?`)
	lookedUp   = regexp.MustCompile(`^SCAN terms VIRTUAL TABLE INDEX \d+:[M=]`) // by MATCH, by rowid
	parameter  = regexp.MustCompile(`\$\d+`)
	sqliteNone = []string{"CONSTANT", "f", "json_each"} // no table: a row of constants, a subquery, a list of arguments
)

// explainSQLite returns the lines of the plan that read everything.
func explainSQLite(t *testing.T, conn *sql.Conn, statement string) ([]string, error) {
	rows, err := conn.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+statement, nulls(statement)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []string
	made := sqliteNone
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			return nil, err
		}
		if name, is := strings.CutPrefix(detail, "MATERIALIZE "); is {
			made = append(slices.Clone(made), name)
		}
		m := scanned.FindStringSubmatch(detail)
		switch {
		case m == nil, slices.Contains(made, m[1]), partialIndex(m[2]):
		case lookedUp.MatchString(detail):
		default:
			found = append(found, detail)
		}
	}
	return found, rows.Err()
}

// partialIndex reports whether an index holds only the few rows that wait for
// something: to read all of it is the purpose.
func partialIndex(name string) bool {
	return slices.Contains([]string{"users_admins", "projects_deleted", "documents_garbage", "versions_processing", "versions_uploading", "turns_running", "artifacts_generating", "documents_to_survey"}, name)
}

// nulls returns an argument for each parameter.
func nulls(statement string) []any {
	n := 0
	for _, p := range parameter.FindAllString(statement, -1) {
		if i, _ := strconv.Atoi(p[1:]); i > n {
			n = i
		}
	}
	return make([]any, n)
}

// node is a step of PostgreSQL's plan.
type node struct {
	Type      string `json:"Node Type"`
	Relation  string `json:"Relation Name"`
	Index     string `json:"Index Name"`
	Condition string `json:"Index Cond"`
	Plans     []node
}

// explainPostgres returns the steps of the generic plan that read everything:
// sequential scans, and scans of an index without a condition.
func explainPostgres(t *testing.T, conn *sql.Conn, statement string) ([]string, error) {
	ctx := t.Context()
	if _, err := conn.ExecContext(ctx, "PREPARE explained AS "+statement); err != nil {
		return nil, err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "DEALLOCATE explained")
	call := "explained"
	if n := len(nulls(statement)); n > 0 {
		call += "(" + strings.TrimSuffix(strings.Repeat("NULL,", n), ",") + ")"
	}
	var text string
	if err := conn.QueryRowContext(ctx, "EXPLAIN (FORMAT JSON) EXECUTE "+call).Scan(&text); err != nil {
		return nil, err
	}
	var plans []struct{ Plan node }
	if err := json.Unmarshal([]byte(text), &plans); err != nil {
		return nil, err
	}
	var found []string
	var walk func(n node)
	walk = func(n node) {
		all := n.Type == "Seq Scan" || strings.Contains(n.Type, "Index") && n.Condition == "" && !partialIndex(n.Index)
		if all {
			found = append(found, n.Type+" of "+n.Relation+" "+n.Index)
		}
		for _, below := range n.Plans {
			walk(below)
		}
	}
	for _, p := range plans {
		walk(p.Plan)
	}
	return found, nil
}

// statementsOf returns the constants of the type query in a package, evaluated.
func statementsOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	values, queries := make(map[string]ast.Expr), make(map[string]bool)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if g, is := d.(*ast.GenDecl); is && g.Tok == token.CONST {
				constantsOf(g, values, queries)
			}
		}
	}
	found := make(map[string]string)
	for name := range queries {
		text, ok := textOf(values[name], values)
		if !ok {
			t.Fatalf("%s is no sum of constant texts", name)
		}
		found[name] = text
	}
	return found
}

func constantsOf(g *ast.GenDecl, values map[string]ast.Expr, queries map[string]bool) {
	for _, s := range g.Specs {
		spec := s.(*ast.ValueSpec)
		for i, id := range spec.Names {
			if i < len(spec.Values) {
				values[id.Name] = spec.Values[i]
			}
			if kind, is := spec.Type.(*ast.Ident); is && kind.Name == "query" {
				queries[id.Name] = true
			}
		}
	}
}

// textOf evaluates a sum of string constants.
func textOf(x ast.Expr, values map[string]ast.Expr) (string, bool) {
	switch x := x.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(x.Value)
		return s, err == nil
	case *ast.Ident:
		return textOf(values[x.Name], values)
	case *ast.BinaryExpr:
		left, ok := textOf(x.X, values)
		right, too := textOf(x.Y, values)
		return left + right, ok && too
	}
	return "", false
}
