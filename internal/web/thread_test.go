package web

import (
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/chat"
)

func TestAnAnswerThatAnotherOneGoesOnWithIsNotShownTwice(t *testing.T) {
	message := func(id, turn string, role ba.MessageRole, text string) ba.Message {
		return ba.Message{ID: ba.MessageID(id), Turn: ba.TurnID(turn), Role: role, Text: text}
	}
	p := chat.Page{
		List: ba.List[ba.Message]{Items: []ba.Message{
			message("q1", "t1", ba.MessageUser, "One?"), message("a1", "t1", ba.MessageAssistant, "Yes, be"), message("a2", "t2", ba.MessageAssistant, "Yes, because"),
			message("q2", "t3", ba.MessageUser, "Two?"), message("a3", "t3", ba.MessageAssistant, "No, si"), message("a4", "t4", ba.MessageAssistant, ""),
		}},
		Turns: map[ba.TurnID]ba.Turn{"t1": {ID: "t1"}, "t2": {ID: "t2", Continues: "t1"}, "t3": {ID: "t3"}, "t4": {ID: "t4", Continues: "t3"}},
	}
	var shown string
	for _, m := range withoutContinued(p) {
		shown += string(m.ID) + " "
	}
	if shown != "q1 a2 q2 a3 a4 " {
		t.Errorf("shown are %s", shown)
	}
}
