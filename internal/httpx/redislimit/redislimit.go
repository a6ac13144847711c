// Package redislimit counts requests in Redis, for all instances together. It
// owns nothing but the next moment at which each key may ask again, which
// vanishes when that is past.
package redislimit

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// Counter is an httpx.Counter. It is safe for concurrent use.
type Counter struct {
	client *redis.Client
	prefix string
}

// New returns a Counter whose keys begin with the prefix.
func New(client *redis.Client, prefix string) *Counter { return &Counter{client, prefix} }

// gcra is the generic cell rate algorithm (ITU-T I.371) by the clock of Redis:
// one clock for all instances, and one step, so that none counts beside
// another.
//
// KEYS: the key. ARGV: the interval and the tolerance, in microseconds. It
// returns the microseconds to wait; 0 is none.
var gcra = redis.NewScript(`
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, tolerance = tonumber(ARGV[1]), tonumber(ARGV[2])
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now) + interval
if due - now > tolerance then return math.ceil(due - now - tolerance) end
redis.call('SET', KEYS[1], string.format('%.0f', due), 'PX', math.ceil((due - now) / 1000) + 1)
return 0
`)

// Count implements httpx.Counter.
func (c *Counter) Count(ctx context.Context, key string, interval time.Duration, burst int) (time.Duration, error) {
	tolerance := interval * time.Duration(burst)
	wait, err := gcra.Run(ctx, c.client, []string{c.prefix + key}, interval.Microseconds(), tolerance.Microseconds()).Int64()
	if err != nil {
		return 0, fmt.Errorf("count in Redis: %w", err)
	}
	return time.Duration(wait) * time.Microsecond, nil
}
