package web

import (
	"context"
	"html/template"
	"math"
	"net/http"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/chat"
	"github.com/ba-assistant/ba-assistant/internal/markdown"
	"github.com/ba-assistant/ba-assistant/internal/web/page"
)

// message writes one message as it is stored: the page takes it when an answer
// has ended.
func (s *Site) message(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	id, err := pathID[ba.MessageID](r, "message")
	if err != nil {
		return err
	}
	m, turn, err := s.Chat.Message(r.Context(), a, id)
	if err != nil {
		return err
	}
	var in talk
	if in.thread, in.canWrite, err = s.canWrite(r.Context(), a, m.Thread); err != nil {
		return err
	}
	if in.budget, err = s.budgetNote(r.Context(), a, in.thread); err != nil {
		return err
	}
	return s.templates.Write(w, http.StatusOK, "message", s.messageItem(m, turn, in, m.Author == a.User))
}

// talk is the conversation of a message, as its reader has it.
type talk struct {
	thread   ba.Thread
	canWrite bool
	budget   page.BudgetNote
}

// canWrite returns a conversation, and whether the actor may go on with it.
func (s *Site) canWrite(ctx context.Context, a ba.Actor, id ba.ThreadID) (ba.Thread, bool, error) {
	t, err := s.Chat.Thread(ctx, a, id)
	if err != nil || t.Project == "" {
		return t, err == nil, err
	}
	p, err := s.Projects.Find(ctx, a, t.Project)
	return t, err == nil && p.Role.AtLeast(ba.RoleEditor), err
}

// messageItem returns a message as the conversation shows it.
func (s *Site) messageItem(m ba.Message, turn ba.Turn, in talk, own bool) page.Message {
	out := page.Message{ID: m.ID, Thread: m.Thread, Mine: m.Role == ba.MessageUser, Text: m.Text, Turn: m.Turn, Time: page.Moment{Time: m.CreatedAt}, CanWrite: in.canWrite, Own: own}
	if out.Mine {
		return out
	}
	out.Question = turn.Question
	out.State, out.Model = turn.State, s.model(ba.Thread{Provider: turn.Provider, Model: turn.Model}).Name
	if in.budget.Closed {
		out.Unpaid = in.budget.Text
	}
	out.Failure = s.failureItem(turn, in.budget)
	for _, c := range m.Citations {
		out.Citations = append(out.Citations, citationItem(m, c))
	}
	out.Blocks = htmlBlocks(m.Text, out.Citations)
	if turn.State.Final() {
		out.Why = s.why(m, turn, in.thread)
	}
	return out
}

// failureItem returns why an answer did not come to its end, nil where nothing
// failed. What the budget ended can go on as soon as the budget lets it: that is
// said by what is left now, not by the date that was known then.
func (s *Site) failureItem(turn ba.Turn, note page.BudgetNote) *page.Failure {
	f := turn.Failure
	if f == nil {
		return nil
	}
	if !f.Retryable && turn.StopReason == chat.EndedByBudget {
		return &page.Failure{Text: f.Msg, Retryable: !note.Closed && !note.Low}
	}
	until := turn.FinishedAt.Add(f.RetryAfter)
	left := max(0, math.Ceil(until.Sub(s.Clock()).Seconds()))
	return &page.Failure{Text: chat.CountedDown(*f), Retryable: f.Retryable, Wait: int(left), Until: page.Moment{Time: until}}
}

// htmlBlocks returns the blocks of an answer with its citations.
func htmlBlocks(text string, citations []page.Citation) []template.HTML {
	cite := func(n int) (string, bool) {
		for _, c := range citations {
			if c.N == n {
				return c.Href(), true
			}
		}
		return "", false
	}
	return citedBlocks(text, cite)
}

// citedBlocks is the one place where text becomes HTML that templates do not
// escape: package markdown has sanitised it.
func citedBlocks(text string, cite markdown.Citer) []template.HTML {
	var out []template.HTML
	for _, b := range markdown.RenderCited(text, cite) {
		out = append(out, template.HTML(b.HTML)) //nolint:gosec // sanitised by package markdown
	}
	return out
}

func citationItem(m ba.Message, c ba.Citation) page.Citation {
	return page.Citation{N: c.N, Message: m.ID, Thread: m.Thread, Document: c.Document, Passage: c.Passage, Version: c.Version,
		Filename: c.Filename, Place: c.Locator.String(), Quote: c.Quote}
}

func (s *Site) stopTurn(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	return s.onTurn(w, r, func(id ba.TurnID) (ba.Turn, error) { return s.Chat.Stop(r.Context(), a, id) })
}

func (s *Site) retryTurn(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	return s.onTurn(w, r, func(id ba.TurnID) (ba.Turn, error) {
		return s.Chat.Retry(r.Context(), a, id, ba.NewID[ba.TurnID]())
	})
}

func (s *Site) continueTurn(w http.ResponseWriter, r *http.Request, a ba.Actor) error {
	return s.onTurn(w, r, func(id ba.TurnID) (ba.Turn, error) {
		return s.Chat.Continue(r.Context(), a, id, ba.NewID[ba.TurnID]())
	})
}

// onTurn does something to the turn in the path and goes back to its
// conversation.
func (s *Site) onTurn(w http.ResponseWriter, r *http.Request, do func(ba.TurnID) (ba.Turn, error)) error {
	id, err := pathID[ba.TurnID](r, "id")
	if err != nil {
		return err
	}
	turn, err := do(id)
	if err != nil {
		return err
	}
	return redirect(w, r, threadPath(turn.Thread)+"#m-"+string(turn.Answer))
}
