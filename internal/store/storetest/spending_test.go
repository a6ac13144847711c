package storetest_test

import (
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

const november ba.Month = 202611

// reservation is one of the actor that belongs to no turn.
func reservation(a ba.Actor, amount int64) ba.Reservation {
	return ba.Reservation{ID: ba.NewID[ba.ReservationID](), User: a.User, Owner: "one", Month: november, Provider: "anthropic", Model: "m",
		MicroUSD: amount, CreatedAt: time.Now()}
}

// ofTurn is a reservation for a call of the turn.
func ofTurn(a ba.Actor, u ba.Turn, amount int64) ba.Reservation {
	r := reservation(a, amount)
	r.Turn, r.Epoch = u.ID, u.Epoch
	return r
}

func unlimited() ba.SpendingLimits {
	return ba.SpendingLimits{User: ba.NoLimit, Instance: ba.NoLimit}
}

func reserve(t testing.TB, db *store.DB, r ba.Reservation, least int64, limits ba.SpendingLimits) int64 {
	t.Helper()
	granted, _, _, err := db.Reserve(t.Context(), r, least, limits)
	ok(t, err)
	return granted
}

// spent fails unless user and instance have used and reserved so much.
func spent(t testing.TB, db *store.DB, user ba.UserID, own, all ba.Spending) {
	t.Helper()
	gotOwn, gotAll, err := db.Spending(t.Context(), user, november)
	ok(t, err)
	if gotOwn != own || gotAll != all {
		t.Errorf("spent %+v of all %+v, want %+v of %+v", gotOwn, gotAll, own, all)
	}
}

func TestOfAHundredReservationsAtOnceThoseThatFitAreGranted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.New(t)
		a := storetest.User(t, db, "olga")
		var granted atomic.Int64
		failures(t, atOnce(100, func(int) error {
			n, _, _, err := db.Reserve(t.Context(), reservation(a, 10), 10, ba.SpendingLimits{User: 79, Instance: ba.NoLimit})
			if n > 0 {
				granted.Add(1)
			}
			return err
		}))
		if granted.Load() != 7 {
			t.Errorf("%d were granted, want 7", granted.Load())
		}
		spent(t, db, a.User, ba.Spending{ReservedMicroUSD: 70}, ba.Spending{ReservedMicroUSD: 70})
	})
}

func TestTheLimitOfTheInstanceHoldsForAllUsersTogether(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.New(t)
		people := []ba.Actor{storetest.User(t, db, "olga"), storetest.User(t, db, "emil"), storetest.User(t, db, "vera")}
		var granted atomic.Int64
		failures(t, atOnce(60, func(i int) error {
			n, _, _, err := db.Reserve(t.Context(), reservation(people[i%3], 10), 10, ba.SpendingLimits{User: 100, Instance: 75})
			granted.Add(n)
			return err
		}))
		if granted.Load() != 70 {
			t.Errorf("%d were granted, want 70", granted.Load())
		}
	})
}

func TestWhatIsLeftIsGrantedUnlessItIsTooLittle(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.New(t)
		a := storetest.User(t, db, "olga")
		limits := ba.SpendingLimits{User: 100, Instance: 150}
		first := reservation(a, 70)
		if n := reserve(t, db, first, 70, limits); n != 70 {
			t.Errorf("%d of 70 were granted", n)
		}
		if n := reserve(t, db, reservation(a, 70), 31, limits); n != 0 {
			t.Errorf("%d were granted where 30 were left and 31 the least", n)
		}
		second := reservation(a, 70)
		if n := reserve(t, db, second, 20, limits); n != 30 {
			t.Errorf("%d were granted of the 30 that were left", n)
		}
		spent(t, db, a.User, ba.Spending{ReservedMicroUSD: 100}, ba.Spending{ReservedMicroUSD: 100})
		ok(t, db.Settle(t.Context(), first.ID, 5))
		ok(t, db.Settle(t.Context(), first.ID, 5)) // once is enough
		spent(t, db, a.User, ba.Spending{UsedMicroUSD: 5, ReservedMicroUSD: 30}, ba.Spending{UsedMicroUSD: 5, ReservedMicroUSD: 30})
		other := storetest.User(t, db, "emil")
		if n := reserve(t, db, reservation(other, 200), 1, ba.SpendingLimits{User: ba.NoLimit, Instance: 150}); n != 115 {
			t.Errorf("%d were granted of the 115 that all together had left", n)
		}
	})
}

func TestTheMonthOfTheReservationCounts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.New(t)
		a := storetest.User(t, db, "olga")
		r := reservation(a, 40)
		reserve(t, db, r, 40, unlimited())
		december := reservation(a, 40)
		december.Month = november + 1
		if n := reserve(t, db, december, 40, ba.SpendingLimits{User: 40, Instance: 40}); n != 40 {
			t.Errorf("%d of a new month were granted", n)
		}
		ok(t, db.Settle(t.Context(), r.ID, 33))
		spent(t, db, a.User, ba.Spending{UsedMicroUSD: 33}, ba.Spending{UsedMicroUSD: 33})
	})
}

func TestATurnCostsWhatItsCallsCostAndWhatItLeftReserved(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		start := storetest.Ask(t, db, m.editor, storetest.Thread(t, db, m.editor, m.project, "Talk").ID, "When?")
		u := claim(t, db, start.Turn.ID, "one", time.Now())
		first, second := ofTurn(m.editor, u, 100), ofTurn(m.editor, u, 200)
		reserve(t, db, first, 1, unlimited())
		ok(t, db.Settle(ctx, first.ID, 60))
		p := part(u, "Within")
		p.Usage.CostMicroUSD = 0 // the writer has not heard of it yet
		ok(t, db.SaveAnswer(ctx, p, time.Now().Add(time.Minute)))
		if got := must(db.Turn(ctx, m.editor, u.ID))(t); got.Usage.CostMicroUSD != 60 {
			t.Errorf("after a call the turn cost %d, want 60", got.Usage.CostMicroUSD)
		}
		reserve(t, db, second, 1, unlimited())
		ok(t, db.EndTurn(ctx, ba.TurnEnd{AnswerPart: p, State: ba.TurnStopped}, nil))
		ok(t, db.Settle(ctx, second.ID, 1)) // too late
		if got := must(db.Turn(ctx, m.editor, u.ID))(t); got.Usage.CostMicroUSD != 260 {
			t.Errorf("at its end the turn cost %d, want 260", got.Usage.CostMicroUSD)
		}
		spent(t, db, m.editor.User, ba.Spending{UsedMicroUSD: 260}, ba.Spending{UsedMicroUSD: 260})
	})
}

func TestOnlyTheOwnerOfATurnReservesForIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		m := newTeam(t, e.New(t, clock.Set))
		db, ctx := m.db, t.Context()
		start := storetest.Ask(t, db, m.editor, storetest.Thread(t, db, m.editor, m.project, "Talk").ID, "When?")
		_, _, _, err := db.Reserve(ctx, ofTurn(m.editor, start.Turn, 10), 1, unlimited())
		refused(t, "a turn that nobody has claimed", err, ba.Conflict)
		u := claim(t, db, start.Turn.ID, "one", clock.Now())
		reserve(t, db, ofTurn(m.editor, u, 10), 1, unlimited())
		clock.Add(2 * time.Minute)
		left := must(db.InterruptTurns(ctx, "", clock.Now()))(t)
		if len(left) != 1 || left[0].Usage.CostMicroUSD != 10 {
			t.Errorf("interrupted %+v", left)
		}
		_, _, _, err = db.Reserve(ctx, ofTurn(m.editor, u, 10), 1, unlimited())
		refused(t, "an owner whose lease is over", err, ba.Conflict)
		spent(t, db, m.editor.User, ba.Spending{UsedMicroUSD: 10}, ba.Spending{UsedMicroUSD: 10})
	})
}

func TestAServerThatStartsAgainSettlesWhatItLeftReserved(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		thread := storetest.Thread(t, db, m.editor, m.project, "Talk")
		u := claim(t, db, storetest.Ask(t, db, m.editor, thread.ID, "When?").Turn.ID, "one", time.Now())
		reserve(t, db, ofTurn(m.editor, u, 10), 1, unlimited())
		gone := storetest.Thread(t, db, m.editor, m.project, "Other")
		v := claim(t, db, storetest.Ask(t, db, m.editor, gone.ID, "Where?").Turn.ID, "one", time.Now())
		reserve(t, db, ofTurn(m.editor, v, 20), 1, unlimited())
		reserve(t, db, reservation(m.editor, 40), 1, unlimited())
		forget(t, db, m.editor, gone.ID)

		must(db.InterruptTurns(ctx, "", time.Now()))(t)
		spent(t, db, m.editor.User, ba.Spending{ReservedMicroUSD: 70}, ba.Spending{ReservedMicroUSD: 70})
		must(db.InterruptTurns(ctx, "one", time.Now()))(t)
		spent(t, db, m.editor.User, ba.Spending{UsedMicroUSD: 70}, ba.Spending{UsedMicroUSD: 70})
	})
}

func TestWhatNobodyCanBeCallingForAnyMoreIsSettledWhileServersRun(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.New(t)
		a := storetest.User(t, db, "olga")
		r := reservation(a, 10)
		r.CreatedAt = time.Now().Add(-4 * time.Hour)
		reserve(t, db, r, 1, unlimited())
		reserve(t, db, reservation(a, 20), 1, unlimited())
		must(db.InterruptTurns(t.Context(), "", time.Now()))(t)
		spent(t, db, a.User, ba.Spending{UsedMicroUSD: 10, ReservedMicroUSD: 20}, ba.Spending{UsedMicroUSD: 10, ReservedMicroUSD: 20})
	})
}

// TestNoOrderOfReservingAndSettlingPassesALimit plays random histories of
// several users at once: whatever their order, used and reserved together
// never pass a limit, and at the end exactly the costs are used.
func TestNoOrderOfReservingAndSettlingPassesALimit(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.New(t)
		people := []ba.Actor{storetest.User(t, db, "olga"), storetest.User(t, db, "emil"), storetest.User(t, db, "vera")}
		limits := ba.SpendingLimits{User: 1000, Instance: 2300}
		var costs [3]atomic.Int64
		failures(t, atOnce(12, func(i int) error {
			random := rand.New(rand.NewPCG(seed, uint64(i)))
			for range 40 {
				most := 1 + random.Int64N(200)
				r := reservation(people[i%3], most)
				granted, own, all, err := db.Reserve(t.Context(), r, 1+random.Int64N(most), limits)
				if err != nil {
					return err
				}
				if own.UsedMicroUSD+own.ReservedMicroUSD+granted > limits.User || all.UsedMicroUSD+all.ReservedMicroUSD+granted > limits.Instance || granted > most {
					t.Errorf("%d granted on top of %+v and %+v", granted, own, all)
				}
				if granted == 0 {
					continue
				}
				cost := random.Int64N(granted/8 + 1)
				costs[i%3].Add(cost)
				if err := db.Settle(t.Context(), r.ID, cost); err != nil {
					return err
				}
			}
			return nil
		}))
		sum := costs[0].Load() + costs[1].Load() + costs[2].Load()
		for i, a := range people {
			spent(t, db, a.User, ba.Spending{UsedMicroUSD: costs[i].Load()}, ba.Spending{UsedMicroUSD: sum})
		}
	})
}
