package redisbus

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	blockFor  = time.Second // how long the reader waits for an event before it looks around
	atOnce    = 256         // events that are read together
	tendEvery = 30 * time.Second
	// keepFor is how long an event stays in Redis at least, and with tendEvery
	// the longest.
	keepFor = 9 * time.Minute
	// The pause after a try that failed grows from one to the other.
	firstPause, longestPause = 200 * time.Millisecond, 5 * time.Second
)

// Run hears the other instances until ctx ends. While Redis is away it tries
// again and again.
func (b *Bus) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { _ = b.reader.Close() }) // a read that waits ends with its connection
	defer stop()
	wait := firstPause
	for ctx.Err() == nil {
		s := b.now.Load()
		var err error
		if s.run == "" {
			if err = b.Join(ctx); err == nil {
				wait = firstPause
				continue
			}
		} else if err = b.follow(ctx, s); errors.Is(err, errMoved) || b.rejoined(ctx, s, err) {
			if err = b.Join(ctx); err == nil {
				continue
			}
		}
		if ctx.Err() != nil {
			return nil
		}
		b.lose(s, err)
		pause(ctx, wait)
		wait = min(2*wait, longestPause)
	}
	return nil
}

// rejoined reports whether the session that ended may be followed by another
// one at once. Where an event is missing, the run is over for everybody.
func (b *Bus) rejoined(ctx context.Context, s *session, err error) bool {
	if ctx.Err() != nil {
		return false
	}
	if errors.Is(err, errHole) {
		b.log.Warn("an event is missing in Redis; all readers begin anew", "error", err)
		b.dirty.Store(true)
	}
	return b.now.Load() == s
}

// follow hears events until the session ends, and returns why it does.
func (b *Bus) follow(ctx context.Context, s *session) error {
	tend := time.Now()
	past := make([]uint64, 0, keepFor/tendEvery) // what was the newest event, tend by tend
	for b.now.Load() == s {
		if err := b.hear(ctx, s); err != nil {
			return err
		}
		if time.Since(tend) < tendEvery {
			continue
		}
		tend = time.Now()
		var before uint64
		if len(past) == cap(past) {
			before, past = past[0], append(past[:0], past[1:]...)
		}
		past = append(past, s.heard.last())
		if err := b.tend(ctx, s, before); err != nil {
			return err
		}
	}
	return errors.New("an event could not be published")
}

// hear takes the events that come within blockFor.
func (b *Bus) hear(ctx context.Context, s *session) error {
	found, err := b.reader.XRead(ctx, &redis.XReadArgs{Streams: []string{b.streamKey(s.run), entryID(s.heard.last())}, Count: atOnce, Block: blockFor}).Result()
	if errors.Is(err, redis.Nil) {
		return b.lookAround(ctx, s)
	}
	if err != nil {
		return fmt.Errorf("wait for events: %w", err)
	}
	for _, stream := range found {
		for _, m := range stream.Messages {
			if err := s.take(ctx, m); err != nil {
				return err
			}
			b.count.heard.Add(1)
		}
	}
	return nil
}

// lookAround finds out whether the silence is in order: the run is the current
// one, and nothing has been published that did not come.
func (b *Bus) lookAround(ctx context.Context, s *session) error {
	known := s.heard.last()
	var current *redis.StringCmd
	var count *redis.StringCmd
	_, err := b.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		current, count = p.Get(ctx, b.currentKey()), p.HGet(ctx, b.detailsKey(s.run), fieldNumber)
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return fmt.Errorf("look around: %w", err)
	}
	n, err := count.Uint64()
	switch {
	case current.Val() != s.run:
		return errMoved
	case err != nil || n < known:
		return fmt.Errorf("%w: the count is gone", errHole)
	case n == known:
		return nil
	}
	// Something came after the wait; what is still not there then is missing.
	entries, err := b.redis.XRangeN(ctx, b.streamKey(s.run), entryID(known+1), "+", 1).Result()
	if err == nil && len(entries) == 0 {
		err = fmt.Errorf("%w: %d were published, %d came", errHole, n, known)
	}
	return err
}

// tend keeps the run, and removes what is older than keepFor, or more than one
// instance keeps.
func (b *Bus) tend(ctx context.Context, s *session, before uint64) error {
	before = max(before, s.Oldest())
	_, err := b.redis.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, key := range []string{b.currentKey(), b.detailsKey(s.run), b.streamKey(s.run)} {
			p.Expire(ctx, key, keepSeconds*time.Second)
		}
		if before > 0 {
			p.XTrimMinID(ctx, b.streamKey(s.run), entryID(before+1))
		}
		return nil
	})
	if err == nil && time.Since(s.began) > longestRun {
		b.dirty.Store(true)
		return errMoved
	}
	return err
}

// pause waits for about d.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d - time.Duration(rand.Int64N(int64(d)/4))) //nolint:gosec // no secret
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
