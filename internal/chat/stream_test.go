package chat

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/event"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

// script plays an answer in small pieces and returns its text.
func script(t testing.TB, call *call) string {
	t.Helper()
	var text strings.Builder
	for n := range 40 {
		piece := fmt.Sprintf("piece %d \U0001F600 ", n)
		text.WriteString(piece)
		call.say(t, piece)
		if n%8 == 0 {
			pause(t.Context(), 6*time.Millisecond) // longer than the pace of the tests: several writes
		}
	}
	call.stop(t, llm.StopEnd, "")
	return text.String()
}

func TestAClientThatResumesFromAnyEventEndsWithTheStoredText(t *testing.T) {
	r := newRoom(t)
	thread := r.thread(t)
	before, err := r.Messages(t.Context(), r.viewer, thread.ID, ba.Page{})
	ok(t, err)
	c := r.watch(t, r.viewer, thread.ID, string(before.Cursor))
	turn := r.ask(t, thread.ID, "When?")
	text := script(t, r.puppet.next(t))
	c.until("done")
	if _, answer := r.ended(t, turn.ID); answer.Text != text || c.texts[string(turn.Answer)] != text {
		t.Fatalf("stored %q, told %q", answer.Text, c.texts[string(turn.Answer)])
	}
	if len(c.events) < 6 {
		t.Fatalf("only %v", c.names)
	}
	for n := range c.events {
		again := r.watch(t, r.viewer, thread.ID, string(c.events[n].Cursor))
		for _, e := range c.events[:n+1] { // what it had seen
			again.apply(e)
		}
		for range c.events[n+1:] {
			again.next()
		}
		if again.texts[string(turn.Answer)] != text || !slices.Equal(again.names, c.names) {
			t.Errorf("resumed after %d events it has %q", n+1, again.texts[string(turn.Answer)])
		}
	}
}

func TestAClientThatJoinsAtAnyMomentEndsWithTheStoredText(t *testing.T) {
	r := newRoom(t)
	thread := r.thread(t)
	turn := r.ask(t, thread.ID, "When?")
	call := r.puppet.next(t)
	var wg sync.WaitGroup
	texts := make(chan string, 100)
	for n := range 12 {
		wg.Go(func() {
			pause(t.Context(), time.Duration(n)*4*time.Millisecond)
			page, err := r.Messages(t.Context(), r.viewer, thread.ID, ba.Page{})
			if err != nil {
				t.Error(err)
				return
			}
			c := &client{t: t, texts: map[string]string{}, states: map[string]string{}}
			for _, m := range page.List.Items {
				c.texts[string(m.ID)] = m.Text
			}
			from := string(page.Cursor)
			if n%2 == 0 {
				from, c.texts = "", map[string]string{}
			}
			if c.src, err = r.Subscribe(t.Context(), r.viewer, []ba.ThreadID{thread.ID}, from); err != nil {
				t.Error(err)
				return
			}
			defer c.src.Close()
			if page.Turns[turn.ID].State.Final() {
				texts <- c.texts[string(turn.Answer)]
				return
			}
			for {
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				e, err := c.src.Next(ctx)
				cancel()
				if err != nil {
					t.Errorf("client %d: %v", n, err)
					return
				}
				if c.apply(e); e.Name == "done" {
					texts <- c.texts[string(turn.Answer)]
					return
				}
			}
		})
	}
	want := func() string {
		var text strings.Builder
		for n := range 60 {
			piece := fmt.Sprintf("%d ", n)
			text.WriteString(piece)
			call.say(t, piece)
			pause(t.Context(), time.Millisecond)
		}
		waitUntil(t, "all have joined", func() bool { return len(texts) == 0 })
		pause(t.Context(), 60*time.Millisecond)
		call.stop(t, llm.StopEnd, "")
		return text.String()
	}()
	wg.Wait()
	close(texts)
	for text := range texts {
		if text != want {
			t.Errorf("a client has %q", text)
		}
	}
}

func TestAClientIsNeverAheadOfTheStore(t *testing.T) {
	r := newRoom(t)
	thread := r.thread(t)
	c := r.watch(t, r.viewer, thread.ID, "")
	turn := r.ask(t, thread.ID, "When?")
	call := r.puppet.next(t)
	go func() {
		defer func() { recover() }() //nolint:errcheck // the test has failed already
		for n := range 100 {
			select {
			case call.steps <- played{delta: llm.Delta{Kind: llm.DeltaText, Text: fmt.Sprint(n, " ")}}:
			case <-call.ended:
				return
			}
		}
		call.steps <- played{delta: llm.Delta{Kind: llm.DeltaStop}}
	}()
	for last := ""; last != "done"; {
		last = c.next().Name
		m, err := r.db.Message(t.Context(), r.viewer, turn.Answer)
		ok(t, err)
		if told := c.texts[string(turn.Answer)]; !strings.HasPrefix(m.Text, told) {
			t.Fatalf("told %q, stored %q", told, m.Text)
		}
	}
}

func TestTextIsStoredWithinHalfASecondAndAtOnceAfterAPause(t *testing.T) {
	r := newRoom(t)
	r.pace.save, r.pace.slowest = defaultPace.save, defaultPace.slowest
	turn := r.ask(t, r.thread(t).ID, "When?")
	call := r.puppet.next(t)
	for _, text := range []string{"One", " two", " three"} {
		begun := time.Now()
		call.say(t, text)
		waitUntil(t, "the text is stored", func() bool {
			m, err := r.db.Message(t.Context(), r.owner, turn.Answer)
			return err == nil && strings.HasSuffix(m.Text, text)
		})
		if took := time.Since(begun); took > time.Second { // half a second, and as much again for a busy machine
			t.Errorf("%q was stored after %v", text, took)
		}
	}
	call.stop(t, llm.StopEnd, "")
	r.ended(t, turn.ID)
}

func TestWithoutACursorAStreamBeginsWithWhatRuns(t *testing.T) {
	r := newRoom(t)
	thread := r.thread(t)
	old := r.ask(t, thread.ID, "One?")
	call := r.puppet.next(t)
	call.say(t, "Yes.")
	call.stop(t, llm.StopEnd, "")
	r.ended(t, old.ID)
	turn, waiting := r.ask(t, thread.ID, "Two?"), r.ask(t, thread.ID, "Three?")
	call = r.puppet.next(t)
	call.say(t, "Perhaps")
	r.stored(t, turn.Answer, "Perhaps")
	c := r.watch(t, r.viewer, thread.ID, "")
	first, second := decode[SnapshotJSON](t, c.next()), decode[SnapshotJSON](t, c.next())
	if first != (SnapshotJSON{string(turn.Answer), "Perhaps", "streaming"}) || second != (SnapshotJSON{string(waiting.Answer), "", "queued"}) {
		t.Errorf("snapshots %+v and %+v", first, second)
	}
	if c.events[0].Cursor != "" {
		t.Error("who leaves after the first snapshot would miss the second")
	}
	resumed := r.watch(t, r.viewer, thread.ID, string(c.events[1].Cursor))
	resumed.apply(c.events[0])
	resumed.apply(c.events[1])
	call.say(t, " so.")
	c.untilText(turn.Answer, "Perhaps so.") // the piece of the snapshot may come once more: stored is before told
	resumed.untilText(turn.Answer, "Perhaps so.")
}

func TestAfterAGapTheClientIsCorrected(t *testing.T) {
	r := newRoom(t)
	thread := r.thread(t)
	cursor := func() string {
		page, err := r.Messages(t.Context(), r.viewer, thread.ID, ba.Page{})
		ok(t, err)
		return string(page.Cursor)
	}()
	turn := r.ask(t, thread.ID, "One?")
	call := r.puppet.next(t)
	call.say(t, "Ye")
	r.stored(t, turn.Answer, "Ye")
	call.say(t, "s.")
	call.fail(t, &llm.Error{Kind: llm.ErrOverloaded})
	r.ended(t, turn.ID)
	r.stop()
	r.bus = event.NewMemory(event.Limits{}) // the process is another one
	r.begin(t, func(d *Deps) {
		d.Retold = func(_ context.Context, a ba.Actor, id ba.ThreadID) ([]event.Event, error) {
			if a != r.viewer || id != thread.ID {
				t.Errorf("asked what %v missed of %s", a, id)
			}
			return []event.Event{{Name: "artifact", Data: []byte("{}")}}, nil
		}
	})
	running := r.ask(t, thread.ID, "Two?")
	r.puppet.next(t).say(t, "No.")
	r.stored(t, running.Answer, "No.")
	c := r.watch(t, r.viewer, thread.ID, cursor)
	c.texts[string(turn.Answer)] = "Ye"
	for c.states[string(running.Answer)] != "streaming" || c.texts[string(running.Answer)] != "No." {
		c.next()
	}
	if c.texts[string(turn.Answer)] != "Yes." || c.states[string(turn.Answer)] != "failed" {
		t.Errorf("the client has %q, %q", c.texts, c.states)
	}
	sameNames(t, c.names[:6], "message", "snapshot", "failure", "done", "message")
	if title := decode[TitleJSON](t, c.until("title")); title.Title != "One" {
		t.Errorf("the title is %q", title.Title)
	}
	if e := c.until("artifact"); e.Topic != event.ThreadTopic(thread.ID) || e.Cursor == "" {
		t.Errorf("the last is %+v, and does not say from where to go on", e)
	}
}

func TestASlowClientLosesNothing(t *testing.T) {
	r := newRoom(t, func(d *Deps) { d.Bus = event.NewMemory(event.Limits{Behind: 4, Events: 40}) })
	thread := r.thread(t)
	slow := r.watch(t, r.viewer, thread.ID, "")
	turn := r.ask(t, thread.ID, "When?")
	call := r.puppet.next(t)
	var want strings.Builder
	for n := range 20 { // each is stored and told by itself
		piece := fmt.Sprint(n, " ")
		want.WriteString(piece)
		call.say(t, piece)
		r.stored(t, turn.Answer, want.String())
	}
	call.stop(t, llm.StopEnd, "")
	r.ended(t, turn.ID)
	slow.until("done") // cut off, it goes on from where it was
	if got := slow.texts[string(turn.Answer)]; got != want.String() {
		t.Errorf("the slow client has %q", got)
	}
	if slices.Contains(slow.names[3:], "snapshot") {
		t.Errorf("it took a snapshot although all events were kept: %v", slow.names)
	}
}

func TestAClientThatIsTooSlowGetsASnapshot(t *testing.T) {
	r := newRoom(t, func(d *Deps) { d.Bus = event.NewMemory(event.Limits{Behind: 2, Events: 4}) })
	thread := r.thread(t)
	slow := r.watch(t, r.viewer, thread.ID, "")
	turn := r.ask(t, thread.ID, "When?")
	call := r.puppet.next(t)
	for n := range 20 {
		call.say(t, "x")
		r.stored(t, turn.Answer, strings.Repeat("x", n+1))
	}
	call.stop(t, llm.StopEnd, "")
	r.ended(t, turn.ID)
	slow.until("done")
	if got := slow.texts[string(turn.Answer)]; got != strings.Repeat("x", 20) {
		t.Errorf("the slow client has %q", got)
	}
}

func TestSeveralThreadsComeOnOneStream(t *testing.T) {
	r := newRoom(t)
	one, two := r.thread(t), r.thread(t)
	src, err := r.Subscribe(t.Context(), r.owner, []ba.ThreadID{one.ID, two.ID}, "")
	ok(t, err)
	defer src.Close()
	c := &client{t: t, src: src, texts: map[string]string{}, states: map[string]string{}}
	for _, thread := range []ba.Thread{one, two} {
		r.ask(t, thread.ID, "When?")
		call := r.puppet.next(t)
		call.say(t, "Soon.")
		call.stop(t, llm.StopEnd, "")
		c.until("done")
	}
	_, err = r.Subscribe(t.Context(), r.viewer, []ba.ThreadID{one.ID, ba.NewID[ba.ThreadID]()}, "")
	refused(t, "a thread that does not exist among others", err, ba.NotFound)
}

// ends waits until the stream ends and returns why.
func ends(t testing.TB, src *Source) (error, time.Duration) {
	t.Helper()
	begun := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		if _, err := src.Next(ctx); err != nil {
			return err, time.Since(begun)
		}
	}
}

func TestAStreamEndsSoonAfterTheRightToIt(t *testing.T) {
	r := newRoom(t)
	thread, doomed := r.thread(t), r.thread(t)
	gone := storetest.User(t, r.db, "gone")
	storetest.Member(t, r.db, r.owner, r.project, gone, ba.RoleEditor)
	for name, c := range map[string]struct {
		actor  ba.Actor
		thread ba.ThreadID
		revoke func() error
		want   ba.Kind
	}{
		"the session is revoked":    {r.owner, thread.ID, func() error { return r.db.DeleteSession(t.Context(), r.owner, r.owner.Session) }, ba.Unauthenticated},
		"the membership is revoked": {gone, thread.ID, func() error { return r.db.RemoveMember(t.Context(), r.owner, r.project, gone.User) }, ba.NotFound},
		"the thread is deleted":     {r.viewer, doomed.ID, func() error { return r.DeleteThread(t.Context(), r.owner, doomed.ID) }, ba.NotFound},
	} {
		src, err := r.Subscribe(t.Context(), c.actor, []ba.ThreadID{c.thread}, "")
		ok(t, err)
		defer src.Close()
		ok(t, c.revoke())
		err, took := ends(t, src)
		if ba.KindOf(err) != c.want || took > 5*time.Second {
			t.Errorf("%s: %v after %v", name, err, took)
		}
	}
	if src, err := r.Subscribe(t.Context(), r.viewer, []ba.ThreadID{thread.ID}, ""); err == nil {
		defer src.Close()
		ctx, cancel := context.WithTimeout(t.Context(), recheckEvery+guardTimeout)
		defer cancel()
		if _, err := src.Next(ctx); err != ctx.Err() { //nolint:errorlint // exactly that
			t.Errorf("the stream of somebody who still may: %v", err)
		}
	}
}

func TestManyStreamsShareTheLookAtTheirRight(t *testing.T) {
	r := newRoom(t)
	thread := r.thread(t)
	looks := 0
	valid := r.guard.stillValid
	r.guard.stillValid = func(ctx context.Context, a ba.Actor) error { looks++; return valid(ctx, a) }
	for range 100 {
		ok(t, r.guard.check(r.viewer, []ba.ThreadID{thread.ID}))
	}
	if looks > 5 {
		t.Errorf("%d looks for 100 streams at about the same time", looks)
	}
	refused(t, "a stranger", r.guard.check(r.other, []ba.ThreadID{thread.ID}), ba.NotFound)
}
