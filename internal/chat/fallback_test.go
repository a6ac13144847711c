package chat

import (
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/budget/budgettest"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/breaker"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

// troupe is a room with three puppets, of which the second and third answer
// where the first cannot.
type troupe struct {
	*room
	second, third *puppet
}

func newTroupe(t testing.TB, change ...func(*Deps)) *troupe {
	t.Helper()
	r := &troupe{room: newRoom(t), second: newPuppet("second"), third: newPuppet("third")}
	r.stop()
	r.begin(t, append([]func(*Deps){func(d *Deps) {
		d.Providers = append(d.Providers, Offer{Provider: r.second, Name: "Second", Models: []string{"tin", "lead"}}, Offer{Provider: r.third, Name: "Third"})
		d.Fallback = []Substitute{{"gone", ""}, {"second", "lead"}, {"puppet", "wood"}, {"third", ""}}
		d.Budget = budgettest.Free(t, r.db, "puppet", "second", "third")
	}}, change...)...)
	return r
}

var busy = &llm.Error{Provider: "puppet", Kind: llm.ErrOverloaded, Status: 529}

func TestAnotherProviderAnswersWhereTheFirstFails(t *testing.T) {
	r := newTroupe(t)
	thread := r.thread(t)
	c := r.watch(t, r.owner, thread.ID, "")
	turn := r.ask(t, thread.ID, "When?")
	r.puppet.next(t).fail(t, busy)
	call := r.second.next(t)
	if said := decode[ToolJSON](t, c.until("tool")); said.Tool != "substitute" || said.State != "running" || said.Answerer == "" || !strings.HasPrefix(said.Summary, "Puppet failed, so ") || said.MessageID != string(turn.Answer) {
		t.Errorf("while it is written, told is %+v", said)
	}
	if call.req.Model != "lead" {
		t.Errorf("asked is the model %q", call.req.Model)
	}
	call.say(t, "Soon.")
	r.stored(t, turn.Answer, "Soon.")
	if live, err := r.db.Turn(t.Context(), r.owner, turn.ID); err != nil || live.Provider != "second" || live.Model != "lead" {
		t.Errorf("while it is written, it is by %s %s (%v)", live.Provider, live.Model, err)
	}
	call.stop(t, llm.StopEnd, "")
	end, _ := r.ended(t, turn.ID)
	if end.State != ba.TurnComplete || end.Provider != "second" || end.Model != "lead" {
		t.Errorf("turn %+v", end)
	}
	if kept, err := r.Thread(t.Context(), r.owner, thread.ID); err != nil || kept.Provider != "puppet" {
		t.Errorf("the thread is with %s (%v)", kept.Provider, err)
	}
}

func TestWhereAllFailTheFirstIsToldOf(t *testing.T) {
	r := newTroupe(t)
	turn := r.ask(t, r.thread(t).ID, "When?")
	r.puppet.next(t).fail(t, busy)
	r.second.next(t).fail(t, &llm.Error{Kind: llm.ErrAuth, Status: 401})
	r.third.next(t).fail(t, &llm.Error{Kind: llm.ErrRefused})
	end, _ := r.ended(t, turn.ID)
	if end.State != ba.TurnFailed || end.Provider != "puppet" || end.Model != "wood" || end.Failure.Code != "provider_overloaded" || !strings.HasPrefix(end.Failure.Msg, "Puppet ") {
		t.Errorf("turn %+v, failure %+v", end, end.Failure)
	}
}

func TestNobodyTakesOverWhatWasShownOrIsAMatterOfTheQuestion(t *testing.T) {
	for name, fail := range map[string]func(testing.TB, *call){
		"something was shown": func(t testing.TB, c *call) {
			c.say(t, "Within")
			c.fail(t, &llm.Error{Kind: llm.ErrCut, Started: true})
		},
		"it is refused":  func(t testing.TB, c *call) { c.fail(t, &llm.Error{Kind: llm.ErrRefused}) },
		"it is too long": func(t testing.TB, c *call) { c.fail(t, &llm.Error{Kind: llm.ErrContext}) },
		"it is our fault": func(t testing.TB, c *call) {
			c.fail(t, &llm.Error{Kind: llm.ErrRequest})
		},
		"it declines": func(t testing.TB, c *call) { c.stop(t, llm.StopRefused, "refusal") },
	} {
		t.Run(name, func(t *testing.T) {
			r := newTroupe(t)
			turn := r.ask(t, r.thread(t).ID, "When?")
			fail(t, r.puppet.next(t))
			if end, _ := r.ended(t, turn.ID); end.Provider != "puppet" {
				t.Errorf("turn %+v", end)
			}
			if len(r.second.calls) > 0 {
				t.Error("the second one was asked")
			}
		})
	}
}

func TestAToolLoopIsNotTakenOver(t *testing.T) {
	r := newTroupe(t)
	turn := r.ask(t, r.thread(t).ID, "When?")
	r.puppet.next(t).use(t, llm.ToolCall{ID: "1", Name: prompt.ListDocuments, Arguments: []byte("{}")})
	r.puppet.next(t).fail(t, busy)
	if end, _ := r.ended(t, turn.ID); end.State != ba.TurnFailed || len(r.second.calls) > 0 {
		t.Errorf("turn %+v", end)
	}
}

func TestAnAnswerThatBreaksOffIsTheSubstitutesOwn(t *testing.T) {
	r := newTroupe(t)
	turn := r.ask(t, r.thread(t).ID, "When?")
	r.puppet.next(t).fail(t, busy)
	call := r.second.next(t)
	call.say(t, "Within")
	call.fail(t, &llm.Error{Kind: llm.ErrCut, Started: true})
	end, answer := r.ended(t, turn.ID)
	if end.State != ba.TurnFailed || end.Provider != "second" || !strings.Contains(end.Failure.Msg, "Second") || answer.Text != "Within" {
		t.Errorf("turn %+v, failure %+v", end, end.Failure)
	}
}

func TestASubstituteCostsItsOwnPrice(t *testing.T) {
	const prices = `{"prices": [{"provider": "puppet", "models": ["wood"], "rates": {"input": 0, "output": 1000000}, "date": "2026-11-28", "source": "test"},
		{"provider": "second", "models": ["lead"], "rates": {"input": 0, "output": 3000000}, "date": "2026-11-28", "source": "test"}]}`
	var r *troupe
	r = newTroupe(t)
	r.stop()
	r.begin(t, func(d *Deps) {
		d.Providers = append(d.Providers, Offer{Provider: r.second, Name: "Second", Models: []string{"lead"}}, Offer{Provider: r.third, Name: "Third"})
		d.Fallback = []Substitute{{"third", ""}, {"second", ""}} // the third has no price, so that it is passed over
		d.Budget = budgettest.Priced(t, r.db, prices, budgettest.FiftyDollars)
	})
	turn := r.ask(t, r.thread(t).ID, "When?")
	r.puppet.next(t).fail(t, busy)
	call := r.second.next(t)
	call.say(t, "Soon.")
	call.count(t, 5, 100)
	call.stop(t, llm.StopEnd, "")
	if end, _ := r.ended(t, turn.ID); end.Usage.CostMicroUSD != 300 {
		t.Errorf("turn %+v", end)
	}
	r.spent(t, 300)
}

func TestAProviderThatIsLeftAloneIsNamedWithTheWait(t *testing.T) {
	r := newRoom(t)
	turn := r.ask(t, r.thread(t).ID, "When?")
	r.puppet.next(t).fail(t, &llm.Error{Kind: llm.ErrOverloaded, Code: breaker.Code, RetryAfter: 15 * time.Second, Unsent: true})
	end, _ := r.ended(t, turn.ID)
	if f := end.Failure; f == nil || !f.Retryable || f.RetryAfter != 15*time.Second || !strings.Contains(f.Msg, "Puppet has failed several times") || !strings.Contains(f.Msg, "in 15 seconds") {
		t.Errorf("failure %+v", f)
	}
}
