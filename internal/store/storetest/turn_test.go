package storetest_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

// claim makes the instance the owner of a turn for a minute of the clock.
func claim(t testing.TB, db *store.DB, id ba.TurnID, instance string, now time.Time) ba.Turn {
	t.Helper()
	return must(db.ClaimTurn(t.Context(), id, ba.TurnOwner{Instance: instance, Until: now.Add(time.Minute)}))(t)
}

func part(u ba.Turn, text string) ba.AnswerPart {
	return ba.AnswerPart{Turn: u.ID, Thread: u.Thread, Answer: u.Answer, Epoch: u.Epoch, Text: text,
		Usage: ba.Usage{InputTokens: 100, CachedTokens: 40, OutputTokens: int64(len(text)), CostMicroUSD: 9}}
}

func TestATurnIsClaimedByOneRunner(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		start := storetest.Ask(t, m.db, m.editor, storetest.Thread(t, m.db, m.editor, m.project, "Talk").ID, "When?")
		errs := atOnce(8, func(int) error {
			_, err := m.db.ClaimTurn(t.Context(), start.Turn.ID, ba.TurnOwner{Instance: "one", Until: time.Now().Add(anHour)})
			return err
		})
		if n := failures(t, errs); n[ba.Conflict] != 7 {
			t.Errorf("refused: %v, want 7 conflicts", n)
		}
		u := must(m.db.Turn(t.Context(), m.viewer, start.Turn.ID))(t)
		if u.State != ba.TurnStreaming || u.Epoch != 1 || u.StartedAt.IsZero() {
			t.Errorf("turn %+v", u)
		}
		_, err := m.db.ClaimTurn(t.Context(), ba.NewID[ba.TurnID](), ba.TurnOwner{})
		refused(t, "a turn that does not exist", err, ba.NotFound)
	})
}

func TestAnAnswerGrowsWithItsUsage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		m := newTeam(t, e.New(t, clock.Set))
		db, ctx := m.db, t.Context()
		start := storetest.Ask(t, db, m.editor, storetest.Thread(t, db, m.editor, "", "Loose").ID, "When?")
		u := claim(t, db, start.Turn.ID, "one", clock.Now())
		for _, text := range []string{"With", "Within ten", "Within ten days."} {
			ok(t, db.SaveAnswer(ctx, part(u, text), clock.Now().Add(time.Minute)))
			if got := must(db.Message(ctx, m.editor, u.Answer))(t); got.Text != text {
				t.Errorf("the answer so far is %q, want %q", got.Text, text)
			}
		}
		if len(search(t, db, m.editor, "", "ten days")) != 0 {
			t.Error("an answer that is not complete is found")
		}
		ok(t, db.EndTurn(ctx, ba.TurnEnd{AnswerPart: part(u, "Within ten days."), State: ba.TurnTruncated, StopReason: "max\x00_tokens\xff", Model: "m"}, term.Terms("Within ten days.")))
		got := must(db.Turn(ctx, m.editor, u.ID))(t)
		if got.State != ba.TurnTruncated || got.Usage != part(u, "Within ten days.").Usage || !strings.HasPrefix(got.StopReason, "max_tokens") || got.Model != "m" {
			t.Errorf("turn %+v", got)
		}
		sameItems(t, "the search", search(t, db, m.editor, "", "ten days"), []string{"Within ten days."})
	})
}

func TestAnOlderOwnersWriteIsRefused(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		m := newTeam(t, e.New(t, clock.Set))
		db, ctx := m.db, t.Context()
		thread := storetest.Thread(t, db, m.editor, m.project, "Talk")
		start := storetest.Ask(t, db, m.editor, thread.ID, "When?")
		u := claim(t, db, start.Turn.ID, "one", clock.Now())
		ok(t, db.SaveAnswer(ctx, part(u, "Within"), clock.Now().Add(time.Minute)))
		clock.Add(2 * time.Minute)
		if left := must(db.InterruptTurns(ctx, "", clock.Now()))(t); len(left) != 1 || left[0].ID != u.ID || left[0].State != ba.TurnInterrupted || left[0].Epoch != u.Epoch+1 {
			t.Fatalf("interrupted %+v", left)
		}
		end := ba.TurnEnd{AnswerPart: part(u, "Within ten days."), State: ba.TurnComplete}
		refused(t, "a late part", db.SaveAnswer(ctx, part(u, "Within ten"), clock.Now().Add(time.Minute)), ba.Conflict)
		refused(t, "a late end", db.EndTurn(ctx, end, []string{"late"}), ba.Conflict)
		end.Epoch++
		refused(t, "an end under the next epoch", db.EndTurn(ctx, end, []string{"late"}), ba.Conflict)
		if got := must(db.Message(ctx, m.viewer, u.Answer))(t); got.Text != "Within" {
			t.Errorf("the answer became %q", got.Text)
		}
		got := must(db.Turn(ctx, m.viewer, u.ID))(t)
		if got.State != ba.TurnInterrupted || got.Failure == nil || !got.Failure.Retryable || !got.FinishedAt.Equal(clock.Now()) {
			t.Errorf("turn %+v, failure %+v", got, got.Failure)
		}
		forget(t, db, m.editor, thread.ID)
		refused(t, "a part of a deleted conversation", db.SaveAnswer(ctx, part(u, "x"), clock.Now()), ba.Conflict)
		refused(t, "an end in a deleted conversation", db.EndTurn(ctx, end, nil), ba.Conflict)
	})
}

func TestAFailureIsKeptWithItsTurn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		start := storetest.Ask(t, m.db, m.editor, storetest.Thread(t, m.db, m.editor, m.project, "Talk").ID, "When?")
		u := claim(t, m.db, start.Turn.ID, "one", time.Now())
		why := ba.Failure{Code: "provider_overloaded", Msg: "The provider is busy.", Retryable: true, RetryAfter: 7 * time.Second}
		ok(t, m.db.EndTurn(t.Context(), ba.TurnEnd{AnswerPart: part(u, "Half"), State: ba.TurnFailed, Failure: &why}, nil))
		got := must(m.db.Turn(t.Context(), m.viewer, u.ID))(t)
		if got.State != ba.TurnFailed || got.Failure == nil || *got.Failure != why {
			t.Errorf("turn %+v, failure %+v", got, got.Failure)
		}
	})
}

func TestATurnIsStoppedByAPerson(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		start := storetest.Ask(t, db, m.editor, storetest.Thread(t, db, m.editor, m.project, "Talk").ID, "When?")
		if must(db.StopRequested(ctx, start.Turn.ID))(t) {
			t.Error("a new turn is to be stopped")
		}
		_, err := db.RequestStop(ctx, m.viewer, start.Turn.ID)
		refused(t, "a viewer stops it", err, ba.Forbidden)
		if u := must(db.RequestStop(ctx, m.owner, start.Turn.ID))(t); u.State != ba.TurnQueued {
			t.Errorf("turn %+v", u)
		}
		if !must(db.StopRequested(ctx, start.Turn.ID))(t) || !must(db.StopRequested(ctx, ba.NewID[ba.TurnID]()))(t) {
			t.Error("a stopped turn, or one that is gone, is not to be stopped")
		}
		ok(t, db.EndTurn(ctx, ba.TurnEnd{AnswerPart: part(start.Turn, ""), State: ba.TurnStopped}, nil)) // before it began
		if u := must(db.RequestStop(ctx, m.owner, start.Turn.ID))(t); u.State != ba.TurnStopped {
			t.Errorf("stopped again, it is %s", u.State)
		}
		_, err = db.ClaimTurn(ctx, start.Turn.ID, ba.TurnOwner{Instance: "late"})
		refused(t, "to claim a stopped turn", err, ba.Conflict)
	})
}

func TestOnlyTurnsThatNobodyWillFinishAreInterrupted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		m := newTeam(t, e.New(t, clock.Set))
		db, ctx := m.db, t.Context()
		ask := func() ba.TurnStart {
			return storetest.Ask(t, db, m.editor, storetest.Thread(t, db, m.editor, m.project, "Talk").ID, "When?")
		}
		dead, queued := ask(), ask()
		claim(t, db, dead.Turn.ID, "dead", clock.Now())
		waiting := storetest.Ask(t, db, m.editor, dead.Turn.Thread, "And then?")
		clock.Add(50 * time.Second)
		alive, fresh := ask(), ask()
		u := claim(t, db, alive.Turn.ID, "alive", clock.Now())
		behind := storetest.Ask(t, db, m.editor, alive.Turn.Thread, "And then?")
		interrupted := func(instance string) (ids []ba.TurnID) {
			for _, u := range must(db.InterruptTurns(ctx, instance, clock.Now()))(t) {
				ids = append(ids, u.ID)
			}
			slices.Sort(ids)
			return ids
		}
		sameItems(t, "while a lease still runs", interrupted(""), []ba.TurnID{queued.Turn.ID})
		clock.Add(20 * time.Second)
		left := []ba.TurnID{dead.Turn.ID, waiting.Turn.ID}
		sameItems(t, "after a lease has ended", interrupted(""), left)
		clock.Add(20 * time.Second)
		ok(t, db.SaveAnswer(ctx, part(u, "Still here"), clock.Now().Add(time.Minute)))
		sameItems(t, "a queued turn behind a living one waits", interrupted(""), []ba.TurnID{fresh.Turn.ID})
		want := []ba.TurnID{alive.Turn.ID}
		if db.Engine() == "sqlite" { // one process: nothing of an earlier one is alive
			want = []ba.TurnID{alive.Turn.ID, behind.Turn.ID}
		}
		sameItems(t, "an instance of this name starts", interrupted("alive"), want)
	})
}

func TestTheStepsOfAnAnswerStayWithIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		thread := storetest.Thread(t, db, m.editor, "", "Loose")
		u := claim(t, db, storetest.Ask(t, db, m.editor, thread.ID, "When?").Turn.ID, "one", time.Now())
		steps := []ba.Step{{Tool: "search_documents", Asked: "Searching", Summary: "Found 1 passage in 1 document",
			Found: []ba.Found{{N: 1, Document: "d", Version: 2, Passage: "p", Filename: "a.txt", Locator: ba.Locator{Page: 3}}}}, {Tool: "list_documents", Failed: true}}
		p := part(u, "Within")
		p.Steps = steps
		ok(t, db.SaveAnswer(ctx, p, time.Now().Add(time.Minute)))
		ok(t, db.EndTurn(ctx, ba.TurnEnd{AnswerPart: part(u, "Within ten days."), State: ba.TurnComplete}, nil)) // which has nothing new of them
		for _, step := range []string{"ended", "moved"} {
			got := must(db.Message(ctx, m.editor, u.Answer))(t)
			if !reflect.DeepEqual(got.Steps, steps) || got.Text != "Within ten days." {
				t.Errorf("%s: steps %+v", step, got.Steps)
			}
			if step == "ended" {
				ok(t, db.MoveThread(ctx, m.editor, thread.ID, m.project))
			}
		}
	})
}

func TestAnAnswerSaysWhoWritesIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		u := claim(t, db, storetest.Ask(t, db, m.editor, storetest.Thread(t, db, m.editor, m.project, "Talk").ID, "When?").Turn.ID, "one", time.Now())
		p := part(u, "Within")
		ok(t, db.SaveAnswer(ctx, p, time.Now().Add(time.Minute)))
		if got := must(db.Turn(ctx, m.editor, u.ID))(t); got.Provider != u.Provider || got.Model != u.Model {
			t.Errorf("by %s %s, which was not said", got.Provider, got.Model)
		}
		p.ByProvider, p.ByModel = "gemini", "g"
		ok(t, db.SaveAnswer(ctx, p, time.Now().Add(time.Minute)))
		if got := must(db.Turn(ctx, m.editor, u.ID))(t); got.Provider != "gemini" || got.Model != "g" {
			t.Errorf("while it is written, by %s %s", got.Provider, got.Model)
		}
		p.ByProvider, p.ByModel = "deepseek", "d"
		ok(t, db.EndTurn(ctx, ba.TurnEnd{AnswerPart: p, State: ba.TurnComplete, Model: "d"}, nil))
		if got := must(db.Turn(ctx, m.editor, u.ID))(t); got.Provider != "deepseek" || got.Model != "d" {
			t.Errorf("at the end, by %s %s", got.Provider, got.Model)
		}
	})
}
