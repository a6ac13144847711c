package storetest_test

import (
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

// The clock of a machine is wrong for a while, by ten years, and is set right.
func TestAClockThatJumpsForwardsAndBackLosesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		db, ctx := e.New(t, clock.Set), t.Context()
		ana := storetest.User(t, db, "ana")
		project := storetest.Project(t, db, ana, "Checkout")
		signIn(t, db, ana, clock.Now(), "one")

		const wrong = 10 * 365 * 24 * time.Hour
		clock.Add(wrong)
		_, _, err := db.SessionByHash(ctx, hashOf("one"))
		refused(t, "a session of ten years ago", err, ba.NotFound)
		d := storetest.Upload(t, db, ana, project, "a.txt", []byte("An invoice is due."))
		_, claimed, err := db.ClaimJob(ctx, "died", clock.Now().Add(time.Minute))
		if ok(t, err); !claimed {
			t.Fatal("no job")
		}
		thread := storetest.Thread(t, db, ana, project, "Talk")
		asked := storetest.Ask(t, db, ana, thread.ID, "When?")
		must(db.ClaimTurn(ctx, asked.Turn.ID, ba.TurnOwner{Instance: "died", Until: clock.Now().Add(time.Minute)}))(t)
		work, _, err := db.StartArtifact(ctx, ana, storetest.Work(project, "", "BRD"), ba.TurnOwner{Instance: "died", Until: clock.Now().Add(time.Minute)})
		ok(t, err)

		clock.Add(-wrong)
		if _, _, err := db.SessionByHash(ctx, hashOf("one")); err != nil {
			t.Errorf("the session is lost: %v", err)
		}
		// What a process held that died meanwhile is not held until that day comes.
		turns := must(db.InterruptTurns(ctx, "", clock.Now()))(t)
		if len(turns) != 1 || turns[0].ID != asked.Turn.ID || turns[0].State != ba.TurnInterrupted {
			t.Errorf("turns %+v", turns)
		}
		works := must(db.InterruptArtifacts(ctx, "", clock.Now()))(t)
		if len(works) != 1 || works[0].ID != work.ID {
			t.Errorf("artifacts %+v", works)
		}
		job, claimed, err := db.ClaimJob(ctx, "lives", clock.Now().Add(time.Minute))
		if ok(t, err); !claimed || job.Document != d.ID {
			t.Errorf("job %+v", job)
		}
	})
}

func TestAClockThatGoesBackAnHourTakesNothingFromThoseWhoWork(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		db, ctx := e.New(t, clock.Set), t.Context()
		ana := storetest.User(t, db, "ana")
		thread := storetest.Thread(t, db, ana, storetest.Project(t, db, ana, "Checkout"), "Talk")
		signIn(t, db, ana, clock.Now(), "one")
		asked := storetest.Ask(t, db, ana, thread.ID, "When?")
		turn := must(db.ClaimTurn(ctx, asked.Turn.ID, ba.TurnOwner{Instance: "one", Until: clock.Now().Add(45 * time.Second)}))(t)
		clock.Add(-50 * time.Minute)
		if turns := must(db.InterruptTurns(ctx, "", clock.Now()))(t); len(turns) != 0 {
			t.Errorf("interrupted %+v", turns)
		}
		ok(t, db.SaveAnswer(ctx, ba.AnswerPart{Turn: turn.ID, Thread: turn.Thread, Answer: turn.Answer, Epoch: turn.Epoch, Text: "Soon."}, clock.Now().Add(45*time.Second)))
		if _, _, err := db.SessionByHash(ctx, hashOf("one")); err != nil {
			t.Errorf("the session is lost: %v", err)
		}
		again := storetest.Ask(t, db, ana, thread.ID, "And then?")
		list := must(db.Messages(ctx, ana, thread.ID, ba.Page{}))(t)
		if len(list.Items) != 4 || list.Items[2].ID != again.Question.ID {
			t.Errorf("the order of the conversation is %+v", list.Items)
		}
	})
}
