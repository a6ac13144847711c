package chat

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

// fickle is a store that is away for a while, for the writes of a turn.
type fickle struct {
	Store
	away    atomic.Bool
	refused atomic.Int64
}

func (f *fickle) err() error {
	if !f.away.Load() {
		return nil
	}
	f.refused.Add(1)
	return ba.E(ba.Unavailable, "The database does not answer.")
}

func (f *fickle) SaveAnswer(ctx context.Context, p ba.AnswerPart, until time.Time) error {
	if err := f.err(); err != nil {
		return err
	}
	return f.Store.SaveAnswer(ctx, p, until)
}

func (f *fickle) EndTurn(ctx context.Context, e ba.TurnEnd, terms []string) error {
	if err := f.err(); err != nil {
		return err
	}
	return f.Store.EndTurn(ctx, e, terms)
}

func (f *fickle) StopRequested(ctx context.Context, id ba.TurnID) (bool, error) {
	if err := f.err(); err != nil {
		return false, err
	}
	return f.Store.StopRequested(ctx, id)
}

func TestAnAnswerKeepsItsTextWhileTheStoreIsAwayForLongerThanALease(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		var f *fickle
		r := furnish(t, e.New(t), func(d *Deps) { f = &fickle{Store: d.Store}; d.Store = f })
		r.pace.lease = 50 * time.Millisecond
		thread := r.thread(t)
		turn := r.ask(t, thread.ID, "When?")
		call := r.puppet.next(t)
		call.say(t, "Within ")
		r.stored(t, turn.Answer, "Within ")
		f.away.Store(true)
		call.say(t, "ten ")
		for f.refused.Load() == 0 {
			pause(t.Context(), time.Millisecond)
		}
		pause(t.Context(), 2*r.pace.lease) // the lease is over, and nobody took the turn over
		call.say(t, "days")
		f.away.Store(false)
		r.stored(t, turn.Answer, "Within ten days")
		f.away.Store(true)
		call.say(t, ".")
		call.stop(t, llm.StopEnd, "")
		pause(t.Context(), 2*r.pace.lease)
		f.away.Store(false)
		end, answer := r.ended(t, turn.ID)
		if end.State != ba.TurnComplete || answer.Text != "Within ten days." {
			t.Errorf("turn %+v, answer %q", end, answer.Text)
		}
	})
}

func TestAStopDoesNotWaitForAStoreThatIsAway(t *testing.T) {
	var f *fickle
	r := newRoom(t, func(d *Deps) {
		f = &fickle{Store: d.Store}
		d.Store, d.Limits.Grace = f, 10*time.Millisecond
	})
	thread := r.thread(t)
	r.ask(t, thread.ID, "When?")
	call := r.puppet.next(t)
	call.say(t, "Within")
	f.away.Store(true)
	call.stop(t, llm.StopEnd, "")
	for f.refused.Load() == 0 {
		pause(t.Context(), time.Millisecond)
	}
	begun := time.Now()
	r.stop()
	if took := time.Since(begun); took > endAtLeast+patience {
		t.Errorf("the stop took %s", took)
	}
}
