package storetest_test

import (
	"context"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

func TestAConversationIsItsOwnersOrItsProjects(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		m := newTeam(t, e.New(t, clock.Set))
		db, ctx := m.db, t.Context()
		loose, shared := storetest.Thread(t, db, m.editor, "", "Loose"), storetest.Thread(t, db, m.editor, m.project, "Shared")
		for _, c := range []struct {
			thread ba.Thread
			actor  ba.Actor
			want   ba.ProjectRole
		}{
			{loose, m.editor, ba.RoleOwner}, {loose, m.owner, ""}, {loose, m.stranger, ""},
			{shared, m.editor, ba.RoleEditor}, {shared, m.owner, ba.RoleOwner}, {shared, m.viewer, ba.RoleViewer}, {shared, m.stranger, ""},
		} {
			got, role, err := db.Thread(ctx, c.actor, c.thread.ID)
			if c.want == "" {
				refused(t, c.thread.Title, err, ba.NotFound)
				continue
			}
			c.thread.CreatedAt, c.thread.UpdatedAt = clock.Now(), clock.Now()
			if ok(t, err); got != c.thread || role != c.want {
				t.Errorf("%s as %s: %+v, want %+v as %s", c.thread.Title, role, got, c.thread, c.want)
			}
		}
		refused(t, "the same id again", db.CreateThread(ctx, m.editor, loose), ba.Conflict)
		refused(t, "a conversation of nobody", db.CreateThread(ctx, ba.Actor{User: ba.NewID[ba.UserID](), Access: ba.AccessWrite}, ba.Thread{ID: ba.NewID[ba.ThreadID]()}), ba.NotFound)
		refused(t, "a loose conversation by a token that reads", db.CreateThread(ctx, reading(m.editor), ba.Thread{ID: ba.NewID[ba.ThreadID]()}), ba.Forbidden)
	})
}

func TestAConversationIsRenamedWithoutLosingItsMode(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		v := storetest.Thread(t, db, m.editor, m.project, "")
		ok(t, db.UpdateThread(ctx, m.owner, v.ID, ba.ThreadChange{Title: new("Refunds"), Mode: new(ba.ModeMeeting)}))
		ok(t, rename(ctx, db, m.editor, v.ID, "Refunds and invoices"))
		if got, _, err := db.Thread(ctx, m.viewer, v.ID); err != nil || got.Title != "Refunds and invoices" || got.Mode != ba.ModeMeeting {
			t.Errorf("thread %+v (%v)", got, err)
		}
		errs := atOnce(6, func(int) error { return rename(ctx, db, m.editor, v.ID, "At once") })
		if n := failures(t, errs); len(n) > 1 || n[ba.Unavailable] == 6 {
			t.Errorf("changes at once: %v", n)
		}
	})
}

func TestAQuestionAndItsAnswerHaveTheirPlacesInTheConversation(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		m := newTeam(t, e.New(t, clock.Set))
		db, ctx := m.db, t.Context()
		thread := storetest.Thread(t, db, m.editor, m.project, "Talk")
		clock.Add(time.Second)
		start := storetest.Ask(t, db, m.editor, thread.ID, "When is the invoice due?")
		if start.Turn.State != ba.TurnQueued || start.Question.Seq != 1 || start.Answer.Seq != 2 || start.Question.Author != m.editor.User {
			t.Errorf("start %+v, question %+v", start, *start.Question)
		}
		citation := ba.Citation{N: 1, Document: "d", Passage: "p", Filename: "terms.pdf", Locator: ba.Locator{Page: 3}, Quote: "within ten days"}
		storetest.Answer(t, db, start, "Within ten days [1].", citation)
		list := must(db.Messages(ctx, m.viewer, thread.ID, ba.Page{}))(t)
		if len(list.Items) != 2 || list.Items[0].Text != "When is the invoice due?" {
			t.Fatalf("messages %+v", list)
		}
		answer := list.Items[1]
		if answer.Text != "Within ten days [1]." || answer.Role != ba.MessageAssistant || len(answer.Citations) != 1 || answer.Citations[0] != citation || answer.Turn != start.Turn.ID {
			t.Errorf("answer %+v", answer)
		}
		if got := must(db.Message(ctx, m.viewer, answer.ID))(t); got.Text != answer.Text || len(got.Citations) != 1 {
			t.Errorf("message %+v", got)
		}
		turn := must(db.Turn(ctx, m.viewer, start.Turn.ID))(t)
		if turn.State != ba.TurnComplete || turn.StopReason != "end" || turn.Usage.OutputTokens != 5 || !turn.FinishedAt.Equal(clock.Now()) || turn.Failure != nil {
			t.Errorf("turn %+v", turn)
		}
		if got, _, err := db.Thread(ctx, m.viewer, thread.ID); err != nil || got.Messages != 2 || !got.UpdatedAt.Equal(clock.Now()) {
			t.Errorf("thread %+v (%v)", got, err)
		}
		next := storetest.Ask(t, db, m.owner, thread.ID, "And then?")
		if next.Question.Seq != 3 {
			t.Errorf("the second question is number %d", next.Question.Seq)
		}
		turns := must(db.Turns(ctx, m.viewer, thread.ID, []ba.TurnID{next.Turn.ID, start.Turn.ID, ba.NewID[ba.TurnID]()}))(t)
		if len(turns) != 2 || turns[0].ID != start.Turn.ID {
			t.Errorf("turns %+v", turns)
		}
		refused(t, "too many turns", second(db.Turns(ctx, m.viewer, thread.ID, make([]ba.TurnID, 401))), ba.Invalid)
		other := storetest.Thread(t, db, m.editor, m.project, "Other")
		if turns := must(db.Turns(ctx, m.viewer, other.ID, []ba.TurnID{start.Turn.ID}))(t); len(turns) != 0 {
			t.Errorf("another conversation has the turns %+v", turns)
		}
		if len(search(t, db, m.viewer, m.project, "ten days")) != 1 || len(search(t, db, m.viewer, m.project, "invoice due")) != 1 {
			t.Error("question and answer are not found")
		}
	})
}

func TestAQuestionSentTwiceIsOneQuestion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		thread := storetest.Thread(t, db, m.editor, m.project, "Talk")
		q := storetest.Question(thread.ID, "When?")
		created := make([]bool, 8)
		starts := make([]ba.TurnStart, len(created))
		for _, err := range atOnce(len(created), func(i int) (err error) {
			again := q
			again.Turn.ID, again.Answer.ID = ba.NewID[ba.TurnID](), ba.NewID[ba.MessageID]() // the client knows its message's id alone
			starts[i], created[i], err = db.StartTurn(ctx, m.editor, again, term.Terms("When?"))
			return err
		}) {
			ok(t, err)
		}
		n := 0
		for i := range created {
			if created[i] {
				n++
			}
			if starts[i].Turn.ID != starts[0].Turn.ID || starts[i].Answer.ID != starts[0].Answer.ID || starts[i].Question.Text != "When?" {
				t.Errorf("start %d is %+v, want the turn %s", i, starts[i], starts[0].Turn.ID)
			}
		}
		if list := must(db.Messages(ctx, m.editor, thread.ID, ba.Page{}))(t); n != 1 || len(list.Items) != 2 {
			t.Errorf("created %d times, %d messages", n, len(list.Items))
		}
		changed := q
		changed.Question = &ba.Message{ID: q.Question.ID, Text: "When, please?"}
		_, _, err := db.StartTurn(ctx, m.editor, changed, nil)
		refused(t, "another text under the same id", err, ba.Conflict)
		_, _, err = db.StartTurn(ctx, m.owner, q, nil)
		refused(t, "another author under the same id", err, ba.Conflict)
		elsewhere := storetest.Question(storetest.Thread(t, db, m.editor, "", "Loose").ID, "When?")
		elsewhere.Question.ID = q.Question.ID
		_, _, err = db.StartTurn(ctx, m.editor, elsewhere, nil)
		refused(t, "the same id in another conversation", err, ba.Conflict)
		taken := storetest.Question(thread.ID, "New")
		taken.Answer.ID = q.Question.ID
		_, _, err = db.StartTurn(ctx, m.editor, taken, nil)
		refused(t, "an answer with the id of a question", err, ba.Conflict)
	})
}

func TestARetryAndAContinuationStayInTheirConversation(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		thread, other := storetest.Thread(t, db, m.editor, m.project, "Talk"), storetest.Thread(t, db, m.editor, m.project, "Other")
		first := storetest.Ask(t, db, m.editor, thread.ID, "When?")
		storetest.Answer(t, db, first, "Soon")
		retry := storetest.Question(thread.ID, "")
		retry.Question, retry.Turn.Question = nil, first.Question.ID
		retry.Turn.Continues = first.Turn.ID
		got, created, err := db.StartTurn(ctx, m.editor, retry, nil)
		if ok(t, err); !created || got.Question != nil || got.Answer.Seq != 3 || got.Turn.Question != first.Question.ID {
			t.Errorf("start %+v", got)
		}
		if again, created, err := db.StartTurn(ctx, m.editor, retry, nil); err != nil || created || again.Turn.ID != got.Turn.ID {
			t.Errorf("sent again: %+v (%v)", again, err)
		}
		foreign := storetest.Question(other.ID, "")
		foreign.Question, foreign.Turn.Question = nil, first.Question.ID
		_, _, err = db.StartTurn(ctx, m.editor, foreign, nil)
		refused(t, "a question of another conversation", err, ba.NotFound)
		foreign = storetest.Question(other.ID, "New")
		foreign.Turn.Continues = first.Turn.ID
		_, _, err = db.StartTurn(ctx, m.editor, foreign, nil)
		refused(t, "a continuation of another conversation", err, ba.NotFound)
	})
}

func TestADeletedConversationIsGoneWithAllItsRows(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, url := e.NewAt(t)
		m, ctx := newTeam(t, db), t.Context()
		before := counts(t, url)
		thread := storetest.Thread(t, db, m.editor, m.project, "Talk")
		start := storetest.Ask(t, db, m.editor, thread.ID, "About invoices")
		storetest.Answer(t, db, start, "About invoices too")
		ok(t, db.DeleteThread(ctx, m.owner, thread.ID))
		refused(t, "its message", second(db.Message(ctx, m.owner, start.Question.ID)), ba.NotFound)
		refused(t, "its turn", second(db.Turn(ctx, m.owner, start.Turn.ID)), ba.NotFound)
		refused(t, "again", db.DeleteThread(ctx, m.owner, thread.ID), ba.NotFound)
		if hits := search(t, db, m.owner, "", "invoices"); len(hits) != 0 {
			t.Errorf("found %q", hits)
		}
		must(db.PurgeThreads(ctx, time.Now().Add(anHour)))(t)
		for table, n := range counts(t, url) {
			if n != before[table] {
				t.Errorf("%s has %d rows, want %d", table, n, before[table])
			}
		}
	})
}

// forget deletes a conversation beyond the time in which it can come back.
func forget(t testing.TB, db *store.DB, a ba.Actor, id ba.ThreadID) {
	t.Helper()
	ok(t, db.DeleteThread(t.Context(), a, id))
	must(db.PurgeThreads(t.Context(), time.Now().Add(1000*anHour)))(t)
}

func TestADeletedConversationComesBackWithinItsTimeAndNotLater(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		clock := storetest.NewClock()
		m, ctx := newTeam(t, e.New(t, clock.Set)), t.Context()
		db := m.db
		for _, project := range []ba.ProjectID{m.project, ""} {
			thread := storetest.Thread(t, db, m.editor, project, "Talk")
			start := storetest.Ask(t, db, m.editor, thread.ID, "About invoices")
			refused(t, "to restore what is not deleted", db.RestoreThread(ctx, m.editor, thread.ID, clock.Now()), ba.NotFound)
			ok(t, db.DeleteThread(ctx, m.editor, thread.ID))
			if list := must(db.Threads(ctx, m.editor, project, ba.Page{}))(t); len(list.Items) != 0 {
				t.Errorf("listed are %+v", list.Items)
			}
			if must(db.PurgeThreads(ctx, clock.Now()))(t) != 0 {
				t.Error("it is gone before its time")
			}
			refused(t, "a stranger restores it", db.RestoreThread(ctx, m.stranger, thread.ID, clock.Now()), ba.NotFound)
			if project != "" {
				refused(t, "a viewer restores it", db.RestoreThread(ctx, m.viewer, thread.ID, clock.Now()), ba.Forbidden)
			}
			refused(t, "it is restored too late", db.RestoreThread(ctx, m.editor, thread.ID, clock.Now().Add(time.Second)), ba.NotFound)
			ok(t, db.RestoreThread(ctx, m.editor, thread.ID, clock.Now()))
			if got := must(db.Message(ctx, m.editor, start.Question.ID))(t); got.Text != "About invoices" {
				t.Errorf("it comes back with %q", got.Text)
			}
			forget(t, db, m.editor, thread.ID)
			refused(t, "what is purged", db.RestoreThread(ctx, m.editor, thread.ID, time.Time{}.Add(anHour)), ba.NotFound)
		}
	})
}

func rename(ctx context.Context, db *store.DB, a ba.Actor, id ba.ThreadID, title string) error {
	return db.UpdateThread(ctx, a, id, ba.ThreadChange{Title: &title})
}

func TestAnAutomaticTitleNeverTakesThePlaceOfAHigherOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		v := storetest.Thread(t, db, m.editor, m.project, "")
		for _, step := range []struct {
			title string
			by    ba.Titled
			named bool
		}{{"Rules", ba.TitledRules, true}, {"Again", ba.TitledRules, false}, {"Model", ba.TitledModel, true}, {"Late", ba.TitledRules, false}, {"Anew", ba.TitledModel, false}} {
			if named, err := db.NameThread(ctx, m.editor, v.ID, step.title, step.by); err != nil || named != step.named {
				t.Errorf("%s: named %v (%v)", step.title, named, err)
			}
		}
		if got, _, err := db.Thread(ctx, m.viewer, v.ID); err != nil || got.Title != "Model" || got.Titled != ba.TitledModel {
			t.Errorf("thread %+v (%v)", got, err)
		}
		ok(t, rename(ctx, db, m.editor, v.ID, "Mine"))
		if named, err := db.NameThread(ctx, m.editor, v.ID, "Theirs", ba.TitledModel); err != nil || named {
			t.Errorf("a person's title is overwritten (%v)", err)
		}
	})
}

func TestATitleAndAModeThatComeAtOnceAreBothKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		for range 10 {
			v := storetest.Thread(t, db, m.editor, m.project, "")
			errs := atOnce(2, func(i int) error {
				if i == 0 {
					return db.UpdateThread(ctx, m.editor, v.ID, ba.ThreadChange{Mode: new(ba.ModeMeeting)})
				}
				_, err := db.NameThread(ctx, m.editor, v.ID, "Refunds", ba.TitledModel)
				return err
			})
			if n := failures(t, errs); len(n) != 0 {
				t.Fatalf("failures %v", n)
			}
			if got, _, err := db.Thread(ctx, m.viewer, v.ID); err != nil || got.Title != "Refunds" || got.Mode != ba.ModeMeeting {
				t.Errorf("thread %+v (%v)", got, err)
			}
		}
	})
}
