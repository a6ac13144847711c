package chat

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/event"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func TestAtShutdownAnswersGoOnForAWhile(t *testing.T) {
	r := newRoom(t)
	turn := r.ask(t, r.thread(t).ID, "When?")
	call := r.puppet.next(t)
	call.say(t, "Within")
	stopped := make(chan struct{})
	go func() { r.stop(); close(stopped) }()
	waitUntil(t, "new questions are refused", func() bool {
		_, _, err := r.Send(t.Context(), r.owner, SendInput{Thread: turn.Thread, ID: ba.NewID[ba.MessageID](), Content: "More?"})
		return ba.KindOf(err) == ba.Unavailable && ba.CodeOf(err) == "restarting"
	})
	call.say(t, " ten days.")
	call.stop(t, llm.StopEnd, "")
	<-stopped
	if end, answer := r.ended(t, turn.ID); end.State != ba.TurnComplete || answer.Text != "Within ten days." {
		t.Errorf("turn %+v, answer %q", end, answer.Text)
	}
}

func TestAtShutdownWhatIsNotCompleteIsMarkedAndTold(t *testing.T) {
	r := newRoom(t, func(d *Deps) { d.Limits.Grace = time.Millisecond })
	thread := r.thread(t)
	c := r.watch(t, r.viewer, thread.ID, "")
	turn, waiting := r.ask(t, thread.ID, "When?"), r.ask(t, thread.ID, "And then?")
	call := r.puppet.next(t)
	call.say(t, "Within")
	r.stop()
	for _, id := range []ba.TurnID{turn.ID, waiting.ID} {
		end, answer := r.ended(t, id)
		if end.State != ba.TurnInterrupted || end.Failure == nil || !end.Failure.Retryable {
			t.Errorf("turn %+v, failure %+v", end, end.Failure)
		}
		if id == turn.ID && answer.Text != "Within" {
			t.Errorf("answer %q", answer.Text)
		}
		for c.states[string(end.Answer)] != "interrupted" {
			c.next()
		}
	}
	if c.texts[string(turn.Answer)] != "Within" {
		t.Errorf("told %q", c.texts)
	}
}

func TestAStartMarksWhatWasLeftAndLosesNothingOfIt(t *testing.T) {
	eachEngine(t, func(t *testing.T, r *room) {
		thread := r.thread(t)
		start := storetest.Ask(t, r.db, r.owner, thread.ID, "When?") // as by a process that is gone
		claimed, err := r.db.ClaimTurn(t.Context(), start.Turn.ID, ba.TurnOwner{Instance: "one", Until: time.Now().Add(time.Hour)})
		ok(t, err)
		ok(t, r.db.SaveAnswer(t.Context(), ba.AnswerPart{Turn: claimed.ID, Thread: thread.ID, Answer: claimed.Answer, Epoch: claimed.Epoch, Text: "Within ten"}, time.Now().Add(time.Hour)))
		c := r.watch(t, r.viewer, thread.ID, "")
		c.until("snapshot")
		c.texts[string(claimed.Answer)] = "Within" // the rest was stored, but not told
		r.stop()
		r.begin(t)
		c.until("done")
		if c.texts[string(claimed.Answer)] != "Within ten" || c.states[string(claimed.Answer)] != "interrupted" {
			t.Errorf("told %q, %q", c.texts, c.states)
		}
		fresh := ba.NewID[ba.TurnID]()
		_, err = r.Continue(t.Context(), r.owner, claimed.ID, fresh)
		ok(t, err)
		call := r.puppet.next(t)
		call.say(t, " days.")
		call.stop(t, llm.StopEnd, "")
		if end, answer := r.ended(t, fresh); end.State != ba.TurnComplete || answer.Text != "Within ten days." {
			t.Errorf("turn %+v, answer %q", end, answer.Text)
		}
	})
}

func TestAnOwnerWhoseLeaseIsOverWritesNoMore(t *testing.T) {
	r := newRoom(t)
	thread := r.thread(t)
	c := r.watch(t, r.viewer, thread.ID, "")
	turn := r.ask(t, thread.ID, "When?")
	call := r.puppet.next(t)
	call.say(t, "Within")
	r.stored(t, turn.Answer, "Within")
	ok(t, r.interruptAt(t.Context(), time.Now().Add(time.Hour))) // as another instance does, when this one was asleep
	call.say(t, " ten days.")
	<-call.ended
	end, answer := r.ended(t, turn.ID)
	if end.State != ba.TurnInterrupted || answer.Text != "Within" {
		t.Errorf("turn %+v, answer %q", end, answer.Text)
	}
	c.until("done")
	if c.texts[string(turn.Answer)] != "Within" {
		t.Errorf("told %q", c.texts)
	}
}

// interruptAt is interrupt at another time.
func (r *room) interruptAt(ctx context.Context, at time.Time) error {
	turns, err := r.db.InterruptTurns(ctx, "", at)
	for _, t := range turns {
		r.tellEnd(ctx, t.Thread, t.Answer, t.State, t.Failure, t.Usage)
	}
	return err
}

func TestTwoInstancesAnswerAThreadInOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		r := furnish(t, e.New(t))
		second := &room{db: r.db, bus: r.bus, puppet: newPuppet("puppet"), log: r.log, owner: r.owner, viewer: r.viewer, project: r.project}
		if e.Name == "sqlite" { // has one process: what a second one would find running, it would mark
			t.Skip("one process")
		}
		second.begin(t, func(d *Deps) { d.Instance = "two" })
		thread := r.thread(t)
		one, two := r.ask(t, thread.ID, "One?"), second.ask(t, thread.ID, "Two?")
		call := r.puppet.next(t)
		pause(t.Context(), 2*claimPause)
		if len(second.puppet.calls) != 0 {
			t.Error("two answers of one thread at once")
		}
		if _, err := second.Stop(t.Context(), r.owner, one.ID); err != nil {
			t.Error(err)
		}
		<-call.ended
		call = second.puppet.next(t)
		call.say(t, "Yes.")
		call.stop(t, llm.StopEnd, "")
		if end, _ := r.ended(t, two.ID); end.State != ba.TurnComplete {
			t.Errorf("turn %+v", end)
		}
		if end, _ := r.ended(t, one.ID); end.State != ba.TurnStopped {
			t.Errorf("turn %+v", end)
		}
	})
}

func TestDeletingAThreadEndsItsAnswer(t *testing.T) {
	r := newRoom(t)
	turn := r.ask(t, r.thread(t).ID, "When?")
	call := r.puppet.next(t)
	call.say(t, "Within")
	r.stored(t, turn.Answer, "Within")
	ok(t, r.DeleteThread(t.Context(), r.owner, turn.Thread))
	<-call.ended
	_, err := r.db.Turn(t.Context(), r.owner, turn.ID)
	refused(t, "the turn of a deleted thread", err, ba.NotFound)
	r.stop()
	if log := r.log.String(); strings.Contains(log, "level=ERROR") {
		t.Errorf("log:\n%s", log)
	}
}

func TestWhoMayNotWriteMayNotSend(t *testing.T) {
	r := newRoom(t)
	thread := r.thread(t)
	loose, err := r.CreateThread(t.Context(), r.owner, ThreadInput{})
	ok(t, err)
	reader := r.owner
	reader.Access, reader.Session, reader.Token = ba.AccessRead, "", ba.NewID[ba.TokenID]()
	send := func(a ba.Actor, id ba.ThreadID) error {
		_, _, err := r.Send(t.Context(), a, SendInput{Thread: id, ID: ba.NewID[ba.MessageID](), Content: "When?"})
		return err
	}
	refused(t, "a viewer sends", send(r.viewer, thread.ID), ba.Forbidden)
	refused(t, "a token that reads sends", send(reader, thread.ID), ba.Forbidden)
	refused(t, "a stranger sends", send(r.other, thread.ID), ba.NotFound)
	refused(t, "a member sends to somebody's loose thread", send(r.viewer, loose.ID), ba.NotFound)
	refused(t, "nobody sends", send(ba.Actor{}, thread.ID), ba.NotFound)
	for name, do := range map[string]func(ba.Actor, ba.ThreadID) error{
		"to watch": func(a ba.Actor, id ba.ThreadID) error {
			_, err := r.Subscribe(t.Context(), a, []ba.ThreadID{id}, "")
			return err
		},
		"to read": func(a ba.Actor, id ba.ThreadID) error {
			_, err := r.Messages(t.Context(), a, id, ba.Page{})
			return err
		},
		"to delete": func(a ba.Actor, id ba.ThreadID) error { return r.DeleteThread(t.Context(), a, id) },
		"to rename": func(a ba.Actor, id ba.ThreadID) error {
			_, err := r.UpdateThread(t.Context(), a, id, ThreadPatch{Title: new("Mine")})
			return err
		},
		"to move": func(a ba.Actor, id ba.ThreadID) error {
			_, err := r.UpdateThread(t.Context(), a, id, ThreadPatch{Project: &r.project})
			return err
		},
	} {
		refused(t, name+", for a stranger", do(r.other, thread.ID), ba.NotFound)
		refused(t, name+" somebody's loose thread", do(r.viewer, loose.ID), ba.NotFound)
	}
	_, err = r.CreateThread(t.Context(), r.viewer, ThreadInput{Project: r.project})
	refused(t, "a viewer begins a thread", err, ba.Forbidden)
	_, err = r.CreateThread(t.Context(), r.other, ThreadInput{Project: r.project})
	refused(t, "a stranger begins a thread", err, ba.NotFound)
	if len(r.puppet.calls) != 0 {
		t.Error("the provider was called")
	}
}

func TestAThreadKeepsItsProviderAndNamesTheValidOnes(t *testing.T) {
	r := newRoom(t, func(d *Deps) {
		d.Providers = append(d.Providers, Offer{Provider: newPuppet("free"), Name: "Any model"})
	})
	create := func(in ThreadInput) (ba.Thread, error) { return r.CreateThread(t.Context(), r.owner, in) }
	for in, want := range map[ThreadInput][2]string{
		{}: {"puppet", "wood"}, {Provider: "puppet", Model: "string"}: {"puppet", "string"}, {Provider: "free"}: {"free", ""}, {Provider: "free", Model: "m-7"}: {"free", "m-7"},
	} {
		if v, err := create(in); err != nil || [2]string{v.Provider, v.Model} != want {
			t.Errorf("%+v begins with %s %s, %v", in, v.Provider, v.Model, err)
		}
	}
	for location, in := range map[string]ThreadInput{
		"body.provider": {Provider: "nobody"}, "body.model": {Model: "m-7"}, "body.mode": {Mode: "shouting"}, "body.title": {Title: strings.Repeat("x", ba.MaxNameLen+1)},
	} {
		_, err := create(in)
		refused(t, location, err, ba.Invalid)
		if e := err.(*ba.Error); len(e.Fields) != 1 || e.Fields[0].Location != location { //nolint:errorlint,forcetypeassert // it is one
			t.Errorf("%s: fields %+v", location, e.Fields)
		} else if location == "body.provider" && e.Fields[0].Message != "must be one of: puppet, free" {
			t.Errorf("message %q", e.Fields[0].Message)
		}
	}
}

func TestALooseThreadMovesIntoAProject(t *testing.T) {
	r := newRoom(t)
	loose, err := r.CreateThread(t.Context(), r.owner, ThreadInput{Title: "Talk"})
	ok(t, err)
	turn := r.ask(t, loose.ID, "When?")
	call := r.puppet.next(t)
	_, err = r.UpdateThread(t.Context(), r.owner, loose.ID, ThreadPatch{Project: &r.project})
	refused(t, "to move while an answer is written", err, ba.Conflict)
	call.say(t, "Soon.")
	call.stop(t, llm.StopEnd, "")
	r.ended(t, turn.ID)
	mode := ba.ModeMeeting
	moved, err := r.UpdateThread(t.Context(), r.owner, loose.ID, ThreadPatch{Project: &r.project, Mode: &mode, Title: new("Moved")})
	if err != nil || moved.Project != r.project || moved.Mode != ba.ModeMeeting || moved.Title != "Moved" {
		t.Errorf("thread %+v, %v", moved, err)
	}
	if m, got, err := r.Message(t.Context(), r.viewer, turn.Answer); err != nil || m.Text != "Soon." || got.ID != turn.ID {
		t.Errorf("message %+v, %v", m, err)
	}
}

func TestManyThreadsAreAnsweredAtOnce(t *testing.T) {
	r := newRoom(t)
	const threads = 40
	go func() {
		for range threads {
			call := <-r.puppet.calls
			go func() {
				for n := range 20 {
					call.steps <- played{delta: llm.Delta{Kind: llm.DeltaText, Text: strings.Repeat("x", n)}}
				}
				call.steps <- played{delta: llm.Delta{Kind: llm.DeltaStop}}
			}()
		}
	}()
	var wg sync.WaitGroup
	for range threads {
		wg.Go(func() {
			v, err := r.CreateThread(t.Context(), r.owner, ThreadInput{Project: r.project})
			if err != nil {
				t.Error(err)
				return
			}
			c := r.watch(t, r.viewer, v.ID, "")
			turn := r.ask(t, v.ID, "When?")
			c.until("done")
			if got := c.texts[string(turn.Answer)]; len(got) != 190 {
				t.Errorf("told %d characters", len(got))
			}
		})
	}
	wg.Wait()
}

// cutBus fails to publish.
type cutBus struct{ event.Bus }

func (cutBus) Publish(context.Context, event.Event) (event.Cursor, error) {
	return "", ba.E(ba.Unavailable, "The bus does not answer.")
}

func TestWithoutABusAnswersAreStillWritten(t *testing.T) {
	r := newRoom(t, func(d *Deps) { d.Bus = cutBus{d.Bus} })
	turn := r.ask(t, r.thread(t).ID, "When?")
	call := r.puppet.next(t)
	call.say(t, "Soon.")
	call.stop(t, llm.StopEnd, "")
	if end, answer := r.ended(t, turn.ID); end.State != ba.TurnComplete || answer.Text != "Soon." {
		t.Errorf("turn %+v, answer %q", end, answer.Text)
	}
}

func TestTextCutWithinACharacterIsPutTogether(t *testing.T) {
	r := newRoom(t)
	turn := r.ask(t, r.thread(t).ID, "When?")
	call := r.puppet.next(t)
	call.say(t, "a\xf0\x9f", "\x98\x80b\xff", "c\xe2")
	r.stored(t, turn.Answer, "a\U0001F600b\uFFFDc")
	call.stop(t, llm.StopEnd, "")
	if _, answer := r.ended(t, turn.ID); answer.Text != "a\U0001F600b\uFFFDc\uFFFD" {
		t.Errorf("answer %q", answer.Text)
	}
}
