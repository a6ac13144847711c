package redisbus

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/event"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

const (
	askTimeout  = time.Second            // of one command
	joinTimeout = 3 * time.Second        // of all that begins a session; publishers wait meanwhile
	ownTimeout  = time.Second            // until an event that was published here has come back
	aheadWait   = 300 * time.Millisecond // for a cursor that another instance gave a moment ago
)

// Vault seals the key of a run.
type Vault interface {
	Seal(ctx context.Context, scope ba.Scope, ad vault.AD, plain []byte) ([]byte, error)
	Open(ctx context.Context, scope ba.Scope, ad vault.AD, sealed []byte) ([]byte, error)
}

// Options are what a Bus is made of.
type Options struct {
	Redis  *redis.Options
	Name   string // of the installation: its instances meet under it
	Vault  Vault
	Limits event.Limits
	Log    *slog.Logger
}

// Bus is an event.Bus of several instances. Run must be called for it to hear
// of others. It is safe for concurrent use.
type Bus struct {
	name   string
	vault  Vault
	limits event.Limits
	log    *slog.Logger
	redis  *redis.Client
	reader *redis.Client // for the one command that waits for events

	// gate is held by publishers, and by a join as their opposite: no event is
	// published beside a session that begins.
	gate  sync.RWMutex
	now   atomic.Pointer[session]
	dirty atomic.Bool // events went to this instance alone

	count counters
}

// New returns a Bus that is alone until Join or Run has found Redis.
func New(o Options) *Bus {
	b := &Bus{name: o.Name, vault: o.Vault, limits: o.Limits, log: o.Log, redis: Client(o.Redis), reader: Client(o.Redis)}
	b.now.Store(b.alone())
	return b
}

// session is a time during which the events come from one place.
type session struct {
	*event.Memory
	since  time.Time
	run    string    // empty: this instance is alone
	began  time.Time // of the run
	sealer *sealer
	heard  heard
}

func (b *Bus) alone() *session {
	return &session{Memory: event.NewAlone(b.limits), since: time.Now()}
}

// errMoved is why an event was not added to a run: the run is over.
var errMoved = errors.New("another run has begun")

// Publish implements event.Bus. Where Redis does not answer, the event goes to
// the readers of this instance, and all others take what is stored once Redis
// is back. Its error is always nil.
func (b *Bus) Publish(ctx context.Context, e event.Event) (event.Cursor, error) {
	for {
		cursor, err := b.publish(ctx, e)
		if !errors.Is(err, errMoved) {
			return cursor, err
		}
	}
}

func (b *Bus) publish(ctx context.Context, e event.Event) (event.Cursor, error) {
	b.gate.RLock()
	defer b.gate.RUnlock()
	s := b.now.Load()
	if s.run != "" {
		n, err := b.add(ctx, s, e)
		switch {
		case err == nil:
			b.count.published.Add(1)
			s.heard.wait(ctx, n, ownTimeout)
			return s.At(n), nil
		case errors.Is(err, errMoved) && b.follows(ctx, s):
			return "", err
		}
		b.dirty.Store(true)
		b.lose(s, err)
		s = b.now.Load()
	}
	b.dirty.Store(true)
	return s.Publish(ctx, e)
}

// follows waits a moment for the session after s, and reports whether it may
// have begun.
func (b *Bus) follows(ctx context.Context, s *session) bool {
	b.gate.RUnlock()
	defer b.gate.RLock()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	end := time.NewTimer(ownTimeout)
	defer end.Stop()
	for b.now.Load() == s {
		select {
		case <-tick.C:
		case <-end.C:
			return false
		case <-ctx.Done():
			return false
		}
	}
	return true
}

// Subscribe implements event.Bus. Its error is always nil.
func (b *Bus) Subscribe(ctx context.Context, after event.Cursor, topics ...event.Topic) (*event.Subscription, error) {
	s := b.now.Load()
	if n := s.Behind(after); n > 0 && s.run != "" {
		s.heard.wait(ctx, s.heard.last()+n, aheadWait)
	}
	return s.Memory.Subscribe(ctx, after, topics...)
}

// Now implements event.Bus. Its error is always nil.
func (b *Bus) Now(ctx context.Context) (event.Cursor, error) { return b.now.Load().Now(ctx) }

// lose makes the instance carry its events alone, from the end of the session s.
func (b *Bus) lose(s *session, why error) {
	if !b.now.CompareAndSwap(s, b.alone()) {
		return // it is over already
	}
	b.count.lost.Add(1)
	b.log.Warn("Redis does not answer; events of other instances do not come until it is back, and pages look into the database instead", "error", why)
	s.End()
}

// Close frees the connections. Run must have ended.
func (b *Bus) Close() error {
	var errs []error
	for _, c := range []*redis.Client{b.redis, b.reader} {
		if err := c.Close(); !errors.Is(err, redis.ErrClosed) { // Run has closed one of them
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
