package project

import (
	"context"
	"log/slog"
	"net/mail"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// UndoPeriod is how long a deleted project can be restored.
const UndoPeriod = 10 * time.Second

// purgeDelay is added to UndoPeriod before a deleted project's rows and its
// data key are destroyed, so that a restore in the last moment still wins.
const purgeDelay = 5 * time.Second

// Store is what the service needs of the database. All methods check what the
// actor may do and answer ba.NotFound or ba.Forbidden.
type Store interface {
	CreateProject(ctx context.Context, a ba.Actor, p ba.Project) error
	Project(ctx context.Context, a ba.Actor, id ba.ProjectID) (ba.Project, error)
	Projects(ctx context.Context, a ba.Actor, page ba.Page) (ba.List[ba.Project], error)
	UpdateProject(ctx context.Context, a ba.Actor, p ba.Project) error
	DeleteProject(ctx context.Context, a ba.Actor, id ba.ProjectID) error
	RestoreProject(ctx context.Context, a ba.Actor, id ba.ProjectID, deletedAfter time.Time) error
	PurgeProjects(ctx context.Context, deletedBefore time.Time) (int, error)
	Members(ctx context.Context, a ba.Actor, id ba.ProjectID) ([]ba.Member, error)
	PutMember(ctx context.Context, a ba.Actor, id ba.ProjectID, m ba.Member) error
	RemoveMember(ctx context.Context, a ba.Actor, id ba.ProjectID, user ba.UserID) error
	// UserByEmail finds the one enabled user whose trusted address this is;
	// NotFound where there is none, or more than one.
	UserByEmail(ctx context.Context, a ba.Actor, email string) (ba.User, error)
}

// Inviter makes invitations for people who are not known yet.
type Inviter interface {
	// Invite stores the invitation and returns it with the secret link that
	// accepts it.
	Invite(ctx context.Context, a ba.Actor, inv ba.Invitation) (ba.Invitation, string, error)
}

// Service is the use cases of projects. It is safe for concurrent use.
type Service struct {
	Store   Store
	Inviter Inviter
	Clock   func() time.Time
	Log     *slog.Logger
}

// Create makes a project that the actor owns. It returns Invalid for a name
// that is empty or too long.
func (s *Service) Create(ctx context.Context, a ba.Actor, name, description string) (ba.Project, error) {
	if err := mayWrite(a); err != nil {
		return ba.Project{}, err
	}
	p := ba.Project{ID: ba.NewID[ba.ProjectID](), Name: strings.TrimSpace(name), Description: strings.TrimSpace(description)}
	if err := p.Validate(); err != nil {
		return ba.Project{}, err
	}
	if err := s.Store.CreateProject(ctx, a, p); err != nil {
		return ba.Project{}, err
	}
	return s.Store.Project(ctx, a, p.ID)
}

// List returns the actor's projects, the most recently used first.
func (s *Service) List(ctx context.Context, a ba.Actor, page ba.Page) (ba.List[ba.Project], error) {
	return s.Store.Projects(ctx, a, page)
}

// Find returns one project with its counts and the actor's role.
func (s *Service) Find(ctx context.Context, a ba.Actor, id ba.ProjectID) (ba.Project, error) {
	return s.Store.Project(ctx, a, id)
}

// Update changes the name, the description or both; nil leaves one as it is.
func (s *Service) Update(ctx context.Context, a ba.Actor, id ba.ProjectID, name, description *string) (ba.Project, error) {
	if err := mayWrite(a); err != nil {
		return ba.Project{}, err
	}
	p, err := s.Store.Project(ctx, a, id)
	if err != nil {
		return ba.Project{}, err
	}
	if name != nil {
		p.Name = strings.TrimSpace(*name)
	}
	if description != nil {
		p.Description = strings.TrimSpace(*description)
	}
	if err := p.Validate(); err != nil {
		return ba.Project{}, err
	}
	if err := s.Store.UpdateProject(ctx, a, p); err != nil {
		return ba.Project{}, err
	}
	return s.Store.Project(ctx, a, id)
}

// Delete hides the project at once and destroys it, with its data key, after
// UndoPeriod. Only an owner may.
func (s *Service) Delete(ctx context.Context, a ba.Actor, id ba.ProjectID) error {
	if err := mayWrite(a); err != nil {
		return err
	}
	return s.Store.DeleteProject(ctx, a, id)
}

// Restore undoes Delete within UndoPeriod; afterwards the project is NotFound.
func (s *Service) Restore(ctx context.Context, a ba.Actor, id ba.ProjectID) (ba.Project, error) {
	if err := mayWrite(a); err != nil {
		return ba.Project{}, err
	}
	if err := s.Store.RestoreProject(ctx, a, id, s.Clock().Add(-UndoPeriod)); err != nil {
		return ba.Project{}, err
	}
	return s.Store.Project(ctx, a, id)
}

// Run destroys deleted projects after their undo period, until ctx ends.
func (s *Service) Run(ctx context.Context) error {
	tick := time.NewTicker(UndoPeriod / 2)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		n, err := s.Store.PurgeProjects(ctx, s.Clock().Add(-UndoPeriod-purgeDelay))
		switch {
		case err != nil && ctx.Err() == nil:
			s.Log.ErrorContext(ctx, "deleted projects could not be destroyed; trying again", "error", err)
		case n > 0:
			s.Log.InfoContext(ctx, "deleted projects destroyed", "count", n)
		}
	}
}

// Members returns who may enter the project.
func (s *Service) Members(ctx context.Context, a ba.Actor, id ba.ProjectID) ([]ba.Member, error) {
	return s.Store.Members(ctx, a, id)
}

// Sharing is what came of Share: a member, or an invitation with its link.
type Sharing struct {
	Member     *ba.Member
	Invitation *ba.Invitation
	InviteURL  string // a secret; it is shown once, to the person who shares
}

// Share gives a person a role in the project. A user whose address the sign-in
// provider vouches for becomes a member at once; for any other address an
// invitation is made, since an address alone proves nothing (an attacker's tenant can claim any).
func (s *Service) Share(ctx context.Context, a ba.Actor, id ba.ProjectID, email string, role ba.ProjectRole) (Sharing, error) {
	if err := mayWrite(a); err != nil {
		return Sharing{}, err
	}
	email, err := checkShare(email, role)
	if err != nil {
		return Sharing{}, err
	}
	user, err := s.Store.UserByEmail(ctx, a, email)
	switch {
	case err == nil:
		m := ba.Member{User: user.ID, Email: user.Email, Name: user.Name, Role: role, CreatedAt: s.Clock()}
		if err := s.Store.PutMember(ctx, a, id, m); err != nil {
			return Sharing{}, err
		}
		return Sharing{Member: &m}, nil
	case ba.KindOf(err) != ba.NotFound:
		return Sharing{}, err
	}
	inv, link, err := s.Inviter.Invite(ctx, a, ba.Invitation{Project: id, Email: email, Role: role})
	if err != nil {
		return Sharing{}, err
	}
	return Sharing{Invitation: &inv, InviteURL: link}, nil
}

// Unshare removes a member. The last owner cannot be removed: Conflict.
func (s *Service) Unshare(ctx context.Context, a ba.Actor, id ba.ProjectID, user ba.UserID) error {
	if err := mayWrite(a); err != nil {
		return err
	}
	return s.Store.RemoveMember(ctx, a, id, user)
}

func checkShare(email string, role ba.ProjectRole) (string, error) {
	var fields []ba.Field
	addr, err := mail.ParseAddress(strings.TrimSpace(email))
	if err != nil || addr.Name != "" || len(email) > 254 {
		fields = append(fields, ba.Field{Location: "body.email", Message: "must be an e-mail address such as ana@example.com"})
	}
	if !role.Valid() {
		fields = append(fields, ba.Field{Location: "body.role", Message: "must be viewer, editor or owner"})
	}
	if err := ba.InvalidFields(fields); err != nil {
		return "", err
	}
	return addr.Address, nil
}

func mayWrite(a ba.Actor) error {
	if !a.CanWrite() {
		return ba.E(ba.Forbidden, "This token may only read. Make one that may also write, or sign in.")
	}
	return nil
}
