package llm

import (
	"context"
	"time"
)

// Wait returns nil after d, or ctx's error if that ends first. Providers that
// pace themselves take one, so that a test's clock decides.
type Wait func(ctx context.Context, d time.Duration) error

// Timer waits by the clock of the machine, or by that of a testing/synctest bubble.
func Timer(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// NoWait lets any time pass at once; a context that has ended ends it.
func NoWait(ctx context.Context, _ time.Duration) error { return ctx.Err() }
