package library

import (
	"context"
	"sync"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// showEvery is how often the progress of a document is stored where it changes.
const showEvery = time.Second

// keeper holds the claim of one document while it is read, and stores how far
// that is. A claim that is lost ends the work on the document.
type keeper struct {
	store  Store
	clock  func() time.Time
	job    ba.Job
	cancel context.CancelCauseFunc
	ended  sync.WaitGroup

	mu   sync.Mutex
	done ba.Progress
	lost error // why the claim is not held any more
}

// keep starts a keeper. The context it returns ends when the claim is lost.
func (s *Service) keep(ctx context.Context, j ba.Job) (context.Context, *keeper) {
	ctx, cancel := context.WithCancelCause(ctx)
	k := &keeper{store: s.Store, clock: s.Clock, job: j, cancel: cancel}
	k.ended.Go(func() { k.hold(ctx) })
	return ctx, k
}

// set notes how far the document is.
func (k *keeper) set(p ba.Progress) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.done = p
}

func (k *keeper) progress() ba.Progress {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.done
}

// stop ends the keeper and returns why the claim was lost, or nil.
func (k *keeper) stop() error {
	k.cancel(nil)
	k.ended.Wait()
	return k.lost
}

// hold renews the claim and stores progress until ctx ends.
func (k *keeper) hold(ctx context.Context) {
	tick := time.NewTicker(showEvery)
	defer tick.Stop()
	shown, renewed := ba.Progress{}, time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := k.progress()
		if now == shown && time.Since(renewed) < renewEvery {
			continue
		}
		err := k.store.JobProgress(ctx, k.job, now, k.clock().Add(claimFor))
		switch {
		case err == nil:
			shown, renewed = now, time.Now()
		case ctx.Err() != nil:
			return
		case ba.KindOf(err) == ba.Conflict || time.Since(renewed) > claimFor-renewEvery:
			k.lost = err
			k.cancel(err)
			return
		}
	}
}
