package chat

import (
	"context"
	"iter"
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

// leaveOut drops the exchanges that a summary covers.
func (h *history) leaveOut(through int64) {
	h.exchanges = slices.DeleteFunc(h.exchanges, func(e exchange) bool { return e.question.Seq <= through })
}

// history reads what came before a question, the newest exchanges, up to limit
// code points of text together. An exchange is shown whole or not at all.
func (s *Service) history(ctx context.Context, a ba.Actor, question ba.Message, limit int) (history, error) {
	var h history
	size := 0
	for e, err := range s.backwards(ctx, a, question) {
		if err != nil {
			return history{}, err
		}
		if size += e.size(); size > limit {
			h.omitted = int(e.question.Seq)
			break
		}
		h.exchanges = append(h.exchanges, e)
	}
	slices.Reverse(h.exchanges)
	return h, nil
}

// backwards yields the exchanges before a question, the newest first, without
// what was replaced. An error is the last thing that it yields.
func (s *Service) backwards(ctx context.Context, a ba.Actor, question ba.Message) iter.Seq2[exchange, error] {
	return func(yield func(exchange, error) bool) {
		answers := make(map[ba.MessageID]string) // by question
		until := question.Replaces               // what stands from there on was replaced
		for before := question.Seq; before > 1; {
			messages, turns, err := s.messagesBefore(ctx, a, question.Thread, before)
			if err != nil {
				yield(exchange{}, err)
				return
			}
			if len(messages) == 0 {
				return
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
				if until = m.Replaces; !replaced && !yield(exchange{question: m, answer: answers[m.ID]}, nil) {
					return
				}
			}
			before = messages[0].Seq
		}
	}
}

func (s *Service) messagesBefore(ctx context.Context, a ba.Actor, id ba.ThreadID, before int64) ([]ba.Message, map[ba.TurnID]ba.Turn, error) {
	messages, err := s.Store.LatestMessages(ctx, a, id, before, historyStep)
	if err != nil || len(messages) == 0 {
		return nil, nil, err
	}
	turns, err := s.turnsOf(ctx, a, id, messages)
	return messages, turns, err
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
