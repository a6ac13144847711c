package redisbus_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/event"
	"github.com/ba-assistant/ba-assistant/internal/event/eventtest"
	"github.com/ba-assistant/ba-assistant/internal/event/redisbus"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

const patience = 15 * time.Second

// site is an installation whose instances meet in one Redis.
type site struct {
	url   string
	name  string
	vault redisbus.Vault
	log   *logs
}

func newSite(t testing.TB, url string) *site {
	t.Helper()
	return &site{url: url, name: ba.NewID[string](), vault: storetest.New(t).Vault(), log: &logs{}}
}

type logs struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.String()
}

// instance starts another instance, which the test's end stops.
func (s *site) instance(t testing.TB) *redisbus.Bus {
	t.Helper()
	o, err := redis.ParseURL(s.url)
	if err != nil {
		t.Fatal(err)
	}
	b := redisbus.New(redisbus.Options{Redis: o, Name: s.name, Vault: s.vault, Limits: event.Limits{Events: 300, Behind: 40}, Log: slog.New(slog.NewTextHandler(s.log, nil))})
	_ = b.Join(t.Context()) // where Redis is away, Run tries again
	ctx, cancel := context.WithCancel(context.Background())
	var ran sync.WaitGroup
	ran.Go(func() {
		if err := b.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		cancel()
		ran.Wait()
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// client returns a client for what a test looks at or breaks.
func (s *site) client(t testing.TB) *redis.Client {
	t.Helper()
	o, err := redis.ParseURL(s.url)
	if err != nil {
		t.Fatal(err)
	}
	c := redisbus.Client(o)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// keys returns the keys of the installation.
func (s *site) keys(t testing.TB) []string {
	t.Helper()
	keys, err := s.client(t).Keys(t.Context(), "ba:{"+s.name+"}:*").Result()
	if err != nil || len(keys) == 0 {
		t.Fatalf("the keys in Redis: %v, %v", keys, err)
	}
	return keys
}

func TestTheRedisBusConforms(t *testing.T) {
	url := testenv.RedisURL(t)
	sites := map[event.Bus]*site{}
	eventtest.Run(t, eventtest.Config{
		New: func(t testing.TB) event.Bus {
			s := newSite(t, url)
			b := s.instance(t)
			sites[b] = s
			return b
		},
		Restarted: func(t testing.TB, b event.Bus) event.Bus {
			s := sites[b]
			if err := s.client(t).Del(t.Context(), s.keys(t)...).Err(); err != nil {
				t.Fatal(err)
			}
			return s.instance(t)
		},
		Replay: 300,
		Behind: 40,
	})
}

func publish(t testing.TB, b event.Bus, n int) event.Cursor {
	t.Helper()
	c, err := b.Publish(t.Context(), event.Event{Topic: "thread:a", Name: "delta", Data: fmt.Appendf(nil, "event %d", n)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func subscribe(t testing.TB, b event.Bus, after event.Cursor) *event.Subscription {
	t.Helper()
	s, err := b.Subscribe(t.Context(), after, "thread:a")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// expect fails unless the next events are those with the numbers.
func expect(t testing.TB, s *event.Subscription, numbers ...int) {
	t.Helper()
	for _, n := range numbers {
		select {
		case e, open := <-s.Events:
			if !open || string(e.Data) != fmt.Sprint("event ", n) {
				t.Fatalf("received %q, open %v, want event %d", e.Data, open, n)
			}
		case <-time.After(patience):
			t.Fatalf("event %d did not arrive", n)
		}
	}
}

// ends waits for the end of a subscription.
func ends(t testing.TB, s *event.Subscription) {
	t.Helper()
	end := time.After(patience)
	for {
		select {
		case _, open := <-s.Events:
			if !open {
				return
			}
		case <-end:
			t.Fatal("the subscription did not end")
		}
	}
}

func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it did not become so: " + what)
		}
	}
}

func TestAReaderResumesOnAnyInstance(t *testing.T) {
	s := newSite(t, testenv.RedisURL(t))
	one, two := s.instance(t), s.instance(t)
	there := subscribe(t, two, "")
	first := publish(t, one, 0)
	second := publish(t, one, 1)
	expect(t, there, 0, 1)
	if there.Alone || there.Gap {
		t.Errorf("alone %v, gap %v", there.Alone, there.Gap)
	}
	third := s.instance(t) // began after the events
	for _, b := range []*redisbus.Bus{one, two, third} {
		again := subscribe(t, b, first)
		if again.Gap {
			t.Error("a gap, though all is kept")
		}
		expect(t, again, 1)
	}
	publish(t, third, 2)
	for _, b := range []*redisbus.Bus{one, two, third} {
		expect(t, subscribe(t, b, second), 2)
	}
}

func TestACursorOfThisMomentIsGoodOnAnotherInstance(t *testing.T) {
	s := newSite(t, testenv.RedisURL(t))
	one, two := s.instance(t), s.instance(t)
	for n := range 100 {
		cursor := publish(t, one, n) // two may not have heard of it yet
		if sub := subscribe(t, two, cursor); sub.Gap {
			t.Fatalf("after event %d there is a gap", n)
		}
	}
}

func TestNothingReadableLiesInRedis(t *testing.T) {
	s := newSite(t, testenv.RedisURL(t))
	b := s.instance(t)
	const canary = "zirconium canary"
	if _, err := b.Publish(t.Context(), event.Event{Topic: "thread:canary-thread", Name: "canary-name", Data: []byte(canary)}); err != nil {
		t.Fatal(err)
	}
	client := s.client(t)
	for _, key := range s.keys(t) {
		dump, err := client.Dump(t.Context(), key).Result()
		if err != nil {
			t.Fatal(err)
		}
		text := key + dump
		if strings.Contains(key, ":events:") {
			entries, err := client.XRange(t.Context(), key, "-", "+").Result()
			if err != nil || len(entries) != 1 {
				t.Fatalf("the stream holds %d entries, %v", len(entries), err)
			}
			text += fmt.Sprint(entries)
		}
		for _, word := range []string{canary, "canary-thread", "canary-name"} {
			if strings.Contains(text, word) {
				t.Errorf("%q is readable under %s", word, key)
			}
		}
		if ttl, err := client.TTL(t.Context(), key).Result(); err != nil || ttl <= 0 && !strings.Contains(key, ":events:") {
			t.Errorf("%s stays for ever: %v %v", key, ttl, err)
		}
	}
}

func TestOtherKeysCannotReadTheEvents(t *testing.T) {
	s := newSite(t, testenv.RedisURL(t))
	one := s.instance(t)
	here := subscribe(t, one, "")
	cursor := publish(t, one, 0)
	stranger := *s
	stranger.vault = storetest.New(t).Vault() // the same name, without the keyring
	two := stranger.instance(t)
	ends(t, here)
	if sub := subscribe(t, two, cursor); !sub.Gap {
		t.Error("a bus reads what it has no key for")
	}
	if !strings.Contains(s.log.String(), "cannot be opened") {
		t.Errorf("the log says nothing of it:\n%s", s.log)
	}
}

func TestWhileRedisIsAwayEachInstanceCarriesItsOwn(t *testing.T) {
	server := testenv.StartRedis(t)
	s := newSite(t, server.URL())
	one, two := s.instance(t), s.instance(t)
	here, there := subscribe(t, one, ""), subscribe(t, two, "")
	before := publish(t, one, 0)
	expect(t, here, 0)
	expect(t, there, 0)

	server.Stop()
	begun := time.Now()
	publish(t, one, 1)
	if took := time.Since(begun); took > 2*time.Second {
		t.Errorf("publishing waited %s for a Redis that is away", took)
	}
	for _, sub := range []*event.Subscription{here, there} {
		ends(t, sub)
		if !sub.Lagged() {
			t.Error("a subscription that was cut off does not say so")
		}
	}
	alone := subscribe(t, one, before)
	eventually(t, "the other one notices too", func() bool { return !two.Stats().Shared })
	apart := subscribe(t, two, before)
	if !alone.Alone || !alone.Gap || !apart.Alone || !apart.Gap {
		t.Errorf("alone: %+v, %+v", alone, apart)
	}
	publish(t, one, 2)
	expect(t, alone, 2)

	server.Start(t)
	ends(t, alone)
	ends(t, apart)
	eventually(t, "both are back", func() bool { return one.Stats().Shared && two.Stats().Shared })
	settled(t, one, two)
	for _, old := range []event.Cursor{before, alone.Start} {
		if sub := subscribe(t, two, old); !sub.Gap || sub.Alone {
			t.Errorf("after Redis is back: %+v", sub)
		}
	}
	if log := s.log.String(); !strings.Contains(log, "Redis does not answer") || !strings.Contains(log, "events are shared") {
		t.Errorf("the log says nothing of it:\n%s", log)
	}
}

// settled waits until what one publishes comes to two, and the other way round.
func settled(t *testing.T, buses ...*redisbus.Bus) {
	t.Helper()
	for _, from := range buses {
		for _, to := range buses {
			eventually(t, "events go from one to the other", func() bool {
				sub := subscribe(t, to, "")
				defer sub.Close()
				publish(t, from, 99)
				select {
				case _, open := <-sub.Events:
					return open
				case <-time.After(300 * time.Millisecond):
					return false
				}
			})
		}
	}
}

func TestWhatIsLostInRedisIsAGapEverywhere(t *testing.T) {
	for name, lose := range map[string]func(*testing.T, *site, *redis.Client, string, string){
		"an event that was evicted": func(t *testing.T, _ *site, c *redis.Client, stream, _ string) {
			check(t, c.HIncrBy(t.Context(), strings.Replace(stream, ":events:", ":run:", 1), "n", 1).Err())
		},
		"the run": func(t *testing.T, _ *site, c *redis.Client, _, current string) {
			check(t, c.Del(t.Context(), current).Err())
		},
		"everything": func(t *testing.T, s *site, c *redis.Client, _, _ string) {
			check(t, c.Del(t.Context(), s.keys(t)...).Err())
		},
		"another's word": func(t *testing.T, _ *site, c *redis.Client, stream, _ string) {
			check(t, c.XAdd(t.Context(), &redis.XAddArgs{Stream: stream, Values: []string{"e", "not sealed"}}).Err())
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, testenv.RedisURL(t))
			one, two := s.instance(t), s.instance(t)
			cursor := publish(t, one, 0)
			here, there := subscribe(t, one, cursor), subscribe(t, two, cursor)
			keys := s.keys(t)
			at := slices.IndexFunc(keys, func(k string) bool { return strings.Contains(k, ":events:") })
			lose(t, s, s.client(t), keys[at], "ba:{"+s.name+"}:run")
			publish(t, one, 1)
			ends(t, here)
			ends(t, there)
			settled(t, one, two)
			for _, b := range []*redisbus.Bus{one, two} {
				if sub := subscribe(t, b, cursor); !sub.Gap {
					t.Error("no gap")
				}
			}
		})
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestNoGapGoesUnseenWhileRedisComesAndGoes counts on one instance while
// Redis is killed again and again. The reader on the other one may be told of
// gaps; what comes between two of them must be whole, and whoever resumes
// without a gap must have missed nothing.
func TestNoGapGoesUnseenWhileRedisComesAndGoes(t *testing.T) {
	rounds := 3
	if testenv.Soak() {
		rounds = 200
	}
	server := testenv.StartRedis(t)
	s := newSite(t, server.URL())
	one, two := s.instance(t), s.instance(t)
	ctx, cancel := context.WithCancel(t.Context())
	var work sync.WaitGroup
	var published counter // as the store: what is there before it is told
	work.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			published.set(n)
			_, _ = one.Publish(context.WithoutCancel(ctx), event.Event{Topic: "thread:a", Name: "delta", Data: fmt.Appendf(nil, "%d", n)})
			time.Sleep(time.Millisecond)
		}
	})
	reader := &careful{t: t, bus: two, truth: &published}
	work.Go(func() { reader.read(ctx) })
	for range rounds {
		time.Sleep(300 * time.Millisecond)
		server.Stop()
		time.Sleep(100 * time.Millisecond)
		server.Start(t)
		eventually(t, "events come again", func() bool { return two.Stats().Shared && one.Stats().Shared })
	}
	settled(t, one, two)
	last := published.get()
	eventually(t, "the reader has what was published", func() bool { return reader.holds.get() >= last })
	cancel()
	work.Wait()
	if reader.gaps < rounds {
		t.Errorf("%d gaps in %d rounds", reader.gaps, rounds)
	}
	t.Logf("%d events, %d gaps", published.get(), reader.gaps)
}

type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) set(n int) { c.mu.Lock(); defer c.mu.Unlock(); c.n = n }
func (c *counter) get() int  { c.mu.Lock(); defer c.mu.Unlock(); return c.n }

// careful is a reader who takes a snapshot at a gap, and nowhere else.
type careful struct {
	t     *testing.T
	bus   event.Bus
	truth *counter
	holds counter
	gaps  int
}

func (c *careful) read(ctx context.Context) {
	var last event.Cursor
	for ctx.Err() == nil {
		sub, err := c.bus.Subscribe(ctx, last, "thread:a")
		if err != nil {
			c.t.Error(err)
			return
		}
		if sub.Gap || last == "" {
			c.gaps++
			c.holds.set(c.truth.get())
		}
		last = sub.Start
		c.follow(ctx, sub, &last)
		sub.Close()
	}
}

func (c *careful) follow(ctx context.Context, sub *event.Subscription, last *event.Cursor) {
	for {
		select {
		case <-ctx.Done():
			return
		case e, open := <-sub.Events:
			if !open {
				return
			}
			*last = e.Cursor
			var n int
			if _, err := fmt.Sscanf(string(e.Data), "%d", &n); err != nil {
				continue // of settled
			}
			if have := c.holds.get(); n > have+1 {
				c.t.Errorf("after %d comes %d, and nobody spoke of a gap", have, n)
			}
			c.holds.set(max(n, c.holds.get()))
		}
	}
}
