package wire_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire/wiretest"
)

func TestAServerThatCannotBeReachedIsTriedThreeTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dials := 0
		p := newClient(t, "http://provider.test", &http.Client{Transport: &http.Transport{
			DialContext: wiretest.DialRefused(&dials)}})
		begun := time.Now()
		f := wantFault(t, wiretest.Collect(t, t.Context(), p, llm.Request{}), llm.ErrNetwork)
		if took := time.Since(begun); dials != 3 || f.Started || took != 750*time.Millisecond+1500*time.Millisecond {
			t.Errorf("%d dials within %v, started %v", dials, took, f.Started)
		}
	})
}

func TestARetryComesOnlyBeforeTheFirstPiece(t *testing.T) {
	var calls atomic.Int32
	inBubble(t, func(w http.ResponseWriter, _ *http.Request) {
		if calls.Add(1) == 2 {
			say(w, "begun")
		}
		panic(http.ErrAbortHandler)
	}, func(t *testing.T, p provider) {
		o := wiretest.Collect(t, t.Context(), p, llm.Request{})
		if f := wantFault(t, o, llm.ErrCut); !f.Started || o.Text != "begun" || calls.Load() != 2 {
			t.Errorf("%d requests, %q, started %v", calls.Load(), o.Text, f.Started)
		}
	})
}

func TestAServerThatAsksForMoreThanAMinuteIsNotWaitedFor(t *testing.T) {
	for _, test := range []struct {
		header, value string
		want          time.Duration
		calls         int32
	}{
		{"Retry-After", "61", 61 * time.Second, 1},
		{"Retry-After", "2.5", 2500 * time.Millisecond, 3},
		{"Retry-After-Ms", "1400", 1400 * time.Millisecond, 3},
		{"Retry-After", "Sat, 01 Jan 2000 00:00:50 GMT", 50 * time.Second, 3}, // a bubble begins with 2000
		{"Retry-After", "-5", 0, 3},
		{"Retry-After", "NaN", 0, 3},
		{"Retry-After", "1e300", 31 * 24 * time.Hour, 1},
		{"Retry-After", "soon", 0, 3},
	} {
		t.Run(test.header+" "+test.value, func(t *testing.T) {
			var calls atomic.Int32
			inBubble(t, func(w http.ResponseWriter, _ *http.Request) {
				calls.Add(1)
				w.Header().Set(test.header, test.value)
				w.WriteHeader(http.StatusTooManyRequests)
			}, func(t *testing.T, p provider) {
				begun := time.Now()
				f := wantFault(t, wiretest.Collect(t, t.Context(), p, llm.Request{}), llm.ErrRateLimit)
				// A date comes nearer with each try; the last one is reported.
				if calls.Load() != test.calls || f.RetryAfter != test.want && !strings.HasSuffix(test.value, "GMT") {
					t.Errorf("%d requests, retry after %v", calls.Load(), f.RetryAfter)
				}
				if took := time.Since(begun); calls.Load() > 1 && took < test.want {
					t.Errorf("the retries came within %v", took)
				}
			})
		})
	}
}

func TestCancellingEndsTheWaitForARetry(t *testing.T) {
	inBubble(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "50")
		w.WriteHeader(http.StatusTooManyRequests)
	}, func(t *testing.T, p provider) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		begun := time.Now()
		o := wiretest.Collect(t, ctx, p, llm.Request{})
		if !errors.Is(o.Err, context.DeadlineExceeded) || time.Since(begun) != 3*time.Second {
			t.Errorf("ended with %v after %v", o.Err, time.Since(begun))
		}
	})
}

func TestWhatAFailedAttemptWasCountedForIsKept(t *testing.T) {
	var calls atomic.Int32
	inBubble(t, func(w http.ResponseWriter, _ *http.Request) {
		say(w, "count")
		if calls.Add(1) < 3 {
			panic(http.ErrAbortHandler)
		}
		say(w, "a")
		say(w, "count")
		say(w, "end")
	}, func(t *testing.T, p provider) {
		o := wiretest.Collect(t, t.Context(), p, llm.Request{})
		if want := (ba.Usage{InputTokens: 300, OutputTokens: 3}); o.Err != nil || o.Usage != want {
			t.Errorf("usage %+v, want %+v; %v", o.Usage, want, o.Err)
		}
	})
}
