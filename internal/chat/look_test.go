package chat

import (
	"context"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/event"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

// beside starts a second instance on the room's database, with a bus of its own.
func (r *room) beside(t *testing.T, bus event.Bus) *room {
	t.Helper()
	second := &room{db: r.db, bus: bus, puppet: newPuppet("puppet"), log: r.log, owner: r.owner, viewer: r.viewer, project: r.project}
	second.begin(t, func(d *Deps) { d.Instance = "two" })
	return second
}

func TestAnInstanceThatHearsNothingShowsTheAnswersOfOthers(t *testing.T) {
	r := furnish(t, storetest.Engines()[1].New(t))
	second := r.beside(t, event.NewAlone(event.Limits{}))
	thread := r.thread(t)
	c := second.watch(t, r.viewer, thread.ID, "")
	turn := r.ask(t, thread.ID, "When?")
	call := r.puppet.next(t)
	call.say(t, "Within ten")
	r.stored(t, turn.Answer, "Within ten")
	c.untilText(turn.Answer, "Within ten")
	call.say(t, " days.")
	call.stop(t, llm.StopEnd, "")
	c.until("done")
	if c.texts[string(turn.Answer)] != "Within ten days." || c.states[string(turn.Answer)] != "complete" {
		t.Errorf("told %q, %q", c.texts, c.states)
	}
	ok(t, c.src.look(t.Context()))
	if c.none(); len(c.src.first) > 0 {
		t.Errorf("what was told is told again: %+v", c.src.first)
	}
	late := second.watch(t, r.viewer, thread.ID, string(c.src.last)) // with a cursor that says nothing of the others
	late.until("done")
	if late.texts[string(turn.Answer)] != "Within ten days." {
		t.Errorf("told %q", late.texts)
	}
}

// forgetful is a bus that loses the ends of answers.
type forgetful struct{ event.Bus }

func (f forgetful) Publish(ctx context.Context, e event.Event) (event.Cursor, error) {
	if e.Name == "done" {
		return f.Now(ctx)
	}
	return f.Bus.Publish(ctx, e)
}

func TestAnEndThatTheBusLostIsFoundInTheStore(t *testing.T) {
	r := furnish(t, storetest.Engines()[1].New(t))
	second := r.beside(t, forgetful{r.bus})
	thread := r.thread(t)
	c := r.watch(t, r.viewer, thread.ID, "")
	turn := second.ask(t, thread.ID, "When?")
	call := second.puppet.next(t)
	call.say(t, "Within ten days.")
	call.stop(t, llm.StopEnd, "")
	second.ended(t, turn.ID)
	c.until("done") // after silenceMax
	if c.texts[string(turn.Answer)] != "Within ten days." || c.states[string(turn.Answer)] != "complete" {
		t.Errorf("told %q, %q", c.texts, c.states)
	}
	if c.src.outlook.busy {
		t.Error("it goes on looking though nothing runs")
	}
}

func TestWhatTheBusToldIsNotToldAgain(t *testing.T) {
	r := newRoom(t)
	thread := r.thread(t)
	c := r.watch(t, r.viewer, thread.ID, "")
	turn := r.ask(t, thread.ID, "When?")
	call := r.puppet.next(t)
	call.say(t, "Within ten days.")
	call.stop(t, llm.StopEnd, "")
	c.until("done")
	r.ended(t, turn.ID)
	ok(t, c.src.look(t.Context()))
	c.none()
}

func TestAStopFromAnotherInstanceComesOverTheBus(t *testing.T) {
	r := furnish(t, storetest.Engines()[1].New(t))
	second := r.beside(t, r.bus)
	turn := r.ask(t, r.thread(t).ID, "When?")
	call := r.puppet.next(t)
	call.say(t, "Within")
	r.stored(t, turn.Answer, "Within")
	_, err := second.Stop(t.Context(), r.owner, turn.ID)
	ok(t, err)
	<-call.ended
	if end, answer := r.ended(t, turn.ID); end.State != ba.TurnStopped || answer.Text != "Within" {
		t.Errorf("turn %+v, answer %q", end, answer.Text)
	}
}
