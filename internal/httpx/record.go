package httpx

import (
	"context"
	"net/http"

	"github.com/ba-assistant/ba-assistant/ba"
)

// record is what the middleware knows of one request. It belongs to the
// request's goroutine; handlers reach it through the context.
type record struct {
	id      string // request id
	client  string // address of the client, forwarded headers considered
	claimed bool   // the address is what a platform's proxy says, which nobody can check
	proxied bool   // a known proxy sent it
	route   string // the pattern that matched, such as "GET /projects/{id}"

	actor   ba.Actor
	authErr error // why the credentials that came were not accepted

	err    error
	status int
	bytes  int64
}

type recordKey struct{}

// recordOf returns the request's record. Outside Stack (a handler that is
// tested alone) it is an empty one.
func recordOf(ctx context.Context) *record {
	if rec, ok := ctx.Value(recordKey{}).(*record); ok {
		return rec
	}
	return &record{}
}

func (rec *record) started() bool { return rec.status != 0 }

// RequestID returns the id of the request, which the response carries as
// X-Request-ID; empty outside a request.
func RequestID(ctx context.Context) string { return recordOf(ctx).id }

// ClientAddr returns the address of the client without a port. Forwarded
// headers count only where a trusted proxy sent them.
func ClientAddr(ctx context.Context) string { return recordOf(ctx).client }

// Note keeps the error of a request for its line in the log. The response is
// the caller's business.
func Note(ctx context.Context, err error) { recordOf(ctx).err = err }

// recorder is a ResponseWriter that remembers status and size.
type recorder struct {
	http.ResponseWriter
	rec *record
}

// Unwrap lets http.ResponseController reach Flush and the deadlines.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *recorder) WriteHeader(status int) {
	if w.rec.status == 0 && status >= 200 {
		w.rec.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.rec.status == 0 {
		w.rec.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.rec.bytes += int64(n)
	return n, err
}

// Flush sends what was written so far.
func (w *recorder) Flush() {
	if w.rec.status == 0 {
		w.rec.status = http.StatusOK
	}
	_ = http.NewResponseController(w.ResponseWriter).Flush() // the next write reports a broken connection
}
