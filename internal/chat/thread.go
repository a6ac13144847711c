package chat

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

const maxModelLen = 200 // characters of a model's name where any is accepted

// ThreadInput is a new thread. An empty Mode is free; an empty Provider or
// Model is the default.
type ThreadInput struct {
	ID       ba.ThreadID  // made by the client: the same again is the same thread; empty for a new one
	Project  ba.ProjectID // empty for a loose thread
	Title    string
	Mode     ba.Mode
	Provider string
	Model    string
}

// ThreadPatch changes what is not nil. Project moves a loose thread into one.
type ThreadPatch struct {
	Title   *string
	Mode    *ba.Mode
	Project *ba.ProjectID
}

// CreateThread stores a thread of the actor. What is not valid is named by
// field, a provider or model that is not offered with those that are.
func (s *Service) CreateThread(ctx context.Context, a ba.Actor, in ThreadInput) (ba.Thread, error) {
	if !a.CanWrite() {
		return ba.Thread{}, readOnly()
	}
	if in.Mode == "" {
		in.Mode = ba.ModeFree
	}
	fields := append(checkTitle(in.Title), checkMode(in.Mode)...)
	o, model, wrong := s.choose(in.Provider, in.Model)
	if err := ba.InvalidFields(append(fields, wrong...)); err != nil {
		return ba.Thread{}, err
	}
	id := cmp.Or(in.ID, ba.NewID[ba.ThreadID]())
	t := ba.Thread{ID: id, Project: in.Project, Owner: a.User, Title: in.Title, Mode: in.Mode, Provider: o.Provider.ID(), Model: model}
	err := s.Store.CreateThread(ctx, a, t)
	if err != nil && (in.ID == "" || ba.KindOf(err) != ba.Conflict) {
		return ba.Thread{}, err
	}
	return s.begun(ctx, a, t, err)
}

// begun returns the thread that was asked for: the one that was just stored,
// or, where there is one of its id, that one if the actor began it, wherever it
// stands by now. A stranger's, and one that was deleted, is a Conflict.
func (s *Service) begun(ctx context.Context, a ba.Actor, asked ba.Thread, exists error) (ba.Thread, error) {
	t, err := s.Thread(ctx, a, asked.ID)
	switch {
	case exists == nil:
		return t, err
	case err != nil && ba.KindOf(err) != ba.NotFound:
		return ba.Thread{}, err
	case err != nil || t.Owner != a.User:
		return ba.Thread{}, exists
	}
	return t, nil
}

// choose returns the offer and model that a thread begins with, or the fields
// that are wrong.
func (s *Service) choose(provider, model string) (Offer, string, []ba.Field) {
	o := s.Deps.Providers[0]
	if provider != "" {
		var known bool
		if o, known = s.offer(provider); !known {
			var ids []string
			for _, p := range s.Deps.Providers {
				ids = append(ids, p.Provider.ID())
			}
			return o, "", []ba.Field{{Location: "body.provider", Message: "must be one of: " + strings.Join(ids, ", ")}}
		}
	}
	switch {
	case model == "" && len(o.Models) > 0:
		return o, o.Models[0], nil
	case len(o.Models) > 0 && !slices.Contains(o.Models, model):
		return o, "", []ba.Field{{Location: "body.model", Message: "must be one of: " + strings.Join(o.Models, ", ")}}
	}
	return o, model, ba.CheckText("body.model", model, 0, maxModelLen)
}

func checkTitle(title string) []ba.Field {
	return ba.CheckText("body.title", title, 0, ba.MaxNameLen)
}

func checkMode(m ba.Mode) []ba.Field {
	if m.Valid() {
		return nil
	}
	return []ba.Field{{Location: "body.mode", Message: fmt.Sprintf("must be one of: %s, %s, %s", ba.ModeMeeting, ba.ModeRefinement, ba.ModeFree)}}
}

// Threads returns the threads of a project, or the actor's loose ones where it
// is empty, the most recently used first.
func (s *Service) Threads(ctx context.Context, a ba.Actor, project ba.ProjectID, page ba.Page) (ba.List[ba.Thread], error) {
	return s.Store.Threads(ctx, a, project, page)
}

// Thread returns one thread, or NotFound.
func (s *Service) Thread(ctx context.Context, a ba.Actor, id ba.ThreadID) (ba.Thread, error) {
	t, _, err := s.Store.Thread(ctx, a, id)
	return t, err
}

// UpdateThread changes a thread and returns it. Moving it is a Conflict while
// an answer is being written, and where it is in a project already.
func (s *Service) UpdateThread(ctx context.Context, a ba.Actor, id ba.ThreadID, p ThreadPatch) (ba.Thread, error) {
	var fields []ba.Field
	if p.Title != nil {
		fields = append(fields, checkTitle(*p.Title)...)
	}
	if p.Mode != nil {
		fields = append(fields, checkMode(*p.Mode)...)
	}
	if err := ba.InvalidFields(fields); err != nil {
		return ba.Thread{}, err
	}
	if p.Project != nil {
		if err := s.Store.MoveThread(ctx, a, id, *p.Project); err != nil {
			return ba.Thread{}, err
		}
	}
	if p.Title != nil || p.Mode != nil {
		if err := s.Store.UpdateThread(ctx, a, id, ba.ThreadChange{Title: p.Title, Mode: p.Mode}); err != nil {
			return ba.Thread{}, err
		}
	}
	return s.Thread(ctx, a, id)
}

const (
	// UndoPeriod is how long a deleted thread can be restored.
	UndoPeriod = 10 * time.Second
	// purgeDelay is added to it before the rows go, so that a restore that was
	// in time never meets them going.
	purgeDelay = 20 * time.Second
)

// DeleteThread hides a thread with its messages, and removes them after
// UndoPeriod. An answer that is being written stops, and streams of the thread
// end within seconds.
func (s *Service) DeleteThread(ctx context.Context, a ba.Actor, id ba.ThreadID) error {
	if err := s.Store.DeleteThread(ctx, a, id); err != nil {
		return err
	}
	s.running.cancelThread(id)
	return nil
}

// RestoreThread undoes DeleteThread within UndoPeriod; afterwards the thread is
// NotFound.
func (s *Service) RestoreThread(ctx context.Context, a ba.Actor, id ba.ThreadID) (ba.Thread, error) {
	if !a.CanWrite() {
		return ba.Thread{}, readOnly()
	}
	if err := s.Store.RestoreThread(ctx, a, id, s.Clock().Add(-UndoPeriod)); err != nil {
		return ba.Thread{}, err
	}
	return s.Thread(ctx, a, id)
}

// purge removes the threads whose time to be restored is over.
func (s *Service) purge(ctx context.Context) {
	n, err := s.Store.PurgeThreads(ctx, s.Clock().Add(-UndoPeriod-purgeDelay))
	switch {
	case err != nil && ctx.Err() == nil:
		s.Log.Warn("deleted conversations could not be removed; trying again", "error", err)
	case n > 0:
		s.Log.Info("deleted conversations removed", "count", n)
	}
}

func readOnly() error {
	return ba.E(ba.Forbidden, "This token may only read. Make one that may also write, or sign in.")
}
