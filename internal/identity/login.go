package identity

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
)

// onHost marks a request that was sent to the public host already, so that a
// proxy that changes the Host header causes no endless redirect.
const onHost = "host"

// Login begins a sign-in: it seals a transaction into a cookie and sends the
// browser to the provider in the path value "provider". The query may hold
// return_to (a local path), prompt=select_account, link=1 (a signed-in person
// adds this provider) and, for a separate front end, client=front with
// code_challenge.
func (s *Service) Login(w http.ResponseWriter, r *http.Request) error {
	p, err := s.provider(r.PathValue("provider"))
	if err != nil {
		return err
	}
	if s.onOtherHost(r) {
		s.toPublicHost(w, r)
		return nil
	}
	tx, err := s.begin(r, p.ID)
	if err != nil {
		return err
	}
	found, err := p.connect(r.Context())
	if err != nil {
		return httpx.WithActions(err, httpx.Action{Label: "Try again", URL: loginPath(p.ID)})
	}
	s.dropOldLogins(w, r)
	if err := s.put(w, s.loginCookieName(tx.State), tx, loginPeriod); err != nil {
		return err
	}
	options := []oauth2.AuthCodeOption{oidc.Nonce(tx.Nonce), oauth2.S256ChallengeOption(tx.Verifier)}
	if r.URL.Query().Get("prompt") == "select_account" {
		options = append(options, oauth2.SetAuthURLParam("prompt", "select_account"))
	}
	http.Redirect(w, r, found.oauth.AuthCodeURL(tx.State, options...), http.StatusFound)
	return nil
}

// begin makes a new transaction from what the request asks.
func (s *Service) begin(r *http.Request, provider string) (transaction, error) {
	q := r.URL.Query()
	tx := transaction{
		Provider: provider,
		State:    newSecret(""),
		Nonce:    newSecret(""),
		Verifier: oauth2.GenerateVerifier(),
		ReturnTo: returnPath(q.Get("return_to")),
		Expires:  s.clock().Add(loginPeriod),
	}
	if q.Get("client") == "front" {
		if s.cfg.FrontendURL == nil {
			return transaction{}, ba.E(ba.Invalid, "No separate front end is set up here. Operators: set FRONTEND_URL.")
		}
		if tx.Challenge = q.Get("code_challenge"); !isChallenge(tx.Challenge) {
			return transaction{}, &ba.Error{Kind: ba.Invalid, Msg: "A separate front end must send a PKCE code_challenge (S256).",
				Fields: []ba.Field{{Location: "query.code_challenge", Message: "must be the base64url of a SHA-256: 43 characters"}}}
		}
	}
	if q.Get("link") == "1" {
		a, err := httpx.RequireActor(r.Context())
		if err != nil {
			return transaction{}, err
		}
		tx.Link = a.User
	}
	return tx, nil
}

// returnPath returns the page to show after sign-in: the one that was asked
// for, where it is a page of this site, and the first page otherwise.
func returnPath(s string) string {
	path, ok := httpx.LocalPath(s)
	if !ok || strings.HasPrefix(path, "/auth/") || strings.HasPrefix(path, "/login") {
		return "/"
	}
	return path
}

func isChallenge(s string) bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil && len(b) == 32
}

// onOtherHost reports whether the browser used another name of this server: a
// cookie set there would not come to the callback.
func (s *Service) onOtherHost(r *http.Request) bool {
	return r.Host != s.cfg.PublicURL.Host && r.URL.Query().Get(onHost) == ""
}

func (s *Service) toPublicHost(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	q.Set(onHost, "1")
	to := url.URL{Scheme: s.cfg.PublicURL.Scheme, Host: s.cfg.PublicURL.Host, Path: r.URL.Path, RawQuery: q.Encode()}
	http.Redirect(w, r, to.String(), http.StatusFound)
}
