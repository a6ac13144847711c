package httpx

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// identify gives the request its id and finds the client's address.
func identify(o Options) middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			peer := peerAddr(r)
			rec := &record{proxied: isTrusted(peer, o.TrustedProxies) || o.Edge.sent(peer)}
			rec.client, rec.claimed = o.caller(peer, r.Header)
			rec.id = r.Header.Get("X-Request-ID")
			if !isTrusted(peer, o.TrustedProxies) || !plausibleID(rec.id) {
				rec.id = ba.NewID[string]()
			}
			w.Header().Set("X-Request-ID", rec.id)
			ctx := context.WithValue(r.Context(), recordKey{}, rec)
			ctx = ba.WithOrigin(ctx, ba.Origin{Address: rec.client, Request: rec.id, Via: ba.ViaDoor})
			next.ServeHTTP(&recorder{ResponseWriter: w, rec: rec}, r.WithContext(ctx))
		})
	}
}

func plausibleID(id string) bool {
	return len(id) >= 8 && len(id) <= 64 && !strings.ContainsFunc(id, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_' && r != '.'
	})
}

func peerAddr(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	addr, _ := netip.ParseAddr(host) // the zero Addr is trusted by nobody
	return addr.Unmap()
}

// recoverPanics turns a panic into an answer. http.ErrAbortHandler passes: it
// is the way to cut a connection.
func recoverPanics(render Renderer) middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			defer func() {
				v := recover()
				if v == nil {
					return
				}
				if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
					panic(http.ErrAbortHandler)
				}
				failEither(w, r, &panicError{value: v, stack: debug.Stack()}, render)
			}()
			next.ServeHTTP(w, r)
		})
	}
}

// panicError is a panic as an error. Its value may hold anything, so only its
// type and the stack, which has no values, go to the log.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string {
	if err, ok := e.value.(error); ok {
		return "panic: " + err.Error()
	}
	return fmt.Sprintf("panic of type %T", e.value)
}

type rawBodyKey struct{}

// limitBody lets no handler read more than limit bytes, unless it asks by AllowBody.
func limitBody(limit int64) middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx := context.WithValue(r.Context(), rawBodyKey{}, r.Body)
			r = r.WithContext(ctx)
			r.Body = http.MaxBytesReader(w, r.Body, limit)
			next.ServeHTTP(w, r)
		})
	}
}

// AllowBody lets the handler of an upload read up to limit bytes of the body
// instead of the usual limit. It must be called before anything was read.
func AllowBody(w http.ResponseWriter, r *http.Request, limit int64) {
	if body, ok := r.Context().Value(rawBodyKey{}).(io.ReadCloser); ok {
		r.Body = http.MaxBytesReader(w, body, limit)
	}
}
