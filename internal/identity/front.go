package identity

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"net/url"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// frontCodePeriod is how long a one-time code can be exchanged.
const frontCodePeriod = 60 * time.Second

// handToFrontend ends a sign-in that a separate front end began: it gets a
// one-time code in its address, and no token.
func (s *Service) handToFrontend(w http.ResponseWriter, r *http.Request, tx transaction, user ba.User) error {
	code := newSecret("")
	err := s.store.PutLoginCode(r.Context(), ba.LoginCode{
		Hash: hashOf(code), User: user.ID, Challenge: tx.Challenge, ExpiresAt: s.clock().Add(frontCodePeriod),
	})
	if err != nil {
		return err
	}
	s.toFrontend(w, r, url.Values{"code": {code}})
	return nil
}

func (s *Service) toFrontend(w http.ResponseWriter, r *http.Request, q url.Values) {
	to := url.URL{Scheme: s.cfg.FrontendURL.Scheme, Host: s.cfg.FrontendURL.Host, Path: "/auth/callback", RawQuery: q.Encode()}
	http.Redirect(w, r, to.String(), http.StatusSeeOther)
}

// ExchangeCode gives a separate front end its session for the one-time code and
// the verifier whose challenge it sent in the beginning (RFC 7636, section
// 4.6). The code is used up in any case. The secret is used as a bearer token.
func (s *Service) ExchangeCode(ctx context.Context, code, verifier, agent string) (secret string, session ba.Session, user ba.User, err error) {
	kept, err := s.store.TakeLoginCode(ctx, hashOf(code))
	if err != nil {
		if ba.KindOf(err) == ba.NotFound {
			err = s.turnedAway(ctx, "front", person{}, badCode(err))
		}
		return "", ba.Session{}, ba.User{}, err
	}
	sum := sha256.Sum256([]byte(verifier))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	if subtle.ConstantTimeCompare([]byte(challenge), []byte(kept.Challenge)) != 1 || s.clock().After(kept.ExpiresAt) {
		return "", ba.Session{}, ba.User{}, s.turnedAway(ctx, "front", person{}, badCode(nil))
	}
	user, err = s.store.User(ctx, kept.User)
	if err != nil || user.Disabled {
		return "", ba.Session{}, ba.User{}, signedOut(err)
	}
	secret, session, err = s.newSession(ctx, user, agent, true)
	return secret, session, user, err
}

func badCode(cause error) error {
	return &ba.Error{Kind: ba.Unauthenticated, Code: "invalid_code", Err: cause,
		Msg: "This one-time code is wrong, was used or has expired after 60 seconds. Begin the sign-in again."}
}
