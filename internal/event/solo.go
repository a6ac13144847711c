package event

import (
	"context"
	"sync/atomic"
)

// Solo is a Bus for an instance that cannot hear others, and learns while it
// runs whether there are any. It is safe for concurrent use.
type Solo struct {
	limits Limits
	now    atomic.Pointer[Memory]
}

// NewSolo returns a Solo that knows of no others.
func NewSolo(l Limits) *Solo {
	s := &Solo{limits: l}
	s.now.Store(NewMemory(l))
	return s
}

// SetAlone says whether other instances publish what this one does not hear.
// A change ends all subscriptions: what was told so far is not all.
func (s *Solo) SetAlone(alone bool) {
	old := s.now.Load()
	if old.alone == alone {
		return
	}
	next := NewMemory(s.limits)
	next.alone = alone
	if s.now.CompareAndSwap(old, next) {
		old.End()
	}
}

// Publish implements Bus. Its error is always nil.
func (s *Solo) Publish(ctx context.Context, e Event) (Cursor, error) {
	return s.now.Load().Publish(ctx, e)
}

// Subscribe implements Bus. Its error is always nil.
func (s *Solo) Subscribe(ctx context.Context, after Cursor, topics ...Topic) (*Subscription, error) {
	return s.now.Load().Subscribe(ctx, after, topics...)
}

// Now implements Bus. Its error is always nil.
func (s *Solo) Now(ctx context.Context) (Cursor, error) { return s.now.Load().Now(ctx) }
