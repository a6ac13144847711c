package identity

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
)

// Callback ends a sign-in: it checks the provider's answer against the
// browser's transaction, exchanges the code, verifies the ID token, lets the
// person in or not, and redirects to the page that was asked for first. Its
// errors say what a person can do, and offer it as an action.
func (s *Service) Callback(w http.ResponseWriter, r *http.Request) error {
	p, err := s.provider(r.PathValue("provider"))
	if err != nil {
		return err
	}
	tx, err := s.resume(w, r, p)
	if err != nil {
		return s.turnedAway(r.Context(), p.ID, person{}, err)
	}
	who, err := s.identify(r, p, tx)
	if err != nil {
		return s.refused(w, r, p, tx, s.turnedAway(r.Context(), p.ID, person{}, err))
	}
	if tx.Link != "" {
		return s.link(w, r, p, tx, who)
	}
	user, err := s.admit(w, r, who)
	if err != nil {
		return s.refused(w, r, p, tx, s.turnedAway(r.Context(), p.ID, who, err))
	}
	return s.enter(w, r, tx, user)
}

// resume finds the transaction of this browser that the callback belongs to,
// and ends it: a callback counts once.
func (s *Service) resume(w http.ResponseWriter, r *http.Request, p *provider) (transaction, error) {
	state := r.URL.Query().Get("state")
	name := s.loginCookieName(state)
	var tx transaction
	opened := s.take(r, name, &tx)
	s.dropCookie(w, name)
	switch {
	case !opened || s.clock().After(tx.Expires):
		return tx, s.startAgain(p, tx, "sign_in_expired", "This sign-in has expired. Start again. (It also happens when the link is opened in another browser, or when cookies are blocked.)")
	case tx.Provider != p.ID || subtle.ConstantTimeCompare([]byte(tx.State), []byte(state)) != 1:
		return tx, s.startAgain(p, tx, "sign_in_mismatch", "This answer belongs to another sign-in. Start again.")
	}
	first, err := s.store.UseOnce(r.Context(), hashOf("callback:"+state), tx.Expires)
	if err != nil {
		return tx, err
	}
	if !first {
		return tx, s.startAgain(p, tx, "sign_in_used", "This sign-in was already used. Start again.")
	}
	return tx, nil
}

func (s *Service) startAgain(p *provider, tx transaction, code, msg string) error {
	err := &ba.Error{Kind: ba.Unauthenticated, Code: code, Msg: msg}
	return httpx.WithActions(err, httpx.Action{Label: "Sign in with " + p.Name, URL: againPath(p, tx, false)})
}

// identify turns the provider's answer into a person: iss, error, code,
// exchange, ID token, in that order.
func (s *Service) identify(r *http.Request, p *provider, tx transaction) (person, error) {
	q := r.URL.Query()
	found, err := p.connect(r.Context())
	if err != nil {
		return person{}, err
	}
	if iss := q.Get("iss"); iss != "" && !sameIssuer(iss, found.issuer) {
		return person{}, misled(p, errors.New("the callback names another issuer (RFC 9207)"))
	}
	if code := q.Get("error"); code != "" {
		return person{}, explainCallback(p, code, q.Get("error_description"))
	}
	if q.Get("code") == "" {
		return person{}, misled(p, errors.New("the callback has neither code nor error"))
	}
	raw, err := p.exchange(r.Context(), found, q.Get("code"), tx.Verifier)
	if err != nil {
		return person{}, err
	}
	return p.verify(r.Context(), found, raw, tx.Nonce)
}

// sameIssuer compares the iss of a callback with the expected one, which for
// Microsoft's shared endpoints is a template.
func sameIssuer(iss, want string) bool {
	before, after, template := strings.Cut(want, tenantPlace)
	if !template {
		return iss == want
	}
	tenant, hasPrefix := strings.CutPrefix(iss, before)
	tenant, hasSuffix := strings.CutSuffix(tenant, after)
	return hasPrefix && hasSuffix && tenantID.MatchString(tenant)
}

// exchange sends the code, once, and returns the raw ID token. Access and
// refresh tokens are dropped.
func (p *provider) exchange(ctx context.Context, found *discovered, code, verifier string) (string, error) {
	ctx, cancel := context.WithTimeout(p.withClient(ctx), exchangeTimeout)
	defer cancel()
	token, err := found.oauth.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		return "", explainExchange(p, err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok || raw == "" {
		return "", misled(p, errors.New("the token answer has no id_token; is the scope openid granted?"))
	}
	return raw, nil
}

// turnedAway records a sign-in that did not succeed, and returns why it did
// not. What cannot be recorded is an answer of its own: nobody tries unseen.
func (s *Service) turnedAway(ctx context.Context, provider string, who person, cause error) error {
	if ba.KindOf(cause) == ba.Canceled {
		return cause
	}
	e := ba.AuditEntry{Action: ba.ActSignInFailed, Via: ba.ViaDoor, Kind: "sign-in", Object: provider, Name: who.email, Detail: ba.CodeOf(cause)}
	if err := s.store.Audit(ctx, e); err != nil {
		return errors.Join(cause, err)
	}
	return cause
}

// refused prepares the answer to somebody who does not come in: a separate
// front end gets the code of the error, a person a page with a way on.
func (s *Service) refused(w http.ResponseWriter, r *http.Request, p *provider, tx transaction, err error) error {
	if tx.Challenge != "" {
		httpx.Note(r.Context(), err)
		s.toFrontend(w, r, url.Values{"error": {ba.CodeOf(err)}, "request_id": {httpx.RequestID(r.Context())}})
		return nil
	}
	if hasActions(err) {
		return err
	}
	switch ba.CodeOf(err) {
	case codeNotInvited, codePersonal, codeDisabled:
		return httpx.WithActions(err, httpx.Action{Label: "Use another account", URL: againPath(p, tx, true)})
	case codeInteraction:
		return httpx.WithActions(err, httpx.Action{Label: "Continue to " + p.Name, URL: againPath(p, tx, false)})
	case codeMisconfigured:
		return httpx.WithActions(err, httpx.Action{Label: "Back to the sign-in page", URL: "/login"})
	}
	return httpx.WithActions(err, httpx.Action{Label: "Sign in with " + p.Name, URL: againPath(p, tx, false)})
}

func hasActions(err error) bool { return len(httpx.ProblemOf(err, "").Actions) > 0 }

// againPath is the way to begin the same sign-in anew.
func againPath(p *provider, tx transaction, otherAccount bool) string {
	q := url.Values{}
	if tx.ReturnTo != "" && tx.ReturnTo != "/" {
		q.Set("return_to", tx.ReturnTo)
	}
	if otherAccount {
		q.Set("prompt", "select_account")
	}
	if len(q) == 0 {
		return loginPath(p.ID)
	}
	return loginPath(p.ID) + "?" + q.Encode()
}

// enter gives the person a fresh session and shows the page that was asked
// for, or gives a separate front end its one-time code.
func (s *Service) enter(w http.ResponseWriter, r *http.Request, tx transaction, user ba.User) error {
	if tx.Challenge != "" {
		return s.handToFrontend(w, r, tx, user)
	}
	if err := s.startSession(w, r, user); err != nil {
		return err
	}
	http.Redirect(w, r, tx.ReturnTo, http.StatusSeeOther)
	return nil
}

// link adds the provider's identity to the user who began the transaction, if
// that user is still the one who is signed in here.
func (s *Service) link(w http.ResponseWriter, r *http.Request, p *provider, tx transaction, who person) error {
	a, err := httpx.RequireActor(r.Context())
	if err != nil {
		return err
	}
	if a.User != tx.Link {
		return ba.E(ba.Forbidden, "Another person is signed in here now, so the account was not added. Sign in again and repeat it.")
	}
	if err := s.store.AddIdentity(r.Context(), a.User, who.identity); err != nil {
		if ba.KindOf(err) == ba.Conflict {
			return ba.Wrap(ba.Conflict, "The "+p.Name+" account "+who.account()+" already belongs to another user here, so it was not added.", err)
		}
		return err
	}
	http.Redirect(w, r, tx.ReturnTo, http.StatusSeeOther)
	return nil
}
