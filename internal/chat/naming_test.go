package chat

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// named answers a first question, and returns the call for its title.
func named(t *testing.T, r *room, thread ba.ThreadID, question string) *call {
	t.Helper()
	r.answered(t, thread, question)
	select {
	case c := <-r.puppet.titles:
		return c
	case <-time.After(patience):
		t.Fatal("no title is asked for")
		return nil
	}
}

// answered asks and has the puppet answer to the end.
func (r *room) answered(t *testing.T, thread ba.ThreadID, question string) {
	t.Helper()
	turn := r.ask(t, thread, question)
	answer := r.puppet.next(t)
	answer.say(t, "Within 14 days.")
	answer.stop(t, llm.StopEnd, "")
	r.ended(t, turn.ID)
}

// over waits until the call for a title has had its effect.
func (r *room) over(t *testing.T, c *call) {
	t.Helper()
	<-c.ended
	r.stop()
}

func nameable(t *testing.T) *room {
	r := newRoom(t)
	r.puppet.titles = make(chan *call, 10)
	return r
}

func TestAModelNamesAConversationAfterItsFirstAnswer(t *testing.T) {
	r := nameable(t)
	thread := r.thread(t)
	c := r.watch(t, r.viewer, thread.ID, "")
	call := named(t, r, thread.ID, "When do refunds arrive?")
	if said := call.req.Messages[0].Text; !strings.Contains(said, "When do refunds arrive?") || !strings.Contains(said, "Within 14 days.") || call.req.MaxOutput > titleTokens || len(call.req.Tools) != 0 {
		t.Errorf("the request is %+v", call.req)
	}
	call.say(t, "Title: **“Time of refunds.”**\n\nI chose this because")
	call.stop(t, llm.StopEnd, "")
	if told := decode[TitleJSON](t, c.until("title")); told.Title != "Time of refunds" || told.ThreadID != string(thread.ID) {
		t.Errorf("told %+v", told)
	}
	if got, err := r.Thread(t.Context(), r.viewer, thread.ID); err != nil || got.Title != "Time of refunds" {
		t.Errorf("title %q (%v)", got.Title, err)
	}
	r.answered(t, thread.ID, "And who pays?")
	r.stop()
	if len(r.puppet.titles) != 0 {
		t.Error("the second answer names it again")
	}
}

func TestANameThatAPersonGivesMeanwhileStays(t *testing.T) {
	r := nameable(t)
	thread := r.thread(t)
	call := named(t, r, thread.ID, "When do refunds arrive?")
	if _, err := r.UpdateThread(t.Context(), r.owner, thread.ID, ThreadPatch{Title: new("Mine"), Mode: new(ba.ModeMeeting)}); err != nil {
		t.Fatal(err)
	}
	call.say(t, "Time of refunds")
	call.stop(t, llm.StopEnd, "")
	r.over(t, call)
	if got, err := r.Thread(t.Context(), r.viewer, thread.ID); err != nil || got.Title != "Mine" || got.Mode != ba.ModeMeeting {
		t.Errorf("thread %+v (%v)", got, err)
	}
}

func TestATitleThatFailsLeavesTheOneByRules(t *testing.T) {
	for name, play := range map[string]func(t *testing.T, c *call){
		"a fault":               func(t *testing.T, c *call) { c.fail(t, &llm.Error{Kind: llm.ErrRequest, Err: errors.New("no")}) },
		"a refusal":             func(t *testing.T, c *call) { c.say(t, "I cannot."); c.stop(t, llm.StopRefused, "") },
		"nothing":               func(t *testing.T, c *call) { c.stop(t, llm.StopEnd, "") },
		"an essay":              func(t *testing.T, c *call) { c.say(t, strings.Repeat("very ", 20)+"long"); c.stop(t, llm.StopEnd, "") },
		"the end of the server": func(*testing.T, *call) {},
	} {
		t.Run(name, func(t *testing.T) {
			r := nameable(t)
			thread := r.thread(t)
			call := named(t, r, thread.ID, "When do refunds arrive?")
			play(t, call)
			r.stop()
			if got, err := r.Thread(t.Context(), r.viewer, thread.ID); err != nil || got.Title != "When refunds arrive" {
				t.Errorf("title %q (%v)", got.Title, err)
			}
		})
	}
}

func TestTheNextQuestionIsAnsweredWhileATitleIsMade(t *testing.T) {
	r := nameable(t)
	thread := r.thread(t)
	title := named(t, r, thread.ID, "When do refunds arrive?")
	r.answered(t, thread.ID, "And who pays?")
	title.say(t, "Refunds")
	title.stop(t, llm.StopEnd, "")
	r.over(t, title)
}

func TestOneTitleIsAskedForAtATime(t *testing.T) {
	r := nameable(t)
	thread := r.thread(t)
	title := named(t, r, thread.ID, "When do refunds arrive?")
	r.answered(t, thread.ID, "And who pays?")
	other := named(t, r, r.thread(t).ID, "Who may refund?") // its title is asked for, so the one before was decided on
	title.say(t, "Refunds")
	title.stop(t, llm.StopEnd, "")
	other.stop(t, llm.StopEnd, "")
	r.over(t, title)
	if len(r.puppet.titles) != 0 {
		t.Error("a title was asked for twice")
	}
}

func TestWhoAnsweredGivesTheTitle(t *testing.T) {
	r := newTroupe(t)
	r.puppet.titles, r.second.titles = make(chan *call, 1), make(chan *call, 1)
	turn := r.ask(t, r.thread(t).ID, "When do refunds arrive?")
	r.puppet.next(t).fail(t, busy)
	answer := r.second.next(t)
	answer.say(t, "Soon.")
	answer.stop(t, llm.StopEnd, "")
	r.ended(t, turn.ID)
	select {
	case c := <-r.second.titles:
		if c.req.Model != "lead" {
			t.Errorf("asked is the model %q", c.req.Model)
		}
	case <-r.puppet.titles:
		t.Error("the provider that failed is asked")
	case <-time.After(patience):
		t.Error("no title is asked for")
	}
}

func TestATitleIsPaidForLikeAnAnswerAndBelongsToNoTurn(t *testing.T) {
	r := poorRoom(t, 1_000_000)
	r.puppet.titles = make(chan *call, 1)
	thread := r.thread(t)
	call := named(t, r, thread.ID, "When do refunds arrive?") // the answer counts nothing, so it costs what was set aside
	own, _, err := r.db.Spending(t.Context(), r.owner.User, ba.MonthOf(time.Now()))
	ok(t, err)
	if want := (ba.Spending{UsedMicroUSD: wholeCall, ReservedMicroUSD: titleTokens}); own != want {
		t.Errorf("while the title is made, spent is %+v", own)
	}
	call.count(t, 70, 12)
	call.say(t, "Refunds")
	call.stop(t, llm.StopEnd, "")
	r.over(t, call)
	r.spent(t, wholeCall+12)
}

func TestATitleThatIsCutShortAtTheEndLeavesNothingSetAside(t *testing.T) {
	r := poorRoom(t, 1_000_000)
	r.puppet.titles = make(chan *call, 1)
	call := named(t, r, r.thread(t).ID, "When do refunds arrive?")
	r.stop()
	<-call.ended
	r.spent(t, wholeCall+titleTokens)
}

func TestNoTitleIsAskedForWhereTheBudgetGetsShort(t *testing.T) {
	r := poorRoom(t, wholeCall*5/4)
	r.puppet.titles = make(chan *call, 1)
	thread := r.thread(t)
	r.answered(t, thread.ID, "When do refunds arrive?")
	r.stop()
	if len(r.puppet.titles) != 0 {
		t.Error("a title was asked for")
	}
	r.spent(t, wholeCall)
	if got, err := r.Thread(t.Context(), r.viewer, thread.ID); err != nil || got.Title != "When refunds arrive" {
		t.Errorf("title %q (%v)", got.Title, err)
	}
	if said := r.log.String(); said != "" {
		t.Errorf("the log says %s", said)
	}
}

func TestNoTitleIsAskedForOnceTheServerStops(t *testing.T) {
	r := nameable(t)
	turn := r.ask(t, r.thread(t).ID, "When do refunds arrive?")
	answer := r.puppet.next(t)
	answer.say(t, "Soon.")
	stopped := make(chan struct{})
	go func() { r.stop(); close(stopped) }()
	for !r.queue.isClosed() {
		pause(t.Context(), time.Millisecond)
	}
	answer.stop(t, llm.StopEnd, "")
	<-stopped
	if end, _ := r.ended(t, turn.ID); end.State != ba.TurnComplete || len(r.puppet.titles) != 0 {
		t.Errorf("turn %+v, %d titles asked for", end, len(r.puppet.titles))
	}
}

func TestAConversationIsNotNamedByAModelWhereAPersonNamedItOrOnlyRulesAnswer(t *testing.T) {
	r := newRoom(t, func(d *Deps) { d.Providers[0].Rules = true })
	r.puppet.titles = make(chan *call, 10)
	for _, in := range []ThreadInput{{Project: r.project}, {Project: r.project, Title: "Mine"}} {
		thread, err := r.CreateThread(t.Context(), r.owner, in)
		ok(t, err)
		r.answered(t, thread.ID, "When do refunds arrive?")
	}
	r.stop()
	if len(r.puppet.titles) != 0 {
		t.Error("a title was asked for")
	}
}

func TestAConversationIsBegunOnceForEachIDOfTheClient(t *testing.T) {
	eachEngine(t, func(t *testing.T, r *room) {
		in := ThreadInput{ID: ba.NewID[ba.ThreadID](), Project: r.project, Mode: ba.ModeMeeting}
		first, err := r.CreateThread(t.Context(), r.owner, in)
		ok(t, err)
		again, err := r.CreateThread(t.Context(), r.owner, in)
		if err != nil || again.ID != first.ID || !again.CreatedAt.Equal(first.CreatedAt) {
			t.Errorf("sent again it is %+v (%v)", again, err)
		}
		_, err = r.CreateThread(t.Context(), r.other, ThreadInput{ID: in.ID})
		refused(t, "a stranger takes the id", err, ba.Conflict)
		ok(t, r.DeleteThread(t.Context(), r.owner, in.ID))
		_, err = r.CreateThread(t.Context(), r.owner, in)
		refused(t, "one that was deleted", err, ba.Conflict)
	})
}
