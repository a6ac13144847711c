package api

import (
	"context"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/chat"
)

// The wire types of messages and turns are those of the events, so that a
// message is the same wherever it comes from.
type (
	wireMessage = chat.MessageJSON
	wireTurn    = chat.TurnJSON
)

// wireMessages is a part of a thread, and where to go on watching it.
type wireMessages struct {
	List[wireMessage]
	Cursor string `json:"cursor" doc:"The point of the event stream that this answer reflects: pass it as ?after="`
}

func (s *server) messages(ctx context.Context, a ba.Actor, in *listInput) (*out[wireMessages], error) {
	id, err := idOf[ba.ThreadID](in.ID)
	if err != nil {
		return nil, err
	}
	p, err := s.Chat.Messages(ctx, a, id, in.page())
	if err != nil {
		return nil, err
	}
	l := listOf(p.List.Items, p.List.Next, func(m ba.Message) wireMessage {
		if t, known := p.Turns[m.Turn]; known {
			return chat.MessageOf(m, &t)
		}
		return chat.MessageOf(m, nil)
	})
	return answer(wireMessages{List: l, Cursor: string(p.Cursor)}), nil
}

// turnInput has the client's id of the new turn, by which asking twice is
// asking once.
type turnInput struct {
	ByID
	Body struct {
		ID string `json:"id" maxLength:"100" doc:"UUID that the client makes: the same id again is the same turn"`
	}
}

type stopInput struct {
	ByID
	Body *struct {
		ID string `json:"id,omitempty" maxLength:"100" doc:"Not needed: stopping twice is stopping once"`
	}
}

type wireTurnAnswer struct {
	Turn wireTurn `json:"turn"`
}

func (s *server) stopTurn(ctx context.Context, a ba.Actor, in *stopInput) (*out[wireTurnAnswer], error) {
	id, err := idOf[ba.TurnID](in.ID)
	if err != nil {
		return nil, err
	}
	t, err := s.Chat.Stop(ctx, a, id)
	if err != nil {
		return nil, err
	}
	return answer(wireTurnAnswer{chat.TurnOf(t)}), nil
}

func (s *server) retryTurn(ctx context.Context, a ba.Actor, in *turnInput) (*out[wireTurnAnswer], error) {
	return s.again(ctx, a, in, s.Chat.Retry)
}

func (s *server) continueTurn(ctx context.Context, a ba.Actor, in *turnInput) (*out[wireTurnAnswer], error) {
	return s.again(ctx, a, in, s.Chat.Continue)
}

func (s *server) again(ctx context.Context, a ba.Actor, in *turnInput, do func(context.Context, ba.Actor, ba.TurnID, ba.TurnID) (ba.Turn, error)) (*out[wireTurnAnswer], error) {
	id, err := idOf[ba.TurnID](in.ID)
	if err != nil {
		return nil, err
	}
	fresh, err := clientID[ba.TurnID]("body.id", in.Body.ID)
	if err != nil {
		return nil, err
	}
	t, err := do(ctx, a, id, fresh)
	if err != nil {
		return nil, err
	}
	return answer(wireTurnAnswer{chat.TurnOf(t)}), nil
}
