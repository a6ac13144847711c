package chat

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

const historyStep = 50 // messages that are read at a time

// exchange is a question with the answer that counts: the newest one that has
// any text.
type exchange struct {
	question ba.Message
	answer   string
}

func (e exchange) size() int {
	return utf8.RuneCountInString(e.question.Text) + utf8.RuneCountInString(e.answer)
}

// history is what a provider is shown of a conversation before the question.
type history struct {
	exchanges []exchange // in order
	omitted   int        // messages before them
}

// history reads what came before a question, the newest exchanges, up to limit
// code points of text together. An exchange is shown whole or not at all.
func (s *Service) history(ctx context.Context, a ba.Actor, question ba.Message, limit int) (history, error) {
	answers := make(map[ba.MessageID]string) // by question
	var h history
	until := question.Replaces // what stands from there on was replaced
	for before, size := question.Seq, 0; before > 1; {
		messages, err := s.Store.LatestMessages(ctx, a, question.Thread, before, historyStep)
		if err != nil || len(messages) == 0 {
			return h, err
		}
		turns, err := s.turnsOf(ctx, a, question.Thread, messages)
		if err != nil {
			return history{}, err
		}
		for _, m := range slices.Backward(messages) {
			if m.Role == ba.MessageAssistant {
				if of := turns[m.Turn].Question; answers[of] == "" {
					answers[of] = withoutMarks(m)
				}
				continue
			}
			if until != "" && m.ID != until {
				continue
			}
			replaced := m.ID == until
			if until = m.Replaces; replaced {
				continue
			}
			e := exchange{question: m, answer: answers[m.ID]}
			if size += e.size(); size > limit {
				h.omitted = int(m.Seq)
				slices.Reverse(h.exchanges)
				return h, nil
			}
			h.exchanges = append(h.exchanges, e)
		}
		before = messages[0].Seq
	}
	slices.Reverse(h.exchanges)
	return h, nil
}

// withoutMarks returns an earlier answer without the numbers of its sources:
// in another answer the same numbers stand for other passages.
func withoutMarks(m ba.Message) string {
	cited := make(map[int]bool, len(m.Citations))
	for _, c := range m.Citations {
		cited[c.N] = true
	}
	var b strings.Builder
	from := 0
	for _, k := range marksIn(m.Text, true) {
		if cited[k.n] {
			b.WriteString(strings.TrimRight(m.Text[from:k.start], " "))
			from = k.end
		}
	}
	b.WriteString(m.Text[from:])
	return b.String()
}

// conversation is the whole of what a provider is shown: the history, the
// question and, for a continuation, the text so far. Questions that nobody
// answered are joined with the next one, so that the roles alternate.
func (h history) conversation(question, kept string) []llm.Message {
	var messages []llm.Message
	var unanswered []string
	for _, e := range h.exchanges {
		unanswered = append(unanswered, e.question.Text)
		if e.answer == "" {
			continue
		}
		messages = append(messages, llm.Message{Role: llm.RoleUser, Text: strings.Join(unanswered, "\n\n")}, llm.Message{Role: llm.RoleAssistant, Text: e.answer})
		unanswered = nil
	}
	messages = append(messages, llm.Message{Role: llm.RoleUser, Text: strings.Join(append(unanswered, question), "\n\n")})
	if kept != "" {
		messages = append(messages, llm.Message{Role: llm.RoleAssistant, Text: kept}, llm.Message{Role: llm.RoleUser, Text: prompt.GoOn})
	}
	return messages
}
