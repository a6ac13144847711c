package redisbus

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/ba-assistant/ba-assistant/internal/event"
)

const (
	defaultEvents = 16384
	// preload is how many events of before a session are taken over, for
	// readers who come from another instance.
	preload = 1024
	// longestRun bounds what is sealed under one key.
	longestRun = 7 * 24 * time.Hour
)

// Join makes the instance hear and be heard. Its errors are those of Redis, or
// of the vault; the instance stays as it was then.
func (b *Bus) Join(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, joinTimeout)
	defer cancel()
	server, err := b.server(ctx) // before publishers have to wait
	if err != nil {
		return err
	}
	b.gate.Lock()
	defer b.gate.Unlock()
	for {
		s, err := b.enter(ctx, server)
		if errors.Is(err, errMoved) { // others were faster
			b.dirty.Store(false)
			continue
		}
		if err != nil {
			return err
		}
		b.dirty.Store(false)
		old := b.now.Swap(s)
		b.log.Info("events are shared with the other instances through Redis", "alone_for", aloneFor(old))
		old.End()
		return nil
	}
}

func aloneFor(s *session) time.Duration {
	if s.run != "" {
		return 0
	}
	return time.Since(s.since).Round(time.Millisecond)
}

// server returns what tells one start of a Redis server from another. Services
// that hide it are taken for one server that never restarts.
func (b *Bus) server(ctx context.Context) (string, error) {
	info, err := b.redis.Info(ctx, "server").Result()
	if err != nil {
		return "", fmt.Errorf("ask Redis: %w", err)
	}
	for line := range strings.Lines(info) {
		if id, found := strings.CutPrefix(strings.TrimSpace(line), "run_id:"); found {
			return id, nil
		}
	}
	return "", nil
}

// enter returns a session in the current run, or in a new one where it is not
// certain that everybody has heard everything. errMoved means that the run
// has changed meanwhile.
func (b *Bus) enter(ctx context.Context, server string) (*session, error) {
	current, err := b.redis.Get(ctx, b.currentKey()).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, fmt.Errorf("find the run: %w", err)
	}
	if current != "" && !b.dirty.Load() {
		s, err := b.adopt(ctx, current, server)
		if s != nil || err != nil {
			return s, err
		}
	}
	return b.begin(ctx, current, server)
}

// adopt returns a session in a run that is there, or nil where the run is to
// end.
func (b *Bus) adopt(ctx context.Context, run, server string) (*session, error) {
	details, err := b.redis.HGetAll(ctx, b.detailsKey(run)).Result()
	if err != nil {
		return nil, fmt.Errorf("read the run: %w", err)
	}
	began, _ := strconv.ParseInt(details[fieldBegan], 10, 64)
	age := time.Since(time.UnixMilli(began))
	if details[fieldServer] != server || age > longestRun || age < -longestRun {
		return nil, nil
	}
	key, err := b.openKey(ctx, run, []byte(details[fieldKey]))
	if err != nil {
		b.log.Warn("the key of the events cannot be opened; there will be a new one", "error", err)
		return nil, nil
	}
	count, err := strconv.ParseUint(details[fieldNumber], 10, 64)
	if err != nil {
		return nil, nil
	}
	s, err := b.catchUp(ctx, run, key, count)
	if s != nil {
		s.began = time.UnixMilli(began)
	}
	return s, err
}

// catchUp returns a session with the newest events of its run, of which there
// were count a moment ago; nil where some of them are missing.
func (b *Bus) catchUp(ctx context.Context, run string, key []byte, count uint64) (*session, error) {
	sealer, err := newSealer(run, key)
	if err != nil {
		return nil, err
	}
	entries, err := b.redis.XRevRangeN(ctx, b.streamKey(run), "+", "-", preload).Result()
	if err != nil {
		return nil, fmt.Errorf("read the events: %w", err)
	}
	slices.Reverse(entries)
	first := count
	if len(entries) > 0 {
		n, err := numberOf(entries[0].ID)
		if err != nil {
			return nil, err
		}
		first = n - 1
	}
	s := b.session(run, sealer, first)
	for _, m := range entries {
		switch err := s.take(ctx, m); {
		case errors.Is(err, errMoved):
			return nil, err
		case err != nil:
			b.log.Warn("the events in Redis are not whole; all readers begin anew", "error", err)
			return nil, nil
		}
	}
	if s.heard.last() < count {
		b.log.Warn("the newest events are missing in Redis; all readers begin anew")
		return nil, nil
	}
	return s, nil
}

// begin ends the run and begins another one.
func (b *Bus) begin(ctx context.Context, old, server string) (*session, error) {
	run := strings.ToLower(rand.Text()[:16])
	key, sealed, err := b.newKey(ctx, run)
	if err != nil {
		return nil, fmt.Errorf("seal the key of the events: %w", err)
	}
	sealer, err := newSealer(run, key)
	if err != nil {
		return nil, err
	}
	keys := []string{b.currentKey(), b.detailsKey(run), b.detailsKey(old), b.streamKey(old)}
	begun, err := beginRun.Run(ctx, b.redis, keys, old, run, sealed, server, time.Now().UnixMilli(), keepSeconds).Bool()
	switch {
	case err != nil:
		return nil, fmt.Errorf("begin a run: %w", err)
	case !begun:
		return nil, errMoved
	}
	b.count.runs.Add(1)
	return b.session(run, sealer, 0), nil
}

// session returns a session in which the event after number n comes next.
func (b *Bus) session(run string, s *sealer, n uint64) *session {
	now := time.Now()
	in := &session{Memory: event.NewMirror(run, n, b.limits), since: now, run: run, began: now, sealer: s}
	in.heard.set(n)
	return in
}
