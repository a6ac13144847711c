package redisbus

import (
	"context"
	"sync"
	"time"
)

// heard is the number of the newest event that came. It is safe for concurrent use.
type heard struct {
	mu    sync.Mutex
	n     uint64
	moved chan struct{} // closed with the next one; nil where nobody waits
}

func (h *heard) last() uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.n
}

func (h *heard) set(n uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.n = n
	if h.moved != nil {
		close(h.moved)
		h.moved = nil
	}
}

// next returns a channel that is closed when another event has come; nil where
// n is there already.
func (h *heard) next(n uint64) <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.n >= n {
		return nil
	}
	if h.moved == nil {
		h.moved = make(chan struct{})
	}
	return h.moved
}

// wait returns when the event n has come, ctx has ended, or it took too long.
func (h *heard) wait(ctx context.Context, n uint64, longest time.Duration) {
	moved := h.next(n)
	if moved == nil {
		return
	}
	end := time.NewTimer(longest)
	defer end.Stop()
	for moved != nil {
		select {
		case <-moved:
			moved = h.next(n)
		case <-ctx.Done():
			return
		case <-end.C:
			return
		}
	}
}
