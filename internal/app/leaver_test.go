package app

import (
	"context"
	"net/http/httptest"
	"strings"
	"time"
)

// leaver is a client that leaves an event stream once it has begun, and every
// other answer when it has come.
type leaver struct {
	*httptest.ResponseRecorder
	leave context.CancelFunc
}

func (w *leaver) context(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(parent)
	w.leave = cancel
	return ctx, cancel
}

// Flush implements http.Flusher.
func (w *leaver) Flush() {
	w.ResponseRecorder.Flush()
	if strings.HasPrefix(w.Header().Get("Content-Type"), "text/event-stream") {
		w.leave()
	}
}

// SetReadDeadline is for handlers that bound the time of a read; a recorder
// has none.
func (w *leaver) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline is for handlers that bound the time of a write.
func (w *leaver) SetWriteDeadline(time.Time) error { return nil }
