package chat

import (
	"context"
	"errors"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

// storeTimeout bounds a write that goes on although its request has ended: cut
// in the middle, nobody would know whether it happened.
const storeTimeout = 30 * time.Second

// SendInput is a question. ID is made by the client: the same again is the
// same message.
type SendInput struct {
	Thread   ba.ThreadID
	ID       ba.MessageID
	Content  string
	Replaces ba.MessageID // the earlier question that this one is asked instead of, or empty
}

// Send stores a question, which is answered by Run, and returns it with its
// turn. Sent again it returns what is stored. It is RateLimited where too much
// waits already, and BudgetExhausted where the budget pays for nothing more;
// nothing is stored then.
func (s *Service) Send(ctx context.Context, a ba.Actor, in SendInput) (ba.Message, ba.Turn, error) {
	if err := ba.InvalidFields(ba.CheckText("body.content", in.Content, 1, ba.MaxMessageLen)); err != nil {
		return ba.Message{}, ba.Turn{}, err
	}
	t, err := s.writable(ctx, a, in.Thread)
	if err != nil {
		return ba.Message{}, ba.Turn{}, err
	}
	start := ba.TurnStart{
		Question: &ba.Message{ID: in.ID, Thread: t.ID, Text: in.Content, Replaces: in.Replaces},
		Answer:   ba.Message{ID: ba.NewID[ba.MessageID](), Thread: t.ID},
		Turn:     ba.Turn{ID: ba.NewID[ba.TurnID](), Thread: t.ID, Provider: t.Provider, Model: t.Model},
	}
	known := func() bool { _, err := s.Store.Message(ctx, a, in.ID); return err == nil }
	if err := s.affords(ctx, a, t); err != nil && !known() {
		return ba.Message{}, ba.Turn{}, err
	}
	stored, created, err := s.start(ctx, a, start, term.Terms(in.Content), known)
	if err != nil {
		return ba.Message{}, ba.Turn{}, err
	}
	if created && t.Title == "" {
		s.nameThread(ctx, a, t.ID, in.Content)
	}
	return *stored.Question, stored.Turn, nil
}

// affords returns BudgetExhausted where the actor cannot ask anything in the
// thread this month, and Conflict where its model has no price. A thread whose
// provider is gone says so in the turn.
func (s *Service) affords(ctx context.Context, a ba.Actor, t ba.Thread) error {
	if _, known := s.offer(t.Provider); !known {
		return nil
	}
	return s.Budget.Check(ctx, a.User, t.Provider, t.Model)
}

// writable returns a thread that the actor may write in.
func (s *Service) writable(ctx context.Context, a ba.Actor, id ba.ThreadID) (ba.Thread, error) {
	t, role, err := s.Store.Thread(ctx, a, id)
	switch {
	case err != nil:
		return ba.Thread{}, err
	case !a.CanWrite():
		return ba.Thread{}, readOnly()
	case !role.AtLeast(ba.RoleEditor):
		return ba.Thread{}, ba.E(ba.Forbidden, "Your role in this project only lets you read. Ask an owner to make you an editor.")
	}
	return t, nil
}

// start stores a turn, tells it to whoever watches, and puts it into the line
// of its thread. Where the line is full, only a turn that is known, which is
// sent again, gets through.
func (s *Service) start(ctx context.Context, a ba.Actor, start ba.TurnStart, terms []string, known func() bool) (ba.TurnStart, bool, error) {
	select {
	case <-s.started: // what was left from before is marked by then, and this turn cannot be taken for it
	case <-ctx.Done():
		return ba.TurnStart{}, false, ctx.Err()
	}
	place, full := s.queue.take(start.Turn.Thread)
	if full != nil && !known() {
		return ba.TurnStart{}, false, full
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTimeout)
	defer cancel()
	stored, created, err := s.Store.StartTurn(ctx, a, start, terms)
	if err != nil {
		if full == nil {
			s.queue.leave(place)
		}
		return ba.TurnStart{}, false, err
	}
	if created {
		s.tellStart(ctx, stored)
	}
	if full == nil {
		s.enqueue(ctx, a, place, stored.Turn)
	}
	return stored, created, nil
}

// enqueue puts a turn that waits into its line: one that was just stored, or
// one that is sent again and that perhaps nobody has taken.
func (s *Service) enqueue(ctx context.Context, a ba.Actor, place *line, t ba.Turn) {
	if t.State != ba.TurnQueued {
		s.queue.leave(place)
		return
	}
	j := job{actor: a, thread: t.Thread, turn: t.ID, question: t.Question, answer: t.Answer}
	if !s.queue.put(place, j) {
		s.abandon(ctx, j)
	}
}

// nameThread gives an untitled thread a title by rules, from its first question
// that names something. A
// thread without a title is no reason to refuse the question.
func (s *Service) nameThread(ctx context.Context, a ba.Actor, id ba.ThreadID, question string) {
	title := titleOf(question)
	if title == "" {
		return
	}
	if _, err := s.Store.NameThread(ctx, a, id, title, ba.TitledRules); err != nil {
		s.Log.Warn("a thread got no title", "thread", id, "error", err)
	}
}

// Stop ends a turn, on whichever instance it runs, and returns it; what came
// is kept. One that has ended stays as it is. A turn that runs ends a moment
// later, one that waits at once.
func (s *Service) Stop(ctx context.Context, a ba.Actor, id ba.TurnID) (ba.Turn, error) {
	t, err := s.Store.RequestStop(ctx, a, id)
	if err != nil || t.State.Final() {
		return t, err
	}
	s.running.stop(id)
	if !s.running.has(id) {
		s.tellStop(ctx, id)
	}
	if t.State != ba.TurnQueued {
		return t, nil
	}
	if err := s.endQueued(ctx, a, t, ba.TurnStopped, nil); err != nil && !lost(err) { // lost: it was claimed meanwhile, and its runner sees the request
		return ba.Turn{}, err
	}
	return s.Store.Turn(ctx, a, id)
}

// Retry asks the question of a turn again, as the turn fresh. Asked again with
// the same fresh it returns what is stored.
func (s *Service) Retry(ctx context.Context, a ba.Actor, id, fresh ba.TurnID) (ba.Turn, error) {
	return s.again(ctx, a, id, fresh, func(ba.Turn) (ba.TurnID, error) { return "", nil })
}

// Continue goes on with an answer that did not come to its end, as the turn
// fresh: its answer begins with the text that was kept. It is a Conflict for
// an answer that is complete, or was refused.
func (s *Service) Continue(ctx context.Context, a ba.Actor, id, fresh ba.TurnID) (ba.Turn, error) {
	return s.again(ctx, a, id, fresh, func(old ba.Turn) (ba.TurnID, error) {
		switch old.State {
		case ba.TurnComplete:
			return "", ba.E(ba.Conflict, "This answer is complete, so there is nothing to continue. Ask a new question instead.")
		case ba.TurnRefused:
			return "", ba.E(ba.Conflict, "The model declined to answer, so there is nothing to continue. Ask in other words.")
		}
		return old.ID, nil
	})
}

// again begins a turn for the question of an earlier one. allow returns which
// turn it continues, if any.
func (s *Service) again(ctx context.Context, a ba.Actor, id, fresh ba.TurnID, allow func(old ba.Turn) (ba.TurnID, error)) (ba.Turn, error) {
	old, err := s.Store.Turn(ctx, a, id)
	if err != nil {
		return ba.Turn{}, err
	}
	t, err := s.writable(ctx, a, old.Thread)
	if err != nil {
		return ba.Turn{}, err
	}
	if !old.State.Final() {
		return ba.Turn{}, ba.E(ba.Conflict, "This answer is still being written. Wait until it has ended, or stop it first.")
	}
	continues, err := allow(old)
	if err != nil {
		return ba.Turn{}, err
	}
	start := ba.TurnStart{
		Answer: ba.Message{ID: ba.NewID[ba.MessageID](), Thread: t.ID},
		Turn:   ba.Turn{ID: fresh, Thread: t.ID, Question: old.Question, Continues: continues, Provider: t.Provider, Model: t.Model},
	}
	known := func() bool { _, err := s.Store.Turn(ctx, a, fresh); return err == nil }
	if err := s.affords(ctx, a, t); err != nil && !known() {
		return ba.Turn{}, err
	}
	stored, _, err := s.start(ctx, a, start, nil, known)
	return stored.Turn, err
}

// keptText returns the text and citations that a continuing turn begins with:
// those of the newest turn before it that had any.
func (s *Service) keptText(ctx context.Context, a ba.Actor, t ba.Turn) (ba.Message, error) {
	const longestChain = 50
	for range longestChain {
		if t.Continues == "" {
			break
		}
		before, err := s.Store.Turn(ctx, a, t.Continues)
		if err != nil {
			return ba.Message{}, err
		}
		m, err := s.Store.Message(ctx, a, before.Answer)
		if err != nil || m.Text != "" {
			return m, err
		}
		t = before
	}
	return ba.Message{}, nil
}

// turnWaits is the code of the store's Conflict for a turn that another one of
// its thread comes before.
const turnWaits = "turn_waits"

// lost reports whether a write was refused because the turn is another owner's
// now, has ended, or is gone.
func lost(err error) bool {
	var known *ba.Error
	return errors.As(err, &known) && (known.Kind == ba.Conflict || known.Kind == ba.NotFound)
}
