package identity_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/identity"
)

// signIn makes a user by the development sign-in and returns it as an actor.
func (s *site) signIn(t *testing.T, email string) ba.Actor {
	t.Helper()
	b := newBrowser(t)
	if p := b.post(s.URL+"/dev", url.Values{"email": {email}}); p.StatusCode != 200 {
		t.Fatalf("development sign-in: %d %s", p.StatusCode, p.body)
	}
	who := b.who(s)
	return ba.Actor{User: ba.UserID(who.ID), Role: ba.Role(who.Role), Session: ba.SessionID(who.Session), Access: ba.AccessWrite}
}

func (s *site) browserOf(t *testing.T, email string) *browser {
	t.Helper()
	b := newBrowser(t)
	b.post(s.URL+"/dev", url.Values{"email": {email}})
	if b.who(s).ID == "" {
		t.Fatal("development sign-in failed")
	}
	return b
}

func (b *browser) secret(s *site) string {
	for _, c := range b.cookies(s) {
		if c.Name == "ba_session" {
			return c.Value
		}
	}
	return ""
}

func (b *browser) with(s *site, secret string) {
	u, _ := url.Parse(s.URL)
	b.Jar.SetCookies(u, []*http.Cookie{{Name: "ba_session", Value: secret, Path: "/"}})
}

func TestASessionEndsWhenItIsIdleAndInAnyCaseAfterThirtyDays(t *testing.T) {
	s := newSite(t, development)
	b := s.browserOf(t, "a@example.com")
	s.clock.Add(11 * time.Hour)
	if b.who(s).ID == "" {
		t.Error("ended after 11 hours")
	}
	s.clock.Add(12*time.Hour + time.Minute)
	if p := b.get(s.URL + "/whoami"); p.StatusCode != 401 || p.problem(t).Code != "session_ended" {
		t.Errorf("after 12 idle hours: %d %s", p.StatusCode, p.body)
	}
	if b.secret(s) != "" {
		t.Error("the browser keeps the cookie of an ended session")
	}

	b = s.browserOf(t, "a@example.com")
	for hours := 0; hours < 30*24-6; hours += 6 {
		s.clock.Add(6 * time.Hour)
		if b.who(s).ID == "" {
			t.Fatalf("ended after %d hours of use", hours)
		}
	}
	s.clock.Add(6*time.Hour + time.Minute)
	if b.who(s).ID != "" {
		t.Error("goes on after thirty days")
	}
}

func TestASessionSecretRotatesDailyWithAShortGrace(t *testing.T) {
	s := newSite(t, development)
	b := s.browserOf(t, "a@example.com")
	old := b.secret(s)
	for range 23 {
		s.clock.Add(time.Hour)
		b.who(s)
	}
	if b.secret(s) != old {
		t.Error("rotated within a day")
	}
	s.clock.Add(61 * time.Minute)
	b.who(s)
	fresh := b.secret(s)
	if fresh == old || fresh == "" {
		t.Fatal("not rotated after a day")
	}
	b.who(s)
	if b.secret(s) != fresh {
		t.Error("rotated again at once")
	}
	other := newBrowser(t)
	other.with(s, old)
	if other.who(s).ID == "" {
		t.Error("a request under way with the old secret is refused")
	}
	s.clock.Add(6 * time.Minute)
	other.with(s, old)
	if other.who(s).ID != "" {
		t.Error("the old secret goes on after its grace")
	}
	if b.who(s).ID == "" {
		t.Error("the new secret ended with the old one")
	}
}

func TestManyRequestsAtTheMomentOfRotationLockNobodyOut(t *testing.T) {
	s := newSite(t, development)
	b := s.browserOf(t, "a@example.com")
	s.clock.Add(11 * time.Hour)
	b.who(s)
	s.clock.Add(11 * time.Hour)
	b.who(s)
	s.clock.Add(3 * time.Hour)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if res, err := b.Client.Get(s.URL + "/whoami"); err != nil || res.StatusCode != 200 {
				t.Errorf("during rotation: %v %v", res, err)
			} else {
				res.Body.Close()
			}
		})
	}
	wg.Wait()
	s.clock.Add(10 * time.Minute)
	if b.who(s).ID == "" {
		t.Error("the browser holds a secret that lost")
	}
}

func TestSessionsAreListedAndRevoked(t *testing.T) {
	s := newSite(t, development)
	laptop, phone := s.browserOf(t, "a@example.com"), s.browserOf(t, "a@example.com")
	stranger := s.signIn(t, "b@example.com")
	who := laptop.who(s)
	a := ba.Actor{User: ba.UserID(who.ID), Session: ba.SessionID(who.Session), Access: ba.AccessWrite}
	all, err := s.service.Sessions(t.Context(), a)
	if err != nil || len(all) != 2 || all[0].Agent == "" {
		t.Fatalf("sessions: %+v %v", all, err)
	}
	lost := ba.SessionID(phone.who(s).Session)
	if err := s.service.EndSession(t.Context(), stranger, lost); ba.KindOf(err) != ba.NotFound {
		t.Errorf("a stranger revoked it: %v", err)
	}
	readOnly := a
	readOnly.Access = ba.AccessRead
	if err := s.service.EndSession(t.Context(), readOnly, lost); ba.KindOf(err) != ba.Forbidden {
		t.Errorf("a token that may only read revoked it: %v", err)
	}
	if err := s.service.EndSession(t.Context(), a, lost); err != nil {
		t.Fatal(err)
	}
	if phone.who(s).ID != "" || laptop.who(s).ID == "" {
		t.Error("the wrong session ended")
	}
	if alive, err := s.db.ActorAlive(t.Context(), ba.Actor{User: a.User, Session: lost}); alive || err != nil {
		t.Errorf("a stream of it would go on: %v %v", alive, err)
	}
	if p := laptop.post(s.URL+"/logout", nil); p.StatusCode != 200 || laptop.who(s).ID != "" || laptop.secret(s) != "" {
		t.Errorf("logout: %d", p.StatusCode)
	}
}

func TestASignInGivesAFreshSession(t *testing.T) {
	is := newIssuer(t)
	s := newSite(t, development, oidcAt(is))
	attacker := s.browserOf(t, "attacker@example.com")
	victim := newBrowser(t)
	victim.with(s, attacker.secret(s))
	victim.get(s.URL + "/auth/oidc/login")
	if victim.secret(s) == attacker.secret(s) || victim.who(s).ID == attacker.who(s).ID {
		t.Error("the planted session was kept")
	}
}

func TestNothingUsefulIsStoredOfASecret(t *testing.T) {
	s := newSite(t, development)
	b := s.browserOf(t, "a@example.com")
	secret := b.secret(s)
	if raw, err := base64.RawURLEncoding.DecodeString(secret); err != nil || len(raw) != 32 {
		t.Fatalf("the secret is %q", secret)
	}
	sum := sha256.Sum256([]byte(secret))
	if session, _, err := s.db.SessionByHash(t.Context(), sum[:]); err != nil || string(session.ID) != b.who(s).Session {
		t.Errorf("the session is not found by the hash: %v", err)
	}
	if strings.Contains(s.log.String(), secret) {
		t.Error("the secret is in the log")
	}
}

func TestAPersonalTokenDoesWhatItsScopeSays(t *testing.T) {
	s := newSite(t, development)
	a := s.signIn(t, "a@example.com")
	token, secret, err := s.service.NewToken(t.Context(), a, " laptop ", 7, ba.AccessRead)
	if err != nil || token.Name != "laptop" || !strings.HasPrefix(secret, "ba_") || len(secret) != 46 {
		t.Fatalf("%+v %q %v", token, secret, err)
	}
	ask := func(header string) int {
		r, _ := http.NewRequest("GET", s.URL+"/whoami", nil)
		r.Header.Set("Authorization", header)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}
	if got := ask("Bearer " + secret); got != 200 {
		t.Errorf("the token answers %d", got)
	}
	for _, bad := range []string{"Bearer " + secret + "x", "Bearer ba_", "Bearer", "Basic " + secret, secret, "Bearer bas_" + secret} {
		if got := ask(bad); got != 401 {
			t.Errorf("%q answers %d", bad, got)
		}
	}
	t.Run("it cannot make tokens", func(t *testing.T) {
		byToken := ba.Actor{User: a.User, Role: a.Role, Token: token.ID, Access: ba.AccessWrite}
		if _, _, err := s.service.NewToken(t.Context(), byToken, "x", 1, ba.AccessRead); ba.KindOf(err) != ba.Forbidden {
			t.Errorf("it made one: %v", err)
		}
	})
	t.Run("its limits are stated", func(t *testing.T) {
		for name, make := range map[string]func() error{
			"no name": func() error { _, _, err := s.service.NewToken(t.Context(), a, " ", 1, ba.AccessRead); return err },
			"long name": func() error {
				_, _, err := s.service.NewToken(t.Context(), a, strings.Repeat("x", 201), 1, ba.AccessRead)
				return err
			},
			"long life": func() error {
				_, _, err := s.service.NewToken(t.Context(), a, "x", identity.MaxTokenDays+1, ba.AccessRead)
				return err
			},
			"no scope": func() error { _, _, err := s.service.NewToken(t.Context(), a, "x", 1, ""); return err },
		} {
			if err := make(); ba.KindOf(err) != ba.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
	t.Run("it expires", func(t *testing.T) {
		s.clock.Add(7*24*time.Hour + time.Second)
		if got := ask("Bearer " + secret); got != 401 {
			t.Errorf("after its end it answers %d", got)
		}
	})
	t.Run("it is revoked", func(t *testing.T) {
		token, secret, err := s.service.NewToken(t.Context(), a, "x", 7, ba.AccessWrite)
		if err != nil || ask("Bearer "+secret) != 200 {
			t.Fatal(err)
		}
		if err := s.service.RevokeToken(t.Context(), a, token.ID); err != nil {
			t.Fatal(err)
		}
		if got := ask("Bearer " + secret); got != 401 {
			t.Errorf("revoked, it answers %d", got)
		}
	})
}

func TestASeparateFrontEndGetsItsSessionByPostAlone(t *testing.T) {
	is := newIssuer(t)
	front := func(c *identity.Config) { c.FrontendURL = &url.URL{Scheme: "https", Host: "front.example"} }
	s := newSite(t, development, oidcAt(is), front)
	verifier := strings.Repeat("v", 43)
	sum := sha256.Sum256([]byte(verifier))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	code := func() string {
		b := newBrowser(t)
		b.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
			if r.URL.Host == "front.example" {
				return http.ErrUseLastResponse
			}
			return nil
		}
		p := b.get(s.URL + "/auth/oidc/login?client=front&code_challenge=" + challenge)
		to, err := url.Parse(p.Header.Get("Location"))
		if err != nil || to.Host != "front.example" || to.Path != "/auth/callback" || p.StatusCode != 303 || to.Query().Get("code") == "" {
			t.Fatalf("sent to %v: %d %s", to, p.StatusCode, p.body)
		}
		if b.secret(s) != "" {
			t.Error("a cookie was set as well")
		}
		return to.Query().Get("code")
	}
	first := code()
	secret, session, user, err := s.service.ExchangeCode(t.Context(), first, verifier, "front")
	if err != nil || !session.Bearer || user.Name != "Ana" || !strings.HasPrefix(secret, "bas_") {
		t.Fatalf("%+v %+v %v", session, user, err)
	}
	r, _ := http.NewRequest("GET", s.URL+"/whoami", nil)
	r.Header.Set("Authorization", "Bearer "+secret)
	if res, err := http.DefaultClient.Do(r); err != nil || res.StatusCode != 200 {
		t.Errorf("the session as bearer: %v %v", res, err)
	}
	asCookie := newBrowser(t)
	asCookie.with(s, secret)
	if asCookie.who(s).ID != "" {
		t.Error("a bearer session works as a cookie")
	}
	for name, try := range map[string]func() (string, string){
		"used":           func() (string, string) { return first, verifier },
		"wrong verifier": func() (string, string) { return code(), strings.Repeat("w", 43) },
		"made up":        func() (string, string) { return "x", verifier },
		"too late":       func() (string, string) { c := code(); s.clock.Add(61 * time.Second); return c, verifier },
	} {
		c, v := try()
		if _, _, _, err := s.service.ExchangeCode(t.Context(), c, v, ""); ba.KindOf(err) != ba.Unauthenticated || ba.CodeOf(err) != "invalid_code" {
			t.Errorf("%s: %v", name, err)
		}
	}
	t.Run("a wrong verifier uses the code up", func(t *testing.T) {
		c := code()
		_, _, _, _ = s.service.ExchangeCode(t.Context(), c, "wrong", "")
		if _, _, _, err := s.service.ExchangeCode(t.Context(), c, verifier, ""); err == nil {
			t.Error("the code could be tried again")
		}
	})
	t.Run("a weak challenge is refused", func(t *testing.T) {
		for _, weak := range []string{"", "short", verifier + "=", strings.Repeat("v", 44)} {
			if p := newBrowser(t).get(s.URL + "/auth/oidc/login?client=front&code_challenge=" + url.QueryEscape(weak)); p.StatusCode != 422 {
				t.Errorf("%q answers %d", weak, p.StatusCode)
			}
		}
	})
	t.Run("an error comes back as its code alone", func(t *testing.T) {
		is.callback = func(q url.Values) { q.Del("code"); q.Set("error", "access_denied") }
		b := newBrowser(t)
		b.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
			if r.URL.Host == "front.example" {
				return http.ErrUseLastResponse
			}
			return nil
		}
		p := b.get(s.URL + "/auth/oidc/login?client=front&code_challenge=" + challenge)
		to, _ := url.Parse(p.Header.Get("Location"))
		if to.Query().Get("error") != "sign_in_cancelled" || to.Query().Get("request_id") == "" {
			t.Errorf("sent to %s", to)
		}
	})
}
