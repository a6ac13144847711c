package artifact

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/event"
	"github.com/ba-assistant/ba-assistant/internal/llm/analyst"
	"github.com/ba-assistant/ba-assistant/internal/term"
	"github.com/ba-assistant/ba-assistant/internal/tracing"
)

const (
	saveTimeout = 10 * time.Second // of one write; the lease is longer
	endPatience = 15 * time.Minute // how long the last write is tried, such as while PostgreSQL restarts
	endAtLeast  = 20 * time.Second // the same when the server stops
	retryPause  = time.Second
)

// generation is one artifact that is being written, from the first section
// that is not. It belongs to one goroutine.
type generation struct {
	s      *Service
	actor  ba.Actor
	offer  Offer
	v      ba.Artifact // as it is now
	m      material
	places map[ba.RequirementID]int  // in m.requirements; made when first asked for
	taken  map[ba.RequirementID]bool // taken into v
	parts  []part
	verify *verifier

	ctx   context.Context // of the run: the rules read on its behalf
	err   error           // the first of the rules
	wrote time.Time       // when the last write began
}

func newGeneration(s *Service, a ba.Actor, v ba.Artifact) *generation {
	now := time.Now()
	return &generation{s: s, actor: a, v: v, verify: newVerifier(s, a), wrote: now}
}

// run writes the artifact and stores how it ended.
func (g *generation) run(ctx context.Context) {
	ctx, span := tracing.Begin(ctx, "write artifact")
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	g.ctx = ctx
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		g.watch(ctx, cancel)
	}()
	err := g.safely(ctx)
	cancel(nil)
	<-watched
	if cause := context.Cause(ctx); errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		err = cause
	}
	defer tracing.End(span, err)
	if errors.Is(err, errGone) || lost(err) {
		return
	}
	g.end(ctx, err)
}

// safely is write whose panics are errors: a fault in one document is no
// reason to end everybody's.
func (g *generation) safely(ctx context.Context) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = panicked(r)
		}
	}()
	err = g.write(ctx)
	if cause := context.Cause(ctx); err != nil && cause != nil {
		return cause
	}
	return err
}

// panicked describes a panic for the log. What a runtime error says holds
// numbers and types; any other value may hold what a person wrote.
func panicked(value any) error {
	if err, is := value.(runtime.Error); is {
		return fmt.Errorf("%w\n%s", err, debug.Stack())
	}
	return fmt.Errorf("panic with a %T\n%s", value, debug.Stack())
}

// watch ends the generation where a stop was asked for, also on another instance.
func (g *generation) watch(ctx context.Context, cancel context.CancelCauseFunc) {
	poll := time.NewTicker(g.s.pace.poll)
	defer poll.Stop()
	var stops <-chan event.Event
	if sub, err := g.s.Bus.Subscribe(ctx, "", event.StopTopic(g.v.ID)); err == nil {
		defer sub.Close()
		stops = sub.Events
	}
	for {
		select {
		case <-ctx.Done():
			return
		case _, open := <-stops:
			if !open { // the bus was lost
				stops = nil
			}
		case <-poll.C:
		}
		g.lookForStop(ctx, cancel)
	}
}

func (g *generation) lookForStop(ctx context.Context, cancel context.CancelCauseFunc) {
	stop, err := g.s.Store.ArtifactStopRequested(ctx, g.v.ID)
	switch {
	case err != nil && ctx.Err() == nil:
		g.s.Log.Warn("it is not known whether an artifact is to stop", "artifact", g.v.ID, "error", err)
	case stop:
		cancel(errStopped)
	}
}

// write plans, where that was not done, and writes the sections that are not.
func (g *generation) write(ctx context.Context) error {
	var known bool
	if g.offer, known = g.s.offer(g.v.Provider); !known {
		return &notConfigured{g.v.Provider}
	}
	if err := g.gather(ctx); err != nil {
		return err
	}
	if err := g.lay(ctx); err != nil {
		return err
	}
	for i := range g.v.Sections {
		if g.v.Sections[i].Done {
			continue
		}
		if err := g.section(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

// lay plans the sections, and keeps those that were written before and those
// that people added. The requirements that they show are taken as they are
// now, with their quotes looked up.
func (g *generation) lay(ctx context.Context) error {
	for i, r := range g.m.requirements {
		checked, err := g.verify.requirement(ctx, r)
		if err != nil {
			return err
		}
		g.m.requirements[i] = checked
	}
	if err := g.checkSources(ctx); err != nil {
		return err
	}
	written := g.v.Sections
	g.parts, g.v.Sections = g.plan(), nil
	for _, p := range g.parts {
		s := ba.Section{Key: p.key, Title: p.title, Requirements: p.shows}
		if at := slices.IndexFunc(written, func(w ba.Section) bool { return w.Key == p.key && w.Done }); at >= 0 {
			s = written[at]
		}
		g.v.Sections = append(g.v.Sections, s)
		g.show(s.Requirements)
	}
	g.withOwn(written)
	return g.save(ctx)
}

// show takes requirements into the artifact as they are now. Those that it
// has stay as they were when their section was written.
func (g *generation) show(ids []ba.RequirementID) {
	if g.taken == nil {
		g.index()
	}
	for _, id := range ids {
		if at, known := g.places[id]; known && !g.taken[id] {
			g.taken[id] = true
			g.v.Requirements = append(g.v.Requirements, g.m.requirements[at])
		}
	}
}

// index notes where each requirement stands: there may be ten thousand.
func (g *generation) index() {
	g.places, g.taken = make(map[ba.RequirementID]int, len(g.m.requirements)), make(map[ba.RequirementID]bool)
	for i, r := range g.m.requirements {
		g.places[r.ID] = i
	}
	for _, r := range g.v.Requirements {
		g.taken[r.ID] = true
	}
}

// section writes one section to its end and stores it.
func (g *generation) section(ctx context.Context, i int) error {
	p, s := g.parts[i], &g.v.Sections[i]
	s.Text, s.Remarks = "", nil
	var err error
	switch {
	case p.own != nil && !g.modelWrites(p):
		p.own(g, s)
		err = g.err
	case g.offer.Provider.ID() == analyst.ID:
		err = g.byRules(ctx, p, s)
	default:
		err = g.byModel(ctx, p, s)
	}
	if err != nil {
		return err
	}
	s.Done = true
	if err := ctx.Err(); err != nil {
		return err
	}
	return g.save(ctx)
}

// save stores what is written so far, renews the lease, and tells of it.
func (g *generation) save(ctx context.Context) error {
	begun := time.Now()
	g.wrote = begun
	g.v.Revision++
	g.v.Progress = g.v.Written()
	held, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveTimeout)
	defer cancel()
	err := g.s.Store.SaveGenerated(held, g.v, g.s.Clock().Add(g.s.pace.lease))
	switch {
	case err == nil:
		g.s.tell(ctx, g.v)
		return nil
	case lost(err):
		return errGone
	}
	g.s.Log.Warn("a part of an artifact could not be stored yet", "artifact", g.v.ID, "error", err)
	return nil // the next write holds it too
}

// end stores the last state and tells it. Where that does not succeed, the
// artifact is marked as interrupted when its lease is over.
func (g *generation) end(ctx context.Context, cause error) {
	ctx = context.WithoutCancel(ctx)
	g.v.State, g.v.Failure = g.verdict(cause)
	g.v.Revision++
	g.v.Progress = g.v.Written()
	terms := term.Terms(g.v.Text())
	begun := time.Now()
	err := g.storeEnd(ctx, terms)
	for err != nil && !lost(err) && g.s.patient(begun) {
		g.s.Log.Warn("the end of an artifact could not be stored yet", "artifact", g.v.ID, "error", err)
		pause(ctx, retryPause)
		err = g.storeEnd(ctx, terms)
	}
	switch {
	case err == nil:
		g.s.tell(ctx, g.v)
	case !lost(err):
		g.s.Log.Error("the end of an artifact could not be stored", "artifact", g.v.ID, "error", err)
	}
}

func (g *generation) storeEnd(ctx context.Context, terms []string) error {
	ctx, cancel := context.WithTimeout(ctx, saveTimeout)
	defer cancel()
	return g.s.Store.EndGeneration(ctx, g.v, terms)
}

// patient reports whether a last write that was first tried at a time is worth
// trying again.
func (s *Service) patient(begun time.Time) bool {
	select {
	case <-s.leaving:
		return time.Since(begun) < endAtLeast
	default:
		return time.Since(begun) < endPatience
	}
}

// pause waits, and returns false where ctx ends first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
