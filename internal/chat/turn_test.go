package chat

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func TestAQuestionIsAnsweredAndToldWhileItIs(t *testing.T) {
	eachEngine(t, func(t *testing.T, r *room) {
		thread := r.thread(t)
		c := r.watch(t, r.viewer, thread.ID, "")
		turn := r.ask(t, thread.ID, "When do refunds arrive?")
		if turn.State != ba.TurnQueued || turn.Provider != "puppet" || turn.Model != "wood" {
			t.Errorf("turn %+v", turn)
		}
		call := r.puppet.next(t)
		if call.req.Model != "wood" || call.req.Mode != ba.ModeFree || len(call.req.Tools) != len(prompt.ProjectTools()) || !strings.Contains(call.req.System, prompt.SearchDocuments) {
			t.Errorf("request %+v", call.req)
		}
		if m := call.req.Messages; len(m) != 1 || m[0].Role != llm.RoleUser || m[0].Text != "When do refunds arrive?" {
			t.Errorf("messages %+v", m)
		}
		call.say(t, "Within ", "ten")
		r.stored(t, turn.Answer, "Within ten")
		call.count(t, 12, 3)
		call.say(t, " days. \U0001F600")
		call.count(t, 12, 7)
		call.stop(t, llm.StopEnd, "end_turn")
		done := decode[DoneJSON](t, c.until("done"))
		if done.State != "complete" || done.Usage.InputTokens != 12 || done.Usage.OutputTokens != 7 || done.MessageID != string(turn.Answer) {
			t.Errorf("done %+v", done)
		}
		sameNames(t, c.names, "message", "snapshot", "delta", "done")
		end, answer := r.ended(t, turn.ID)
		if end.State != ba.TurnComplete || end.StopReason != "end_turn" || end.Usage != (ba.Usage{InputTokens: 12, OutputTokens: 7}) || end.FinishedAt.IsZero() {
			t.Errorf("turn %+v", end)
		}
		if want := "Within ten days. \U0001F600"; answer.Text != want || c.texts[done.MessageID] != want {
			t.Errorf("stored %q, told %q", answer.Text, c.texts[done.MessageID])
		}
		c.none()
	})
}

func TestTheFirstQuestionNamesTheThread(t *testing.T) {
	r := newRoom(t)
	thread := r.thread(t)
	r.ask(t, thread.ID, "## When do refunds\tarrive, and who pays the fees of the bank that the customer chose?\nMore.")
	got, err := r.Thread(t.Context(), r.viewer, thread.ID)
	ok(t, err)
	if want := "When refunds arrive"; got.Title != want {
		t.Errorf("title %q, want %q", got.Title, want)
	}
	r.ask(t, thread.ID, "And then?")
	if again, err := r.Thread(t.Context(), r.viewer, thread.ID); err != nil || again.Title != got.Title {
		t.Errorf("the second question makes the title %q, %v", again.Title, err)
	}
}

func TestSendingTwiceIsOneQuestion(t *testing.T) {
	eachEngine(t, func(t *testing.T, r *room) {
		thread := r.thread(t)
		in := SendInput{Thread: thread.ID, ID: ba.NewID[ba.MessageID](), Content: "When?"}
		first, turn, err := r.Send(t.Context(), r.owner, in)
		ok(t, err)
		call := r.puppet.next(t)
		again, same, err := r.Send(t.Context(), r.owner, in) // while it runs
		ok(t, err)
		if again.ID != first.ID || same.ID != turn.ID || same.Answer != turn.Answer {
			t.Errorf("sent again it is %+v in %+v", again, same)
		}
		call.say(t, "Soon.")
		call.stop(t, llm.StopEnd, "")
		r.ended(t, turn.ID)
		_, same, err = r.Send(t.Context(), r.owner, in) // after it
		if err != nil || same.State != ba.TurnComplete {
			t.Errorf("after the end it is %+v, %v", same, err)
		}
		other := in
		other.Content = "Where?"
		_, _, err = r.Send(t.Context(), r.owner, other)
		refused(t, "the same id with another content", err, ba.Conflict)
		if list, err := r.Messages(t.Context(), r.owner, thread.ID, ba.Page{}); err != nil || len(list.List.Items) != 2 || len(r.puppet.calls) != 0 {
			t.Errorf("%d messages, %d calls left, %v", len(list.List.Items), len(r.puppet.calls), err)
		}
	})
}

func TestQuestionsOfAThreadAreAnsweredInOrderOneAtATime(t *testing.T) {
	eachEngine(t, func(t *testing.T, r *room) {
		thread := r.thread(t)
		var turns []ba.Turn
		for _, q := range []string{"One?", "Two?", "Three?"} {
			turns = append(turns, r.ask(t, thread.ID, q))
		}
		for i, turn := range turns {
			call := r.puppet.next(t)
			if got := call.req.Messages[len(call.req.Messages)-1].Text; got != []string{"One?", "Two?", "Three?"}[i] || len(call.req.Messages) != 2*i+1 {
				t.Errorf("call %d asks %q with %d messages", i, got, len(call.req.Messages))
			}
			if len(r.puppet.calls) != 0 {
				t.Error("two answers of a thread at once")
			}
			call.say(t, "Yes.")
			call.stop(t, llm.StopEnd, "")
			r.ended(t, turn.ID)
		}
	})
}

func TestAFullLineRefusesAndKeepsNothing(t *testing.T) {
	r := newRoom(t, func(d *Deps) { d.Limits = Limits{Threads: 2, Waiting: 2} })
	thread, second, third := r.thread(t), r.thread(t), r.thread(t)
	first := SendInput{Thread: thread.ID, ID: ba.NewID[ba.MessageID](), Content: "One?"}
	_, _, err := r.Send(t.Context(), r.owner, first)
	ok(t, err)
	r.ask(t, thread.ID, "Two?")
	_, _, err = r.Send(t.Context(), r.owner, SendInput{Thread: thread.ID, ID: ba.NewID[ba.MessageID](), Content: "Three?"})
	refused(t, "a third question", err, ba.RateLimited)
	if ba.CodeOf(err) != "thread_busy" {
		t.Errorf("code %s", ba.CodeOf(err))
	}
	if _, _, err := r.Send(t.Context(), r.owner, first); err != nil {
		t.Errorf("a question that is stored, sent again: %v", err)
	}
	turn := r.ask(t, second.ID, "One?")
	_, _, err = r.Send(t.Context(), r.owner, SendInput{Thread: third.ID, ID: ba.NewID[ba.MessageID](), Content: "One?"})
	refused(t, "a third thread", err, ba.RateLimited)
	for _, id := range []ba.ThreadID{thread.ID, third.ID} {
		list, err := r.Messages(t.Context(), r.owner, id, ba.Page{})
		ok(t, err)
		if n := len(list.List.Items); n != 4 && id == thread.ID || n != 0 && id == third.ID {
			t.Errorf("%d messages are stored", n)
		}
	}
	for answered := 0; answered < 2; { // of both threads, in either order; "Two?" of the first may come between
		if call := r.puppet.next(t); call.req.Messages[len(call.req.Messages)-1].Text == "One?" {
			call.say(t, "Yes.")
			call.stop(t, llm.StopEnd, "")
			answered++
		}
	}
	r.ended(t, turn.ID)
	waitUntil(t, "there is room again", func() bool {
		_, _, err := r.Send(t.Context(), r.owner, SendInput{Thread: second.ID, ID: ba.NewID[ba.MessageID](), Content: "Again?"})
		return err == nil
	})
}

func TestStoppingKeepsWhatCame(t *testing.T) {
	eachEngine(t, func(t *testing.T, r *room) {
		thread := r.thread(t)
		turn := r.ask(t, thread.ID, "When?")
		waiting := r.ask(t, thread.ID, "And then?")
		c := r.watch(t, r.viewer, thread.ID, "")
		call := r.puppet.next(t)
		call.say(t, "Within ten")
		r.stored(t, turn.Answer, "Within ten")
		_, err := r.Stop(t.Context(), r.viewer, turn.ID)
		refused(t, "a viewer stops", err, ba.Forbidden)
		_, err = r.Stop(t.Context(), r.other, turn.ID)
		refused(t, "a stranger stops", err, ba.NotFound)
		if got, err := r.Stop(t.Context(), r.owner, waiting.ID); err != nil || got.State != ba.TurnStopped {
			t.Errorf("a turn that waits is %s, %v", got.State, err)
		}
		_, err = r.Stop(t.Context(), r.owner, turn.ID)
		ok(t, err)
		end, answer := r.ended(t, turn.ID)
		if end.State != ba.TurnStopped || answer.Text != "Within ten" || end.Failure != nil {
			t.Errorf("turn %+v, answer %q", end, answer.Text)
		}
		<-call.ended
		if got, err := r.Stop(t.Context(), r.owner, turn.ID); err != nil || got.State != ba.TurnStopped {
			t.Errorf("stopped again it is %s, %v", got.State, err)
		}
		for c.states[string(turn.Answer)] != "stopped" || c.states[string(waiting.Answer)] != "stopped" {
			c.next()
		}
		if len(r.puppet.calls) != 0 {
			t.Error("a turn that was stopped before it began is answered")
		}
	})
}

func TestAStopOnAnotherInstanceIsNoticed(t *testing.T) {
	r := newRoom(t)
	turn := r.ask(t, r.thread(t).ID, "When?")
	r.puppet.next(t).say(t, "Within")
	r.stored(t, turn.Answer, "Within")
	_, err := r.db.RequestStop(t.Context(), r.owner, turn.ID) // as the other instance does
	ok(t, err)
	if end, answer := r.ended(t, turn.ID); end.State != ba.TurnStopped || answer.Text != "Within" {
		t.Errorf("turn %+v, answer %q", end, answer.Text)
	}
}

func TestRetryingAsksTheSameQuestionAgain(t *testing.T) {
	r := newRoom(t)
	thread := r.thread(t)
	turn := r.ask(t, thread.ID, "When?")
	call := r.puppet.next(t)
	_, err := r.Retry(t.Context(), r.owner, turn.ID, ba.NewID[ba.TurnID]())
	refused(t, "to retry what runs", err, ba.Conflict)
	call.say(t, "Never")
	call.fail(t, &llm.Error{Kind: llm.ErrCut})
	r.ended(t, turn.ID)

	fresh := ba.NewID[ba.TurnID]()
	_, err = r.Retry(t.Context(), r.viewer, turn.ID, fresh)
	refused(t, "a viewer retries", err, ba.Forbidden)
	_, err = r.Retry(t.Context(), r.other, turn.ID, fresh)
	refused(t, "a stranger retries", err, ba.NotFound)
	again, err := r.Retry(t.Context(), r.owner, turn.ID, fresh)
	ok(t, err)
	same, err := r.Retry(t.Context(), r.owner, turn.ID, fresh)
	if err != nil || same.ID != fresh || same.Answer != again.Answer || again.Question != turn.Question || again.Answer == turn.Answer {
		t.Errorf("retried %+v, again %+v, %v", again, same, err)
	}
	call = r.puppet.next(t)
	if m := call.req.Messages; len(m) != 1 || m[0].Text != "When?" {
		t.Errorf("the broken answer is shown to the model: %+v", m)
	}
	call.say(t, "In May.")
	call.stop(t, llm.StopEnd, "")
	if end, answer := r.ended(t, fresh); end.State != ba.TurnComplete || answer.Text != "In May." {
		t.Errorf("turn %+v, answer %q", end, answer.Text)
	}
	r.ask(t, thread.ID, "And then?")
	call = r.puppet.next(t)
	if m := call.req.Messages; len(m) != 3 || m[1].Text != "In May." || m[2].Text != "And then?" {
		t.Errorf("the history is %+v", m)
	}
}

func TestContinuingGoesOnFromTheTextThatWasKept(t *testing.T) {
	eachEngine(t, func(t *testing.T, r *room) {
		thread := r.thread(t)
		turn := r.ask(t, thread.ID, "When?")
		call := r.puppet.next(t)
		call.say(t, "Within te")
		call.stop(t, llm.StopLength, "max_tokens")
		if end, _ := r.ended(t, turn.ID); end.State != ba.TurnTruncated || end.StopReason != "max_tokens" {
			t.Errorf("turn %+v", end)
		}
		c := r.watch(t, r.viewer, thread.ID, "")
		fresh := ba.NewID[ba.TurnID]()
		next, err := r.Continue(t.Context(), r.owner, turn.ID, fresh)
		ok(t, err)
		if next.Continues != turn.ID || next.Question != turn.Question {
			t.Errorf("turn %+v", next)
		}
		_, err = r.Retry(t.Context(), r.owner, turn.ID, fresh)
		refused(t, "the same id for a retry", err, ba.Conflict)
		call = r.puppet.next(t)
		m := call.req.Messages
		if len(m) != 3 || m[1].Role != llm.RoleAssistant || m[1].Text != "Within te" || m[2].Role != llm.RoleUser || m[2].Text != prompt.GoOn {
			t.Errorf("messages %+v", m)
		}
		r.stored(t, next.Answer, "Within te")
		call.say(t, "n days.")
		call.stop(t, llm.StopEnd, "")
		for c.states[string(next.Answer)] != "complete" {
			c.next()
		}
		end, answer := r.ended(t, fresh)
		if end.State != ba.TurnComplete || answer.Text != "Within ten days." || c.texts[string(next.Answer)] != answer.Text {
			t.Errorf("turn %+v, stored %q, told %q", end, answer.Text, c.texts[string(next.Answer)])
		}
		if _, old := r.ended(t, turn.ID); old.Text != "Within te" {
			t.Errorf("the first answer became %q", old.Text)
		}
		_, err = r.Continue(t.Context(), r.owner, fresh, ba.NewID[ba.TurnID]())
		refused(t, "to continue what is complete", err, ba.Conflict)
	})
}

func TestAContinuationThatFailsLosesNothing(t *testing.T) {
	r := newRoom(t)
	turn := r.ask(t, r.thread(t).ID, "When?")
	call := r.puppet.next(t)
	call.say(t, "Within")
	call.fail(t, &llm.Error{Kind: llm.ErrCut})
	r.ended(t, turn.ID)
	for i, fault := range []llm.ErrorKind{llm.ErrOverloaded, llm.ErrNetwork} {
		fresh := ba.NewID[ba.TurnID]()
		_, err := r.Continue(t.Context(), r.owner, turn.ID, fresh)
		ok(t, err)
		r.puppet.next(t).fail(t, &llm.Error{Kind: fault})
		end, answer := r.ended(t, fresh)
		if end.State != ba.TurnFailed || answer.Text != "Within" {
			t.Errorf("continuation %d: %s with %q", i, end.State, answer.Text)
		}
		turn = end
	}
}

func TestAThreadWithoutItsProviderFailsClearly(t *testing.T) {
	r := newRoom(t)
	thread := threadOf(t, r, "gone")
	turn := r.ask(t, thread.ID, "When?")
	end, _ := r.ended(t, turn.ID)
	if end.State != ba.TurnFailed || end.Failure.Code != codeNoProvider || end.Failure.Retryable || !strings.Contains(end.Failure.Msg, `"gone"`) {
		t.Errorf("turn %+v, failure %+v", end, end.Failure)
	}
}

// threadOf stores a thread of a provider that the room does not have.
func threadOf(t testing.TB, r *room, provider string) ba.Thread {
	t.Helper()
	v := ba.Thread{ID: ba.NewID[ba.ThreadID](), Project: r.project, Owner: r.owner.User, Title: "Old", Mode: ba.ModeFree, Provider: provider}
	ok(t, r.db.CreateThread(t.Context(), r.owner, v))
	return v
}

func TestTheNewestMessagesAreReadInTheirOrder(t *testing.T) {
	r := newRoom(t)
	thread := r.thread(t)
	if p, earlier, err := r.Latest(t.Context(), r.viewer, thread.ID, 10); err != nil || earlier || len(p.List.Items) != 0 {
		t.Errorf("of an empty thread: %+v, %v, %v", p, earlier, err)
	}
	for n := range 130 {
		storetest.Answer(t, r.db, storetest.Ask(t, r.db, r.owner, thread.ID, fmt.Sprint("Question ", n)), fmt.Sprint("Answer ", n))
	}
	for limit, want := range map[int]int{10: 10, 255: 255, 260: 260, 999: 260} {
		p, earlier, err := r.Latest(t.Context(), r.viewer, thread.ID, limit)
		ok(t, err)
		if len(p.List.Items) != want || earlier != (want < 260) || len(p.Turns) < want/2 || p.Cursor == "" {
			t.Errorf("%d asked: %d messages, %d turns, earlier %v", limit, len(p.List.Items), len(p.Turns), earlier)
		}
		for i, m := range p.List.Items {
			if m.Seq != int64(260-want+i+1) {
				t.Fatalf("%d asked: message %d has the place %d", limit, i, m.Seq)
			}
		}
	}
	_, _, err := r.Latest(t.Context(), r.other, thread.ID, 10)
	refused(t, "a stranger reads", err, ba.NotFound)
}
