package api

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/chat"
	"github.com/ba-assistant/ba-assistant/internal/event"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/sse"
)

const (
	eventStream       = "text/event-stream"
	maxWatchedThreads = 50
)

// Watching says from where a stream goes on. A browser that reconnects sends
// the last event's id by itself.
type Watching struct {
	LastEventID string `header:"Last-Event-ID" maxLength:"200" doc:"Goes before ?after="`
	After       string `query:"after" maxLength:"200" doc:"Cursor, or the id of the last event that was seen; without it the stream begins with a snapshot of the turn that runs"`
	Render      string `query:"render" enum:"html" doc:"Adds block events with sanitised HTML"`
}

func (in Watching) from() string {
	if in.LastEventID != "" {
		return in.LastEventID
	}
	return in.After
}

type watchThreadInput struct {
	ByID
	Watching
}

func (s *server) watchThread(w http.ResponseWriter, r *http.Request, a ba.Actor, in *watchThreadInput) error {
	id, err := idOf[ba.ThreadID](in.ID)
	if err != nil {
		return err
	}
	return s.watch(w, r, a, []ba.ThreadID{id}, in.Watching)
}

type watchThreadsInput struct {
	Threads string `query:"threads" required:"true" maxLength:"2000" doc:"Ids of the threads, comma-separated, 50 at most"`
	Watching
}

func (s *server) watchThreads(w http.ResponseWriter, r *http.Request, a ba.Actor, in *watchThreadsInput) error {
	var ids []ba.ThreadID
	for part := range strings.SplitSeq(in.Threads, ",") {
		id, err := idOf[ba.ThreadID](strings.TrimSpace(part))
		if err != nil {
			return err
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if len(ids) > maxWatchedThreads {
		return &ba.Error{Kind: ba.Invalid, Msg: "Watch 50 threads at most on one connection.", Fields: []ba.Field{{Location: "query.threads", Message: "may have 50 entries at most"}}}
	}
	return s.watch(w, r, a, ids, in.Watching)
}

// source is where the events of a stream come from.
type source interface {
	// Next waits for the next event. It returns ctx's error when ctx ends
	// first, and a ba.Error when the actor may no longer watch.
	Next(ctx context.Context) (event.Event, error)
	Close()
}

func (s *server) watch(w http.ResponseWriter, r *http.Request, a ba.Actor, threads []ba.ThreadID, in Watching) error {
	events, err := s.Chat.Subscribe(r.Context(), a, threads, in.from())
	if err != nil {
		return err
	}
	defer events.Close()
	p, err := s.open(w, r, a, in.Render == "html")
	if err != nil {
		return err
	}
	p.run(events, func(event.Event) bool { return false })
	return nil
}

// pipe carries events to one client.
type pipe struct {
	r         *http.Request
	out       *sse.Writer
	render    *renderer // nil where no HTML is wanted
	heartbeat time.Duration
	end       time.Time // the stream ends between two events after this
	stopping  context.Context
}

func (s *server) open(w http.ResponseWriter, r *http.Request, a ba.Actor, html bool) (*pipe, error) {
	out, err := sse.NewWriter(w)
	if err != nil {
		return nil, err
	}
	p := &pipe{r: r, out: out, heartbeat: s.Heartbeat, end: time.Now().Add(jittered(s.StreamPeriod)), stopping: s.Stopping}
	if html {
		p.render = &renderer{load: func(id ba.MessageID) (string, error) {
			m, _, err := s.Chat.Message(r.Context(), a, id)
			return m.Text, err
		}}
	}
	return p, nil
}

// jittered shortens a period by up to a tenth, so that the streams that began
// together don't come back together.
func jittered(d time.Duration) time.Duration {
	return d - time.Duration(rand.Float64()*float64(d)/10) //nolint:gosec // no secret
}

// parting is how long a stream still waits for an event once the server stops:
// the ends of answers are published by then and only have to be handed over.
const parting = 100 * time.Millisecond

// errOver is why a stream ends that is in order: its client has left, or has
// all that it asked for.
var errOver = errors.New("the stream is over")

// run carries events until the client leaves, the period is over, the server
// stops, the actor loses the right to watch, or last says that an event was
// the last one. After the first byte there is no status to send: what goes
// wrong then is a failure event with the same body as a problem.
func (p *pipe) run(events source, last func(event.Event) bool) {
	for time.Now().Before(p.end) && p.stopping.Err() == nil {
		ctx, cancel := context.WithTimeout(p.r.Context(), p.heartbeat)
		stop := context.AfterFunc(p.stopping, cancel)
		err := p.relay(ctx, events, last)
		stop()
		cancel()
		switch {
		case p.r.Context().Err() != nil, errors.Is(err, errOver):
			return
		case p.stopping.Err() != nil && ctx.Err() != nil: // below
		case errors.Is(err, context.DeadlineExceeded):
			if p.out.Comment("still here") != nil {
				return
			}
		default:
			p.fail(err)
			return
		}
	}
	if p.stopping.Err() != nil {
		ctx, cancel := context.WithTimeout(p.r.Context(), parting)
		defer cancel()
		_ = p.relay(ctx, events, last) // ends with ctx at the latest, and the stream with it
	}
}

// relay sends events until ctx ends. A heartbeat is due then, whether or not
// there was silence, so that an event costs no timer.
func (p *pipe) relay(ctx context.Context, events source, last func(event.Event) bool) error {
	for {
		e, err := events.Next(ctx)
		if err != nil {
			return err
		}
		if p.send(e) != nil || last(e) {
			return errOver
		}
		if time.Now().After(p.end) {
			return errOver
		}
	}
}

func (p *pipe) send(e event.Event) error {
	if p.render == nil {
		return p.out.Event(string(e.Cursor), e.Name, e.Data)
	}
	blocks := p.render.blocks(e)
	if e.Name == "done" { // the last form of the text comes before the end of it
		if err := p.sendBlocks(blocks); err != nil {
			return err
		}
		return p.out.Event(string(e.Cursor), e.Name, e.Data)
	}
	if err := p.out.Event(string(e.Cursor), e.Name, e.Data); err != nil {
		return err
	}
	return p.sendBlocks(blocks)
}

func (p *pipe) sendBlocks(blocks [][]byte) error {
	for _, data := range blocks {
		if err := p.out.Event("", "block", data); err != nil {
			return err
		}
	}
	return nil
}

// fail tells why a stream ends that is not in order.
func (p *pipe) fail(err error) {
	httpx.Note(p.r.Context(), err)
	problem := httpx.ProblemOf(err, httpx.RequestID(p.r.Context()))
	f := chat.FailureJSON{
		Type: problem.Type, Title: problem.Title, Status: problem.Status, Detail: problem.Detail, Code: problem.Code, RequestID: problem.RequestID,
		Retryable: problem.Status >= 500 || problem.Status == http.StatusTooManyRequests, RetryAfter: problem.RetryAfter,
	}
	if data, err := json.Marshal(f); err == nil {
		_ = p.out.Event("", "failure", data) // the stream ends either way
	}
}
