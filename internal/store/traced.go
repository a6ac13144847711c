package store

import (
	"context"
	"database/sql"
	"regexp"
	"strings"
	"sync"

	"go.opentelemetry.io/otel/attribute"

	"github.com/ba-assistant/ba-assistant/internal/tracing"
)

// traced is a runner whose statements are steps of the trace of their context.
// A step has the verb and the table; the values are never in it.
type traced struct {
	runner
	system attribute.KeyValue
}

func withSteps(d dialect, r runner) runner {
	return &traced{r, attribute.String("db.system.name", strings.Replace(d.name, "postgres", "postgresql", 1))}
}

func (r *traced) exec(ctx context.Context, q query, args ...any) (int64, error) {
	if !tracing.Recorded(ctx) {
		return r.runner.exec(ctx, q, args...)
	}
	ctx, span := tracing.Step(ctx, summary(q), r.system)
	n, err := r.runner.exec(ctx, q, args...)
	tracing.End(span, err)
	return n, err
}

// rows ends its step with the first row: the context of the rows stays open.
func (r *traced) rows(ctx context.Context, q query, args ...any) (*sql.Rows, error) {
	if !tracing.Recorded(ctx) {
		return r.runner.rows(ctx, q, args...)
	}
	_, span := tracing.Step(ctx, summary(q), r.system)
	rows, err := r.runner.rows(ctx, q, args...)
	tracing.End(span, err)
	return rows, err
}

func (r *traced) row(ctx context.Context, q query, args ...any) *sql.Row {
	if !tracing.Recorded(ctx) {
		return r.runner.row(ctx, q, args...)
	}
	_, span := tracing.Step(ctx, summary(q), r.system)
	row := r.runner.row(ctx, q, args...)
	tracing.End(span, row.Err())
	return row
}

var (
	tableName = regexp.MustCompile(`(?i)\b(?:FROM|INTO|UPDATE|JOIN|TABLE)\s+([a-z_]+)`)
	summaries sync.Map // query to its summary; there are only constants
)

// summary returns the verb of a statement and its first table, such as
// "SELECT messages": the low-cardinality name that OpenTelemetry's conventions
// for databases ask for.
func summary(q query) string {
	if s, known := summaries.Load(q); known {
		return s.(string)
	}
	verb, _, _ := strings.Cut(strings.TrimSpace(string(q)), " ")
	s := strings.ToUpper(strings.TrimSpace(verb))
	if m := tableName.FindStringSubmatch(string(q)); m != nil {
		s += " " + m[1]
	}
	summaries.Store(q, s)
	return s
}
