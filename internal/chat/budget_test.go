package chat

import (
	"context"
	"errors"
	"iter"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/budget/budgettest"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

// perToken is a price of a micro-dollar for each token of output. Input costs
// nothing, so that amounts do not depend on our instructions.
const perToken = `{"prices": [{"provider": "puppet", "models": ["wood", "string", "m"], "rates": {"input": 0, "output": 1000000}, "date": "2026-11-28", "source": "test"}]}`

// wholeCall is what is set aside for a call that nothing limits.
const wholeCall = 32_000

// onBudget makes a service's calls cost something.
func onBudget(t testing.TB, r *room, limit int64) func(*Deps) {
	return func(d *Deps) {
		d.Budget = budgettest.Priced(t, r.db, perToken, ba.SpendingLimits{User: limit, Instance: ba.NoLimit})
	}
}

// poorRoom is a room whose users may spend so much.
func poorRoom(t testing.TB, limit int64) *room {
	t.Helper()
	r := newRoom(t)
	r.stop()
	r.begin(t, onBudget(t, r, limit))
	return r
}

// spent waits until the owner has used so much, and nothing is set aside: the
// call for a title may still be on its way back.
func (r *room) spent(t testing.TB, used int64) {
	t.Helper()
	want := ba.Spending{UsedMicroUSD: used}
	var own, all ba.Spending
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); pause(t.Context(), 2*time.Millisecond) {
		var err error
		own, all, err = r.db.Spending(t.Context(), r.owner.User, ba.MonthOf(time.Now()))
		ok(t, err)
		if own == want && all == want {
			return
		}
	}
	t.Errorf("spent %+v of all %+v, want %d and nothing set aside", own, all, used)
}

func TestAnAnswerTellsWhatItCost(t *testing.T) {
	r := poorRoom(t, 1_000_000)
	thread := r.thread(t)
	c := r.watch(t, r.owner, thread.ID, "")
	turn := r.ask(t, thread.ID, "When?")
	call := r.puppet.next(t)
	if call.req.MaxOutput != wholeCall {
		t.Errorf("the call may write %d tokens", call.req.MaxOutput)
	}
	call.count(t, 70, 1)
	call.say(t, "Within ten days.")
	call.count(t, 70, 50)
	call.stop(t, llm.StopEnd, "end_turn")
	end, _ := r.ended(t, turn.ID)
	want := ba.Usage{InputTokens: 70, OutputTokens: 50, CostMicroUSD: 50}
	if end.Usage != want {
		t.Errorf("the turn used %+v", end.Usage)
	}
	if done := decode[DoneJSON](t, c.until("done")); done.Usage != usageOf(want) {
		t.Errorf("told was %+v", done.Usage)
	}
	page, err := r.Messages(t.Context(), r.owner, thread.ID, ba.Page{})
	ok(t, err)
	if got := page.Turns[turn.ID].Usage; got != want {
		t.Errorf("among the messages it is %+v", got)
	}
	r.spent(t, 50)
}

func TestEveryCallOfAToolLoopIsPaidFor(t *testing.T) {
	r := poorRoom(t, 1_000_000)
	turn := r.ask(t, r.thread(t).ID, "When?")
	for _, tokens := range []int64{30, 40} {
		call := r.puppet.next(t)
		call.count(t, 9, tokens)
		call.use(t, llm.ToolCall{ID: "1", Name: prompt.ListDocuments, Arguments: []byte("{}")})
	}
	call := r.puppet.next(t)
	own, _, err := r.db.Spending(t.Context(), r.owner.User, ba.MonthOf(time.Now()))
	ok(t, err)
	if want := (ba.Spending{UsedMicroUSD: 70, ReservedMicroUSD: wholeCall}); own != want {
		t.Errorf("in the third call spent is %+v", own)
	}
	call.count(t, 9, 5)
	call.say(t, "Soon.")
	call.stop(t, llm.StopEnd, "")
	if end, _ := r.ended(t, turn.ID); end.Usage.CostMicroUSD != 75 || end.Usage.InputTokens != 27 || end.Usage.OutputTokens != 75 {
		t.Errorf("the turn used %+v", end.Usage)
	}
	r.spent(t, 75)
}

func TestAnAnswerThatIsCutShortCostsWhatWasCountedOrSetAside(t *testing.T) {
	fault := func(e llm.Error) func(testing.TB, *room, *call, ba.TurnID) {
		return func(t testing.TB, _ *room, c *call, _ ba.TurnID) { c.fail(t, &e) }
	}
	stop := func(t testing.TB, r *room, _ *call, id ba.TurnID) {
		_, err := r.Stop(t.Context(), r.owner, id)
		ok(t, err)
	}
	counted := func(t testing.TB, c *call) { c.count(t, 70, 1) }
	silent := func(testing.TB, *call) {}
	for name, v := range map[string]struct {
		count func(testing.TB, *call)
		end   func(testing.TB, *room, *call, ba.TurnID)
		text  string
		cost  int64
	}{
		"stopped":                   {counted, stop, "Within ten days of the order.", 10}, // 29 bytes
		"stopped in silence":        {silent, stop, "Within ten days.", wholeCall},
		"cut":                       {counted, fault(llm.Error{Kind: llm.ErrCut, Started: true}), "Within ten days.", 6},
		"cut in silence":            {silent, fault(llm.Error{Kind: llm.ErrCut}), "", wholeCall},
		"refused by the provider":   {silent, fault(llm.Error{Kind: llm.ErrRateLimit, Status: 429}), "", 0},
		"failed as it began":        {silent, fault(llm.Error{Kind: llm.ErrOverloaded}), "", 0},
		"not reached":               {silent, fault(llm.Error{Kind: llm.ErrNetwork, Unsent: true}), "", 0},
		"lost with the request":     {silent, fault(llm.Error{Kind: llm.ErrNetwork}), "", wholeCall},
		"overloaded in mid-stream":  {counted, fault(llm.Error{Kind: llm.ErrOverloaded, Started: true}), "Within ten days.", 6},
		"cut, with the whole count": {func(t testing.TB, c *call) { c.count(t, 70, 500) }, fault(llm.Error{Kind: llm.ErrCut, Started: true}), "Within", 500},
	} {
		t.Run(name, func(t *testing.T) {
			r := poorRoom(t, 1_000_000)
			thread := r.thread(t)
			c := r.watch(t, r.owner, thread.ID, "")
			turn := r.ask(t, thread.ID, "When?")
			call := r.puppet.next(t)
			v.count(t, call)
			if v.text != "" {
				call.say(t, v.text)
				r.stored(t, turn.Answer, v.text)
			}
			v.end(t, r, call, turn.ID)
			if end, _ := r.ended(t, turn.ID); end.Usage.CostMicroUSD != v.cost {
				t.Errorf("the turn cost %d, want %d", end.Usage.CostMicroUSD, v.cost)
			}
			if done := decode[DoneJSON](t, c.until("done")); done.Usage.CostMicroUSD != v.cost {
				t.Errorf("told was %+v", done.Usage)
			}
			r.spent(t, v.cost)
		})
	}
}

func TestAnAnswerThatTheBudgetEndsSaysSo(t *testing.T) {
	r := poorRoom(t, 5000)
	thread := r.thread(t)
	c := r.watch(t, r.owner, thread.ID, "")
	turn := r.ask(t, thread.ID, "When?")
	call := r.puppet.next(t)
	if call.req.MaxOutput != 5000 {
		t.Errorf("the call may write %d tokens, want 5000", call.req.MaxOutput)
	}
	call.say(t, "Within ten")
	call.count(t, 70, 5000)
	call.stop(t, llm.StopLength, "max_tokens")
	end, answer := r.ended(t, turn.ID)
	if end.State != ba.TurnTruncated || end.StopReason != "budget" || end.Failure == nil || end.Failure.Code != "budget_clipped" || answer.Text != "Within ten" {
		t.Errorf("turn %+v, failure %+v", end, end.Failure)
	}
	if f := decode[FailureJSON](t, c.until("failure")); f.Status != 402 || f.Retryable || f.RetryAfter <= 0 || !strings.Contains(f.Detail, "budget") || !strings.Contains(f.Detail, "from 1 ") {
		t.Errorf("told was %+v", f)
	}
	r.spent(t, 5000)
}

func TestALoopThatRunsOutOfMoneyKeepsWhatItSaid(t *testing.T) {
	r := poorRoom(t, 5000)
	turn := r.ask(t, r.thread(t).ID, "When?")
	call := r.puppet.next(t)
	call.say(t, "Let me look.")
	call.count(t, 9, 4500)
	call.use(t, llm.ToolCall{ID: "1", Name: prompt.ListDocuments, Arguments: []byte("{}")})
	end, answer := r.ended(t, turn.ID)
	if end.State != ba.TurnTruncated || end.Failure == nil || end.Failure.Code != "budget_exhausted" || answer.Text != "Let me look." ||
		!strings.Contains(end.Failure.Msg, "What had come is kept.") {
		t.Errorf("turn %+v, failure %+v, %q", end, end.Failure, answer.Text)
	}
	r.spent(t, 4500)
}

func TestNothingIsAskedOnceTheBudgetIsUsedUp(t *testing.T) {
	r := poorRoom(t, 5000)
	thread := r.thread(t)
	in := SendInput{Thread: thread.ID, ID: ba.NewID[ba.MessageID](), Content: "When?"}
	_, turn, err := r.Send(t.Context(), r.owner, in)
	ok(t, err)
	call := r.puppet.next(t)
	call.say(t, "Soon.")
	call.count(t, 9, 4800)
	call.stop(t, llm.StopEnd, "")
	r.ended(t, turn.ID)

	_, _, err = r.Send(t.Context(), r.owner, SendInput{Thread: thread.ID, ID: ba.NewID[ba.MessageID](), Content: "And then?"})
	refused(t, "a question", err, ba.BudgetExhausted)
	_, err = r.Retry(t.Context(), r.owner, turn.ID, ba.NewID[ba.TurnID]())
	refused(t, "a retry", err, ba.BudgetExhausted)
	if _, again, err := r.Send(t.Context(), r.owner, in); err != nil || again.ID != turn.ID {
		t.Errorf("what is stored, sent again: %v", err)
	}
	page, err := r.Messages(t.Context(), r.owner, thread.ID, ba.Page{})
	ok(t, err)
	if len(page.List.Items) != 2 || page.List.Items[1].Text != "Soon." {
		t.Errorf("readable are %+v", page.List.Items)
	}
}

func TestAModelWithoutAPriceIsNotAsked(t *testing.T) {
	r := newRoom(t)
	r.stop()
	r.begin(t, func(d *Deps) { d.Budget = budgettest.Free(t, r.db) })
	_, _, err := r.Send(t.Context(), r.owner, SendInput{Thread: r.thread(t).ID, ID: ba.NewID[ba.MessageID](), Content: "When?"})
	if ba.CodeOf(err) != "model_unpriced" || !strings.Contains(ba.Explain(err), "wood") {
		t.Errorf("sent: %v", err)
	}
}

func TestOfAHundredQuestionsAtOnceSevenArePaidFor(t *testing.T) {
	eachEngine(t, func(t *testing.T, r *room) {
		const limit = 7*wholeCall + 999
		r.stop()
		r.begin(t, onBudget(t, r, limit))
		turns := make([]ba.Turn, 100)
		for i := range turns {
			turns[i] = r.ask(t, r.thread(t).ID, "When?")
		}
		calls := make([]*call, 7)
		for i := range calls {
			calls[i] = r.puppet.next(t)
		}
		waitUntil(t, "all others are refused", func() bool {
			n := 0
			for _, v := range turns {
				turn, err := r.db.Turn(t.Context(), r.owner, v.ID)
				ok(t, err)
				if turn.State == ba.TurnFailed && turn.Failure.Code == "budget_reserved" {
					n++
				}
			}
			return n == 93
		})
		for _, c := range calls {
			c.say(t, "Soon.")
			c.count(t, 5, wholeCall)
			c.stop(t, llm.StopEnd, "")
		}
		var sum int64
		for _, v := range turns {
			end, _ := r.ended(t, v.ID)
			sum += end.Usage.CostMicroUSD
		}
		if sum != 7*wholeCall || sum > limit {
			t.Errorf("the answers cost %d", sum)
		}
		r.spent(t, sum)
	})
}

func TestADeletedThreadLeavesNothingSetAside(t *testing.T) {
	r := poorRoom(t, 1_000_000)
	thread := r.thread(t)
	r.ask(t, thread.ID, "When?")
	call := r.puppet.next(t)
	call.count(t, 7, 8)
	call.say(t, "Within")
	ok(t, r.DeleteThread(t.Context(), r.owner, thread.ID))
	waitUntil(t, "the call is settled", func() bool {
		own, _, err := r.db.Spending(t.Context(), r.owner.User, ba.MonthOf(time.Now()))
		ok(t, err)
		return own == ba.Spending{UsedMicroUSD: 8}
	})
}

// stubborn is a provider that sends its request three times, as a client does
// after faults, and counts a hundred tokens more each time.
type stubborn struct {
	faults []*llm.Error
	asked  atomic.Int64
}

func (*stubborn) ID() string { return "puppet" }

func (p *stubborn) Stream(ctx context.Context, req llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		for n, fault := range p.faults {
			yield(llm.Delta{Kind: llm.DeltaUsage, Usage: ba.Usage{InputTokens: 1, OutputTokens: int64(n+1) * 100}}, nil)
			if req.Again(ctx, fault) != nil {
				yield(llm.Delta{}, fault)
				return
			}
			p.asked.Add(1)
		}
		yield(llm.Delta{Kind: llm.DeltaText, Text: "Soon."}, nil)
		yield(llm.Delta{Kind: llm.DeltaUsage, Usage: ba.Usage{InputTokens: 1, OutputTokens: int64(len(p.faults)+1) * 100}}, nil)
		yield(llm.Delta{Kind: llm.DeltaStop}, nil)
	}
}

func TestEachAttemptOfACallIsPaidFor(t *testing.T) {
	faults := []*llm.Error{{Kind: llm.ErrOverloaded, Status: 529}, {Kind: llm.ErrCut}}
	for name, v := range map[string]struct {
		limit, asked, cost int64
		state              ba.TurnState
	}{
		"with money":    {1_000_000, 2, 300, ba.TurnComplete},
		"without money": {wholeCall + 50, 0, 100, ba.TurnFailed},
	} {
		t.Run(name, func(t *testing.T) {
			p := &stubborn{faults: faults}
			r := newRoom(t)
			r.stop()
			r.begin(t, onBudget(t, r, v.limit), func(d *Deps) {
				d.Providers = []Offer{{Provider: p, Name: "Puppet", Models: []string{"m"}, Rules: true}}
			}) // no title
			end, _ := r.ended(t, r.ask(t, r.thread(t).ID, "When?").ID)
			if end.State != v.state || end.Usage.CostMicroUSD != v.cost || p.asked.Load() != v.asked {
				t.Errorf("turn %+v after %d further attempts", end, p.asked.Load())
			}
			r.spent(t, v.cost)
		})
	}
}

// unbooked is a budget whose books cannot be written when a call has ended.
type unbooked struct{ Budget }

func (unbooked) Settle(context.Context, ba.Hold, ba.Spent) (int64, error) {
	return 0, errors.New("the disk is full")
}

func TestACallThatCannotBeSettledCostsWhatWasSetAside(t *testing.T) {
	r := newRoom(t)
	r.stop()
	r.begin(t, onBudget(t, r, 1_000_000), func(d *Deps) {
		d.Budget = unbooked{d.Budget}
		d.Providers[0].Rules = true // no title, which would be a second call
	})
	thread := r.thread(t)
	c := r.watch(t, r.owner, thread.ID, "")
	turn := r.ask(t, thread.ID, "When?")
	call := r.puppet.next(t)
	call.count(t, 5, 5)
	call.say(t, "Soon.")
	call.stop(t, llm.StopEnd, "")
	if end, _ := r.ended(t, turn.ID); end.State != ba.TurnComplete || end.Usage.CostMicroUSD != wholeCall {
		t.Errorf("turn %+v", end)
	}
	if done := decode[DoneJSON](t, c.until("done")); done.Usage.CostMicroUSD != wholeCall {
		t.Errorf("told was %+v", done.Usage)
	}
	r.spent(t, wholeCall)
}

func TestWhoeverAsksPays(t *testing.T) {
	r := poorRoom(t, 1_000_000)
	editor := storetest.User(t, r.db, "emil")
	storetest.Member(t, r.db, r.owner, r.project, editor, ba.RoleEditor)
	_, turn, err := r.Send(t.Context(), editor, SendInput{Thread: r.thread(t).ID, ID: ba.NewID[ba.MessageID](), Content: "When?"})
	ok(t, err)
	call := r.puppet.next(t)
	call.say(t, "Soon.")
	call.count(t, 5, 5)
	call.stop(t, llm.StopEnd, "")
	r.ended(t, turn.ID)
	for who, used := range map[ba.UserID]int64{editor.User: 5, r.owner.User: 0} {
		if own, _, err := r.db.Spending(t.Context(), who, ba.MonthOf(time.Now())); err != nil || own.UsedMicroUSD != used {
			t.Errorf("spent %+v, want %d (%v)", own, used, err)
		}
	}
}
