package chat

import (
	"context"
	"encoding/json"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/event"
)

const (
	// recheckEvery is how often a stream's right to go on is looked at. With
	// the guard's memory and its timeout that is within 5 seconds.
	recheckEvery = 2 * time.Second
	// recentMessages are looked at for turns that run or ended a while ago: more
	// than the line of a thread holds, and what a page shows.
	recentMessages = 30
	// recentTurns is how long after its end a turn is told to a client that has
	// missed events.
	recentTurns = 24 * time.Hour
)

// Source is the events of some threads for one client. It belongs to one
// goroutine.
type Source struct {
	s       *Service
	actor   ba.Actor
	threads []ba.ThreadID
	topics  []event.Topic
	sub     *event.Subscription
	first   []event.Event // to be told before what the subscription has
	last    event.Cursor
	outlook outlook
	recheck *time.Ticker
}

// Subscribe returns the events of the threads that come after the cursor, with
// the cursor being Page.Cursor or an event's. Without a cursor it begins with
// a snapshot of each turn that waits or runs. Where events are missing since
// the cursor, it begins with the messages of late and snapshots of their
// answers, the title and what Retold knows, so that the client is corrected. NotFound is for threads that the
// actor may not see. The caller closes it.
func (s *Service) Subscribe(ctx context.Context, a ba.Actor, threads []ba.ThreadID, from string) (*Source, error) {
	src := &Source{s: s, actor: a, threads: threads, last: event.Cursor(from)}
	for _, id := range threads {
		if _, _, err := s.Store.Thread(ctx, a, id); err != nil {
			return nil, err
		}
		src.topics = append(src.topics, event.ThreadTopic(id))
	}
	if err := src.connect(ctx); err != nil {
		return nil, err
	}
	src.recheck = time.NewTicker(recheckEvery)
	return src, nil
}

// Close ends the source. It may be called twice.
func (src *Source) Close() {
	src.sub.Close()
	src.recheck.Stop()
}

// connect subscribes after the last event that was returned, and puts first
// what brings the client up to date. The subscription comes before the store
// is read: what happens in between is in both.
func (src *Source) connect(ctx context.Context) error {
	fresh := src.last == ""
	src.outlook = newOutlook(src.s.Clock())
	sub, err := src.s.Bus.Subscribe(ctx, src.last, src.topics...)
	if err != nil {
		return err
	}
	var first []event.Event
	missed := sub.Gap || sub.Alone && !fresh // alone, nobody knows what other instances did since the cursor
	if fresh || missed {
		for _, id := range src.threads {
			told, err := src.state(ctx, id, missed)
			if err != nil {
				sub.Close()
				return err
			}
			first = append(first, told...)
		}
	}
	if len(first) > 0 { // a client that leaves before it has all of them comes back with its old cursor, and gets all
		first[len(first)-1].Cursor = sub.Start
	}
	src.sub, src.first, src.last = sub, first, sub.Start
	return nil
}

// state tells what is stored of a thread's turns: those that have not ended,
// and where events were missed the recent ones too, with their messages.
func (src *Source) state(ctx context.Context, id ba.ThreadID, missed bool) ([]event.Event, error) {
	messages, err := src.s.Store.LatestMessages(ctx, src.actor, id, 0, recentMessages)
	if err != nil {
		return nil, err
	}
	turns, err := src.s.turnsOf(ctx, src.actor, id, messages)
	if err != nil {
		return nil, err
	}
	var told []event.Event
	long := src.s.Clock().Add(-recentTurns)
	for _, m := range messages {
		t := turns[m.Turn]
		src.outlook.news(m, t)
		if t.State.Final() && (!missed || t.FinishedAt.Before(long)) {
			continue
		}
		if missed {
			told = append(told, event.Event{Name: "message", Data: encode(MessageOf(m, &t))})
		}
		if m.ID == t.Answer {
			told = append(told, whole(m, t)...)
		}
	}
	if missed {
		more, err := src.beside(ctx, id)
		if err != nil {
			return nil, err
		}
		told = append(told, more...)
	}
	for i := range told {
		told[i].Topic = event.ThreadTopic(id)
	}
	return told, nil
}

// beside tells what else of a thread may have changed while events were missed.
func (src *Source) beside(ctx context.Context, id ba.ThreadID) ([]event.Event, error) {
	var told []event.Event
	t, _, err := src.s.Store.Thread(ctx, src.actor, id)
	if err != nil {
		return nil, err
	}
	if t.Title != "" {
		told = append(told, event.Event{Name: "title", Data: encode(TitleJSON{ThreadID: string(id), Title: t.Title})})
	}
	if src.s.Retold == nil {
		return told, nil
	}
	more, err := src.s.Retold(ctx, src.actor, id)
	return append(told, more...), err
}

// whole returns the events that tell an answer as it is stored, and its end.
func whole(answer ba.Message, t ba.Turn) []event.Event {
	told := []event.Event{{Name: "snapshot", Data: encode(SnapshotJSON{MessageID: string(answer.ID), Text: answer.Text, State: string(t.State)})}}
	if !t.State.Final() {
		return told
	}
	if t.Failure != nil {
		told = append(told, event.Event{Name: "failure", Data: encode(failureOf(answer.ID, *t.Failure))})
	}
	return append(told, event.Event{Name: "done", Data: encode(DoneJSON{MessageID: string(answer.ID), State: string(t.State), Usage: usageOf(t.Usage)})})
}

// Told returns the events that tell an answer as it is stored: a snapshot, and
// how its turn ended, if it has. They have no cursor.
func (s *Service) Told(ctx context.Context, a ba.Actor, answer ba.MessageID) ([]event.Event, error) {
	m, t, err := s.Message(ctx, a, answer)
	if err != nil {
		return nil, err
	}
	return whole(m, t), nil
}

// Next waits for the next event. It returns ctx's error where ctx ends first,
// and may be called again then. Unauthenticated and NotFound mean that the
// actor may no longer watch; after any other error too the source is of no
// more use.
func (src *Source) Next(ctx context.Context) (event.Event, error) {
	for {
		if len(src.first) > 0 {
			e := src.first[0]
			src.first = src.first[1:]
			return e, nil
		}
		select {
		case <-src.recheck.C:
			if err := src.s.guard.check(src.actor, src.threads); err != nil {
				return event.Event{}, err
			}
			if src.outlook.due(src.sub.Alone) {
				src.lookOnce(ctx)
			}
		case e, open := <-src.sub.Events:
			if open {
				return src.next(ctx, e), nil
			}
			if err := src.reconnect(); err != nil {
				return event.Event{}, err
			}
		case <-ctx.Done():
			return event.Event{}, ctx.Err()
		}
	}
}

// next returns an event of the subscription. Before the end of an interrupted
// turn comes what is stored of it: its runner may have stored more than it
// lived to tell.
func (src *Source) next(ctx context.Context, e event.Event) event.Event {
	before := src.last
	src.last = e.Cursor
	src.outlook.note(e)
	var done DoneJSON
	if e.Name != "done" || json.Unmarshal(e.Data, &done) != nil || done.State != string(ba.TurnInterrupted) {
		return e
	}
	m, err := src.s.Store.Message(ctx, src.actor, ba.MessageID(done.MessageID))
	if err != nil { // the right to watch is gone, or the client: the next look at either ends the stream
		return e
	}
	src.first = append(src.first, e)
	return event.Event{Cursor: before, Topic: e.Topic, Name: "snapshot", Data: encode(SnapshotJSON{MessageID: done.MessageID, Text: m.Text, State: done.State})}
}

// reconnect goes on where a subscription was cut off because its client was
// slow, or because the bus lost its connection.
func (src *Source) reconnect() error {
	src.sub.Close()
	ctx, cancel := context.WithTimeout(context.Background(), guardTimeout) // not the wait of one event
	defer cancel()
	return src.connect(ctx)
}
