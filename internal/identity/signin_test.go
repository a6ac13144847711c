package identity_test

import (
	"crypto/rand"
	"crypto/rsa"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

func TestAPersonSignsInAndSeesThePageAskedForFirst(t *testing.T) {
	is := newIssuer(t)
	s := newSite(t, development, oidcAt(is))
	b := newBrowser(t)
	if who := b.who(s); who.ID != "" {
		t.Fatalf("signed in as %v before", who)
	}
	p := b.get(s.URL + "/auth/oidc/login?return_to=/projects/1%3Ftab=a")
	if p.body != "page /projects/1?tab=a" {
		t.Errorf("landed on %s: %s", p.Request.URL, p.body)
	}
	who := b.who(s)
	if who.ID == "" || who.Name != "Ana" || who.Email != "ana@example.com" || who.Role != "admin" {
		t.Errorf("signed in as %+v", who)
	}

	t.Run("again, it is the same user, with what the provider says now", func(t *testing.T) {
		is.claims["email"], is.claims["name"] = "renamed@example.com", "Ana B."
		b := newBrowser(t)
		b.get(s.URL + "/auth/oidc/login")
		if again := b.who(s); again.ID != who.ID || again.Email != "renamed@example.com" || again.Name != "Ana B." {
			t.Errorf("signed in as %+v", again)
		}
	})
	t.Run("the same address at the same issuer under another subject is another person", func(t *testing.T) {
		is.claims["sub"] = "subject-2"
		b := newBrowser(t)
		b.get(s.URL + "/auth/oidc/login")
		if other := b.who(s); other.ID == who.ID || other.ID == "" || other.Role != "member" {
			t.Errorf("signed in as %+v", other)
		}
	})
}

func TestTheAuthorizationRequestHasWhatItMust(t *testing.T) {
	is := newIssuer(t)
	s := newSite(t, development, oidcAt(is))
	b := newBrowser(t)
	b.stopAt("*")
	p := b.get(s.URL + "/auth/oidc/login?prompt=select_account")
	to, err := url.Parse(p.Header.Get("Location"))
	if err != nil || p.StatusCode != http.StatusFound {
		t.Fatal(p.StatusCode, err)
	}
	q := to.Query()
	for name, want := range map[string]string{
		"client_id": is.clientID, "response_type": "code", "code_challenge_method": "S256", "prompt": "select_account",
		"redirect_uri": s.URL + "/auth/oidc/callback", "scope": "openid profile email",
	} {
		if q.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, q.Get(name), want)
		}
	}
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if len(q.Get(name)) < 43 {
			t.Errorf("%s is %q", name, q.Get(name))
		}
	}
	if strings.Contains(to.String(), is.secret) || q.Has("client_secret") {
		t.Error("the secret is in the address")
	}
	if got := s.service.RedirectURIs()["oidc"]; got != q.Get("redirect_uri") {
		t.Errorf("the address to register is printed as %s", got)
	}
}

func TestTheCookiesAreBoundToTheBrowserAndTheHost(t *testing.T) {
	is := newIssuer(t)
	s := newSiteOver(t, storetest.New(t), newClock(), "https://ba.example", development, oidcAt(is))
	r, _ := http.NewRequest("GET", s.URL+"/auth/oidc/login", nil)
	r.Host = "ba.example"
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if len(res.Cookies()) != 1 {
		t.Fatalf("cookies: %v", res.Cookies())
	}
	c := res.Cookies()[0]
	if !strings.HasPrefix(c.Name, "__Host-ba_login_") || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 600 {
		t.Errorf("cookie: %+v", c)
	}
	if strings.Contains(c.Value, "oidc") || len(c.Value) < 100 {
		t.Errorf("the transaction is not sealed: %s", c.Value)
	}
	to, _ := url.Parse(res.Header.Get("Location"))
	if to.Query().Get("redirect_uri") != "https://ba.example/auth/oidc/callback" {
		t.Errorf("redirect to %s", to)
	}

	t.Run("another host name is sent to the public one first, once", func(t *testing.T) {
		b := newBrowser(t)
		b.stopAt("*")
		p := b.get(s.URL + "/auth/oidc/login?return_to=/x")
		if got := p.Header.Get("Location"); got != "https://ba.example/auth/oidc/login?host=1&return_to=%2Fx" {
			t.Errorf("sent to %s", got)
		}
		if p := b.get(s.URL + "/auth/oidc/login?host=1"); !strings.HasPrefix(p.Header.Get("Location"), is.URL) {
			t.Errorf("behind a proxy that changes the host: %s", p.Header.Get("Location"))
		}
	})
}

// Each case is a provider, or somebody in its place, that lies.
func TestALyingProviderSignsNobodyIn(t *testing.T) {
	foreign, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for name, lie := range map[string]func(*issuer){
		"wrong nonce":         func(is *issuer) { is.lie = func(c map[string]any) { c["nonce"] = "other" } },
		"no nonce":            func(is *issuer) { is.lie = func(c map[string]any) { delete(c, "nonce") } },
		"empty nonce":         func(is *issuer) { is.lie = func(c map[string]any) { c["nonce"] = "" } },
		"wrong issuer":        func(is *issuer) { is.lie = func(c map[string]any) { c["iss"] = "https://evil.example" } },
		"issuer with a slash": func(is *issuer) { is.lie = func(c map[string]any) { c["iss"] = is.URL + "/" } },
		"wrong audience":      func(is *issuer) { is.lie = func(c map[string]any) { c["aud"] = "another client" } },
		"another party":       func(is *issuer) { is.lie = func(c map[string]any) { c["azp"] = "another client" } },
		"no subject":          func(is *issuer) { is.lie = func(c map[string]any) { delete(c, "sub") } },
		"expired two minutes ago": func(is *issuer) {
			is.lie = func(c map[string]any) { c["exp"] = time.Now().Add(-2 * time.Minute).Unix() }
		},
		"not valid for an hour": func(is *issuer) { is.lie = func(c map[string]any) { c["nbf"] = time.Now().Add(time.Hour).Unix() } },
		"foreign key": func(is *issuer) {
			is.sign = func(c map[string]any) string { return is.signRS256(foreign, "key-1", c) }
		},
		"unknown key id": func(is *issuer) {
			is.sign = func(c map[string]any) string { return is.signRS256(is.key, "key-2", c) }
		},
		"no signature":                 func(is *issuer) { is.sign = is.signNone },
		"signed with the secret":       func(is *issuer) { is.sign = is.signHS256 },
		"rubbish":                      func(is *issuer) { is.sign = func(map[string]any) string { return "rubbish" } },
		"no ID token":                  func(is *issuer) { is.sign = func(map[string]any) string { return "" } },
		"iss of another issuer":        func(is *issuer) { is.callback = func(q url.Values) { q.Set("iss", "https://evil.example") } },
		"code of another sign-in":      func(is *issuer) { is.callback = func(q url.Values) { q.Set("code", "stolen") } },
		"neither code nor error":       func(is *issuer) { is.callback = func(q url.Values) { q.Del("code") } },
		"a state that was not sent":    func(is *issuer) { is.callback = func(q url.Values) { q.Set("state", "forged") } },
		"no state":                     func(is *issuer) { is.callback = func(q url.Values) { q.Del("state") } },
		"an error page for no sign-in": func(is *issuer) { is.callback = func(q url.Values) { q.Set("error", "x"); q.Set("state", "forged") } },
	} {
		t.Run(name, func(t *testing.T) {
			is := newIssuer(t)
			lie(is)
			s := newSite(t, development, oidcAt(is))
			b := newBrowser(t)
			p := b.get(s.URL + "/auth/oidc/login")
			problem := p.problem(t)
			if problem.Status < 400 || problem.Detail == "" || problem.RequestID == "" {
				t.Errorf("problem: %+v", problem)
			}
			if len(problem.Actions) != 1 || !strings.HasPrefix(problem.Actions[0].URL, "/auth/oidc/login") {
				t.Errorf("no way on is offered: %+v", problem.Actions)
			}
			if who := b.who(s); who.ID != "" {
				t.Errorf("somebody was signed in: %+v", who)
			}
			if problem.Code != "sign_in_expired" && len(b.cookies(s)) > 0 { // a forged state ends nothing
				t.Errorf("the transaction's cookie stays: %v", b.cookies(s))
			}
		})
	}
}

func TestAnHonestProviderMaySendMore(t *testing.T) {
	for name, tell := range map[string]func(*issuer){
		"iss in the callback": func(is *issuer) {
			is.callback = func(q url.Values) { q.Set("iss", is.URL); q.Set("session_state", "x") }
		},
		"expired 30 seconds ago by our clock": func(is *issuer) {
			is.lie = func(c map[string]any) { c["exp"] = time.Now().Add(-30 * time.Second).Unix() }
		},
		"several audiences, for us": func(is *issuer) {
			is.lie = func(c map[string]any) { c["aud"] = []string{"x", is.clientID}; c["azp"] = is.clientID }
		},
		"email_verified as text": func(is *issuer) { is.lie = func(c map[string]any) { c["email_verified"] = "true" } },
		"no address at all":      func(is *issuer) { is.lie = func(c map[string]any) { delete(c, "email"); delete(c, "email_verified") } },
		"secret in the form": func(is *issuer) {
			is.meta = func(m map[string]any) { m["token_endpoint_auth_methods_supported"] = []string{"client_secret_post"} }
		},
	} {
		t.Run(name, func(t *testing.T) {
			is := newIssuer(t)
			tell(is)
			s := newSite(t, development, oidcAt(is))
			b := newBrowser(t)
			b.get(s.URL + "/auth/oidc/login")
			if b.who(s).ID == "" {
				t.Error("nobody was signed in")
			}
		})
	}
}

func TestADiscoveryDocumentThatLiesIsNotUsed(t *testing.T) {
	for name, lie := range map[string]func(map[string]any){
		"another issuer":  func(m map[string]any) { m["issuer"] = "https://evil.example" },
		"no endpoints":    func(m map[string]any) { delete(m, "token_endpoint") },
		"endless":         func(m map[string]any) { m["x"] = strings.Repeat("x", 2<<20) },
		"issuer prefixed": func(m map[string]any) { m["issuer"] = m["issuer"].(string) + "/" },
	} {
		t.Run(name, func(t *testing.T) {
			is := newIssuer(t)
			is.meta = lie
			s := newSite(t, development, oidcAt(is))
			p := newBrowser(t).get(s.URL + "/auth/oidc/login")
			if got := p.problem(t); got.Status != 503 || got.Code != "provider_unavailable" {
				t.Errorf("problem: %+v", got)
			}
		})
	}
}

func TestErrorsOfTheProviderAreExplainedToThePerson(t *testing.T) {
	for _, c := range []struct {
		code, wantCode, sentence string
		status, retry            int
	}{
		{"access_denied", "sign_in_cancelled", "Sign-in was cancelled at Example. Nothing was changed.", 401, 0},
		{"interaction_required", "sign_in_interaction", "Example needs you to confirm something.", 401, 0},
		{"login_required", "sign_in_interaction", "Continue to Example.", 401, 0},
		{"temporarily_unavailable", "provider_unavailable", "Try again in a minute.", 503, 60},
		{"server_error", "provider_unavailable", "can't sign people in at the moment", 503, 60},
		{"invalid_request", "sign_in_misconfigured", "isn't set up correctly here", 500, 0},
		{"unauthorized_client", "sign_in_misconfigured", "Trying again does not help", 500, 0},
		{"<script>alert(1)</script>", "sign_in_failed", "Sign-in failed at Example.", 503, 0},
	} {
		t.Run(c.code, func(t *testing.T) {
			is := newIssuer(t)
			is.callback = func(q url.Values) {
				q.Del("code")
				q.Set("error", c.code)
				q.Set("error_description", "DESCRIPTION"+strings.Repeat("y", 5000))
			}
			s := newSite(t, development, oidcAt(is))
			p := newBrowser(t).get(s.URL + "/auth/oidc/login")
			got := p.problem(t)
			if got.Status != c.status || got.Code != c.wantCode || got.RetryAfter != c.retry {
				t.Errorf("problem: %+v", got)
			}
			contains(t, got.Detail, c.sentence)
			if strings.Contains(p.body, "DESCRIPTION") || strings.Contains(p.body, "script") {
				t.Error("the provider's words are shown")
			}
			if strings.Contains(s.log.String(), strings.Repeat("y", 300)) {
				t.Error("the description is logged at full length")
			}
			if c.status >= 500 && !strings.Contains(s.log.String(), "DESCRIPTION") {
				t.Error("the operator's log lacks the description")
			}
		})
	}
}

func TestErrorsOfTheTokenEndpointAreExplained(t *testing.T) {
	for _, c := range []struct {
		name, wantCode string
		status         int
		answer         http.HandlerFunc
		log            string
	}{
		{"wrong secret", "sign_in_misconfigured", 500, func(w http.ResponseWriter, _ *http.Request) { tokenError(w, 401, "invalid_client") }, "OIDC_CLIENT_SECRET"},
		{"used code", "sign_in_used", 401, func(w http.ResponseWriter, _ *http.Request) { tokenError(w, 400, "invalid_grant") }, ""},
		{"unknown error", "sign_in_failed", 503, func(w http.ResponseWriter, _ *http.Request) { tokenError(w, 400, "strange") }, "strange"},
		{"trouble", "provider_unavailable", 503, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "BODY", 502) }, "status 502"},
		{"no answer", "provider_unavailable", 503, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "EOF"},
		{"Microsoft's numbers", "sign_in_misconfigured", 500, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(401)
			writeJSON(w, map[string]any{"error": "invalid_client", "error_codes": []int{7000215}, "trace_id": "trace-1", "correlation_id": "corr-1"})
		}, "AADSTS7000215"},
	} {
		t.Run(c.name, func(t *testing.T) {
			is := newIssuer(t)
			var attempts atomic.Int32
			is.token = func(w http.ResponseWriter, r *http.Request) {
				attempts.Add(1)
				c.answer(w, r)
			}
			s := newSite(t, development, oidcAt(is))
			p := newBrowser(t).get(s.URL + "/auth/oidc/login")
			if got := p.problem(t); got.Status != c.status || got.Code != c.wantCode {
				t.Errorf("problem: %+v", got)
			}
			contains(t, s.log.String(), c.log)
			if strings.Contains(s.log.String(), "BODY") {
				t.Error("the body is in the log")
			}
			if n := attempts.Load(); n != 1 {
				t.Errorf("the code was sent %d times", n)
			}
		})
	}
}

func TestACallbackCountsOnce(t *testing.T) {
	is := newIssuer(t)
	s := newSite(t, development, oidcAt(is))
	b := newBrowser(t)
	callback := b.callbackOf(s, "oidc")
	kept := b.cookies(s)
	if p := b.get(callback); p.StatusCode != 200 || b.who(s).ID == "" {
		t.Fatalf("first use: %d %s", p.StatusCode, p.body)
	}
	if p := b.get(callback); p.problem(t).Code != "sign_in_expired" {
		t.Errorf("second use: %s", p.body)
	}
	// Somebody who recorded address and cookie of the first use.
	thief := newBrowser(t)
	u, _ := url.Parse(s.URL)
	thief.Jar.SetCookies(u, kept)
	if p := thief.get(callback); p.problem(t).Code != "sign_in_used" {
		t.Errorf("replay: %s", p.body)
	}
	if who := thief.who(s); who.ID != "" {
		t.Errorf("the replay signed in %+v", who)
	}
}

func TestACallbackOfAnotherBrowserSignsNobodyIn(t *testing.T) {
	is := newIssuer(t)
	s := newSite(t, development, oidcAt(is))
	attacker, victim := newBrowser(t), newBrowser(t)
	stolen := attacker.callbackOf(s, "oidc")
	p := victim.get(stolen)
	got := p.problem(t)
	if got.Code != "sign_in_expired" || got.Status != 401 {
		t.Errorf("problem: %+v", got)
	}
	contains(t, got.Detail, "Start again")
	if who := victim.who(s); who.ID != "" {
		t.Errorf("the victim is signed in as %+v", who)
	}

	t.Run("nor with the victim's own cookie under the attacker's state", func(t *testing.T) {
		victim := newBrowser(t)
		victim.callbackOf(s, "oidc")
		own := victim.cookies(s)[0]
		stolen := attacker.callbackOf(s, "oidc")
		var name string
		for _, c := range attacker.cookies(s) {
			name = c.Name
		}
		u, _ := url.Parse(s.URL)
		victim.Jar.SetCookies(u, []*http.Cookie{{Name: name, Value: own.Value, Path: "/"}})
		if p := victim.get(stolen); p.problem(t).Code != "sign_in_expired" || victim.who(s).ID != "" {
			t.Errorf("answer: %s", p.body)
		}
	})
}

func TestASignInEndsAfterTenMinutes(t *testing.T) {
	is := newIssuer(t)
	s := newSite(t, development, oidcAt(is))
	b := newBrowser(t)
	callback := b.callbackOf(s, "oidc")
	s.clock.Add(10*time.Minute + time.Second)
	if p := b.get(callback); p.problem(t).Code != "sign_in_expired" {
		t.Errorf("answer: %s", p.body)
	}
}

func TestTheAnswerOfOneProviderIsNotTakenForAnother(t *testing.T) {
	honest, evil := newIssuer(t), newIssuer(t)
	s := newSite(t, development, googleAt(honest), oidcAt(evil))
	b := newBrowser(t)
	callback := b.callbackOf(s, "google")
	crossed := strings.Replace(callback, "/auth/google/", "/auth/oidc/", 1)
	if p := b.get(crossed); p.problem(t).Code != "sign_in_mismatch" || b.who(s).ID != "" {
		t.Errorf("answer: %s", p.body)
	}
}

func TestTwoTabsMaySignInAtOnce(t *testing.T) {
	is := newIssuer(t)
	s := newSite(t, development, oidcAt(is))
	b := newBrowser(t)
	first, second := b.callbackOf(s, "oidc"), b.callbackOf(s, "oidc")
	for _, callback := range []string{first, second} {
		if p := b.get(callback); p.StatusCode != 200 {
			t.Errorf("callback: %d %s", p.StatusCode, p.body)
		}
	}
	t.Run("but unfinished ones don't pile up", func(t *testing.T) {
		for range 12 {
			b.callbackOf(s, "oidc")
		}
		if n := len(b.cookies(s)); n > 6 {
			t.Errorf("%d cookies", n)
		}
	})
}

func TestNobodyIsSentToAnotherSite(t *testing.T) {
	is := newIssuer(t)
	s := newSite(t, development, oidcAt(is))
	for _, to := range []string{"https://evil.example", "//evil.example", `/\evil.example`, "/%2f/evil.example", "javascript:alert(1)", "/a\r\nX: y", "/auth/oidc/login", ""} {
		b := newBrowser(t)
		p := b.get(s.URL + "/auth/oidc/login?return_to=" + url.QueryEscape(to))
		if p.Request.URL.String() != s.URL+"/" {
			t.Errorf("%q led to %s", to, p.Request.URL)
		}
	}
}

// The sign-in begins on one instance and ends on the other, in a round robin
// without sticky sessions.
func TestAnyInstanceAnswersTheCallback(t *testing.T) {
	is := newIssuer(t)
	clk := newClock()
	db := storetest.New(t, clk.of)
	backends := make([]*url.URL, 2)
	turn := -1
	var served []int
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		turn = (turn + 1) % 2
		served = append(served, turn)
		r.SetURL(backends[turn])
		r.Out.Host = r.In.Host
	}}
	front := newFront(t, proxy)
	var first *site
	for i := range backends {
		s := newSiteOver(t, db, clk, front.URL, development, oidcAt(is))
		backends[i], _ = url.Parse(s.URL)
		if first == nil {
			first = s
		}
	}
	b := newBrowser(t)
	p := b.get(front.URL + "/auth/oidc/login?return_to=/x")
	if p.body != "page /x" || len(served) < 3 || served[0] == served[1] {
		t.Fatalf("landed on %s after %v: %s", p.Request.URL, served, p.body)
	}
	for range 4 {
		if p := b.get(front.URL + "/whoami"); p.StatusCode != 200 {
			t.Errorf("whoami: %d", p.StatusCode)
		}
	}
}

func TestAProviderThatIsDownStopsOnlyItsButton(t *testing.T) {
	is, other := newIssuer(t), newIssuer(t)
	is.down = true
	s := newSite(t, development, googleAt(is), oidcAt(other))
	b := newBrowser(t)
	p := b.get(s.URL + "/auth/google/login")
	got := p.problem(t)
	if got.Status != 503 || got.RetryAfter == 0 || got.Code != "provider_unavailable" {
		t.Errorf("problem: %+v", got)
	}
	if b.get(s.URL + "/auth/oidc/login"); b.who(s).ID == "" {
		t.Error("the other provider does not work either")
	}
	is.mu.Lock()
	is.down = false
	is.mu.Unlock()
	s.clock.Add(5 * time.Second)
	b = newBrowser(t)
	if p := b.get(s.URL + "/auth/google/login"); b.who(s).ID == "" {
		t.Errorf("it came up, and still: %s", p.body)
	}
}

func TestAnUnknownProviderIsNotFound(t *testing.T) {
	s := newSite(t, development)
	for _, path := range []string{"/auth/google/login", "/auth/x/callback?state=1"} {
		if p := newBrowser(t).get(s.URL + path); p.StatusCode != 404 {
			t.Errorf("%s: %d", path, p.StatusCode)
		}
	}
	if got := s.service.Options(); len(got) != 0 {
		t.Errorf("options: %v", got)
	}
}
