package wire

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/llm"
)

const (
	maxRetries = 2
	firstWait  = time.Second
	maxWait    = 8 * time.Second  // where the server says nothing
	maxAsked   = 60 * time.Second // a server that asks for more is left to the person
)

// retry returns how long to wait before the same request is sent again, and
// whether it should be. A timeout is not retried: it was waited for long enough.
func (c *Client) retry(e *llm.Error, attempt int) (time.Duration, bool) {
	if e.Started || attempt >= maxRetries || e.RetryAfter > maxAsked {
		return 0, false
	}
	switch e.Kind {
	case llm.ErrRateLimit, llm.ErrOverloaded, llm.ErrNetwork, llm.ErrCut, llm.ErrProtocol:
	default:
		return 0, false
	}
	spread := c.Spread()
	if asked := e.RetryAfter; asked > 0 {
		return asked + time.Duration(spread*float64(asked)/10), true
	}
	wait := min(firstWait<<attempt, maxWait)
	return wait/2 + time.Duration(spread*float64(wait)/2), true
}

// sleep returns nil after d, or ctx's error if that ends first.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// retryAfter reads retry-after-ms (milliseconds; OpenAI) or Retry-After
// (seconds, also a fraction, or an HTTP date; RFC 9110, section 10.2.3). Zero
// is nothing, or nonsense.
func retryAfter(h http.Header, now time.Time) time.Duration {
	if ms, err := strconv.ParseFloat(h.Get("Retry-After-Ms"), 64); err == nil {
		return seconds(ms / 1000)
	}
	s := h.Get("Retry-After")
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		return seconds(n)
	}
	if at, err := http.ParseTime(s); err == nil && at.After(now) {
		return min(at.Sub(now), maxDelay)
	}
	return 0
}

// maxDelay bounds what a server may claim: a month of a spending limit.
const maxDelay = 31 * 24 * time.Hour

// seconds returns n seconds; zero for what is no sensible delay.
func seconds(n float64) time.Duration {
	if !(n > 0) {
		return 0
	}
	return time.Duration(min(n, maxDelay.Seconds()) * float64(time.Second))
}
