package chat

import (
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
)

func TestAnEditedQuestionTakesThePlaceOfTheOldOneAndNothingIsLost(t *testing.T) {
	eachEngine(t, func(t *testing.T, r *room) {
		thread := r.thread(t)
		say := func(text string, replaces ba.MessageID, answer string) (ba.Message, []llm.Message) {
			t.Helper()
			m, turn, err := r.Send(t.Context(), r.owner, SendInput{Thread: thread.ID, ID: ba.NewID[ba.MessageID](), Content: text, Replaces: replaces})
			ok(t, err)
			call := r.puppet.next(t)
			call.say(t, answer)
			call.stop(t, llm.StopEnd, "")
			r.ended(t, turn.ID)
			return m, call.req.Messages
		}
		say("One?", "", "Eins.")
		two, _ := say("Two?", "", "Zwei.")
		say("Three?", "", "Drei.")
		edited, shown := say("Second?", two.ID, "Das zweite.")
		if len(shown) != 3 || shown[0].Text != "One?" || shown[2].Text != "Second?" {
			t.Errorf("for an edited question the model is shown %+v", shown)
		}
		_, shown = say("And the second, really?", edited.ID, "Wirklich.")
		if len(shown) != 3 || shown[1].Text != "Eins." {
			t.Errorf("for a question that was edited twice the model is shown %+v", shown)
		}
		_, shown = say("Next?", "", "Weiter.")
		if len(shown) != 5 || shown[2].Text != "And the second, really?" || shown[3].Text != "Wirklich." {
			t.Errorf("afterwards the model is shown %+v", shown)
		}
		all, err := r.Messages(t.Context(), r.owner, thread.ID, ba.Page{Limit: 50})
		if err != nil || len(all.List.Items) != 12 || all.List.Items[6].Replaces != two.ID || all.List.Items[2].Text != "Two?" {
			t.Errorf("stored is %+v, %v", all.List.Items, err)
		}
	})
}

func TestAQuestionReplacesOnlyAQuestionOfItsConversation(t *testing.T) {
	r := newRoom(t)
	thread, other := r.thread(t), r.thread(t)
	first := r.ask(t, thread.ID, "When?")
	elsewhere := r.ask(t, other.ID, "Where?")
	send := func(id ba.MessageID, content string, replaces ba.MessageID) error {
		_, _, err := r.Send(t.Context(), r.owner, SendInput{Thread: thread.ID, ID: id, Content: content, Replaces: replaces})
		return err
	}
	for what, replaces := range map[string]ba.MessageID{"another conversation's": elsewhere.Question, "an answer": first.Answer, "nothing": ba.NewID[ba.MessageID]()} {
		refused(t, what, send(ba.NewID[ba.MessageID](), "Whither?", replaces), ba.NotFound)
	}
	id := ba.NewID[ba.MessageID]()
	ok(t, send(id, "When exactly?", first.Question))
	ok(t, send(id, "When exactly?", first.Question))
	refused(t, "the same id in another place", send(id, "When exactly?", ""), ba.Conflict)
}
