package store

import (
	"context"
	"database/sql"
	"strings"
	"sync"
)

// query is the text of an SQL statement for both engines: parameters are $1,
// $2 ... in the order of the arguments. Every statement of the package is a
// constant of this type, so that a test can list and explain all of them.
type query string

// runner runs statements: the pool of readers, or a transaction.
type runner interface {
	exec(ctx context.Context, q query, args ...any) (int64, error)
	rows(ctx context.Context, q query, args ...any) (*sql.Rows, error)
	row(ctx context.Context, q query, args ...any) *sql.Row
}

// tx is a transaction.
type tx struct {
	ctx   context.Context
	run   runner
	wrote bool // something may have been changed
}

// exec returns how many rows were changed.
func (t *tx) exec(q query, args ...any) (int64, error) {
	n, err := t.run.exec(t.ctx, q, args...)
	t.wrote = t.wrote || n > 0
	return n, err
}

// row is for statements that return one row, of which some change it too.
func (t *tx) row(q query, args ...any) *sql.Row {
	t.wrote = t.wrote || !strings.HasPrefix(string(q), "SELECT")
	return t.run.row(t.ctx, q, args...)
}

// rows is for statements that change nothing.
func (t *tx) rows(q query, args ...any) (*sql.Rows, error) { return t.run.rows(t.ctx, q, args...) }

// change is exec for statements that must change a row; with none it is err.
func (t *tx) change(none error, q query, args ...any) error {
	n, err := t.exec(q, args...)
	if err == nil && n == 0 {
		return none
	}
	return err
}

// collect scans every row.
func collect[T any](rows *sql.Rows, err error, scan func(*sql.Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var items []T
	for rows.Next() {
		item, err := scan(rows)
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	return items, rows.Err()
}

// plainRunner sends each statement as it is; the PostgreSQL driver keeps the
// prepared ones of each connection.
type plainRunner struct {
	dialect
	db interface {
		ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error)
		QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error)
		QueryRowContext(ctx context.Context, q string, args ...any) *sql.Row
	}
}

func (r *plainRunner) exec(ctx context.Context, q query, args ...any) (int64, error) {
	res, err := r.db.ExecContext(ctx, r.text(q), args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (r *plainRunner) rows(ctx context.Context, q query, args ...any) (*sql.Rows, error) {
	return r.db.QueryContext(ctx, r.text(q), args...)
}

func (r *plainRunner) row(ctx context.Context, q query, args ...any) *sql.Row {
	return r.db.QueryRowContext(ctx, r.text(q), args...)
}

// preparedRunner keeps every statement prepared: SQLite's parser is a large
// part of the cost of a small statement.
type preparedRunner struct {
	dialect
	prepare func(ctx context.Context, q string) (*sql.Stmt, error)
	plain   interface {
		QueryRowContext(ctx context.Context, q string, args ...any) *sql.Row
	}

	mu    sync.RWMutex
	stmts map[query]*sql.Stmt
}

func (r *preparedRunner) stmt(ctx context.Context, q query) (*sql.Stmt, error) {
	r.mu.RLock()
	s := r.stmts[q]
	r.mu.RUnlock()
	if s != nil {
		return s, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if s := r.stmts[q]; s != nil {
		return s, nil
	}
	s, err := r.prepare(ctx, r.text(q))
	if err != nil {
		return nil, err
	}
	if r.stmts == nil {
		r.stmts = make(map[query]*sql.Stmt)
	}
	r.stmts[q] = s
	return s, nil
}

func (r *preparedRunner) exec(ctx context.Context, q query, args ...any) (int64, error) {
	s, err := r.stmt(ctx, q)
	if err != nil {
		return 0, err
	}
	res, err := s.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (r *preparedRunner) rows(ctx context.Context, q query, args ...any) (*sql.Rows, error) {
	s, err := r.stmt(ctx, q)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

func (r *preparedRunner) row(ctx context.Context, q query, args ...any) *sql.Row {
	s, err := r.stmt(ctx, q)
	if err != nil { // the same statement, unprepared, carries its error in the row
		return r.plain.QueryRowContext(ctx, r.text(q), args...)
	}
	return s.QueryRowContext(ctx, args...)
}

// close ends the prepared statements.
func (r *preparedRunner) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.stmts {
		_ = s.Close() // its connection goes away with it
	}
	r.stmts = nil
}
