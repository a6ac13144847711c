package chat

import (
	"context"
	"maps"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/event"
)

// Page is a part of a thread's messages with their turns, and the point of the
// event stream that it reflects: what happens after it is in the messages, or
// comes as an event after the cursor, or both.
type Page struct {
	List   ba.List[ba.Message]
	Turns  map[ba.TurnID]ba.Turn
	Cursor event.Cursor
}

// Messages returns a part of a thread's messages, the oldest first.
func (s *Service) Messages(ctx context.Context, a ba.Actor, id ba.ThreadID, page ba.Page) (Page, error) {
	cursor, err := s.Bus.Now(ctx) // before the store is read, so that nothing is between
	if err != nil {
		return Page{}, err
	}
	list, err := s.Store.Messages(ctx, a, id, page)
	if err != nil {
		return Page{}, err
	}
	turns, err := s.turnsOf(ctx, a, id, list.Items)
	return Page{List: list, Turns: turns, Cursor: cursor}, err
}

// MaxLatest is the most messages that Latest returns.
const MaxLatest = 1000

// Latest returns the newest messages of a thread in their order, limit at
// most, and whether there are earlier ones.
func (s *Service) Latest(ctx context.Context, a ba.Actor, id ba.ThreadID, limit int) (p Page, earlier bool, err error) {
	p.Turns = make(map[ba.TurnID]ba.Turn)
	if p.Cursor, err = s.Bus.Now(ctx); err != nil {
		return Page{}, false, err
	}
	limit = min(max(limit, 1), MaxLatest)
	for before := int64(0); len(p.List.Items) < limit && before != 1; {
		part, err := s.Store.LatestMessages(ctx, a, id, before, min(limit-len(p.List.Items), ba.MaxPageSize))
		if err != nil || len(part) == 0 {
			return p, false, err
		}
		turns, err := s.turnsOf(ctx, a, id, part)
		if err != nil {
			return Page{}, false, err
		}
		maps.Copy(p.Turns, turns)
		p.List.Items = append(part, p.List.Items...)
		before = part[0].Seq
	}
	return p, p.List.Items[0].Seq > 1, nil
}

// turnsOf returns the turns of messages. An answer whose turn may have ended
// after its message was read is read again: with the end comes the whole text.
func (s *Service) turnsOf(ctx context.Context, a ba.Actor, id ba.ThreadID, messages []ba.Message) (map[ba.TurnID]ba.Turn, error) {
	var ids []ba.TurnID
	for _, m := range messages {
		ids = append(ids, m.Turn)
	}
	found, err := s.Store.Turns(ctx, a, id, ids)
	if err != nil {
		return nil, err
	}
	turns := make(map[ba.TurnID]ba.Turn, len(found))
	for _, t := range found {
		turns[t.ID] = t
	}
	for i, m := range messages {
		if m.Role != ba.MessageAssistant || !s.justEnded(turns[m.Turn]) {
			continue
		}
		if messages[i], err = s.Store.Message(ctx, a, m.ID); err != nil {
			return nil, err
		}
	}
	return turns, nil
}

// recently is longer than it takes to read a page of messages and their turns.
const recently = 30 * time.Second

func (s *Service) justEnded(t ba.Turn) bool {
	return t.State.Final() && s.Clock().Sub(t.FinishedAt) < recently
}

// Message returns a message with the turn that it belongs to, or NotFound.
func (s *Service) Message(ctx context.Context, a ba.Actor, id ba.MessageID) (ba.Message, ba.Turn, error) {
	m, err := s.Store.Message(ctx, a, id)
	if err != nil {
		return ba.Message{}, ba.Turn{}, err
	}
	t, err := s.Store.Turn(ctx, a, m.Turn)
	if err == nil && s.justEnded(t) { // with its end came the whole text
		m, err = s.Store.Message(ctx, a, id)
	}
	return m, t, err
}
