package app

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/doctor"
	"github.com/ba-assistant/ba-assistant/internal/event"
	"github.com/ba-assistant/ba-assistant/internal/event/redisbus"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/httpx/redislimit"
	"github.com/ba-assistant/ba-assistant/internal/trust"
)

const (
	// peersEvery is how often an instance on PostgreSQL says that it runs, and
	// peersGone how long one is taken for running that says nothing.
	peersEvery = 10 * time.Second
	peersGone  = 35 * time.Second
	// joinAtStart bounds what a start waits for a Redis that does not answer.
	joinAtStart = time.Second
)

// sharing is what the instances of an installation have in common besides the
// database.
type sharing struct {
	bus   event.Bus
	solo  *event.Solo   // the bus, on PostgreSQL without Redis
	redis *redisbus.Bus // the bus, where there is Redis
	limit *httpx.Share  // nil without Redis
	close func() error

	peers atomic.Int64 // other instances that run on the database
	told  bool         // that Redis is needed; belongs to watchPeers
}

// openSharing decides how this instance meets others: on SQLite there are
// none, on PostgreSQL they meet in Redis where REDIS_URL is set. A Redis that
// does not answer stops no start; one that refuses the password does.
func openSharing(ctx context.Context, a *App) (*sharing, error) {
	s := &sharing{bus: event.NewMemory(event.Limits{}), close: func() error { return nil }}
	if a.cfg.OnSQLite() {
		return s, nil
	}
	if a.cfg.RedisURL == "" {
		s.solo = event.NewSolo(event.Limits{})
		s.bus = s.solo
		return s, nil
	}
	o, err := redis.ParseURL(a.cfg.RedisURL)
	if err != nil { // the error repeats the address
		return nil, config.Problems{{Variable: "REDIS_URL", What: "cannot be read.", Remedy: "Use the form redis://:password@host:6379/0, or rediss:// for TLS."}}
	}
	in, err := a.db.Installation(ctx)
	if err != nil {
		return nil, err
	}
	s.redis = redisbus.New(redisbus.Options{Redis: o, Name: in.ID, Vault: a.db.Vault(), Log: a.log})
	client := redisbus.Client(o)
	s.bus, s.limit = s.redis, &httpx.Share{Counter: redislimit.New(client, "ba:"+in.ID+":limit:"), Blind: a.blind, Log: a.log}
	s.close = func() error { return closeAll(s.redis.Close, client.Close) }
	return s, s.join(ctx, a.log)
}

// join looks for Redis once, so that events that are told at the start reach
// the others.
func (s *sharing) join(ctx context.Context, log *slog.Logger) error {
	ctx, cancel := context.WithTimeout(ctx, joinAtStart)
	defer cancel()
	err := s.redis.Join(ctx)
	if redis.IsAuthError(err) || redis.IsPermissionError(err) {
		return ba.Wrap(ba.Invalid, "Redis does not accept the password of REDIS_URL, or does not allow what is needed. Correct REDIS_URL.", err)
	}
	if fault := trust.Fault(err); fault != "" {
		log.WarnContext(ctx, "the connection to Redis is not safe and not used; this instance works alone until it is. "+fault, "error", err)
		return nil
	}
	if err != nil {
		log.WarnContext(ctx, "Redis does not answer; this instance works alone until it does", "error", err)
	}
	return nil
}

// blind makes a name for what is counted that tells nothing of it.
func (a *App) blind(ctx context.Context, key string) ([]byte, error) {
	sum, err := a.db.Vault().Lookup(ctx, "limit", key)
	return sum[:min(16, len(sum))], err
}

// share hears the other instances, and looks for them.
func (a *App) share(ctx context.Context) error {
	if a.cfg.OnSQLite() {
		return nil
	}
	looked := make(chan struct{})
	go func() {
		defer close(looked)
		a.watchPeers(ctx)
	}()
	var err error
	if a.sharing.redis != nil {
		err = a.sharing.redis.Run(ctx)
	}
	<-looked
	return err
}

// watchPeers says in the database that this instance runs, and counts the
// others, until ctx ends.
func (a *App) watchPeers(ctx context.Context) {
	tick := time.NewTicker(peersEvery)
	defer tick.Stop()
	for {
		a.lookForPeers(ctx)
		select {
		case <-tick.C:
			continue
		case <-ctx.Done():
		}
		break
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := a.db.LeaveInstance(ctx, a.storage.instance); err != nil {
		a.log.WarnContext(ctx, "the others were not told that this instance ends", "error", err)
	}
}

func (a *App) lookForPeers(ctx context.Context) {
	others, err := a.db.SeeInstance(ctx, a.storage.instance, time.Now().Add(-peersGone))
	if err != nil {
		if ctx.Err() == nil {
			a.log.WarnContext(ctx, "it is not known which other instances run", "error", err)
		}
		return
	}
	s := a.sharing
	s.peers.Store(int64(others))
	if s.solo != nil {
		s.solo.SetAlone(others > 0)
	}
	if s.redis == nil && others > 0 && !s.told {
		s.told = true
		a.log.WarnContext(ctx, "several instances run on this database without Redis: set REDIS_URL", "others", others)
	}
}

// checkInstances tells how this instance meets the others. It never makes the
// instance unhealthy: alone, it still works.
func (a *App) checkInstances(context.Context) (string, error) {
	s := a.sharing
	peers := int(s.peers.Load())
	switch {
	case s.redis == nil && peers > 0:
		return doctor.Unshared(peers), nil
	case s.redis == nil:
		return "No other instance runs on this database.", nil
	case !s.redis.Stats().Shared:
		return doctor.RedisAway, nil
	case !s.limit.Working():
		return "Redis fails for limits; each instance counts for itself.", nil
	}
	return fmt.Sprintf("Live answers and limits are shared through Redis; %d other %s.", peers, plural(peers, "instance runs", "instances run")), nil
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func closeAll(all ...func() error) error {
	var first error
	for _, f := range all {
		if err := f(); err != nil && first == nil {
			first = err
		}
	}
	return first
}
