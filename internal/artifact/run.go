package artifact

import (
	"context"
	"errors"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Run generates what is asked for until ctx ends. Then it refuses new requests,
// lets what is being written go on for Grace, marks what is not complete by
// then as interrupted, and returns when all is stored. It is called once.
func (s *Service) Run(ctx context.Context) error {
	if err := s.interrupt(ctx, s.Instance); err != nil {
		if ctx.Err() != nil { // stopped before it began
			return nil
		}
		return err
	}
	work, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	s.mu.Lock()
	s.work = work
	s.mu.Unlock()
	close(s.started)
	sweep := time.NewTicker(s.pace.sweep)
	defer sweep.Stop()
	var rest time.Time // no sweep before
	for ctx.Err() == nil {
		select {
		case <-sweep.C:
			if time.Now().Before(rest) {
				continue
			}
			if err := s.interrupt(ctx, ""); err != nil && ctx.Err() == nil {
				// While the database was away nobody could renew a lease: those
				// who live get the time of one to store what they have.
				rest = time.Now().Add(s.pace.lease)
				s.Log.Warn("artifacts that were left could not be looked for", "error", err)
			}
		case <-ctx.Done():
		}
	}
	s.shutDown(cancel)
	return nil
}

func (s *Service) shutDown(cancel context.CancelCauseFunc) {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	done := make(chan struct{})
	go func() {
		s.writers.Wait()
		close(done)
	}()
	grace := time.NewTimer(s.Grace)
	defer grace.Stop()
	select {
	case <-done:
	case <-grace.C:
		close(s.leaving)
		cancel(errShutdown)
		<-done // each ends within the time that its last write may take
	}
}

// generate writes an artifact in a goroutine of its own, which Run waits for.
func (s *Service) generate(a ba.Actor, v ba.Artifact) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ctx, cancel := context.WithCancelCause(s.work)
	s.running[v.ID] = cancel
	s.writers.Go(func() {
		defer func() {
			cancel(nil)
			s.mu.Lock()
			defer s.mu.Unlock()
			delete(s.running, v.ID)
		}()
		ctx, done := context.WithTimeoutCause(ctx, maxGeneration, errTooLong)
		defer done()
		newGeneration(s, a, v).run(ctx)
	})
}

// interrupt marks artifacts that nobody will finish, and tells of them.
func (s *Service) interrupt(ctx context.Context, instance string) error {
	left, err := s.Store.InterruptArtifacts(ctx, instance, s.Clock())
	for _, v := range left {
		s.Log.Info("an artifact was interrupted", "artifact", v.ID)
		s.tell(ctx, v)
	}
	return err
}

// maxGeneration is the longest time in which an artifact is written.
const maxGeneration = time.Hour

// The reasons for which a generation is cancelled.
var (
	errStopped  = errors.New("stopped by a person")
	errShutdown = errors.New("the server stops")
	errTooLong  = errors.New("the writing took too long")
	errGone     = errors.New("the artifact is no longer ours")
)

// lost reports whether a write was refused because the artifact is another
// owner's now, has ended, or is gone.
func lost(err error) bool {
	var known *ba.Error
	return errors.As(err, &known) && (known.Kind == ba.Conflict || known.Kind == ba.NotFound)
}
