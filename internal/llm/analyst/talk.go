package analyst

import (
	"strings"
	"unicode"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

// talk is a conversation as the analyst reads it.
type talk struct {
	mode  ba.Mode
	past  []exchange // what was said before the question, in order
	asked string     // what the person wrote last
	begun string     // what was sent of the answer already
}

// exchange is what a person wrote and what was answered, which may be nothing.
type exchange struct {
	said, answer string
}

// turn is one question on its way to an answer.
type turn struct {
	talk talk
	desk *desk
}

// newTurn reads a request. What comes after the last question of the person
// belongs to its answer: text sent before, tool calls and their results. A
// request to go on (prompt.GoOn) is no question; only what was looked up after
// it counts, since a new turn numbers its passages anew.
func newTurn(req llm.Request) *turn {
	t := &turn{talk: talk{mode: req.Mode}, desk: newDesk(req.Tools)}
	last := lastQuestion(req.Messages)
	for i, m := range req.Messages {
		switch {
		case m.Role == llm.RoleUser && i < last:
			t.talk.addSaid(m.Text)
		case m.Role == llm.RoleUser && i == last:
			t.talk.asked = tidy(m.Text)
		case m.Role == llm.RoleUser:
			t.desk.forget()
		case m.Role == llm.RoleAssistant && i < last:
			t.talk.addAnswer(m.Text)
		case m.Role == llm.RoleAssistant:
			t.talk.begun += m.Text
			t.desk.called(m.ToolCalls)
		case i > last:
			t.desk.answered(m.ToolResults)
		}
	}
	return t
}

// lastQuestion returns the place of the last message of the person's own, or -1.
func lastQuestion(messages []llm.Message) int {
	for i := len(messages) - 1; i >= 0; i-- {
		if messages[i].Role == llm.RoleUser && messages[i].Text != prompt.GoOn {
			return i
		}
	}
	return -1
}

func (t *talk) addSaid(text string) {
	if text != prompt.GoOn {
		t.past = append(t.past, exchange{said: tidy(text)})
	}
}

func (t *talk) addAnswer(text string) {
	if len(t.past) == 0 {
		t.past = append(t.past, exchange{})
	}
	t.past[len(t.past)-1].answer += text
}

// first reports whether nothing was answered before.
func (t *talk) first() bool {
	for _, e := range t.past {
		if e.answer != "" {
			return false
		}
	}
	return true
}

// lastAnswer returns the answer before the question, or the empty string.
func (t *talk) lastAnswer() string {
	if len(t.past) == 0 {
		return ""
	}
	return t.past[len(t.past)-1].answer
}

// tidy removes what is not seen and trims the ends.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.In(r, unicode.Cf) && r != '\u200d' && r != '\u200c' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.TrimSpace(s)
}

// lastQuestion returns the last message of the past that asked something, or
// the empty string.
func (t *talk) lastQuestion() string {
	for i := len(t.past) - 1; i >= 0; i-- {
		if strings.Contains(t.past[i].said, "?") {
			return t.past[i].said
		}
	}
	return ""
}
