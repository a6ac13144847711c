package identity

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Store is what the service needs of the database. All methods return
// ba.NotFound where there is nothing, or nothing that still counts.
type Store interface {
	Installation(ctx context.Context) (ba.Installation, error)
	SetSetupCode(ctx context.Context, hash []byte) error
	CountAdmins(ctx context.Context) (int, error)

	// UserByIdentity returns disabled users too.
	UserByIdentity(ctx context.Context, id ba.Identity) (ba.User, error)
	// CreateUser returns ba.Conflict where the identity is known already.
	CreateUser(ctx context.Context, u ba.User, id ba.Identity) error
	// AddIdentity returns ba.Conflict where the identity is another user's.
	AddIdentity(ctx context.Context, user ba.UserID, id ba.Identity) error
	User(ctx context.Context, id ba.UserID) (ba.User, error)
	UpdateUser(ctx context.Context, u ba.User) error
	// Users, SetRole and SetDisabled answer Forbidden to everybody but
	// administrators, of whom one stays.
	Users(ctx context.Context, a ba.Actor, page ba.Page) (ba.List[ba.User], error)
	SetRole(ctx context.Context, a ba.Actor, user ba.UserID, role ba.Role) error
	SetDisabled(ctx context.Context, a ba.Actor, user ba.UserID, disabled bool) error

	CreateSession(ctx context.Context, s ba.Session, tokenHash []byte) error
	// SessionByHash finds by the current hash, and by the one before within its grace.
	SessionByHash(ctx context.Context, hash []byte) (ba.Session, ba.User, error)
	// RotateSession changes the hash where it still is oldHash, which stays good until graceUntil.
	RotateSession(ctx context.Context, id ba.SessionID, oldHash, newHash []byte, graceUntil time.Time) (bool, error)
	TouchSession(ctx context.Context, id ba.SessionID, at, expires time.Time) error
	Sessions(ctx context.Context, a ba.Actor) ([]ba.Session, error)
	DeleteSession(ctx context.Context, a ba.Actor, id ba.SessionID) error
	// DeleteSessions ends the sessions and revokes the tokens of a user: one's
	// own, or anybody's for an administrator.
	DeleteSessions(ctx context.Context, a ba.Actor, user ba.UserID) error
	// Audit adds what is no act of the store itself to the audit log.
	Audit(ctx context.Context, e ba.AuditEntry) error

	CreateToken(ctx context.Context, t ba.APIToken, hash []byte) error
	TokenByHash(ctx context.Context, hash []byte) (ba.APIToken, ba.User, error)
	TouchToken(ctx context.Context, id ba.TokenID, at time.Time) error
	Tokens(ctx context.Context, a ba.Actor) ([]ba.APIToken, error)
	DeleteToken(ctx context.Context, a ba.Actor, id ba.TokenID) error

	// CreateInvitation demands that the actor owns the invitation's project.
	CreateInvitation(ctx context.Context, a ba.Actor, inv ba.Invitation, tokenHash []byte) error
	InvitationByHash(ctx context.Context, hash []byte) (ba.Invitation, error)
	Invitations(ctx context.Context, a ba.Actor, project ba.ProjectID) ([]ba.Invitation, error)
	AcceptInvitation(ctx context.Context, id ba.InvitationID, user ba.UserID) error
	DeleteInvitation(ctx context.Context, a ba.Actor, id ba.InvitationID) error

	PutLoginCode(ctx context.Context, c ba.LoginCode) error
	// TakeLoginCode deletes what it returns.
	TakeLoginCode(ctx context.Context, hash []byte) (ba.LoginCode, error)
	// UseOnce reports whether hash is used for the first time.
	UseOnce(ctx context.Context, hash []byte, expires time.Time) (bool, error)
}

// Box seals small values for cookies. Open fails for anything that Seal of the
// same key and the same ad did not make.
type Box interface {
	Seal(plain, ad []byte) string
	Open(sealed string, ad []byte) ([]byte, error)
}

// Config is what an operator decides.
type Config struct {
	PublicURL      *url.URL // scheme and host; every redirect URI is built from it
	FrontendURL    *url.URL // of a separate front end; nil if there is none
	Development    bool     // everybody who signs in may enter, the first as administrator
	Providers      []ProviderConfig
	AllowedDomains []string // Google Workspace domains (claim hd), lower case
	AllowedTenants []string // Microsoft tenant ids (claim tid), lower case
}

// Deps is what a Service works with.
type Deps struct {
	Store  Store
	Box    Box
	Client *http.Client // for the providers; nil is NewClient()
	Clock  func() time.Time
	Log    *slog.Logger
}

// Service is the use cases of identity. It is safe for concurrent use.
type Service struct {
	cfg       Config
	store     Store
	box       Box
	clock     func() time.Time
	log       *slog.Logger
	providers []*provider
	secure    bool // people come over https
}

// New returns a Service. It contacts nobody: Run, or the first sign-in, does.
func New(cfg Config, d Deps) *Service {
	if d.Client == nil {
		d.Client = NewClient()
	}
	s := &Service{
		cfg: cfg, store: d.Store, box: d.Box, clock: d.Clock, log: d.Log,
		secure: cfg.PublicURL.Scheme == "https",
	}
	for _, p := range cfg.Providers {
		s.providers = append(s.providers, newProvider(p, s.redirectURI(p.ID), d.Client, d.Clock))
	}
	return s
}

// Option is one way to sign in, as people see it.
type Option struct {
	ID       string // google, microsoft or oidc
	Name     string
	LoginURL string // a local path
}

// Options returns the ways to sign in, in the order of the configuration.
func (s *Service) Options() []Option {
	out := make([]Option, 0, len(s.providers))
	for _, p := range s.providers {
		out = append(out, Option{ID: p.ID, Name: p.Name, LoginURL: loginPath(p.ID)})
	}
	return out
}

// RedirectURIs returns, for each provider, the address that must be registered
// there, character for character.
func (s *Service) RedirectURIs() map[string]string {
	out := map[string]string{}
	for _, p := range s.providers {
		out[p.ID] = p.redirect
	}
	return out
}

func (s *Service) redirectURI(provider string) string {
	return s.cfg.PublicURL.Scheme + "://" + s.cfg.PublicURL.Host + "/auth/" + provider + "/callback"
}

func loginPath(provider string) string { return "/auth/" + provider + "/login" }

func (s *Service) provider(id string) (*provider, error) {
	for _, p := range s.providers {
		if p.ID == id {
			return p, nil
		}
	}
	return nil, ba.E(ba.NotFound, "There is no such way to sign in here. Go back to the sign-in page and choose one that it offers.")
}
