package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/chat"
	"github.com/ba-assistant/ba-assistant/internal/event"
)

// sendInput is a question. Where the stream goes on from is no question here.
type sendInput struct {
	ByID
	Render string `query:"render" enum:"html" doc:"Adds block events with sanitised HTML"`
	Body   struct {
		ID       string `json:"id" maxLength:"100" doc:"UUID that the client makes: the same id again is the same message"`
		Content  string `json:"content" minLength:"1" maxLength:"100000"`
		Replaces string `json:"replaces,omitempty" maxLength:"100" doc:"An earlier question of the thread: this one is asked in its place, and what came after that one no longer counts for the answer"`
	}
}

type wireSent struct {
	Message wireMessage `json:"message"`
	Turn    wireTurn    `json:"turn"`
}

func (s *server) send(w http.ResponseWriter, r *http.Request, a ba.Actor, in *sendInput) error {
	thread, err := idOf[ba.ThreadID](in.ID)
	if err != nil {
		return err
	}
	id, err := clientID[ba.MessageID]("body.id", in.Body.ID)
	if err != nil {
		return err
	}
	input := chat.SendInput{Thread: thread, ID: id, Content: in.Body.Content}
	if in.Body.Replaces != "" {
		if input.Replaces, err = idOf[ba.MessageID](in.Body.Replaces); err != nil {
			return err
		}
	}
	if strings.Contains(r.Header.Get("Accept"), eventStream) {
		return s.sendAndWatch(w, r, a, in.Render == "html", input)
	}
	m, t, err := s.Chat.Send(r.Context(), a, input)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusAccepted, wireSent{Message: chat.MessageOf(m, nil), Turn: chat.TurnOf(t)})
}

// sendAndWatch answers with the events of the turn that the message began. It
// watches before it sends, so that none is missed. A turn that has ended before
// (the message was sent again) is told from the store.
func (s *server) sendAndWatch(w http.ResponseWriter, r *http.Request, a ba.Actor, html bool, input chat.SendInput) error {
	events, err := s.Chat.Subscribe(r.Context(), a, []ba.ThreadID{input.Thread}, "")
	if err != nil {
		return err
	}
	defer events.Close()
	m, t, err := s.Chat.Send(r.Context(), a, input)
	if err != nil {
		return err
	}
	first, err := json.Marshal(wireSent{Message: chat.MessageOf(m, nil), Turn: chat.TurnOf(t)})
	if err != nil {
		return err
	}
	p, err := s.open(w, r, a, html)
	if err != nil {
		return err
	}
	if err := p.out.Event("", "accepted", first); err != nil {
		return nil // the client left
	}
	if t.State.Final() {
		s.tellEnd(a, p, t)
		return nil
	}
	p.run(&only{source: events, message: t.Answer}, func(e event.Event) bool { return e.Name == "done" })
	return nil
}

// tellEnd sends what a turn that has ended came to.
func (s *server) tellEnd(a ba.Actor, p *pipe, t ba.Turn) {
	told, err := s.Chat.Told(p.r.Context(), a, t.Answer)
	if err != nil {
		p.fail(err)
		return
	}
	for _, e := range told {
		if err := p.send(e); err != nil {
			return // the client left
		}
	}
}

// only passes the events of one answer.
type only struct {
	source
	message ba.MessageID
}

// Next implements source.
func (o *only) Next(ctx context.Context) (event.Event, error) {
	for {
		e, err := o.source.Next(ctx)
		if err != nil || messageIn(e) == string(o.message) {
			return e, err
		}
	}
}

// messageIn returns the message that an event is about: its message_id, or,
// for a message itself, its id.
func messageIn(e event.Event) string {
	var about struct {
		MessageID string `json:"message_id"`
		ID        string `json:"id"`
	}
	if json.Unmarshal(e.Data, &about) != nil {
		return ""
	}
	if e.Name == "message" {
		return about.ID
	}
	return about.MessageID
}
