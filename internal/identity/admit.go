package identity

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// entry is what somebody brought along before signing in: the setup code or
// an invitation. It travels in a sealed cookie.
type entry struct {
	SetupCode  string    `json:"s,omitempty"`
	Invitation string    `json:"i,omitempty"` // its secret
	Expires    time.Time `json:"e"`
}

const entryPeriod = time.Hour

// admit decides whether a person may enter and returns the user, who is made
// at the first sign-in. A person without a way in gets Forbidden that names
// the account used.
func (s *Service) admit(w http.ResponseWriter, r *http.Request, who person) (ba.User, error) {
	name := s.cookieName(entryCookie)
	var e entry
	if s.take(r, name, &e) {
		s.dropCookie(w, name)
		if s.clock().After(e.Expires) {
			e = entry{}
		}
	}
	user, err := s.store.UserByIdentity(r.Context(), who.identity)
	if ba.KindOf(err) == ba.NotFound && err != nil {
		return s.newcomer(r.Context(), who, e)
	}
	if err != nil {
		return ba.User{}, err
	}
	return s.returning(r.Context(), user, who, e)
}

// returning brings a known user up to date: name and address may change at
// every sign-in. The setup code and an invitation count for them as well.
func (s *Service) returning(ctx context.Context, user ba.User, who person, e entry) (ba.User, error) {
	if user.Disabled {
		return ba.User{}, &ba.Error{Kind: ba.Forbidden, Code: codeDisabled,
			Msg: "The account " + who.account() + " is disabled here. Ask your administrator, or use another account."}
	}
	if e.SetupCode != "" {
		ok, err := s.takeSetupCode(ctx, e.SetupCode)
		if err != nil {
			return ba.User{}, err
		}
		if ok {
			user.Role = ba.RoleAdmin
		}
	}
	s.describe(&user, who)
	if err := s.store.UpdateUser(ctx, user); err != nil {
		return ba.User{}, err
	}
	if e.Invitation != "" {
		if err := s.accept(ctx, e.Invitation, user.ID); err != nil && ba.KindOf(err) != ba.NotFound {
			return ba.User{}, err
		}
	}
	return user, nil
}

// newcomer makes a user of somebody who was let in.
func (s *Service) newcomer(ctx context.Context, who person, e entry) (ba.User, error) {
	user := ba.User{ID: ba.NewID[ba.UserID](), CreatedAt: s.clock()}
	role, invited, err := s.letIn(ctx, who, e)
	if err != nil {
		return ba.User{}, err
	}
	user.Role = role
	s.describe(&user, who)
	err = s.store.CreateUser(ctx, user, who.identity)
	if err != nil && ba.KindOf(err) == ba.Conflict { // the same person, in two tabs at once
		user, err = s.store.UserByIdentity(ctx, who.identity)
	}
	if err != nil {
		return ba.User{}, err
	}
	if invited {
		if err := s.accept(ctx, e.Invitation, user.ID); err != nil {
			return ba.User{}, err
		}
	}
	return user, nil
}

func (s *Service) describe(user *ba.User, who person) {
	user.Name, user.Email, user.EmailTrusted = first(who.name, who.email, "Unnamed"), who.email, who.emailTrusted
	if who.tenant != "" && slices.Contains(s.cfg.AllowedTenants, who.tenant) {
		user.EmailTrusted = who.email != ""
	}
	user.LastSeenAt = s.clock()
}

// letIn returns the role of a newcomer, and whether the invitation is what
// lets them in.
func (s *Service) letIn(ctx context.Context, who person, e entry) (role ba.Role, invited bool, err error) {
	if e.SetupCode != "" {
		if ok, err := s.takeSetupCode(ctx, e.SetupCode); ok || err != nil {
			return ba.RoleAdmin, false, err
		}
	}
	if e.Invitation != "" {
		inv, err := s.store.InvitationByHash(ctx, hashOf(e.Invitation))
		if err == nil {
			return roleOf(inv.Admin), true, nil
		}
		if ba.KindOf(err) != ba.NotFound {
			return "", false, err
		}
	}
	switch {
	case s.cfg.Development:
		admins, err := s.store.CountAdmins(ctx)
		return roleOf(admins == 0), false, err
	case who.domain != "" && slices.Contains(s.cfg.AllowedDomains, who.domain),
		who.tenant != "" && slices.Contains(s.cfg.AllowedTenants, who.tenant):
		return ba.RoleMember, false, nil
	}
	return "", false, notInvited(who)
}

func roleOf(admin bool) ba.Role {
	if admin {
		return ba.RoleAdmin
	}
	return ba.RoleMember
}

func notInvited(who person) error {
	return &ba.Error{Kind: ba.Forbidden, Code: codeNotInvited,
		Msg: "The " + who.provider + " account " + who.account() + " isn't invited here. Ask the person who runs this workspace for an invitation, or use another account."}
}
