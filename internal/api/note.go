package api

import (
	"context"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
)

type wireNote struct {
	ID            string    `json:"id"`
	ProjectID     string    `json:"project_id"`
	RequirementID *string   `json:"requirement_id" doc:"What it is about; null: the project as a whole. An open question blocks the approval"`
	Kind          string    `json:"kind" enum:"question,decision,assumption"`
	Text          string    `json:"text"`
	Answer        string    `json:"answer" doc:"Of a question; why, for the others"`
	Resolved      bool      `json:"resolved" doc:"Answered, confirmed or withdrawn"`
	Version       int       `json:"version"`
	ThreadID      *string   `json:"thread_id"`
	MessageID     *string   `json:"message_id"`
	CreatedBy     string    `json:"created_by"`
	CreatedAt     time.Time `json:"created_at"`
	UpdatedAt     time.Time `json:"updated_at"`
}

func noteOf(n ba.Note) wireNote {
	return wireNote{ID: string(n.ID), ProjectID: string(n.Project), RequirementID: optional(n.Requirement), Kind: string(n.Kind), Text: n.Text, Answer: n.Answer,
		Resolved: n.Resolved, Version: n.Version, ThreadID: optional(n.Thread), MessageID: optional(n.Message), CreatedBy: string(n.CreatedBy),
		CreatedAt: n.CreatedAt.UTC(), UpdatedAt: n.UpdatedAt.UTC()}
}

func asNote(n ba.Note, err error) (*out[wireNote], error) {
	if err != nil {
		return nil, err
	}
	return answer(noteOf(n)), nil
}

func (s *server) notes(ctx context.Context, a ba.Actor, in *ByID) (*out[List[wireNote]], error) {
	id, err := idOf[ba.ProjectID](in.ID)
	if err != nil {
		return nil, err
	}
	notes, err := s.Requirements.Notes(ctx, a, id)
	if err != nil {
		return nil, err
	}
	return listed(notes, "", noteOf), nil
}

// NoteBody is a change; what is absent stays as it is.
type NoteBody struct {
	Version       int     `json:"version,omitempty" minimum:"0" doc:"That was read; absent: whatever is there now"`
	Kind          *string `json:"kind,omitempty" enum:"question,decision,assumption"`
	Text          *string `json:"text,omitempty" minLength:"1" maxLength:"4000"`
	Answer        *string `json:"answer,omitempty" maxLength:"10000"`
	Resolved      *bool   `json:"resolved,omitempty"`
	RequirementID *string `json:"requirement_id,omitempty" maxLength:"100" doc:"Empty: the project as a whole"`
}

func (b NoteBody) patch() requirement.NotePatch {
	return requirement.NotePatch{Version: b.Version, Kind: typed[ba.NoteKind](b.Kind), Text: b.Text, Answer: b.Answer, Resolved: b.Resolved,
		Requirement: typed[ba.RequirementID](b.RequirementID)}
}

type newNote struct {
	ByID
	Body struct {
		NoteBody
		MessageID string `json:"message_id,omitempty" maxLength:"100" doc:"That it came from"`
	}
}

func (s *server) createNote(ctx context.Context, a ba.Actor, in *newNote) (*out[wireNote], error) {
	id, err := idOf[ba.ProjectID](in.ID)
	if err != nil {
		return nil, err
	}
	return asNote(s.Requirements.AddNote(ctx, a, id, in.Body.patch(), ba.MessageID(in.Body.MessageID)))
}

func (s *server) note(ctx context.Context, a ba.Actor, in *ByID) (*out[wireNote], error) {
	id, err := idOf[ba.NoteID](in.ID)
	if err != nil {
		return nil, err
	}
	return asNote(s.Requirements.FindNote(ctx, a, id))
}

type notePatch struct {
	ByID
	Body NoteBody
}

func (s *server) updateNote(ctx context.Context, a ba.Actor, in *notePatch) (*out[wireNote], error) {
	id, err := idOf[ba.NoteID](in.ID)
	if err != nil {
		return nil, err
	}
	return asNote(s.Requirements.EditNote(ctx, a, id, in.Body.patch()))
}

func (s *server) deleteNote(ctx context.Context, a ba.Actor, in *ByID) (*struct{}, error) {
	id, err := idOf[ba.NoteID](in.ID)
	if err != nil {
		return nil, err
	}
	return nil, s.Requirements.DeleteNote(ctx, a, id)
}
