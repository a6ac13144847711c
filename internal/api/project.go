package api

import (
	"context"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

type wireProject struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Description string    `json:"description"`
	Role        string    `json:"role" enum:"viewer,editor,owner" doc:"Of the person who asks"`
	Documents   int       `json:"documents"`
	Threads     int       `json:"threads"`
	Members     int       `json:"members"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at" doc:"The last change of anything in it"`
}

func projectOf(p ba.Project) wireProject {
	return wireProject{
		ID: string(p.ID), Name: p.Name, Description: p.Description, Role: string(p.Role),
		Documents: p.Documents, Threads: p.Threads, Members: p.Members,
		CreatedAt: p.CreatedAt.UTC(), UpdatedAt: p.UpdatedAt.UTC(),
	}
}

func (s *server) projects(ctx context.Context, a ba.Actor, in *Paged) (*out[List[wireProject]], error) {
	l, err := s.Projects.List(ctx, a, in.page())
	if err != nil {
		return nil, err
	}
	return listed(l.Items, l.Next, projectOf), nil
}

type projectInput struct {
	Body struct {
		Name        string `json:"name" minLength:"1" maxLength:"200"`
		Description string `json:"description,omitempty" maxLength:"10000"`
	}
}

func (s *server) createProject(ctx context.Context, a ba.Actor, in *projectInput) (*out[wireProject], error) {
	p, err := s.Projects.Create(ctx, a, in.Body.Name, in.Body.Description)
	if err != nil {
		return nil, err
	}
	return answer(projectOf(p)), nil
}

func (s *server) project(ctx context.Context, a ba.Actor, in *ByID) (*out[wireProject], error) {
	return withProject(in.ID, func(id ba.ProjectID) (ba.Project, error) { return s.Projects.Find(ctx, a, id) })
}

type projectPatch struct {
	ByID
	Body struct {
		Name        *string `json:"name,omitempty" minLength:"1" maxLength:"200"`
		Description *string `json:"description,omitempty" maxLength:"10000"`
	}
}

func (s *server) updateProject(ctx context.Context, a ba.Actor, in *projectPatch) (*out[wireProject], error) {
	return withProject(in.ID, func(id ba.ProjectID) (ba.Project, error) {
		return s.Projects.Update(ctx, a, id, in.Body.Name, in.Body.Description)
	})
}

func (s *server) deleteProject(ctx context.Context, a ba.Actor, in *ByID) (*struct{}, error) {
	id, err := idOf[ba.ProjectID](in.ID)
	if err != nil {
		return nil, err
	}
	return nil, s.Projects.Delete(ctx, a, id)
}

func (s *server) restoreProject(ctx context.Context, a ba.Actor, in *ByID) (*out[wireProject], error) {
	return withProject(in.ID, func(id ba.ProjectID) (ba.Project, error) { return s.Projects.Restore(ctx, a, id) })
}

func withProject(raw string, do func(ba.ProjectID) (ba.Project, error)) (*out[wireProject], error) {
	id, err := idOf[ba.ProjectID](raw)
	if err != nil {
		return nil, err
	}
	p, err := do(id)
	if err != nil {
		return nil, err
	}
	return answer(projectOf(p)), nil
}

type wireMember struct {
	UserID    string    `json:"user_id"`
	Email     string    `json:"email"`
	Name      string    `json:"name"`
	Role      string    `json:"role" enum:"viewer,editor,owner"`
	CreatedAt time.Time `json:"created_at"`
}

func memberOf(m ba.Member) wireMember {
	return wireMember{UserID: string(m.User), Email: m.Email, Name: m.Name, Role: string(m.Role), CreatedAt: m.CreatedAt.UTC()}
}

type wireInvitation struct {
	ID        string    `json:"id"`
	Email     string    `json:"email"`
	Role      string    `json:"role" enum:"viewer,editor,owner"`
	URL       string    `json:"url,omitempty" doc:"The secret link that accepts it, shown once: pass it on to the person"`
	ExpiresAt time.Time `json:"expires_at"`
}

// wireSharing is what came of sharing: one of the two.
type wireSharing struct {
	Member     *wireMember     `json:"member"`
	Invitation *wireInvitation `json:"invitation"`
}

func (s *server) members(ctx context.Context, a ba.Actor, in *ByID) (*out[List[wireMember]], error) {
	id, err := idOf[ba.ProjectID](in.ID)
	if err != nil {
		return nil, err
	}
	all, err := s.Projects.Members(ctx, a, id)
	if err != nil {
		return nil, err
	}
	return listed(all, "", memberOf), nil
}

type shareInput struct {
	ByID
	Body struct {
		Email string `json:"email" maxLength:"254"`
		Role  string `json:"role" enum:"viewer,editor,owner"`
	}
}

func (s *server) share(ctx context.Context, a ba.Actor, in *shareInput) (*out[wireSharing], error) {
	id, err := idOf[ba.ProjectID](in.ID)
	if err != nil {
		return nil, err
	}
	got, err := s.Projects.Share(ctx, a, id, in.Body.Email, ba.ProjectRole(in.Body.Role))
	if err != nil {
		return nil, err
	}
	var w wireSharing
	if got.Member != nil {
		m := memberOf(*got.Member)
		w.Member = &m
	}
	if inv := got.Invitation; inv != nil {
		w.Invitation = &wireInvitation{ID: string(inv.ID), Email: inv.Email, Role: string(inv.Role), URL: got.InviteURL, ExpiresAt: inv.ExpiresAt.UTC()}
	}
	return answer(w), nil
}

type memberPath struct {
	ByID
	UserID string `path:"user_id" maxLength:"100"`
}

func (s *server) unshare(ctx context.Context, a ba.Actor, in *memberPath) (*struct{}, error) {
	id, err := idOf[ba.ProjectID](in.ID)
	if err != nil {
		return nil, err
	}
	user, err := idOf[ba.UserID](in.UserID)
	if err != nil {
		return nil, err
	}
	return nil, s.Projects.Unshare(ctx, a, id, user)
}
