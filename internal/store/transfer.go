package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Row is a row of a table as both engines have it. A value is nil for NULL, or
// an int64, a string or a []byte, as the kind of its column says.
type Row struct {
	Table  Table
	Values []any // one for each column
}

// Value returns what is in a column; nil too where the table has none such.
func (r Row) Value(column string) any {
	for i, c := range r.Table.Columns {
		if c.Name == column {
			return r.Values[i]
		}
	}
	return nil
}

// Append appends the row in a form that does not depend on the engine: for
// each column its kind, 0 for NULL, then eight bytes for an integer (big end
// first), or the length as a varint and the bytes.
func (r Row) Append(b []byte) []byte {
	for _, v := range r.Values {
		switch v := v.(type) {
		case nil:
			b = append(b, 0)
		case int64:
			b = binary.BigEndian.AppendUint64(append(b, byte(Integer)), uint64(v))
		case string:
			b = appendText(append(b, byte(Text)), v)
		case []byte:
			b = append(binary.AppendUvarint(append(b, byte(Blob)), uint64(len(v))), v...)
		}
	}
	return b
}

// Hash returns the SHA-256 of the table's name, the names of its columns and
// the appended row: equal rows have equal hashes, whichever engine they are in.
func (r Row) Hash() [sha256.Size]byte { return sha256.Sum256(r.Append(r.Table.head())) }

// Size returns about how many bytes the row takes.
func (r Row) Size() int {
	n := 9 * len(r.Values)
	for _, v := range r.Values {
		switch v := v.(type) {
		case string:
			n += len(v)
		case []byte:
			n += len(v)
		}
	}
	return n
}

// Compare orders rows of one table as their primary keys are: negative where r
// comes before o, 0 where the keys are equal.
func (r Row) Compare(o Row) int {
	for _, at := range r.Table.key() {
		var c int
		switch a := r.Values[at].(type) {
		case int64:
			c = cmp.Compare(a, o.Values[at].(int64))
		case string:
			c = strings.Compare(a, o.Values[at].(string))
		case []byte:
			c = bytes.Compare(a, o.Values[at].([]byte))
		}
		if c != 0 {
			return c
		}
	}
	return 0
}

var errMalformedRow = errors.New("a stored row is malformed")

// ReadRow returns the row of the table that Append wrote, and what follows it.
// Bytes that Append did not write are an error.
func ReadRow(t Table, b []byte) (Row, []byte, error) {
	r := Row{Table: t, Values: make([]any, len(t.Columns))}
	for i, c := range t.Columns {
		if len(b) == 0 || b[0] != 0 && Kind(b[0]) != c.Kind {
			return Row{}, nil, errMalformedRow
		}
		kind := Kind(b[0])
		b = b[1:]
		switch kind {
		case Integer:
			if len(b) < 8 {
				return Row{}, nil, errMalformedRow
			}
			r.Values[i], b = int64(binary.BigEndian.Uint64(b)), b[8:]
		case Text, Blob:
			n, head := binary.Uvarint(b)
			if head <= 0 || n > uint64(len(b)-head) {
				return Row{}, nil, errMalformedRow
			}
			value := b[head : head+int(n)]
			b = b[head+int(n):]
			if r.Values[i] = bytes.Clone(value); kind == Text {
				r.Values[i] = string(value)
			}
		}
	}
	return r, b, nil
}

// Snapshot is the content of a database at one moment, whatever is written
// meanwhile. It is for one goroutine, which reads one table at a time, and holds a connection until it is closed.
type Snapshot struct {
	dialect
	tx     *sql.Tx
	read   runner
	tables []Table
}

// Snapshot returns the content as it is now.
func (db *DB) Snapshot(ctx context.Context) (*Snapshot, error) {
	o := sql.TxOptions{ReadOnly: true}
	if db.engine.name == "postgres" {
		o.Isolation = sql.LevelRepeatableRead
	}
	t, err := db.engine.reader.BeginTx(ctx, &o)
	if err != nil {
		return nil, failed("begin to read the database", err)
	}
	s := &Snapshot{dialect: db.engine.dialect, tx: t, read: &plainRunner{dialect: db.engine.dialect, db: t}}
	// Both engines fix the moment at the first statement.
	if s.tables, err = readTables(ctx, s.read, s.name); err != nil {
		return nil, errors.Join(failed("read the tables of the schema", err), s.Close())
	}
	return s, nil
}

// Close ends the snapshot. Closing it twice is no error.
func (s *Snapshot) Close() error {
	if err := s.tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
		return fmt.Errorf("end a snapshot: %w", err)
	}
	return nil
}

// Tables returns the tables as DB.Tables does.
func (s *Snapshot) Tables() []Table { return s.tables }

// Count returns how many rows the table has.
func (s *Snapshot) Count(ctx context.Context, t Table) (int, error) {
	var n int
	err := s.read.row(ctx, query("SELECT count(*) FROM "+t.Name)).Scan(&n)
	return n, failed("count the rows of "+t.Name, err)
}

// Rows yields every row of the table in the order of its primary key, which is
// the same on both engines. It ends after the first error.
func (s *Snapshot) Rows(ctx context.Context, t Table) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		rows, err := s.read.rows(ctx, t.selectText())
		if err != nil {
			yield(Row{}, failed("read "+t.Name, err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			row, err := t.scan(rows)
			if !yield(row, failed("read "+t.Name, err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(Row{}, failed("read "+t.Name, err))
		}
	}
}

func (t Table) selectText() query {
	var key []string
	for _, at := range t.key() {
		key = append(key, t.Columns[at].Name)
	}
	return query("SELECT " + strings.Join(t.names(), ", ") + " FROM " + t.Name + " ORDER BY " + strings.Join(key, ", "))
}

func (t Table) insertText() query {
	places := make([]string, len(t.Columns))
	for i := range places {
		places[i] = "$" + strconv.Itoa(i+1)
	}
	return query("INSERT INTO " + t.Name + " (" + strings.Join(t.names(), ", ") + ") VALUES (" + strings.Join(places, ", ") + ")")
}

func (t Table) scan(rows *sql.Rows) (Row, error) {
	r := Row{Table: t, Values: make([]any, len(t.Columns))}
	into := make([]any, len(t.Columns))
	for i := range into {
		into[i] = &r.Values[i]
	}
	if err := rows.Scan(into...); err != nil {
		return Row{}, err
	}
	for i, c := range t.Columns {
		if !c.Kind.holds(r.Values[i]) {
			return Row{}, fmt.Errorf("%s.%s holds a %T", t.Name, c.Name, r.Values[i])
		}
		if b, is := r.Values[i].([]byte); is && b == nil {
			r.Values[i] = []byte{} // empty is not NULL
		}
	}
	return r, nil
}

func (k Kind) holds(v any) bool {
	switch v.(type) {
	case nil:
		return true
	case int64:
		return k == Integer
	case string:
		return k == Text
	case []byte:
		return k == Blob
	}
	return false
}

// Load adds rows of one table, all of them or none, and returns when they are
// durable. A row whose key is there already, or whose parent is missing, is an
// error. FinishLoad is to be called after the last of all tables.
func (db *DB) Load(ctx context.Context, t Table, rows []Row) error {
	if len(rows) == 0 {
		return nil
	}
	if db.engine.name == "postgres" {
		return failed("fill "+t.Name, db.engine.copyIn(ctx, t, rows))
	}
	insert := t.insertText()
	return db.write(ctx, "fill "+t.Name, func(tx *tx) error {
		for _, r := range rows {
			if _, err := tx.exec(insert, r.Values...); err != nil {
				return err
			}
		}
		return nil
	})
}

// copyIn uses PostgreSQL's COPY, which is one transaction and takes numbers of
// identity columns as they are.
func (e *engine) copyIn(ctx context.Context, t Table, rows []Row) error {
	conn, err := e.reader.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(driver any) error {
		source := pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) { return rows[i].Values, nil })
		_, err := driver.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{t.Name}, t.names(), source)
		return err
	})
}
