package chat

import (
	"context"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/event"
)

// publishTimeout bounds how long a bus that does not answer holds up a turn.
const publishTimeout = 2 * time.Second

// tell publishes an event of a thread. What it says is stored, so that a bus
// that fails costs a reader nothing but the wait for its next snapshot.
func (s *Service) tell(ctx context.Context, thread ba.ThreadID, name string, data any) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), publishTimeout)
	defer cancel()
	if _, err := s.Bus.Publish(ctx, event.Event{Topic: event.ThreadTopic(thread), Name: name, Data: encode(data)}); err != nil {
		s.Log.Warn("an event was not published", "thread", thread, "event", name, "error", err)
	}
}

// tellStart tells of a turn that was stored: the question, where it is new,
// and the empty answer.
func (s *Service) tellStart(ctx context.Context, start ba.TurnStart) {
	if start.Question != nil {
		s.tell(ctx, start.Turn.Thread, "message", MessageOf(*start.Question, nil))
	}
	s.tell(ctx, start.Turn.Thread, "message", MessageOf(start.Answer, &start.Turn))
}

// tellEnd tells that a turn has ended.
func (s *Service) tellEnd(ctx context.Context, thread ba.ThreadID, answer ba.MessageID, state ba.TurnState, f *ba.Failure, u ba.Usage) {
	if f != nil {
		s.tell(ctx, thread, "failure", failureOf(answer, *f))
	}
	s.tell(ctx, thread, "done", DoneJSON{MessageID: string(answer), State: string(state), Usage: usageOf(u)})
}

// tellStop lets the instance that answers a turn look at once whether it is to
// stop. Without the bus it looks a moment later.
func (s *Service) tellStop(ctx context.Context, id ba.TurnID) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), publishTimeout)
	defer cancel()
	if _, err := s.Bus.Publish(ctx, event.Event{Topic: event.StopTopic(id), Name: "stop"}); err != nil {
		s.Log.Warn("a stop was not published", "turn", id, "error", err)
	}
}

// stops returns what says that a turn is perhaps to stop, until leave is called.
func (s *Service) stops(ctx context.Context, id ba.TurnID) (told <-chan event.Event, leave func()) {
	sub, err := s.Bus.Subscribe(ctx, "", event.StopTopic(id))
	if err != nil {
		s.Log.Warn("stops are looked for in the database alone", "turn", id, "error", err)
		return nil, func() {}
	}
	return sub.Events, sub.Close
}
