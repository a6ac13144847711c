package wire

import (
	"context"
	"fmt"
	"net/http/httptrace"
	"sync"
	"time"
)

// Limits are the clocks of a call. They count only while we wait for the
// server, never while the reader of the stream is busy, and there is none for
// the whole answer: it may take an hour.
type Limits struct {
	Connect  time.Duration // until the connection stands, with TLS
	Headers  time.Duration // from then until the response begins
	Silence  time.Duration // between two bytes; comments and pings are bytes
	Progress time.Duration // between two pieces of an answer; comments and pings are none
}

// How long the end of a body is waited for when the answer has ended.
const (
	lingerCounts = 5 * time.Second        // the counts may still come
	lingerDone   = 250 * time.Millisecond // only so that the connection can be used again
)

// silence is the cause with which a watch ends a call.
type silence struct {
	phase string
	limit time.Duration
}

func (s silence) Error() string { return fmt.Sprintf("no %s within %v", s.phase, s.limit) }

// watch ends a call whose server is silent for too long.
type watch struct {
	limits Limits
	cancel context.CancelCauseFunc
	waited time.Duration // for the next piece of the answer, so far

	mu    sync.Mutex
	timer *time.Timer // nil while nothing is waited for
	sent  bool        // a connection stands, and the request goes over it
}

// trace watches the connection and the response of the request that ctx is for.
func (w *watch) trace(ctx context.Context) context.Context {
	w.arm(silence{"connection", w.limits.Connect})
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) {
			w.arm(silence{"response", w.limits.Headers})
			w.mu.Lock()
			defer w.mu.Unlock()
			w.sent = true
		},
	})
}

// unsent reports whether there never was a connection for the request.
func (w *watch) unsent() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.sent
}

func (w *watch) arm(s silence) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil {
		w.timer.Stop()
	}
	w.timer = time.AfterFunc(s.limit, func() { w.cancel(s) })
}

func (w *watch) disarm() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil {
		w.timer.Stop()
		w.timer = nil
	}
}

// read runs one read of the body under the clocks.
func (w *watch) read(f func() (int, error)) (int, error) {
	next := silence{"byte", w.limits.Silence}
	if left := w.limits.Progress - w.waited; left < next.limit {
		next = silence{"piece of the answer", left}
	}
	w.arm(next)
	begun := time.Now()
	n, err := f()
	w.waited += time.Since(begun)
	w.disarm()
	return n, err
}

// progressed says that a piece of the answer came.
func (w *watch) progressed() { w.waited = 0 }

// shorten says that the answer has ended and the rest is not worth more time.
func (w *watch) shorten(limit time.Duration) {
	w.limits.Silence, w.limits.Progress = min(limit, w.limits.Silence), min(limit, w.limits.Progress)
	w.waited = 0
}
