package storetest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func TestOneTurnOfAThreadRunsAtATimeInOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		m := newTeam(t, e.New(t, clock.Set))
		db, ctx := m.db, t.Context()
		thread := storetest.Thread(t, db, m.editor, m.project, "Talk")
		var asked []ba.TurnStart
		for n := range 3 {
			asked = append(asked, storetest.Ask(t, db, m.editor, thread.ID, fmt.Sprint("Question ", n)))
			clock.Add(time.Second)
		}
		waits := func(what string, i int) {
			t.Helper()
			_, err := db.ClaimTurn(ctx, asked[i].Turn.ID, ba.TurnOwner{Instance: "two", Until: clock.Now().Add(time.Minute)})
			refused(t, what, err, ba.Conflict)
			if ba.CodeOf(err) != store.TurnWaits {
				t.Errorf("%s: the code is %s", what, ba.CodeOf(err))
			}
		}
		waits("the second while the first is queued", 1)
		u := claim(t, db, asked[0].Turn.ID, "one", clock.Now())
		waits("the second while the first runs", 1)
		ok(t, db.EndTurn(ctx, ba.TurnEnd{AnswerPart: part(u, "Yes."), State: ba.TurnComplete}, nil))
		waits("the third while the second is queued", 2)
		claim(t, db, asked[1].Turn.ID, "two", clock.Now())
		other := storetest.Ask(t, db, m.editor, storetest.Thread(t, db, m.editor, m.project, "Other").ID, "When?")
		claim(t, db, other.Turn.ID, "one", clock.Now()) // another thread waits for nobody
	})
}

func TestAQueuedTurnIsNotLeftBehindRightAfterTheOneBeforeIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		m := newTeam(t, e.New(t, clock.Set))
		db, ctx := m.db, t.Context()
		thread := storetest.Thread(t, db, m.editor, m.project, "Talk")
		first, second := storetest.Ask(t, db, m.editor, thread.ID, "When?"), storetest.Ask(t, db, m.editor, thread.ID, "And then?")
		u := claim(t, db, first.Turn.ID, "one", clock.Now())
		clock.Add(50 * time.Second)
		ok(t, db.EndTurn(ctx, ba.TurnEnd{AnswerPart: part(u, "Soon."), State: ba.TurnComplete}, nil))
		if left := must(db.InterruptTurns(ctx, "", clock.Now()))(t); len(left) != 0 {
			t.Errorf("interrupted %+v", left)
		}
		clock.Add(40 * time.Second)
		if left := must(db.InterruptTurns(ctx, "", clock.Now()))(t); len(left) != 1 || left[0].ID != second.Turn.ID {
			t.Errorf("interrupted %+v", left)
		}
	})
}

func TestTheLatestMessagesComeInTheirOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		thread := storetest.Thread(t, m.db, m.editor, m.project, "Talk")
		for n := range 4 {
			storetest.Answer(t, m.db, storetest.Ask(t, m.db, m.editor, thread.ID, fmt.Sprint("Question ", n)), fmt.Sprint("Answer ", n))
		}
		latest := func(before int64, limit int) (texts []string) {
			for _, g := range must(m.db.LatestMessages(t.Context(), m.viewer, thread.ID, before, limit))(t) {
				texts = append(texts, g.Text)
			}
			return texts
		}
		sameItems(t, "the newest three", latest(0, 3), []string{"Answer 2", "Question 3", "Answer 3"})
		sameItems(t, "those before", latest(6, 3), []string{"Question 1", "Answer 1", "Question 2"})
		sameItems(t, "the first", latest(2, 3), []string{"Question 0"})
		sameItems(t, "before the first", latest(1, 3), nil)
		_, err := m.db.LatestMessages(t.Context(), m.stranger, thread.ID, 0, 3)
		refused(t, "a stranger reads", err, ba.NotFound)
	})
}
