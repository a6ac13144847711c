package identity

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	sessionIdle     = 12 * time.Hour      // a session ends when unused for so long
	sessionLongest  = 30 * 24 * time.Hour // and in any case after this
	sessionRotation = 24 * time.Hour      // its secret changes so often
	rotationGrace   = 5 * time.Minute     // requests under way still carry the one before
	touchGap        = 5 * time.Minute     // its last use is kept to this precision
	maxAgent        = 200
)

// startSession makes a fresh session for the browser: the id of an earlier one
// is never kept (no fixation).
func (s *Service) startSession(w http.ResponseWriter, r *http.Request, user ba.User) error {
	secret, _, err := s.newSession(r.Context(), user, r.UserAgent(), false)
	if err != nil {
		return err
	}
	s.setCookie(w, s.cookieName(sessionCookie), secret, sessionLongest)
	return nil
}

func (s *Service) newSession(ctx context.Context, user ba.User, agent string, bearer bool) (string, ba.Session, error) {
	now := s.clock()
	session := ba.Session{
		ID: ba.NewID[ba.SessionID](), User: user.ID, Agent: shorten(clean(agent), maxAgent), Bearer: bearer,
		CreatedAt: now, LastUsedAt: now, ExpiresAt: now.Add(sessionIdle),
	}
	prefix := ""
	if bearer {
		prefix = sessionPrefix
	}
	secret := newSecret(prefix)
	return secret, session, s.store.CreateSession(ctx, session, hashOf(secret))
}

// Authenticate finds who asks. It is the httpx.Authenticator of the workspace:
// no credentials are the zero Actor; credentials that are no longer good are
// Unauthenticated. A bearer value wins over the cookie. Where it is time, it
// gives the browser's session a new secret.
func (s *Service) Authenticate(w http.ResponseWriter, r *http.Request) (ba.Actor, error) {
	if header := r.Header.Get("Authorization"); header != "" {
		return s.byBearer(r.Context(), header)
	}
	c, err := r.Cookie(s.cookieName(sessionCookie))
	if err != nil || c.Value == "" {
		return ba.Actor{}, nil
	}
	hash := hashOf(c.Value)
	session, user, err := s.store.SessionByHash(r.Context(), hash)
	if err != nil || session.Bearer {
		if err == nil || ba.KindOf(err) == ba.NotFound {
			s.dropCookie(w, c.Name)
		}
		return ba.Actor{}, signedOut(err)
	}
	if err := s.keepAlive(r.Context(), session); err != nil {
		return ba.Actor{}, err
	}
	return actorOf(user, session), s.rotate(w, r, session, hash)
}

func actorOf(user ba.User, session ba.Session) ba.Actor {
	return ba.Actor{User: user.ID, Role: user.Role, Session: session.ID, Access: ba.AccessWrite}
}

func (s *Service) byBearer(ctx context.Context, header string) (ba.Actor, error) {
	scheme, secret, _ := strings.Cut(header, " ")
	secret = strings.TrimSpace(secret)
	switch {
	case !strings.EqualFold(scheme, "Bearer"):
	case strings.HasPrefix(secret, sessionPrefix):
		return s.byFrontSession(ctx, secret)
	case strings.HasPrefix(secret, tokenPrefix):
		return s.byToken(ctx, secret)
	}
	return ba.Actor{}, ba.E(ba.Unauthenticated, "The Authorization header holds no token of this workspace. Send 'Authorization: Bearer ' and a personal API token.")
}

func (s *Service) byFrontSession(ctx context.Context, secret string) (ba.Actor, error) {
	session, user, err := s.store.SessionByHash(ctx, hashOf(secret))
	if err != nil || !session.Bearer {
		return ba.Actor{}, signedOut(err)
	}
	return actorOf(user, session), s.keepAlive(ctx, session)
}

func (s *Service) byToken(ctx context.Context, secret string) (ba.Actor, error) {
	token, user, err := s.store.TokenByHash(ctx, hashOf(secret))
	if err != nil {
		if ba.KindOf(err) == ba.NotFound {
			return ba.Actor{}, ba.Wrap(ba.Unauthenticated, "This API token has expired, was revoked or is not known. Make a new one in the settings.", err)
		}
		return ba.Actor{}, err
	}
	if now := s.clock(); now.Sub(token.LastUsedAt) >= touchGap {
		if err := s.store.TouchToken(ctx, token.ID, now); err != nil {
			return ba.Actor{}, err
		}
	}
	return ba.Actor{User: user.ID, Role: user.Role, Token: token.ID, Access: token.Access}, nil
}

func signedOut(err error) error {
	if err != nil && ba.KindOf(err) != ba.NotFound {
		return err
	}
	return &ba.Error{Kind: ba.Unauthenticated, Code: "session_ended", Msg: "You were signed out, or your session has expired. Sign in again.", Err: err}
}

// keepAlive moves the idle end of a session that is used, up to its longest life.
func (s *Service) keepAlive(ctx context.Context, session ba.Session) error {
	now := s.clock()
	if now.Sub(session.LastUsedAt) < touchGap && !rotationDue(session, now) {
		return nil
	}
	expires := now.Add(sessionIdle)
	if end := session.CreatedAt.Add(sessionLongest); end.Before(expires) {
		expires = end
	}
	return s.store.TouchSession(ctx, session.ID, now, expires)
}

// rotate gives the session a new secret in the first request of each day of
// its life. The store changes it only where it is still the one that came, so
// that of two tabs one rotates and the other goes on with its grace.
func (s *Service) rotate(w http.ResponseWriter, r *http.Request, session ba.Session, hash []byte) error {
	now := s.clock()
	if !rotationDue(session, now) {
		return nil
	}
	secret := newSecret("")
	rotated, err := s.store.RotateSession(r.Context(), session.ID, hash, hashOf(secret), now.Add(rotationGrace))
	if err != nil {
		return err
	}
	if rotated {
		s.setCookie(w, s.cookieName(sessionCookie), secret, session.CreatedAt.Add(sessionLongest).Sub(now))
	}
	return nil
}

// rotationDue reports whether a new day of the session's life has begun since
// it was last used.
func rotationDue(session ba.Session, now time.Time) bool {
	day := func(t time.Time) int64 { return int64(t.Sub(session.CreatedAt) / sessionRotation) }
	return day(now) != day(session.LastUsedAt)
}

// User returns the actor's own user.
func (s *Service) User(ctx context.Context, a ba.Actor) (ba.User, error) {
	return s.store.User(ctx, a.User)
}

// Sessions returns the actor's sessions, this one among them.
func (s *Service) Sessions(ctx context.Context, a ba.Actor) ([]ba.Session, error) {
	return s.store.Sessions(ctx, a)
}

// EndSession revokes one session of the actor. Its streams end within seconds.
func (s *Service) EndSession(ctx context.Context, a ba.Actor, id ba.SessionID) error {
	if !a.CanWrite() {
		return readOnly()
	}
	return s.store.DeleteSession(ctx, a, id)
}

// EndSessions revokes all sessions of the actor, this one too, and all tokens.
func (s *Service) EndSessions(ctx context.Context, a ba.Actor) error {
	if !a.CanWrite() {
		return readOnly()
	}
	return s.store.DeleteSessions(ctx, a, a.User)
}

// Logout ends the session of the request and takes its cookie away. It does
// not end the person's session at the provider. Without a session it does
// nothing; a personal API token is not a session and stays.
func (s *Service) Logout(ctx context.Context, w http.ResponseWriter, a ba.Actor) error {
	s.dropCookie(w, s.cookieName(sessionCookie))
	if a.Session == "" {
		return nil
	}
	err := s.store.DeleteSession(ctx, a, a.Session)
	if err != nil && ba.KindOf(err) == ba.NotFound { // already gone: signed out is what was wanted
		return nil
	}
	return err
}

func readOnly() error {
	return ba.E(ba.Forbidden, "This token may only read. Make one that may also write, or sign in.")
}
