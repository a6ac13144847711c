package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"net/http"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// invitationPeriod is how long an invitation can be accepted.
const invitationPeriod = 7 * 24 * time.Hour

// Invite stores an invitation and returns it with the secret link that accepts
// it, which is shown once. An invitation to the instance alone, or with Admin,
// needs an administrator; one to a project needs its owner.
func (s *Service) Invite(ctx context.Context, a ba.Actor, inv ba.Invitation) (ba.Invitation, string, error) {
	if !a.CanWrite() || (inv.Project == "" || inv.Admin) && !a.IsAdmin() {
		return ba.Invitation{}, "", ba.E(ba.Forbidden, "Only an administrator can invite people to the workspace itself. Share a project of yours instead, or ask an administrator.")
	}
	secret := newSecret("")
	inv.ID, inv.InvitedBy = ba.NewID[ba.InvitationID](), a.User
	inv.CreatedAt = s.clock()
	inv.ExpiresAt = inv.CreatedAt.Add(invitationPeriod)
	if err := s.store.CreateInvitation(ctx, a, inv, hashOf(secret)); err != nil {
		return ba.Invitation{}, "", err
	}
	return inv, s.cfg.PublicURL.String() + "/invite/" + secret, nil
}

// Invitation returns the invitation of a secret link, or NotFound where it was
// used, withdrawn or has expired. Whoever has the link may see it.
func (s *Service) Invitation(ctx context.Context, secret string) (ba.Invitation, error) {
	inv, err := s.store.InvitationByHash(ctx, hashOf(secret))
	return inv, gone(err)
}

// AcceptInvitation lets the signed-in actor use an invitation. It counts once.
func (s *Service) AcceptInvitation(ctx context.Context, a ba.Actor, secret string) (ba.Invitation, error) {
	if !a.CanWrite() || a.Session == "" {
		return ba.Invitation{}, ba.E(ba.Forbidden, "An invitation is accepted by a person who is signed in, not with a token. Sign in and open the link again.")
	}
	inv, err := s.Invitation(ctx, secret)
	if err != nil {
		return ba.Invitation{}, err
	}
	return inv, s.accept(ctx, secret, a.User)
}

func (s *Service) accept(ctx context.Context, secret string, user ba.UserID) error {
	inv, err := s.store.InvitationByHash(ctx, hashOf(secret))
	if err != nil {
		return gone(err)
	}
	return gone(s.store.AcceptInvitation(ctx, inv.ID, user))
}

func gone(err error) error {
	if err != nil && ba.KindOf(err) == ba.NotFound {
		return ba.Wrap(ba.NotFound, "This invitation was used, withdrawn or has expired. Ask the person who invited you for a new one.", err)
	}
	return err
}

// Invitations returns the open invitations of a project, or, for the empty id
// and an administrator, those to the instance.
func (s *Service) Invitations(ctx context.Context, a ba.Actor, project ba.ProjectID) ([]ba.Invitation, error) {
	return s.store.Invitations(ctx, a, project)
}

// Uninvite withdraws an invitation.
func (s *Service) Uninvite(ctx context.Context, a ba.Actor, id ba.InvitationID) error {
	if !a.CanWrite() {
		return readOnly()
	}
	return s.store.DeleteInvitation(ctx, a, id)
}

// BringInvitation keeps an invitation for the sign-in that follows, so that it
// lets a newcomer in.
func (s *Service) BringInvitation(w http.ResponseWriter, r *http.Request, secret string) (ba.Invitation, error) {
	inv, err := s.Invitation(r.Context(), secret)
	if err != nil {
		return ba.Invitation{}, err
	}
	return inv, s.bring(w, entry{Invitation: secret})
}

// BringSetupCode keeps the setup code for the sign-in that follows, which then
// makes an administrator. A wrong code is Forbidden. Callers limit the rate.
func (s *Service) BringSetupCode(w http.ResponseWriter, r *http.Request, code string) error {
	code = canonical(code)
	ok, err := s.isSetupCode(r.Context(), code)
	if err != nil {
		return err
	}
	if !ok {
		return s.turnedAway(r.Context(), "setup", person{}, ba.E(ba.Forbidden, "This is not the setup code. It was printed when the server started; each start prints a new one until there is an administrator."))
	}
	return s.bring(w, entry{SetupCode: code})
}

func (s *Service) bring(w http.ResponseWriter, e entry) error {
	e.Expires = s.clock().Add(entryPeriod)
	return s.put(w, s.cookieName(entryCookie), e, entryPeriod)
}

// NeedsSetup reports whether there is no administrator yet.
func (s *Service) NeedsSetup(ctx context.Context) (bool, error) {
	n, err := s.store.CountAdmins(ctx)
	return n == 0, err
}

// NewSetupCode makes a setup code, to be printed once at start, and stores its
// hash; an earlier code ends. It returns an empty string where an
// administrator exists, and in development, where the first user becomes one.
func (s *Service) NewSetupCode(ctx context.Context) (string, error) {
	needed, err := s.NeedsSetup(ctx)
	if err != nil || !needed || s.cfg.Development {
		return "", err
	}
	b := make([]byte, 15)
	_, _ = rand.Read(b)
	raw := base32.StdEncoding.EncodeToString(b) // 24 characters, 120 bits
	if err := s.store.SetSetupCode(ctx, hashOf(raw)); err != nil {
		return "", err
	}
	var groups []string
	for ; raw != ""; raw = raw[4:] {
		groups = append(groups, raw[:4])
	}
	return strings.Join(groups, "-"), nil
}

// canonical removes what people add when they copy a code by hand.
func canonical(code string) string {
	return strings.ToUpper(strings.NewReplacer("-", "", " ", "", "\t", "", "\n", "", "\r", "").Replace(code))
}

func (s *Service) isSetupCode(ctx context.Context, code string) (bool, error) {
	inst, err := s.store.Installation(ctx)
	if err != nil {
		return false, err
	}
	return len(inst.SetupCodeHash) > 0 && subtle.ConstantTimeCompare(hashOf(code), inst.SetupCodeHash) == 1, nil
}

// takeSetupCode uses the code up and reports whether it was good. Of two
// people with the same code at the same moment one gets it.
func (s *Service) takeSetupCode(ctx context.Context, code string) (bool, error) {
	ok, err := s.isSetupCode(ctx, code)
	if !ok || err != nil {
		return false, err
	}
	first, err := s.store.UseOnce(ctx, hashOf("setup:"+code), s.clock().Add(entryPeriod))
	if !first || err != nil {
		return false, err
	}
	return true, s.store.SetSetupCode(ctx, nil)
}
