package chat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/budget/budgettest"
	"github.com/ba-assistant/ba-assistant/internal/event"
	"github.com/ba-assistant/ba-assistant/internal/library"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

// patience bounds what a test waits for.
const patience = 20 * time.Second

// puppet is a provider whose calls the test plays by hand.
type puppet struct {
	id     string
	calls  chan *call
	titles chan *call // those for a title; where it is nil they fail, and no test needs to play them
}

func newPuppet(id string) *puppet { return &puppet{id: id, calls: make(chan *call, 100)} }

func (p *puppet) ID() string { return p.id }

// call is one call of Stream, from its request to its end.
type call struct {
	req   llm.Request
	steps chan played
	ended chan struct{} // closed when the stream is over, however
}

type played struct {
	delta llm.Delta
	err   error
}

func (p *puppet) Stream(ctx context.Context, req llm.Request) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		c := &call{req: req, steps: make(chan played), ended: make(chan struct{})}
		defer close(c.ended)
		switch {
		case !strings.HasPrefix(req.System, "You name"):
			p.calls <- c
		case p.titles != nil:
			p.titles <- c
		default:
			yield(llm.Delta{}, &llm.Error{Provider: p.id, Kind: llm.ErrRequest, Status: 400})
			return
		}
		for {
			select {
			case <-ctx.Done():
				yield(llm.Delta{}, ctx.Err())
				return
			case st := <-c.steps:
				if !yield(st.delta, st.err) || st.err != nil || st.delta.Kind == llm.DeltaStop {
					return
				}
			}
		}
	}
}

// next returns the next call of the provider.
func (p *puppet) next(t testing.TB) *call {
	t.Helper()
	select {
	case c := <-p.calls:
		return c
	case <-time.After(patience):
		t.Fatal("the provider was not called")
		return nil
	}
}

func (c *call) play(t testing.TB, steps ...played) {
	t.Helper()
	for _, st := range steps {
		select {
		case c.steps <- st:
		case <-c.ended:
			t.Fatal("the call is over already")
		case <-time.After(patience):
			t.Fatal("nobody takes what the provider says")
		}
	}
}

func (c *call) say(t testing.TB, texts ...string) {
	t.Helper()
	for _, text := range texts {
		c.play(t, played{delta: llm.Delta{Kind: llm.DeltaText, Text: text}})
	}
}

func (c *call) stop(t testing.TB, s llm.Stop, reason string) {
	t.Helper()
	c.play(t, played{delta: llm.Delta{Kind: llm.DeltaStop, Stop: s, StopReason: reason}})
}

func (c *call) fail(t testing.TB, err error) { t.Helper(); c.play(t, played{err: err}) }

// use asks for tools.
func (c *call) use(t testing.TB, calls ...llm.ToolCall) {
	t.Helper()
	for _, call := range calls {
		c.play(t, played{delta: llm.Delta{Kind: llm.DeltaToolCall, ToolCall: call}})
	}
	c.stop(t, llm.StopTools, "tool_use")
}

func (c *call) count(t testing.TB, in, out int64) {
	t.Helper()
	c.play(t, played{delta: llm.Delta{Kind: llm.DeltaUsage, Usage: ba.Usage{InputTokens: in, OutputTokens: out}}})
}

// room is a running service on a real store, with a project and its people.
type room struct {
	*Service
	db      *store.DB
	bus     event.Bus
	puppet  *puppet
	lib     *library.Service
	log     *logs
	project ba.ProjectID
	owner   ba.Actor
	viewer  ba.Actor
	other   ba.Actor // knows nobody here
	pace    pace
	stop    func() // ends Run and waits for it
}

type logs struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.String()
}

// newRoom opens a room on SQLite; the options change what its service is made of.
func newRoom(t testing.TB, change ...func(*Deps)) *room {
	t.Helper()
	return furnish(t, storetest.New(t), change...)
}

// eachEngine runs the test on both engines.
func eachEngine(t *testing.T, test func(t *testing.T, r *room), change ...func(*Deps)) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) { test(t, furnish(t, e.New(t), change...)) })
}

// quick is the pace of services in tests.
func quick() pace {
	p := defaultPace
	p.save, p.poll = 5*time.Millisecond, 20*time.Millisecond
	return p
}

func furnish(t testing.TB, db *store.DB, change ...func(*Deps)) *room {
	t.Helper()
	r := &room{db: db, owner: storetest.User(t, db, "olga"), viewer: storetest.User(t, db, "vera"), other: storetest.User(t, db, "stan"), pace: quick()}
	r.project = storetest.Project(t, db, r.owner, "Checkout")
	storetest.Member(t, db, r.owner, r.project, r.viewer, ba.RoleViewer)
	r.bus, r.puppet, r.log = event.NewMemory(event.Limits{}), newPuppet("puppet"), &logs{}
	r.begin(t, change...)
	return r
}

// notes keeps what conversations note.
func notes(t testing.TB, db *store.DB) Notes {
	t.Helper()
	required, err := requirement.New(requirement.Deps{Store: db, Blocks: library.DecodeBlocks, Clock: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return required
}

// begin starts a service on the room's store, as a process would.
func (r *room) begin(t testing.TB, change ...func(*Deps)) {
	t.Helper()
	d := Deps{
		Store: r.db, Bus: r.bus, Providers: []Offer{{Provider: r.puppet, Name: "Puppet", Models: []string{"wood", "string"}}},
		StillValid: func(ctx context.Context, a ba.Actor) error {
			alive, err := r.db.ActorAlive(ctx, a)
			if err == nil && !alive {
				err = ba.E(ba.Unauthenticated, "You were signed out.")
			}
			return err
		},
		Instance: "one", Clock: time.Now, Log: slog.New(slog.NewTextHandler(r.log, nil)),
	}
	for _, c := range change {
		c(&d)
	}
	r.lib = library.New(library.Deps{Store: r.db, Clock: time.Now, Log: d.Log, Instance: "one"})
	if d.Library == nil {
		d.Library = r.lib
	}
	if d.Notes == nil {
		d.Notes = notes(t, r.db)
	}
	if d.Budget == nil {
		d.Budget = budgettest.Free(t, r.db, "puppet", "rash")
	}
	s, err := New(d)
	if err != nil {
		t.Fatal(err)
	}
	if r.pace == (pace{}) { // a room that was not furnished
		r.pace = quick()
	}
	s.pace = r.pace
	r.Service = s
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	var once sync.Once
	r.stop = func() {
		once.Do(func() {
			cancel()
			if err := <-ended; err != nil {
				t.Errorf("run: %v", err)
			}
		})
	}
	t.Cleanup(r.stop)
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t testing.TB, what string, err error, kind ba.Kind) {
	t.Helper()
	if err == nil || ba.KindOf(err) != kind {
		t.Errorf("%s: the error is %v, want the kind %v", what, err, kind)
	}
}

// thread makes a thread in the room's project.
func (r *room) thread(t testing.TB) ba.Thread {
	t.Helper()
	v, err := r.CreateThread(t.Context(), r.owner, ThreadInput{Project: r.project})
	ok(t, err)
	return v
}

func (r *room) ask(t testing.TB, thread ba.ThreadID, text string) ba.Turn {
	t.Helper()
	_, turn, err := r.Send(t.Context(), r.owner, SendInput{Thread: thread, ID: ba.NewID[ba.MessageID](), Content: text})
	ok(t, err)
	return turn
}

// ended waits until a turn has ended and returns it with its answer.
func (r *room) ended(t testing.TB, id ba.TurnID) (ba.Turn, ba.Message) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		turn, err := r.db.Turn(t.Context(), r.owner, id)
		ok(t, err)
		if turn.State.Final() {
			m, err := r.db.Message(t.Context(), r.owner, turn.Answer)
			ok(t, err)
			return turn, m
		}
		pause(t.Context(), 2*time.Millisecond)
	}
	t.Fatal("the turn does not end")
	return ba.Turn{}, ba.Message{}
}

// stored waits until the answer in the store is the text.
func (r *room) stored(t testing.TB, id ba.MessageID, text string) {
	t.Helper()
	var got string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		m, err := r.db.Message(t.Context(), r.owner, id)
		ok(t, err)
		if got = m.Text; got == text {
			return
		}
		pause(t.Context(), 2*time.Millisecond)
	}
	t.Fatalf("stored is %q, want %q", got, text)
}

// client is what a browser keeps of a thread: it applies events and checks
// that nothing is missing.
type client struct {
	t      testing.TB
	src    *Source
	texts  map[string]string
	states map[string]string
	names  []string // of the events so far
	events []event.Event
}

func (r *room) watch(t testing.TB, a ba.Actor, thread ba.ThreadID, from string) *client {
	t.Helper()
	src, err := r.Subscribe(t.Context(), a, []ba.ThreadID{thread}, from)
	ok(t, err)
	t.Cleanup(src.Close)
	return &client{t: t, src: src, texts: map[string]string{}, states: map[string]string{}}
}

// next applies the next event.
func (c *client) next() event.Event {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	e, err := c.src.Next(ctx)
	if err != nil {
		c.t.Fatalf("after %v: %v", c.names, err)
	}
	c.apply(e)
	return e
}

func (c *client) apply(e event.Event) {
	c.t.Helper()
	c.names, c.events = append(c.names, e.Name), append(c.events, e)
	switch e.Name {
	case "message":
		if m := decode[MessageJSON](c.t, e); m.Turn != nil {
			if _, known := c.texts[m.ID]; !known {
				c.texts[m.ID] = m.Text
			}
			c.states[m.ID] = m.Turn.State
		}
	case "snapshot":
		s := decode[SnapshotJSON](c.t, e)
		c.texts[s.MessageID], c.states[s.MessageID] = s.Text, s.State
	case "delta":
		d := decode[DeltaJSON](c.t, e)
		have := []rune(c.texts[d.MessageID])
		if d.Offset > len(have) {
			c.t.Fatalf("a piece at %d, but only %d code points came", d.Offset, len(have))
		}
		c.texts[d.MessageID] = string(have[:d.Offset]) + d.Text
	case "done":
		d := decode[DoneJSON](c.t, e)
		c.states[d.MessageID] = d.State
	}
}

// until applies events up to one of the name.
func (c *client) until(name string) event.Event {
	c.t.Helper()
	for {
		if e := c.next(); e.Name == name {
			return e
		}
	}
}

// untilText applies events until an answer reads so.
func (c *client) untilText(id ba.MessageID, text string) {
	c.t.Helper()
	for c.texts[string(id)] != text {
		if have := c.texts[string(id)]; !strings.HasPrefix(text, have) {
			c.t.Fatalf("the answer reads %q on its way to %q", have, text)
		}
		c.next()
	}
}

func decode[T any](t testing.TB, e event.Event) (v T) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(e.Data))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("the data of %q: %v", e.Name, err)
	}
	return v
}

// none fails where an event comes within a moment that is long for events.
func (c *client) none() {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 50*time.Millisecond)
	defer cancel()
	if e, err := c.src.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
		c.t.Errorf("after all came %s %s, %v", e.Name, e.Data, err)
	}
}

func sameNames(t testing.TB, got []string, want ...string) {
	t.Helper()
	if got = slices.Compact(slices.Clone(got)); !slices.Equal(got, want) {
		t.Errorf("events %s\nwant   %s", strings.Join(got, " "), strings.Join(want, " "))
	}
}

// waitUntil polls a condition that something else brings about.
func waitUntil(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		if holds() {
			return
		}
		pause(t.Context(), 2*time.Millisecond)
	}
	t.Fatalf("it does not happen that %s", what)
}
