package redislimit_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/event/redisbus"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/httpx/redislimit"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

// limiters returns a limiter for each of some instances.
func limiters(t *testing.T, url string, n, perMinute, burst int, log *slog.Logger) ([]*httpx.Limiter, *redis.Client) {
	t.Helper()
	o, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := redisbus.Client(o)
	t.Cleanup(func() { _ = client.Close() })
	prefix := "ba:" + ba.NewID[string]() + ":limit:"
	var all []*httpx.Limiter
	for range n {
		share := &httpx.Share{Counter: redislimit.New(client, prefix), Log: log, Blind: func(_ context.Context, key string) ([]byte, error) {
			sum := sha256.Sum256([]byte(key))
			return sum[:], nil
		}}
		l, err := httpx.NewLimiter(perMinute, burst)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, l.Shared(share, "test"))
	}
	return all, client
}

func TestInstancesCountTogether(t *testing.T) {
	all, client := limiters(t, testenv.RedisURL(t), 3, 60, 30, slog.New(slog.DiscardHandler))
	var allowed atomic.Int64
	var refused atomic.Pointer[error]
	var work sync.WaitGroup
	begun := time.Now()
	for i := range 120 {
		work.Go(func() {
			err := all[i%3].Allow(t.Context(), "address:203.0.113.7")
			if err == nil {
				allowed.Add(1)
			} else {
				refused.Store(&err)
			}
		})
	}
	work.Wait()
	most := 30 + int64(time.Since(begun).Seconds()) + 1
	if n := allowed.Load(); n < 30 || n > most {
		t.Errorf("%d of 120 at once were allowed by three instances together, want 30 to %d", n, most)
	}
	if p := refused.Load(); p == nil || httpx.ProblemOf(*p, "").Status != 429 || httpx.ProblemOf(*p, "").RetryAfter < 1 {
		t.Errorf("refused as %v", p)
	}
	if err := all[0].Allow(t.Context(), "address:203.0.113.8"); err != nil {
		t.Errorf("another address: %v", err)
	}
	keys, err := client.Keys(t.Context(), "*:limit:*").Result()
	if err != nil || len(keys) < 2 {
		t.Fatalf("keys %v, %v", keys, err)
	}
	for _, key := range keys {
		if strings.Contains(key, "203.0") {
			t.Errorf("an address is readable: %s", key)
		}
		if ttl, err := client.PTTL(t.Context(), key).Result(); err != nil || ttl <= 0 || ttl > time.Minute {
			t.Errorf("%s stays for %v, %v", key, ttl, err)
		}
	}
}

func TestWithoutRedisEachInstanceCountsForItself(t *testing.T) {
	server := testenv.StartRedis(t)
	var log bytes.Buffer
	all, _ := limiters(t, server.URL(), 1, 1, 2, slog.New(slog.NewTextHandler(&log, nil)))
	l := all[0]
	server.Stop()
	for n := range 10 {
		begun := time.Now()
		if err := l.Allow(t.Context(), "ana"); (err == nil) != (n < 2) {
			t.Errorf("request %d: %v", n, err)
		}
		if took := time.Since(begun); took > time.Second {
			t.Errorf("request %d waited %s for Redis", n, took)
		}
	}
	server.Start(t)
	for end := time.Now().Add(10 * time.Second); !strings.Contains(log.String(), "together with the other instances again"); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it does not come back:\n%s", log.String())
		}
		_ = l.Allow(t.Context(), "bob") // counts; whether it may is not asked here
	}
	if n := strings.Count(log.String(), "each counts for itself"); n != 1 {
		t.Errorf("said %d times:\n%s", n, log.String())
	}
}
