package chat

import (
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
	"github.com/ba-assistant/ba-assistant/internal/tracing"
)

const (
	// maxAnswerTime is for a stream that never ends; one that stops coming is
	// noticed by its provider, by its silence.
	maxAnswerTime = 2 * time.Hour
	stepsAhead    = 64   // of the provider before its text is stored
	leastHistory  = 2000 // code points; less than this is not tried
)

// answer does a turn that was claimed: it makes the text in one goroutine and
// stores and tells it in this one, until the turn has ended.
func (s *Service) answer(work context.Context, j job, turn ba.Turn) {
	ctx, span := tracing.Begin(work, "turn", attribute.String("gen_ai.provider.name", turn.Provider), attribute.String("gen_ai.request.model", turn.Model))
	defer span.End()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ctx, done := context.WithTimeoutCause(ctx, maxAnswerTime, errTooLong)
	defer done()
	s.running.add(j, cancel)
	defer s.running.remove(j.turn)

	p, err := s.prepare(ctx, j, turn)
	w := newWriter(s, j, turn, p.kept)
	if err != nil {
		w.end(ctx, s.failed(ctx, j, err))
		return
	}
	if !w.begin(ctx) {
		return
	}
	used := &tally{}
	w.tally = used
	steps, made := make(chan step, stepsAhead), make(chan struct{})
	emit := func(st step) bool {
		select {
		case steps <- st:
			return true
		case <-ctx.Done():
			return false
		}
	}
	s.makers.Go(func() {
		defer close(made)
		defer close(steps)
		defer func() { // a fault in one tool is no reason to end everybody's answers
			if r := recover(); r != nil {
				emit(step{end: &ending{err: panicked(r)}})
			}
		}()
		s.produce(ctx, p, used, emit)
	})
	if end, ours := w.follow(ctx, cancel, steps); ours {
		who := p.by(w.by(p))
		v := who.verdict(ctx, end, w.runes > 0)
		cancel(errEnded)
		waitClosed(made, makersGrace) // for the cost of a call that was cut short
		w.end(ctx, v)
		span.SetAttributes(attribute.String("ba.turn.state", string(v.state)))
		if text := w.text.String(); v.state == ba.TurnComplete && !s.queue.isClosed() {
			s.makers.Go(func() { s.title(work, who, text) })
		}
	}
}

// failed says why a turn could not begin. Our own faults go to the log.
func (s *Service) failed(ctx context.Context, j job, err error) verdict {
	if v, cancelled := verdictOf(ctx); cancelled {
		return v
	}
	var known *notConfigured
	if errors.As(err, &known) {
		return verdict{state: ba.TurnFailed, failure: noProvider(known.provider)}
	}
	s.Log.Error("a turn could not begin", "turn", j.turn, "thread", j.thread, "error", err)
	return verdict{state: ba.TurnFailed, failure: ownFailure(err)}
}

// prepared is a turn with all that is needed to make its answer.
type prepared struct {
	job      job
	turn     ba.Turn
	thread   ba.Thread
	question ba.Message
	kept     ba.Message // what a continued answer begins with; empty otherwise
	offer    Offer
	now      time.Time // when it was prepared
	log      func(msg string, err error)
}

// purseOf returns what pays for the calls of a turn: it is whoever asks who
// pays.
func (s *Service) purseOf(p prepared, used *tally) *purse {
	return &purse{budget: s.Budget, tally: used, log: p.log,
		call: ba.Call{User: p.job.actor.User, Turn: p.turn.ID, Epoch: p.turn.Epoch, Provider: p.turn.Provider, Model: p.turn.Model}}
}

// notConfigured is the error of a thread whose provider is gone.
type notConfigured struct{ provider string }

func (e *notConfigured) Error() string { return "the provider " + e.provider + " is not configured" }

func (s *Service) prepare(ctx context.Context, j job, turn ba.Turn) (p prepared, err error) {
	p = prepared{job: j, turn: turn, now: s.Clock(), log: func(msg string, err error) { s.Log.Warn(msg, "turn", j.turn, "provider", turn.Provider, "error", err) }}
	if p.kept, err = s.keptText(ctx, j.actor, turn); err != nil {
		return p, err
	}
	if p.thread, _, err = s.Store.Thread(ctx, j.actor, j.thread); err != nil {
		return p, err
	}
	if p.question, err = s.Store.Message(ctx, j.actor, j.question); err != nil {
		return p, err
	}
	var known bool
	if p.offer, known = s.offer(turn.Provider); !known {
		return p, &notConfigured{turn.Provider}
	}
	return p, nil
}

func (s *Service) request(ctx context.Context, p prepared, c *conversing, limit int) (llm.Request, error) {
	h, err := s.history(ctx, p.job.actor, p.question, limit)
	if err != nil {
		return llm.Request{}, err
	}
	about := prompt.Conversation{Mode: p.thread.Mode, Project: p.thread.Project != "", Omitted: h.omitted, Date: s.Clock()}
	if h.omitted > 0 {
		summary, err := s.summed(ctx, p, c, h.omitted, limit)
		if err != nil {
			return llm.Request{}, err
		}
		about.Summary = summary.Text
		h.leaveOut(summary.Through)
	}
	system, err := prompt.System(about)
	if err != nil {
		return llm.Request{}, err
	}
	req := llm.Request{Model: p.turn.Model, Mode: p.thread.Mode, System: system, Messages: h.conversation(p.question.Text, p.kept.Text)}
	if about.Project {
		req.Tools = prompt.ProjectTools()
	}
	return req, nil
}

// verdict is what a turn came to.
type verdict struct {
	state   ba.TurnState
	reason  string // the provider's own word
	failure *ba.Failure
}

// verdict judges how the making of an answer ended.
func (p prepared) verdict(ctx context.Context, end ending, text bool) verdict {
	if v, cancelled := verdictOf(ctx); cancelled {
		return v
	}
	if end.err != nil {
		return p.fault(end.err, text)
	}
	switch end.stop {
	case llm.StopLength:
		v := verdict{state: ba.TurnTruncated, reason: end.reason}
		if end.clipped {
			v.reason, v.failure = EndedByBudget, clipped(p.now)
		}
		return v
	case llm.StopRefused:
		return verdict{state: ba.TurnRefused, reason: end.reason}
	}
	if !text {
		return verdict{state: ba.TurnFailed, reason: end.reason, failure: emptyAnswer(p.offer.Name)}
	}
	return verdict{state: ba.TurnComplete, reason: end.reason}
}

func (p prepared) fault(err error, text bool) verdict {
	var e *llm.Error
	if !errors.As(err, &e) {
		if v, is := unpaid(err, text); is {
			return v
		}
		p.log("an answer broke off on our side", err)
		return verdict{state: ba.TurnFailed, failure: ownFailure(err)}
	}
	p.log("the provider failed", err)
	if e.Kind == llm.ErrRefused {
		return verdict{state: ba.TurnRefused, reason: e.Code, failure: providerFailure(p.offer.Name, err, false)}
	}
	return verdict{state: ba.TurnFailed, reason: e.Code, failure: providerFailure(p.offer.Name, err, text)}
}

// verdictOf judges a turn that was cancelled.
func verdictOf(ctx context.Context) (verdict, bool) {
	switch context.Cause(ctx) { //nolint:errorlint // the causes are ours, unwrapped
	case nil:
		return verdict{}, false
	case errStopped:
		return verdict{state: ba.TurnStopped}, true
	case errTooLong:
		return verdict{state: ba.TurnFailed, failure: tookTooLong(maxAnswerTime)}, true
	}
	return verdict{state: ba.TurnInterrupted, failure: interrupted()}, true
}
