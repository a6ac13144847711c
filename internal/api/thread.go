package api

import (
	"context"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/chat"
)

type wireThread struct {
	ID        string    `json:"id"`
	ProjectID *string   `json:"project_id" doc:"null for a thread without a project"`
	Title     string    `json:"title" doc:"Empty until it has one"`
	Mode      string    `json:"mode" enum:"meeting,refinement,free"`
	Provider  string    `json:"provider" doc:"It keeps the provider that it began with"`
	Model     string    `json:"model"`
	Messages  int       `json:"messages"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func threadOf(t ba.Thread) wireThread {
	return wireThread{
		ID: string(t.ID), ProjectID: optional(t.Project), Title: t.Title, Mode: string(t.Mode), Provider: t.Provider, Model: t.Model,
		Messages: t.Messages, CreatedAt: t.CreatedAt.UTC(), UpdatedAt: t.UpdatedAt.UTC(),
	}
}

func (s *server) projectThreads(ctx context.Context, a ba.Actor, in *listInput) (*out[List[wireThread]], error) {
	id, err := idOf[ba.ProjectID](in.ID)
	if err != nil {
		return nil, err
	}
	return s.threads(ctx, a, id, in.page())
}

func (s *server) looseThreads(ctx context.Context, a ba.Actor, in *Paged) (*out[List[wireThread]], error) {
	return s.threads(ctx, a, "", in.page())
}

func (s *server) threads(ctx context.Context, a ba.Actor, project ba.ProjectID, page ba.Page) (*out[List[wireThread]], error) {
	l, err := s.Chat.Threads(ctx, a, project, page)
	if err != nil {
		return nil, err
	}
	return listed(l.Items, l.Next, threadOf), nil
}

type threadBody struct {
	ID       string `json:"id,omitempty" format:"uuid" doc:"Made by the client: the same id again is the same conversation, so that a lost answer can be asked for again. Another person's, or that of a conversation that was deleted, is a conflict. Made by the server where absent"`
	Title    string `json:"title,omitempty" maxLength:"200"`
	Mode     string `json:"mode,omitempty" enum:"meeting,refinement,free" doc:"free where absent"`
	Provider string `json:"provider,omitempty" maxLength:"100" doc:"The instance's default where absent"`
	Model    string `json:"model,omitempty" maxLength:"200"`
}

type threadInput struct{ Body threadBody }

type projectThreadInput struct {
	ByID
	Body threadBody
}

func (s *server) createLooseThread(ctx context.Context, a ba.Actor, in *threadInput) (*out[wireThread], error) {
	return s.createThread(ctx, a, "", in.Body)
}

func (s *server) createProjectThread(ctx context.Context, a ba.Actor, in *projectThreadInput) (*out[wireThread], error) {
	id, err := idOf[ba.ProjectID](in.ID)
	if err != nil {
		return nil, err
	}
	return s.createThread(ctx, a, id, in.Body)
}

func (s *server) createThread(ctx context.Context, a ba.Actor, project ba.ProjectID, in threadBody) (*out[wireThread], error) {
	var id ba.ThreadID
	if in.ID != "" {
		var err error
		if id, err = clientID[ba.ThreadID]("body.id", in.ID); err != nil {
			return nil, err
		}
	}
	t, err := s.Chat.CreateThread(ctx, a, chat.ThreadInput{ID: id, Project: project, Title: in.Title, Mode: ba.Mode(in.Mode), Provider: in.Provider, Model: in.Model})
	if err != nil {
		return nil, err
	}
	return answer(threadOf(t)), nil
}

func (s *server) thread(ctx context.Context, a ba.Actor, in *ByID) (*out[wireThread], error) {
	id, err := idOf[ba.ThreadID](in.ID)
	if err != nil {
		return nil, err
	}
	t, err := s.Chat.Thread(ctx, a, id)
	if err != nil {
		return nil, err
	}
	return answer(threadOf(t)), nil
}

type threadPatch struct {
	ByID
	Body struct {
		Title     *string `json:"title,omitempty" maxLength:"200"`
		Mode      *string `json:"mode,omitempty" enum:"meeting,refinement,free"`
		ProjectID *string `json:"project_id,omitempty" maxLength:"100" doc:"Puts a thread without a project into one"`
	}
}

func (s *server) updateThread(ctx context.Context, a ba.Actor, in *threadPatch) (*out[wireThread], error) {
	id, err := idOf[ba.ThreadID](in.ID)
	if err != nil {
		return nil, err
	}
	p := chat.ThreadPatch{Title: in.Body.Title, Mode: (*ba.Mode)(in.Body.Mode)}
	if in.Body.ProjectID != nil {
		project, err := idOf[ba.ProjectID](*in.Body.ProjectID)
		if err != nil {
			return nil, err
		}
		p.Project = &project
	}
	t, err := s.Chat.UpdateThread(ctx, a, id, p)
	if err != nil {
		return nil, err
	}
	return answer(threadOf(t)), nil
}

func (s *server) deleteThread(ctx context.Context, a ba.Actor, in *ByID) (*struct{}, error) {
	id, err := idOf[ba.ThreadID](in.ID)
	if err != nil {
		return nil, err
	}
	return nil, s.Chat.DeleteThread(ctx, a, id)
}

func (s *server) restoreThread(ctx context.Context, a ba.Actor, in *ByID) (*out[wireThread], error) {
	id, err := idOf[ba.ThreadID](in.ID)
	if err != nil {
		return nil, err
	}
	t, err := s.Chat.RestoreThread(ctx, a, id)
	if err != nil {
		return nil, err
	}
	return answer(threadOf(t)), nil
}
