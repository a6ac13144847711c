package httpx

import (
	"context"
	"encoding/base64"
	"log/slog"
	"sync"
	"time"
)

const (
	shareTimeout = 250 * time.Millisecond // for one question to a Share
	shareRetry   = 2 * time.Second        // how long one that failed is not asked
)

// Counter counts requests for several instances together.
type Counter interface {
	// Count counts a request of key, of which there may be one every interval
	// and burst at once (GCRA). It returns 0, or how long the key has to wait
	// where this is one too many.
	Count(ctx context.Context, key string, interval time.Duration, burst int) (time.Duration, error)
}

// Share is what the limiters of several instances count in together. While it
// fails, each limiter counts for its own instance. It is safe for concurrent use.
type Share struct {
	Counter Counter
	// Blind turns what is counted, such as an address, into something that says
	// nothing of it.
	Blind func(ctx context.Context, key string) ([]byte, error)
	Log   *slog.Logger

	mu     sync.Mutex
	failed bool
	until  time.Time // it is not asked before
}

// Working reports whether requests are counted together now.
func (s *Share) Working() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.failed
}

// count counts a request under the name of a limit. counted is false where the
// share does not work.
func (s *Share) count(ctx context.Context, name, key string, interval time.Duration, burst int) (wait time.Duration, counted bool) {
	if !s.due(time.Now()) {
		return 0, false
	}
	asking, cancel := context.WithTimeout(ctx, shareTimeout)
	defer cancel()
	blinded, err := s.Blind(asking, key)
	if err == nil {
		wait, err = s.Counter.Count(asking, name+":"+base64.RawURLEncoding.EncodeToString(blinded), interval, burst)
	}
	if ctx.Err() != nil { // the client has left, which says nothing of the share
		return 0, false
	}
	s.note(ctx, err)
	return wait, err == nil
}

// due reports whether the share is to be asked. After a failure one request in
// shareRetry tries it.
func (s *Share) due(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Before(s.until) {
		return false
	}
	if s.failed {
		s.until = now.Add(shareRetry)
	}
	return true
}

// note keeps whether the share works, and logs a change.
func (s *Share) note(ctx context.Context, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err != nil && !s.failed:
		s.until = time.Now().Add(shareRetry)
		s.Log.WarnContext(ctx, "requests cannot be counted together with the other instances; each counts for itself", "error", err)
	case err == nil && s.failed:
		s.until = time.Time{}
		s.Log.InfoContext(ctx, "requests are counted together with the other instances again")
	}
	s.failed = err != nil
}
