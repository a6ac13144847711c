package storetest_test

import (
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func TestASummaryIsReplacedByOneThatCoversMore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		id := storetest.Thread(t, db, m.editor, m.project, "Talk").ID
		if got, err := db.Summary(ctx, m.viewer, id); err != nil || got.Through != 0 || got.Text != "" {
			t.Errorf("before the first: %+v (%v)", got, err)
		}
		for _, v := range []ba.Summary{{Through: 4, Text: "They spoke of refunds."}, {Through: 8, Text: "Of refunds and fees."}, {Through: 6, Text: "Late."}} {
			v.Thread = id
			ok(t, db.SaveSummary(ctx, m.editor, v, 20))
		}
		if got, err := db.Summary(ctx, m.viewer, id); err != nil || got.Through != 8 || got.Text != "Of refunds and fees." || got.CreatedAt.IsZero() {
			t.Errorf("summary %+v (%v)", got, err)
		}
		_, err := db.Summary(ctx, m.stranger, id)
		refused(t, "read by a stranger", err, ba.NotFound)
		refused(t, "by a viewer", db.SaveSummary(ctx, m.viewer, ba.Summary{Thread: id, Through: 9}, 20), ba.Forbidden)
		refused(t, "by a stranger", db.SaveSummary(ctx, m.stranger, ba.Summary{Thread: id, Through: 9}, 20), ba.NotFound)
	})
}

func TestASummaryEndsWhenAMessageIsReplacedOrTheConversationMoves(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		m := newTeam(t, e.New(t))
		db, ctx := m.db, t.Context()
		id := storetest.Thread(t, db, m.editor, "", "Loose").ID
		summary := ba.Summary{Thread: id, Through: 2, Text: "They spoke of refunds."}
		first := storetest.Ask(t, db, m.editor, id, "When?")
		storetest.Answer(t, db, first, "Soon.")
		ok(t, db.SaveSummary(ctx, m.editor, summary, 2))
		again := ba.TurnStart{Turn: ba.Turn{ID: ba.NewID[ba.TurnID](), Thread: id}, Answer: ba.Message{ID: ba.NewID[ba.MessageID]()},
			Question: &ba.Message{ID: ba.NewID[ba.MessageID](), Text: "When exactly?", Replaces: first.Question.ID}}
		start, _, err := db.StartTurn(ctx, m.editor, again, nil)
		ok(t, err)
		if got, err := db.Summary(ctx, m.editor, id); err != nil || got.Through != 0 {
			t.Errorf("after a question was replaced: %+v (%v)", got, err)
		}
		ok(t, db.SaveSummary(ctx, m.editor, summary, 2)) // by an answer that began before
		if got, err := db.Summary(ctx, m.editor, id); err != nil || got.Through != 0 {
			t.Errorf("a summary of what was replaced: %+v (%v)", got, err)
		}
		storetest.Answer(t, db, start, "On Monday.")
		ok(t, db.SaveSummary(ctx, m.editor, summary, 4))
		ok(t, db.MoveThread(ctx, m.editor, id, m.project))
		if got, err := db.Summary(ctx, m.editor, id); err != nil || got.Through != 0 {
			t.Errorf("after the move: %+v (%v)", got, err)
		}
	})
}
