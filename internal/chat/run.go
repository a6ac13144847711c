package chat

import (
	"context"
	"sync"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

const (
	sweepEvery  = 5 * time.Second        // between looks for turns that nobody will finish
	claimPause  = 250 * time.Millisecond // while a turn waits for one on another instance
	makersGrace = 2 * time.Second        // for providers that were cancelled to notice it
)

// Run answers questions until ctx ends. Then it refuses new ones, lets the
// answers that are being written go on for Limits.Grace, marks those that are
// not complete by then as interrupted, and returns when all is stored. It is
// called once; Send waits until it has begun.
func (s *Service) Run(ctx context.Context) error {
	if err := s.interrupt(ctx, s.Instance); err != nil {
		if ctx.Err() != nil { // stopped before it began
			return nil
		}
		return err
	}
	close(s.started)
	work, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	var servers sync.WaitGroup
	sweep := time.NewTicker(sweepEvery)
	defer sweep.Stop()
	var rest time.Time // no sweep before
	for ctx.Err() == nil {
		select {
		case l := <-s.queue.ready:
			servers.Go(func() { s.serve(ctx, work, l) })
		case <-sweep.C:
			if time.Now().Before(rest) {
				continue
			}
			if err := s.interrupt(ctx, ""); err != nil && ctx.Err() == nil {
				// While the database was away nobody could renew a lease: those
				// who live get the time of one to store what they have.
				rest = time.Now().Add(s.pace.lease)
				s.Log.Warn("turns that were left could not be looked for", "error", err)
				continue
			}
			s.purge(ctx)
		case <-ctx.Done():
		}
	}
	s.shutDown(work, cancel, &servers)
	return nil
}

func (s *Service) shutDown(work context.Context, cancel context.CancelCauseFunc, servers *sync.WaitGroup) {
	s.queue.close()
	if !waitFor(servers, s.limits.Grace) {
		close(s.leaving)
		cancel(errShutdown)
		servers.Wait() // each ends within the time that its last write may take
	}
	cancel(errShutdown) // what is still asked of a model is not waited for: titles
	for _, j := range s.queue.left() {
		s.abandon(work, j)
	}
	if !waitFor(&s.makers, makersGrace) {
		s.Log.Warn("a provider goes on although its call was cancelled")
	}
}

// waitFor waits for the group, and returns false where it takes longer than d.
func waitFor(group *sync.WaitGroup, d time.Duration) bool {
	done := make(chan struct{})
	go func() {
		group.Wait()
		close(done)
	}()
	return waitClosed(done, d)
}

// waitClosed waits until the channel is closed, d at most.
func waitClosed(c <-chan struct{}, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-c:
		return true
	case <-t.C:
		return false
	}
}

// serve answers the jobs of a line, one after the other, until it is empty.
func (s *Service) serve(ctx, work context.Context, l *line) {
	for {
		jobs := s.queue.waiting(l)
		if len(jobs) == 0 {
			return
		}
		if !s.serveOne(work, l, jobs) {
			pause(ctx, claimPause)
		}
	}
}

// serveOne answers the first job that can be claimed, and drops those that
// somebody else has claimed or ended. It returns false where all have to wait.
func (s *Service) serveOne(work context.Context, l *line, jobs []job) bool {
	for _, j := range jobs {
		turn, err := s.Store.ClaimTurn(work, j.turn, ba.TurnOwner{Instance: s.Instance, Until: s.Clock().Add(s.pace.lease)})
		switch {
		case err == nil:
			s.answer(work, j, turn)
		case ba.CodeOf(err) == turnWaits:
			continue
		case !lost(err):
			s.Log.Warn("a turn could not be claimed yet", "turn", j.turn, "error", err)
			continue
		}
		s.queue.finish(l, j.turn)
		return true
	}
	return false
}

// interrupt marks turns that nobody will finish, and tells of them. Streams
// add the text that was kept.
func (s *Service) interrupt(ctx context.Context, instance string) error {
	turns, err := s.Store.InterruptTurns(ctx, instance, s.Clock())
	for _, t := range turns {
		s.Log.Info("a turn was interrupted", "turn", t.ID, "thread", t.Thread)
		s.tellEnd(ctx, t.Thread, t.Answer, t.State, t.Failure, t.Usage)
	}
	return err
}

// abandon marks a turn that was stored but not begun as interrupted.
func (s *Service) abandon(ctx context.Context, j job) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveTimeout)
	defer cancel()
	turn, err := s.Store.Turn(ctx, j.actor, j.turn)
	if err == nil && turn.State == ba.TurnQueued {
		err = s.endQueued(ctx, j.actor, turn, ba.TurnInterrupted, interrupted())
	}
	if err != nil && !lost(err) {
		s.Log.Warn("a turn that waits could not be marked as interrupted", "turn", j.turn, "error", err)
	}
}

// endQueued ends a turn that was not begun. It is a Conflict where somebody
// claimed it meanwhile.
func (s *Service) endQueued(ctx context.Context, a ba.Actor, t ba.Turn, state ba.TurnState, f *ba.Failure) error {
	kept, err := s.keptText(ctx, a, t)
	if err != nil {
		return err
	}
	part := ba.AnswerPart{Turn: t.ID, Thread: t.Thread, Answer: t.Answer, Epoch: t.Epoch, Text: kept.Text, Citations: kept.Citations}
	if err := s.Store.EndTurn(ctx, ba.TurnEnd{AnswerPart: part, State: state, Model: t.Model, Failure: f}, term.Terms(kept.Text)); err != nil {
		return err
	}
	s.tellEnd(ctx, t.Thread, t.Answer, state, f, ba.Usage{})
	return nil
}
