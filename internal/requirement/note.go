package requirement

import (
	"context"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// NotePatch is a change of a note; nil leaves a part as it is.
type NotePatch struct {
	Version     int // that was read; 0: whatever is there now
	Kind        *ba.NoteKind
	Text        *string
	Answer      *string
	Resolved    *bool
	Requirement *ba.RequirementID
}

func (p NotePatch) apply(n *ba.Note) {
	set(&n.Kind, p.Kind)
	set(&n.Resolved, p.Resolved)
	set(&n.Requirement, p.Requirement)
	if p.Text != nil {
		n.Text = strings.TrimSpace(*p.Text)
	}
	if p.Answer != nil {
		n.Answer = strings.TrimSpace(*p.Answer)
	}
	if p.Version != 0 {
		n.Version = p.Version
	}
}

// Notes returns all notes of a project, the oldest first.
func (s *Service) Notes(ctx context.Context, a ba.Actor, project ba.ProjectID) ([]ba.Note, error) {
	return s.Store.Notes(ctx, a, project)
}

// NotesAbout returns the notes about a requirement.
func (s *Service) NotesAbout(ctx context.Context, a ba.Actor, r ba.Requirement) ([]ba.Note, error) {
	return s.Store.NotesAbout(ctx, a, r.Project, r.ID)
}

// FindNote returns one note.
func (s *Service) FindNote(ctx context.Context, a ba.Actor, id ba.NoteID) (ba.Note, error) {
	return s.Store.Note(ctx, a, id)
}

// AddNote stores a note of a project. message may be empty.
func (s *Service) AddNote(ctx context.Context, a ba.Actor, project ba.ProjectID, p NotePatch, message ba.MessageID) (ba.Note, error) {
	if err := s.mayEdit(ctx, a, project); err != nil {
		return ba.Note{}, err
	}
	n := ba.Note{ID: ba.NewID[ba.NoteID](), Project: project}
	p.apply(&n)
	if message != "" {
		m, err := s.Store.Message(ctx, a, message)
		if err != nil {
			return ba.Note{}, err
		}
		n.Thread, n.Message = m.Thread, m.ID
	}
	if err := n.Validate(); err != nil {
		return ba.Note{}, err
	}
	if err := s.Store.AddNote(ctx, a, n); err != nil {
		return ba.Note{}, err
	}
	return s.Store.Note(ctx, a, n.ID)
}

// TakeNote stores a note that a conversation made, with the message that it
// came from; its Project, Kind, Text and Message count. A note of the same kind
// and text that is there and not resolved is left as it is.
func (s *Service) TakeNote(ctx context.Context, a ba.Actor, n ba.Note) error {
	if err := s.mayEdit(ctx, a, n.Project); err != nil {
		return err
	}
	notes, err := s.Store.Notes(ctx, a, n.Project)
	if err != nil {
		return err
	}
	same := func(other ba.Note) bool {
		return other.Kind == n.Kind && !other.Resolved && strings.EqualFold(other.Text, strings.TrimSpace(n.Text))
	}
	if slices.ContainsFunc(notes, same) {
		return nil
	}
	_, err = s.AddNote(ctx, a, n.Project, NotePatch{Kind: &n.Kind, Text: &n.Text}, n.Message)
	return err
}

// EditNote changes a note. It is a Conflict where the version that was read is
// not the newest any more.
func (s *Service) EditNote(ctx context.Context, a ba.Actor, id ba.NoteID, p NotePatch) (ba.Note, error) {
	n, err := s.Store.Note(ctx, a, id)
	if err != nil {
		return ba.Note{}, err
	}
	if err := s.mayEdit(ctx, a, n.Project); err != nil {
		return ba.Note{}, err
	}
	p.apply(&n)
	if err := n.Validate(); err != nil {
		return ba.Note{}, err
	}
	if err := s.Store.UpdateNote(ctx, a, n); err != nil {
		return ba.Note{}, err
	}
	return s.Store.Note(ctx, a, id)
}

// DeleteNote removes a note.
func (s *Service) DeleteNote(ctx context.Context, a ba.Actor, id ba.NoteID) error {
	n, err := s.Store.Note(ctx, a, id)
	if err != nil {
		return err
	}
	if err := s.mayEdit(ctx, a, n.Project); err != nil {
		return err
	}
	return s.Store.DeleteNote(ctx, a, n.Project, id)
}
