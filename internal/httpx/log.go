package httpx

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

const maxLoggedError = 1000

// access writes one line for each request: method, route template, status,
// duration, size, request id and user. Never the path itself, a query, a header
// or a body: ids and secrets stand there.
func access(o Options) middleware {
	log, now := o.Log, o.Now
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			begin := now()
			rec := recordOf(r.Context())
			defer func() {
				took := now().Sub(begin)
				log.LogAttrs(r.Context(), levelOf(rec), "request", attrs(rec, r.Method, took)...)
				if o.Observe != nil {
					o.Observe(Observation{Context: r.Context(), Method: knownMethod(r.Method), Route: routeName(rec.route), Status: rec.status, Took: took})
				}
			}()
			next.ServeHTTP(w, r)
		})
	}
}

// Observation is what is known of a request that has ended. Nothing in it comes
// from the client: the route is the pattern that matched.
type Observation struct {
	Context       context.Context
	Method, Route string
	Status        int // 0 where the client went away before an answer
	Took          time.Duration
}

func levelOf(rec *record) slog.Level {
	switch {
	case rec.status >= 500 || rec.err != nil && StatusOf(ba.KindOf(rec.err)) >= 500 && rec.status != statusClientClosed:
		return slog.LevelError
	case isOpen(strings.TrimPrefix(rec.route, "GET ")):
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

func attrs(rec *record, method string, took time.Duration) []slog.Attr {
	out := []slog.Attr{
		slog.String("method", knownMethod(method)),
		slog.String("route", routeName(rec.route)),
		slog.Int("status", rec.status),
		slog.Float64("ms", float64(took.Microseconds())/1000),
		slog.Int64("bytes", rec.bytes),
		slog.String("request_id", rec.id),
	}
	if rec.actor.Valid() {
		out = append(out, slog.String("user", string(rec.actor.User)))
	}
	if rec.err != nil {
		out = append(out, errorAttrs(rec.err)...)
	}
	return out
}

// errorAttrs says what failed. The cause is written for faults of ours only:
// the text of a refusal may hold what the person sent.
func errorAttrs(err error) []slog.Attr {
	kind := ba.KindOf(err)
	out := []slog.Attr{slog.String("code", ba.CodeOf(err))}
	if StatusOf(kind) < 500 {
		return out
	}
	out = append(out, slog.String("error", shorten(causeOf(err), maxLoggedError)))
	var p *panicError
	if errors.As(err, &p) {
		out = append(out, slog.String("stack", string(p.stack)))
	}
	return out
}

// causeOf returns what is for the log: the cause of a ba.Error, without its
// sentence for the person.
func causeOf(err error) string {
	var e *ba.Error
	if errors.As(err, &e) && e.Err != nil {
		return e.Err.Error()
	}
	return err.Error()
}

func shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "..."
}

func routeName(pattern string) string {
	if _, path, found := strings.Cut(pattern, " "); found {
		return path
	}
	if pattern == "" {
		return "unmatched"
	}
	return pattern
}

func knownMethod(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "other"
}
