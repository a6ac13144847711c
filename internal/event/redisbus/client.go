package redisbus

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Client returns a client that answers within askTimeout or fails, and tries
// nothing twice: an event that is sent twice is there twice.
func Client(o *redis.Options) *redis.Client {
	quiet.Do(func() { redis.SetLogger(silence{}) })
	c := *o
	c.ContextTimeoutEnabled = true
	c.DialTimeout, c.ReadTimeout, c.WriteTimeout = askTimeout, askTimeout, askTimeout
	c.MaxRetries, c.DialerRetries = -1, 1
	c.DisableIdentity = true
	c.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return redis.NewClient(&c)
}

var quiet sync.Once

// silence is the logger of the library: what fails is an error here, and
// logged once.
type silence struct{}

// Printf writes nothing.
func (silence) Printf(context.Context, string, ...any) {}

// counters are what Stats shows.
type counters struct{ published, heard, lost, runs atomic.Int64 }

// Stats is what a Bus has done, and how it is.
type Stats struct {
	Shared    bool      // events go to the other instances and come from them
	Since     time.Time // when that became so
	Published int64     // events of this instance that went through Redis
	Heard     int64     // events that came from there
	Lost      int64     // how often Redis was lost
	Runs      int64     // that this instance began: each is a gap for all readers
}

// Stats returns what the bus has done.
func (b *Bus) Stats() Stats {
	s, c := b.now.Load(), &b.count
	return Stats{Shared: s.run != "", Since: s.since, Published: c.published.Load(), Heard: c.heard.Load(), Lost: c.lost.Load(), Runs: c.runs.Load()}
}
