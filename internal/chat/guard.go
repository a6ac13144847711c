package chat

import (
	"context"
	"sync"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	guardTimeout = 2 * time.Second
	guardMemory  = time.Second // how long an answer of the guard is good for other streams
)

// guard rechecks who watches what, while they watch. Streams that ask the same
// at about the same time share one answer, so that a thousand of them cost
// little.
type guard struct {
	store      Store
	stillValid func(context.Context, ba.Actor) error

	mu    sync.Mutex
	known map[watching]checked
	swept time.Time
}

// watching is who watches a thread, and with which session or token.
type watching struct {
	user    ba.UserID
	session ba.SessionID
	token   ba.TokenID
	thread  ba.ThreadID
}

type checked struct {
	at  time.Time
	err error
}

func newGuard(d Deps) *guard {
	return &guard{store: d.Store, stillValid: d.StillValid, known: make(map[watching]checked)}
}

// check returns Unauthenticated or NotFound where the actor may no longer
// watch one of the threads.
func (g *guard) check(a ba.Actor, threads []ba.ThreadID) error {
	for _, id := range threads {
		if err := g.checkOne(a, id); err != nil {
			return err
		}
	}
	return nil
}

func (g *guard) checkOne(a ba.Actor, id ba.ThreadID) error {
	key := watching{a.User, a.Session, a.Token, id}
	if c, fresh := g.recall(key); fresh {
		return c.err
	}
	ctx, cancel := context.WithTimeout(context.Background(), guardTimeout) // shared: no stream's own end ends it
	defer cancel()
	begun := time.Now()
	err := g.stillValid(ctx, a)
	if err == nil {
		_, _, err = g.store.Thread(ctx, a, id)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.known[key] = checked{begun, err}
	return err
}

func (g *guard) recall(key watching) (checked, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	if now.Sub(g.swept) > 10*guardMemory {
		g.swept = now
		for k, c := range g.known {
			if now.Sub(c.at) > guardMemory {
				delete(g.known, k)
			}
		}
	}
	c, known := g.known[key]
	return c, known && now.Sub(c.at) <= guardMemory
}
