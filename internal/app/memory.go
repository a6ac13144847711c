package app

import (
	"context"
	"runtime/debug"
	"time"
)

// settle gives back what only the start needed: heap that was garbage, and
// pages of the program's own file, most of which hold code that ran once. They
// are read again where they are wanted; until then they don't count as the
// memory of this process, and the system takes others first.
func (a *App) settle(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case <-time.After(warmAfter):
	}
	debug.FreeOSMemory()
	if err := dropProgram(); err != nil {
		a.log.DebugContext(ctx, "pages of the program were not given back", "error", err)
	}
	return nil
}
