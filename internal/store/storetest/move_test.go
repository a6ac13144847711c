package storetest_test

import (
	"bytes"
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

// looseTalk is a loose conversation with everything in it that is sealed.
func looseTalk(t testing.TB, db *store.DB, a ba.Actor) (ba.Thread, ba.TurnStart) {
	t.Helper()
	thread := storetest.Thread(t, db, a, "", "About refunds")
	start := storetest.Ask(t, db, a, thread.ID, "How do refunds work?")
	storetest.Answer(t, db, start, "They take ten days [1].", ba.Citation{N: 1, Quote: "ten days"})
	failed := storetest.Ask(t, db, a, thread.ID, "And exchanges?")
	ok(t, db.EndTurn(t.Context(), ba.TurnEnd{AnswerPart: ba.AnswerPart{Turn: failed.Turn.ID, Thread: thread.ID, Answer: failed.Answer.ID}, State: ba.TurnFailed,
		Failure: &ba.Failure{Code: "x", Msg: "Why it failed"}}, nil))
	return thread, failed
}

func TestAConversationMovesIntoAProjectSealedAndBlindedAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, url := e.NewAt(t)
		m, ctx := newTeam(t, db), t.Context()
		thread, failed := looseTalk(t, db, m.editor)
		storetest.Thread(t, db, m.editor, "", "Stays loose")
		before := sealedBytes(t, url)
		for range 2 { // the second time it is there already
			ok(t, db.MoveThread(ctx, m.editor, thread.ID, m.project))
		}
		after := sealedBytes(t, url)
		for place, sealed := range before {
			if bytes.Equal(sealed, after[place]) {
				t.Errorf("%s is as it was before", place)
			}
		}
		// What the project's members see needs the project's key alone.
		ok(t, db.Vault().DeleteScope(ctx, ba.UserScope(m.editor.User)))
		got, _, err := db.Thread(ctx, m.viewer, thread.ID)
		if ok(t, err); got.Title != "About refunds" || got.Project != m.project {
			t.Errorf("thread %+v", got)
		}
		list := must(db.Messages(ctx, m.viewer, thread.ID, ba.Page{}))(t)
		if len(list.Items) != 4 || list.Items[1].Text != "They take ten days [1]." || list.Items[1].Citations[0].Quote != "ten days" {
			t.Errorf("messages %+v", list.Items)
		}
		if u := must(db.Turn(ctx, m.viewer, failed.Turn.ID))(t); u.Failure == nil || u.Failure.Msg != "Why it failed" {
			t.Errorf("failure %+v", u.Failure)
		}
		sameItems(t, "a member's search", search(t, db, m.viewer, m.project, `"ten days"`), []string{"They take ten days [1]."})
		storetest.Answer(t, db, storetest.Ask(t, db, m.owner, thread.ID, "Go on"), "It goes on.")
		other := storetest.Project(t, db, m.editor, "Other")
		refused(t, "into another project", db.MoveThread(ctx, m.editor, thread.ID, other), ba.Conflict)
	})
}

// sealedBytes returns the sealed columns, and the index rows, of conversations
// with messages, by their place.
func sealedBytes(t testing.TB, url string) map[string][]byte {
	t.Helper()
	rows := must(storetest.Raw(t, url).QueryContext(t.Context(), `SELECT 'title of ' || id, title FROM threads WHERE messages > 0
		UNION ALL SELECT 'message ' || id, body FROM messages
		UNION ALL SELECT 'citations of ' || id, citations FROM messages WHERE citations IS NOT NULL
		UNION ALL SELECT 'failure of ' || id, failure FROM turns WHERE failure IS NOT NULL`))(t)
	defer rows.Close()
	found := make(map[string][]byte)
	for rows.Next() {
		var place string
		var sealed []byte
		ok(t, rows.Scan(&place, &sealed))
		found[place] = sealed
	}
	ok(t, rows.Err())
	if len(found) != 7 {
		t.Fatalf("%d sealed values, want 7", len(found))
	}
	return found
}

func TestAConversationMovesOnlyWhereItsOwnerMayWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		thread, _ := looseTalk(t, db, m.viewer)
		refused(t, "a viewer of the project", db.MoveThread(ctx, m.viewer, thread.ID, m.project), ba.Forbidden)
		refused(t, "somebody else's conversation", db.MoveThread(ctx, m.owner, thread.ID, m.project), ba.NotFound)
		foreign := storetest.Project(t, db, m.stranger, "Foreign")
		refused(t, "a project of strangers", db.MoveThread(ctx, m.viewer, thread.ID, foreign), ba.NotFound)
		own := storetest.Project(t, db, m.viewer, "Own")
		refused(t, "a token that reads", db.MoveThread(ctx, reading(m.viewer), thread.ID, own), ba.Forbidden)

		running := storetest.Ask(t, db, m.viewer, thread.ID, "Running")
		refused(t, "while an answer is written", db.MoveThread(ctx, m.viewer, thread.ID, own), ba.Conflict)
		storetest.Answer(t, db, running, "Done")
		ok(t, db.MoveThread(ctx, m.viewer, thread.ID, own))
	})
}

// A move that is cut short at any statement has not happened, or has happened
// in whole, and can be called again.
func TestAMoveThatIsCutShortCanBeMadeAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		thread, _ := looseTalk(t, db, m.editor)
		cut := 0
		for after := 1; ; after += 1 + after/12 {
			err := db.MoveThread(newFuse(ctx, after), m.editor, thread.ID, m.project)
			if err == nil {
				break
			}
			cut++
			if kind := ba.KindOf(err); kind != ba.Canceled && kind != ba.Unavailable {
				t.Errorf("cut at look %d: %v", after, err)
			}
			list := must(db.Messages(ctx, m.editor, thread.ID, ba.Page{}))(t)
			if len(list.Items) != 4 || list.Items[1].Text != "They take ten days [1]." {
				t.Fatalf("after a cut at look %d: %+v", after, list.Items)
			}
			if after > 10_000 {
				t.Fatal("it never gets through")
			}
		}
		if cut == 0 {
			t.Error("the move was never cut")
		}
		sameItems(t, "in the end", search(t, db, m.viewer, m.project, `"ten days"`), []string{"They take ten days [1]."})
	})
}

// fuse is a context that ends when it has been looked at some number of times.
type fuse struct {
	context.Context
	left atomic.Int64
	done chan struct{}
}

func newFuse(ctx context.Context, looks int) *fuse {
	f := &fuse{Context: ctx, done: make(chan struct{})}
	f.left.Store(int64(looks))
	return f
}

func (f *fuse) Done() <-chan struct{} {
	if f.left.Add(-1) == 0 {
		close(f.done)
	}
	return f.done
}

func (f *fuse) Err() error {
	select {
	case <-f.Done():
		return context.Canceled
	default:
		return nil
	}
}

func TestQuestionsAskedDuringAMoveAreNotLost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		thread, _ := looseTalk(t, db, m.editor)
		errs := atOnce(6, func(i int) error {
			if i == 0 {
				return db.MoveThread(ctx, m.editor, thread.ID, m.project)
			}
			q := storetest.Question(thread.ID, fmt.Sprintf("Question %d", i))
			start, _, err := db.StartTurn(ctx, m.editor, q, []string{"parallel"})
			if err != nil {
				return err
			}
			return db.EndTurn(ctx, ba.TurnEnd{AnswerPart: ba.AnswerPart{Turn: start.Turn.ID, Thread: thread.ID, Answer: start.Answer.ID, Text: "Answer"}, State: ba.TurnComplete}, nil)
		})
		// The move may meet a running answer each time it tries, and an answer
		// may end just when its conversation has moved; nothing else may fail.
		if n := failures(t, errs[1:]); len(n) > 0 {
			t.Errorf("questions were refused: %v", errs)
		}
		if n := failures(t, errs[:1]); n[ba.Conflict]+n[ba.Unavailable] != len(n) {
			t.Errorf("the move: %v", errs[0])
		}
		ok(t, db.MoveThread(ctx, m.editor, thread.ID, m.project))
		if list := must(db.Messages(ctx, m.viewer, thread.ID, ba.Page{}))(t); len(list.Items) != 14 {
			t.Errorf("%d messages, want 14", len(list.Items))
		}
	})
}
