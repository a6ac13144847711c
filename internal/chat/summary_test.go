package chat

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// long asks and answers n times, with some 1,800 code points each time.
func long(t *testing.T, r *room, thread ba.ThreadID, from, n int) {
	t.Helper()
	for i := range n {
		turn := r.ask(t, thread, fmt.Sprintf("Question %d. %s", from+i, strings.Repeat("question ", 100)))
		call := r.puppet.next(t)
		if summing(call) {
			t.Fatalf("a summary is asked for before question %d", from+i)
		}
		call.say(t, fmt.Sprintf("Answer %d. %s", from+i, strings.Repeat("answer ", 120)))
		call.stop(t, llm.StopEnd, "")
		r.ended(t, turn.ID)
	}
}

func summing(c *call) bool { return strings.HasPrefix(c.req.System, "You sum up") }

func TestTheBeginningOfALongConversationIsSummedUpNotDropped(t *testing.T) {
	eachEngine(t, func(t *testing.T, r *room) {
		thread := r.thread(t)
		long(t, r, thread.ID, 1, 5)
		c := r.watch(t, r.viewer, thread.ID, "")
		turn := r.ask(t, thread.ID, "And now?")
		call := r.puppet.next(t)
		if !summing(call) || len(call.req.Tools) != 0 || len(call.req.Messages) != 1 {
			t.Fatalf("the first call is %+v", call.req)
		}
		if said := call.req.Messages[0].Text; !strings.Contains(said, "Question 1.") || !strings.Contains(said, "Answer 2.") || strings.Contains(said, "Question 5.") {
			t.Errorf("the model is to sum up %.300q", said)
		}
		call.say(t, "- They spoke of refunds.")
		call.count(t, 900, 10)
		call.stop(t, llm.StopEnd, "")
		call = r.puppet.next(t)
		if !strings.Contains(call.req.System, "<summary>\n- They spoke of refunds.\n</summary>") || strings.Contains(call.req.System, "are left out") {
			t.Errorf("system %q", call.req.System)
		}
		summary, err := r.Summary(t.Context(), r.viewer, thread.ID)
		ok(t, err)
		if first := call.req.Messages[0].Text; !strings.HasPrefix(first, fmt.Sprintf("Question %d.", (summary.Through+1)/2+1)) {
			t.Errorf("the summary goes through %d, and the first message is %.20q", summary.Through, first)
		}
		call.say(t, "Now.")
		call.count(t, 100, 5)
		call.stop(t, llm.StopEnd, "")
		end, answer := r.ended(t, turn.ID)
		if answer.Text != "Now." || end.Usage.InputTokens != 1000 || end.Usage.OutputTokens != 15 {
			t.Errorf("answer %q, usage %+v", answer.Text, end.Usage)
		}
		if told := decode[ToolJSON](t, c.until("tool")); told.Tool != summarySteps {
			t.Errorf("told %+v", told)
		}
		long(t, r, thread.ID, 6, 1) // which fits beside the summary
	}, func(d *Deps) { d.Limits = Limits{History: 8000} })
}

func TestAnAnswerComesWithoutASummaryThatFails(t *testing.T) {
	for name, play := range map[string]func(t *testing.T, c *call){
		"a fault":   func(t *testing.T, c *call) { c.fail(t, &llm.Error{Kind: llm.ErrRequest}) },
		"a refusal": func(t *testing.T, c *call) { c.say(t, "I cannot."); c.stop(t, llm.StopRefused, "") },
		"nothing":   func(t *testing.T, c *call) { c.stop(t, llm.StopEnd, "") },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t, func(d *Deps) { d.Limits = Limits{History: 8000} })
			thread := r.thread(t)
			long(t, r, thread.ID, 1, 5)
			turn := r.ask(t, thread.ID, "And now?")
			play(t, r.puppet.next(t))
			call := r.puppet.next(t)
			if summing(call) || !strings.Contains(call.req.System, "are left out") {
				t.Errorf("system %q", call.req.System)
			}
			call.say(t, "Now.")
			call.stop(t, llm.StopEnd, "")
			if end, _ := r.ended(t, turn.ID); end.State != ba.TurnComplete {
				t.Errorf("turn %+v", end)
			}
			if got, err := r.Summary(t.Context(), r.owner, thread.ID); err != nil || got.Through != 0 {
				t.Errorf("summary %+v (%v)", got, err)
			}
		})
	}
}

func TestAProviderOfRulesIsNotAskedForASummary(t *testing.T) {
	r := newRoom(t, func(d *Deps) { d.Limits, d.Providers[0].Rules = Limits{History: 4000}, true })
	long(t, r, r.thread(t).ID, 1, 4)
}
