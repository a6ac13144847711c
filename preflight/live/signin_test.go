package live

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
)

// login is a route that redirects to Google with the given changes.
func login(change func(url.Values)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, authURL(change), http.StatusFound)
	}
}

func authURL(change func(url.Values)) string {
	q := url.Values{"client_id": {"4711-abc.apps.googleusercontent.com"}, "redirect_uri": {"https://app.lab.test/auth/google/callback"}, "response_type": {"code"}, "scope": {"openid email profile"}, "state": {randomWord() + randomWord()}, "nonce": {randomWord()}, "code_challenge": {randomWord() + randomWord()}, "code_challenge_method": {"S256"}}
	if change != nil {
		change(q)
	}
	return "https://accounts.google.com/o/oauth2/v2/auth?" + q.Encode()
}

func set(k, v string) func(url.Values) { return func(q url.Values) { q.Set(k, v) } }
func drop(keys ...string) func(url.Values) {
	return func(q url.Values) {
		for _, k := range keys {
			q.Del(k)
		}
	}
}

func TestTheSignInRedirectIsReadParameterByParameter(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		change func(url.Values)
		state  State
		part   string
	}{
		"in order":               {nil, Pass, "register exactly this URI: https://app.lab.test/auth/google/callback"},
		"no PKCE, but nonce":     {drop("code_challenge", "code_challenge_method"), Pass, ""},
		"localhost":              {set("redirect_uri", "http://localhost:8000/auth/google/callback"), Fail, "developer's machine"},
		"private address":        {set("redirect_uri", "http://192.168.1.20:8000/auth/google/callback"), Fail, "developer's machine"},
		"another host":           {set("redirect_uri", "https://old.lab.test/auth/google/callback"), Fail, "another host"},
		"http":                   {set("redirect_uri", "http://app.lab.test/auth/google/callback"), Fail, "is http"},
		"relative":               {set("redirect_uri", "/auth/google/callback"), Fail, "no complete address"},
		"missing redirect":       {drop("redirect_uri"), Fail, "redirect_uri is missing"},
		"double slash":           {set("redirect_uri", "https://app.lab.test//auth/google/callback"), Warn, "oddly built"},
		"callback not served":    {set("redirect_uri", "https://app.lab.test/oauth/done"), Fail, "does not exist"},
		"empty client":           {set("client_id", ""), Fail, "client_id is empty"},
		"placeholder client":     {set("client_id", "your-google-client-id"), Fail, "placeholder"},
		"None as client":         {set("client_id", "None"), Fail, "placeholder"},
		"no state":               {drop("state", "code_challenge", "code_challenge_method"), Fail, "no state"},
		"no state, PKCE":         {drop("state"), Warn, "no state"},
		"short state":            {func(q url.Values) { q.Set("state", randomWord()[:6]) }, Warn, "only 6 characters"},
		"constant state":         {set("state", "constant-state-0123456789"), Fail, "the same in two requests"},
		"secret in the address":  {set("client_secret", "GOCS"+"PX-x"), Fail, "client secret is in the address"},
		"implicit flow":          {set("response_type", "token"), Warn, "implicit flow"},
		"plain PKCE":             {set("code_challenge_method", "plain"), Warn, "without S256"},
		"neither nonce nor PKCE": {drop("nonce", "code_challenge", "code_challenge_method"), Info, "no nonce and no PKCE"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp("")
			a.mux.HandleFunc("GET /auth/google/login", login(c.change))
			a.json("GET /auth/google/callback", 400, `{"title":"This sign-in has expired"}`)
			l := newLab(t)
			l.site("app.lab.test", a)
			expect(t, l.run(l.options(front, "")), "AUTH-07", c.state, c.part)
		})
	}
}

func TestSignInIsFoundWhereItIs(t *testing.T) {
	t.Parallel()
	bad := set("redirect_uri", "http://localhost:8000/cb")
	cases := map[string]struct {
		app   func(a *app)
		path  string
		state State
		part  string
	}{
		"by the list of providers": {func(a *app) {
			a.json("GET /auth/providers", 200, `[{"id":"google","name":"Google","login_url":"/sso/enter"}]`)
			a.mux.HandleFunc("GET /sso/enter", login(bad))
		}, "", Fail, "/sso/enter"},
		"by OpenAPI": {func(a *app) {
			a.json("GET /openapi.json", 200, `{"openapi":"3.1.0","paths":{"/v3/identity/login/google":{"get":{}},"/v3/x":{"get":{}}}}`)
			a.mux.HandleFunc("GET /v3/identity/login/google", login(bad))
		}, "", Fail, "/v3/identity/login/google"},
		"as JSON": {func(a *app) {
			a.mux.HandleFunc("GET /api/auth/google", func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				_ = json.NewEncoder(w).Encode(map[string]any{"data": map[string]string{"authorization_url": authURL(bad)}})
			})
		}, "", Fail, "developer's machine"},
		"after a slash redirect": {func(a *app) {
			a.mux.HandleFunc("GET /auth/google", redirect(307, "/auth/google/"))
			a.mux.HandleFunc("GET /auth/google/", login(bad))
		}, "", Fail, "developer's machine"},
		"named by the caller": {func(a *app) { a.mux.HandleFunc("GET /go", login(bad)) }, "/go", Fail, "developer's machine"},
		"named, but not one":  {func(a *app) {}, "/go", NotDetermined, "does not lead"},
		"none":                {func(a *app) {}, "", NotDetermined, "no route that starts a sign-in"},
		"own password login":  {func(a *app) { a.text("GET /login", "text/html", "<html><form></form></html>") }, "", NotDetermined, "no route"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp("")
			c.app(a)
			l := newLab(t)
			l.site("app.lab.test", a)
			o := l.options(front, "")
			o.LoginPath = c.path
			expect(t, l.run(o), "AUTH-07", c.state, c.part)
		})
	}
}

func TestCookiesAreJudgedByWhatTheyCarry(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		set   string
		state State
		part  string
	}{
		"in order":            {"__Host-session=abc; Path=/; Secure; HttpOnly; SameSite=Lax", Pass, ""},
		"csrf for scripts":    {"csrftoken=abc; Path=/; Secure; SameSite=Lax", Pass, ""},
		"no Secure":           {"session=abc; Path=/; HttpOnly; SameSite=Lax", Warn, "no Secure"},
		"no HttpOnly":         {"auth_token=abc; Path=/; Secure; SameSite=Lax", Warn, "no HttpOnly"},
		"no SameSite":         {"connect.sid=abc; Path=/; Secure; HttpOnly", Warn, "no SameSite"},
		"None without Secure": {"sid=abc; Path=/; HttpOnly; SameSite=None", Warn, "throw it away"},
		"broken prefix":       {"__Host-session=abc; Path=/; Domain=lab.test; Secure; HttpOnly; SameSite=Lax", Warn, "promises more"},
		"a preference":        {"theme=dark; Path=/", Info, "no session"},
		"of the edge":         {"__cf_bm=abc; Path=/", NotApplicable, ""},
		"deleted":             {"session=; Path=/; Max-Age=0", NotApplicable, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.site("app.lab.test", headers("Set-Cookie", c.set)(newApp("")))
			expect(t, l.run(l.options(front, "")), "TLS-09", c.state, c.part)
		})
	}
}

func TestTheProvidersPageIsReadAndNeverGuessed(t *testing.T) {
	t.Parallel()
	cases := map[string]State{
		"<html>Error 400: redirect_uri_mismatch</html>":                         Fail,
		"AADSTS50011: The redirect URI specified in the request does not match": Fail,
		"The redirect_uri MUST match the registered callback URL":               Fail,
		"Error 401: invalid_client The OAuth client was not found.":             Fail,
		`<input id="identifierId">`:                                             Pass,
		`<input name="loginfmt" id="i0116">`:                                    Pass,
		"<html>please wait</html>":                                              NotDetermined,
		"":                                                                      NotDetermined,
	}
	for text, want := range cases {
		if o := JudgeProviderPage(text); o.State != want {
			t.Errorf("%q: %v, want %v", text, o.State, want)
		}
	}
}

func TestTheProviderIsAskedOnlyWhenToldTo(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	a := newApp("")
	a.mux.HandleFunc("GET /auth/google/login", login(nil))
	a.json("GET /auth/google/callback", 400, "{}")
	l := newLab(t)
	l.site("app.lab.test", a)
	l.site("accounts.google.com", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.Header.Get("Cookie") != "" || r.Header.Get("Authorization") != "" {
			t.Error("credentials were sent to the provider")
		}
		fmt.Fprint(w, "Error 400: redirect_uri_mismatch")
	}))
	expect(t, l.run(l.options(front, "")), "AUTH-08", NotDetermined, "--contact-provider")
	if asked.Load() != 0 {
		t.Fatal("the provider was asked without being told to")
	}
	o := l.options(front, "")
	o.ContactProvider = true
	expect(t, l.run(o), "AUTH-08", Fail, "Google does not know")
	if asked.Load() != 1 {
		t.Errorf("the provider was asked %d times", asked.Load())
	}
}

// stateful is a sign-in that keeps its states in the memory of n processes
// behind a round robin.
func stateful(n int32, message string) http.Handler {
	var turn atomic.Int32
	known := make([]map[string]bool, n)
	for i := range known {
		known[i] = make(map[string]bool)
	}
	a := newApp("")
	lock := make(chan struct{}, 1)
	a.mux.HandleFunc("GET /auth/google/login", func(w http.ResponseWriter, r *http.Request) {
		lock <- struct{}{}
		defer func() { <-lock }()
		state := randomWord() + randomWord()
		known[turn.Add(1)/2%n][state] = true
		http.Redirect(w, r, authURL(set("state", state)), http.StatusFound)
	})
	a.mux.HandleFunc("GET /auth/google/callback", func(w http.ResponseWriter, r *http.Request) {
		lock <- struct{}{}
		defer func() { <-lock }()
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(400)
		if !known[turn.Add(2)/3%n][r.FormValue("state")] {
			fmt.Fprint(w, `{"detail":"`+message+`"}`)
			return
		}
		fmt.Fprint(w, `{"detail":"Token exchange failed"}`)
	})
	return a
}

func TestStatesKeptByEachProcessAreFound(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		handler http.Handler
		state   State
		active  bool
	}{
		"two processes":            {stateful(2, "Invalid state parameter"), Fail, true},
		"three, other words":       {stateful(3, "Login expired, please try again"), Fail, true},
		"one process":              {stateful(1, "Invalid state parameter"), Pass, true},
		"one process, other words": {stateful(1, "Login expired"), Pass, true},
		"not asked for":            {stateful(2, "Invalid state parameter"), NotDetermined, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.site("app.lab.test", c.handler)
			o := l.options(front, "")
			o.Active = c.active
			expect(t, l.run(o), "STATE-07", c.state, "")
		})
	}
}

func TestPublishedKeysAreTriedOfflineAndOnAHarmlessRoute(t *testing.T) {
	t.Parallel()
	t.Run("offline", func(t *testing.T) {
		t.Parallel()
		for key, want := range map[string]int{"changeme": 0, "secret": 1, "a-long-random-key-of-the-owner": -1} {
			if i, ok := KnownKey(sign(key, "1", 1), []string{"changeme", "secret"}); !ok || i != want {
				t.Errorf("%s: %d %v", key, i, ok)
			}
		}
		for _, token := range []string{"opaque", "a.b.c", "eyJhbGciOiJSUzI1NiJ9.e30.AAAA", strings.Repeat("x", 20000)} {
			if _, ok := KnownKey(token, []string{"x"}); ok {
				t.Errorf("%.20s is judged", token)
			}
		}
	})
	verify := func(key string, unknownUser int) http.Handler {
		a := newApp("")
		a.mux = http.NewServeMux()
		a.json("GET /{$}", 200, "{}").json("GET /health", 200, "{}")
		a.mux.HandleFunc("GET /api/me", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
			if i, ok := KnownKey(token, []string{key}); !ok || i < 0 {
				w.WriteHeader(401)
				fmt.Fprintf(w, `{"detail":"Invalid token","request_id":"%s%s"}`, randomWord(), randomWord())
				return
			}
			w.WriteHeader(unknownUser)
			fmt.Fprint(w, `{"detail":"User not found"}`)
		})
		return a
	}
	for name, c := range map[string]struct {
		handler http.Handler
		state   State
	}{
		"published key, unknown user 404": {verify("dev-secret-key-change-in-production", 404), Fail},
		"published key, unknown user 401": {verify("secret", 401), Fail},
		"own key":                         {verify("3f9c1e7ab24d58609fd2c7be81a04563", 404), Pass},
		"opaque sessions":                 {newApp(""), Pass},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.site("app.lab.test", c.handler)
			o := l.options(front, "")
			o.Active = true
			expect(t, l.run(o), "KEY-09", c.state, "")
		})
	}
}

func TestABurstMeetsALimitOrNot(t *testing.T) {
	t.Parallel()
	limited := func(n int32) http.Handler {
		var count atomic.Int32
		a := newApp("")
		a.mux.HandleFunc("GET /auth/google/login", func(w http.ResponseWriter, r *http.Request) {
			if count.Add(1) > n {
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			login(nil)(w, r)
		})
		a.json("GET /auth/google/callback", 400, "{}")
		a.json("GET /auth/providers", 200, `[{"login_url":"/auth/google/login"}]`)
		return a
	}
	for name, c := range map[string]struct {
		limit  int32
		active bool
		state  State
	}{"no limit": {1 << 20, true, Warn}, "a high limit": {500, true, Warn}, "ten": {35, true, Pass}, "strict": {20, true, Pass}, "not asked for": {1 << 20, false, NotDetermined}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.site("app.lab.test", limited(c.limit))
			o := l.options(front, "")
			o.Active = c.active
			expect(t, l.run(o), "RATE-01", c.state, "")
		})
	}
}
