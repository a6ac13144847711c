package web

import (
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

// outline writes exchanges as "[replaced] question (earlier answers) answer".
func outline(all []page.Exchange) (out string) {
	for _, e := range all {
		if len(e.Replaced) > 0 {
			out += "[" + outline(e.Replaced) + "] "
		}
		if e.Question != nil {
			out += string(e.Question.ID) + " "
		}
		for _, m := range e.Before {
			out += "(" + string(m.ID) + ") "
		}
		if e.Answer != nil {
			out += string(e.Answer.ID) + " "
		}
	}
	return out
}

func TestEveryMessageIsReachableOnceHoweverOftenOneEditsAndAsksAgain(t *testing.T) {
	turns := map[ba.TurnID]ba.Turn{}
	var messages []ba.Message
	ask := func(id, replaces string) {
		messages = append(messages, ba.Message{ID: ba.MessageID(id), Role: ba.MessageUser, Replaces: ba.MessageID(replaces)})
	}
	answered := func(id, question string) {
		turns[ba.TurnID(id)] = ba.Turn{ID: ba.TurnID(id), Question: ba.MessageID(question)}
		messages = append(messages, ba.Message{ID: ba.MessageID(id), Turn: ba.TurnID(id), Role: ba.MessageAssistant})
	}
	answered("a0", "q0") // its question is on an earlier page
	ask("q1", "")
	answered("a1", "q1")
	ask("q2", "")
	answered("a2", "q2")
	answered("a1b", "q1") // the first question again, later
	ask("q3", "q2")
	answered("a3", "q3")
	ask("q4", "q3")
	answered("a3b", "q3") // an old version again
	answered("a4", "q4")
	ask("q5", "gone") // what it replaces is on an earlier page
	got := outline(exchanges(messages, turns, func(m ba.Message) page.Message { return page.Message{ID: m.ID} }))
	if want := "a0 q1 (a1) a1b [[q2 a2 ] q3 (a3) a3b ] q4 a4 q5 "; got != want {
		t.Errorf("arranged as\n%s, want\n%s", got, want)
	}
}
