package chat

import (
	"context"
	"encoding/json"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/event"
)

const (
	// silenceMax is how long a source trusts a bus that says nothing of a turn
	// that runs: the turn's instance may have lost the bus, or its life.
	silenceMax = 6 * time.Second
	// clockSlack is how far the clocks of instances may be apart.
	clockSlack = 30 * time.Second
)

// outlook is what a source knows of the answers of its threads, so that it can
// tell what the store has and the bus did not say.
type outlook struct {
	began time.Time // what was over before is on the client's page
	heard time.Time // when something was last told
	busy  bool      // there may be turns that run
	seen  map[ba.MessageID]shape
}

// shape is what changes of a message when it changes. Of an answer whose end
// was told by the bus, the length is not known.
type shape struct {
	state  ba.TurnState
	length int
}

func newOutlook(now time.Time) outlook {
	return outlook{began: now, heard: time.Now(), busy: true, seen: make(map[ba.MessageID]shape)}
}

// note keeps what an event of the bus says.
func (o *outlook) note(e event.Event) {
	o.busy, o.heard = true, time.Now()
	var said struct {
		ID        ba.MessageID `json:"id"`
		MessageID ba.MessageID `json:"message_id"`
		State     ba.TurnState `json:"state"`
	}
	if e.Name != "message" && e.Name != "done" || json.Unmarshal(e.Data, &said) != nil {
		return
	}
	if e.Name == "message" {
		o.seen[said.ID] = shape{}
		return
	}
	o.seen[said.MessageID] = shape{state: said.State}
}

// due reports whether the store is to be looked at: always where other
// instances are not heard, else after a silence while something runs.
func (o *outlook) due(alone bool) bool {
	return alone || o.busy && time.Since(o.heard) > silenceMax
}

// news reports whether a message is not as it was seen last, and keeps how it
// is. A message that was never seen and is older than the source is no news.
func (o *outlook) news(m ba.Message, t ba.Turn) bool {
	is := shape{state: t.State}
	if m.ID == t.Answer {
		is.length = len(m.Text)
	}
	was, known := o.seen[m.ID]
	o.seen[m.ID] = is
	old := o.began.Add(-clockSlack)
	switch {
	case !known && m.ID != t.Answer:
		return m.CreatedAt.After(old)
	case !known:
		return !t.State.Final() || t.FinishedAt.After(old)
	case m.ID != t.Answer, t.State.Final() && was.state == t.State:
		return false
	}
	return was != is
}

// lookOnce is look for a source that goes on where it fails: the next one is
// soon.
func (src *Source) lookOnce(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, guardTimeout)
	defer cancel()
	if err := src.look(ctx); err != nil && ctx.Err() == nil {
		src.s.Log.Warn("a stream could not look into the database", "error", err)
	}
}

// look puts first what the store has of recent turns and the bus did not tell:
// answers of other instances while the bus is away, and ends that nobody lived
// to tell. What this instance writes itself is told by its writer.
func (src *Source) look(ctx context.Context) error {
	runs := false
	for _, id := range src.threads {
		messages, err := src.s.Store.LatestMessages(ctx, src.actor, id, 0, recentMessages)
		if err != nil {
			return err
		}
		turns, err := src.s.turnsOf(ctx, src.actor, id, messages)
		if err != nil {
			return err
		}
		for _, m := range messages {
			t := turns[m.Turn]
			runs = runs || !t.State.Final()
			if src.outlook.news(m, t) && !src.s.running.has(t.ID) {
				src.tell(id, m, t)
			}
		}
	}
	src.outlook.busy, src.outlook.heard = runs, time.Now()
	return nil
}

// tell puts first a message as it is stored, and of an answer the end too.
func (src *Source) tell(id ba.ThreadID, m ba.Message, t ba.Turn) {
	told := []event.Event{{Name: "message", Data: encode(MessageOf(m, &t))}}
	if m.ID == t.Answer {
		told = append(told, whole(m, t)...)
	}
	for _, e := range told {
		e.Cursor, e.Topic = src.last, event.ThreadTopic(id)
		src.first = append(src.first, e)
	}
}
