package redisbus

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/redis/go-redis/v9"

	"github.com/ba-assistant/ba-assistant/internal/event"
)

// The keys of an installation are in one slot of a Redis Cluster.
func (b *Bus) currentKey() string           { return "ba:{" + b.name + "}:run" }
func (b *Bus) detailsKey(run string) string { return "ba:{" + b.name + "}:run:" + run }
func (b *Bus) streamKey(run string) string  { return "ba:{" + b.name + "}:events:" + run }

// The fields of an entry in the stream, and of the details of a run.
const (
	fieldEvent  = "e"
	fieldMoved  = "moved" // the last entry of a run
	fieldNumber = "n"     // how many events there were
	fieldKey    = "key"
	fieldServer = "server"
	fieldBegan  = "began"
)

// keepSeconds is how long a run stays that nobody tends.
const keepSeconds = 3600

// addEvent adds an event, unless another run has begun.
//
// KEYS: current, details, stream. ARGV: run, most events, the sealed event.
var addEvent = redis.NewScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
local n = redis.call('HINCRBY', KEYS[2], 'n', 1)
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[2], n .. '-0', 'e', ARGV[3])
return n
`)

// beginRun begins a run in place of an earlier one, whose readers are told, if
// that is still the current one.
//
// KEYS: current, new details, old details, old stream. ARGV: old run or "",
// new run, sealed key, server, time, seconds to keep.
var beginRun = redis.NewScript(`
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[2], 'n', 0, 'key', ARGV[3], 'server', ARGV[4], 'began', ARGV[5])
redis.call('EXPIRE', KEYS[2], ARGV[6])
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[6])
if redis.call('EXISTS', KEYS[3], KEYS[4]) == 2 then
  local n = redis.call('HINCRBY', KEYS[3], 'n', 1)
  redis.pcall('XADD', KEYS[4], n .. '-0', 'moved', '1')
  redis.call('EXPIRE', KEYS[3], 60)
  redis.call('EXPIRE', KEYS[4], 60)
end
return 1
`)

// add adds an event to the run of s and returns its number. errMoved is for a
// run that is over.
func (b *Bus) add(ctx context.Context, s *session, e event.Event) (uint64, error) {
	most := b.limits.Events
	if most <= 0 {
		most = defaultEvents
	}
	keys := []string{b.currentKey(), b.detailsKey(s.run), b.streamKey(s.run)}
	n, err := addEvent.Run(ctx, b.redis, keys, s.run, most, s.sealer.seal(e)).Uint64()
	if err == nil && n == 0 {
		return 0, errMoved
	}
	return n, err
}

// numberOf returns the number of an entry of the stream.
func numberOf(id string) (uint64, error) {
	if len(id) < 3 || id[len(id)-2:] != "-0" {
		return 0, fmt.Errorf("an entry of the stream has the id %q", id)
	}
	return strconv.ParseUint(id[:len(id)-2], 10, 64)
}

func entryID(n uint64) string { return strconv.FormatUint(n, 10) + "-0" }

// errHole is why a session ends: an event is missing.
var errHole = errors.New("an event is missing in Redis")

// take reads one entry, which must be the next one.
func (s *session) take(ctx context.Context, m redis.XMessage) error {
	n, err := numberOf(m.ID)
	switch {
	case err != nil:
		return err
	case n != s.heard.last()+1:
		return fmt.Errorf("%w: after %d comes %d", errHole, s.heard.last(), n)
	case m.Values[fieldMoved] != nil:
		return errMoved
	}
	sealed, _ := m.Values[fieldEvent].(string)
	e, err := s.sealer.open([]byte(sealed))
	if err != nil {
		return err
	}
	if _, err := s.Memory.Publish(ctx, e); err != nil {
		return err
	}
	s.heard.set(n)
	return nil
}
