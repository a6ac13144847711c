package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

const (
	qColumnsSQLite query = `SELECT l.name, c.name, lower(c.type), c.pk, 0 FROM pragma_table_list l JOIN pragma_table_info(l.name) c
		WHERE l.schema = 'main' AND l.type = 'table' AND substr(l.name, 1, 7) <> 'sqlite_' ORDER BY l.name, c.name`
	qParentsSQLite query = `SELECT l.name, f."table" FROM pragma_table_list l JOIN pragma_foreign_key_list(l.name) f
		WHERE l.schema = 'main' AND l.type = 'table' ORDER BY 1, 2`

	qColumnsPostgres query = `SELECT t.relname, a.attname, format_type(a.atttypid, NULL), coalesce(array_position(i.indkey, a.attnum) + 1, 0),
		CASE WHEN a.attidentity = '' THEN 0 ELSE 1 END
		FROM pg_catalog.pg_class t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
		LEFT JOIN pg_catalog.pg_index i ON i.indrelid = t.oid AND i.indisprimary
		WHERE t.relkind = 'r' AND t.relnamespace = current_schema()::regnamespace ORDER BY 1, 2`
	qParentsPostgres query = `SELECT t.relname, p.relname FROM pg_catalog.pg_constraint k
		JOIN pg_catalog.pg_class t ON t.oid = k.conrelid JOIN pg_catalog.pg_class p ON p.oid = k.confrelid
		WHERE k.contype = 'f' AND t.relnamespace = current_schema()::regnamespace ORDER BY 1, 2`
)

// apart are the tables whose rows are no content: they are neither copied nor
// compared. Every other table of the schema is.
var apart = map[string]string{
	"goose_db_version": "the schema says of itself which migrations it has",
	"terms":            "the index of search, which each engine keeps in its own form; Reindex makes it from the content",
	"moves":            "a note about the database itself, while it is being filled",
	"backups":          "the list of backups, which is about the database and not in it",
	"instances":        "who runs on this database at the moment",
	"data_keys":        "the keyring, which lies apart from the content and on SQLite in another file",
}

// Kind is the type of a column. The schema has no others: times are integers
// of milliseconds, truths are 0 and 1.
type Kind byte

// The kinds of column.
const (
	Integer Kind = iota + 1
	Text
	Blob
)

var kinds = map[string]Kind{"integer": Integer, "text": Text, "blob": Blob, "bigint": Integer, "bytea": Blob}

// Column is a column of a table.
type Column struct {
	Name    string
	Kind    Kind
	Key     int  // its place in the primary key, from 1; 0 outside
	counted bool // PostgreSQL gives it numbers
}

// Table is a table with content. Columns are in the order of their names.
type Table struct {
	Name    string
	Columns []Column
}

// Same reports whether both have the same name and columns.
func (t Table) Same(o Table) bool {
	return t.Name == o.Name && slices.EqualFunc(t.Columns, o.Columns, func(a, b Column) bool {
		return a.Name == b.Name && a.Kind == b.Kind && a.Key == b.Key
	})
}

// key returns the places, among the columns, of those of the primary key.
func (t Table) key() []int {
	var at []int
	for i, c := range t.Columns {
		if c.Key > 0 {
			at = append(at, i)
		}
	}
	slices.SortFunc(at, func(a, b int) int { return cmp.Compare(t.Columns[a].Key, t.Columns[b].Key) })
	return at
}

func (t Table) names() []string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = c.Name
	}
	return names
}

// head is what the hash of a row begins with: which table, which columns.
func (t Table) head() []byte {
	b := appendText(nil, t.Name)
	for _, name := range t.names() {
		b = appendText(b, name)
	}
	return b
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// Tables returns the tables with content, those that others refer to first.
// They are read from the schema: what a migration adds is among them. A table
// without a primary key, and a column of a type that the engines don't share,
// is an error.
func (db *DB) Tables(ctx context.Context) ([]Table, error) {
	tables, err := readTables(ctx, db.engine.read, db.engine.name)
	return tables, failed("read the tables of the schema", err)
}

func readTables(ctx context.Context, read runner, engine string) ([]Table, error) {
	columns, parents := qColumnsSQLite, qParentsSQLite
	if engine == "postgres" {
		columns, parents = qColumnsPostgres, qParentsPostgres
	}
	rows, err := read.rows(ctx, columns)
	found, err := collect(rows, err, scanColumn)
	if err != nil {
		return nil, err
	}
	rows, err = read.rows(ctx, parents)
	links, err := collect(rows, err, func(r *sql.Rows) (l link, err error) { return l, r.Scan(&l.child, &l.parent) })
	if err != nil {
		return nil, err
	}
	tables, err := grouped(found)
	if err != nil {
		return nil, err
	}
	return sortedByParents(tables, links)
}

// columnOfTable is a row of the catalogue.
type columnOfTable struct {
	table, typ string
	Column
}

func scanColumn(r *sql.Rows) (columnOfTable, error) {
	var c columnOfTable
	err := r.Scan(&c.table, &c.Name, &c.typ, &c.Key, &c.counted)
	c.Kind = kinds[c.typ]
	return c, err
}

func grouped(columns []columnOfTable) ([]Table, error) {
	var tables []Table
	for _, c := range columns {
		if apart[c.table] != "" {
			continue
		}
		if c.Kind == 0 {
			return nil, fmt.Errorf("the column %s of %s has the type %s, which the engines don't share", c.Name, c.table, c.typ)
		}
		if n := len(tables); n == 0 || tables[n-1].Name != c.table {
			tables = append(tables, Table{Name: c.table})
		}
		last := &tables[len(tables)-1]
		last.Columns = append(last.Columns, c.Column)
	}
	for i := range tables {
		slices.SortFunc(tables[i].Columns, func(a, b Column) int { return strings.Compare(a.Name, b.Name) })
		if len(tables[i].key()) == 0 {
			return nil, fmt.Errorf("the table %s has no primary key", tables[i].Name)
		}
	}
	return tables, nil
}

// link says that a table refers to another.
type link struct{ child, parent string }

// sortedByParents puts tables behind those that they refer to, and otherwise
// in the order of their names.
func sortedByParents(tables []Table, links []link) ([]Table, error) {
	slices.SortFunc(tables, func(a, b Table) int { return strings.Compare(a.Name, b.Name) })
	waits := func(t Table) bool {
		return slices.ContainsFunc(links, func(l link) bool {
			return l.child == t.Name && l.parent != t.Name && slices.ContainsFunc(tables, func(p Table) bool { return p.Name == l.parent })
		})
	}
	var sorted []Table
	for len(tables) > 0 {
		at := slices.IndexFunc(tables, func(t Table) bool { return !waits(t) })
		if at < 0 {
			return nil, fmt.Errorf("the tables from %s on refer to one another in a circle", tables[0].Name)
		}
		sorted = append(sorted, tables[at])
		tables = slices.Delete(tables, at, at+1)
	}
	return sorted, nil
}
