package identity_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
	"github.com/ba-assistant/ba-assistant/internal/identity"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Now().UTC().Truncate(time.Millisecond)} }

// of gives the store this clock too.
func (c *clock) of(o *store.Options) { o.Clock = c.Now }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// lockedBuffer is a log that several goroutines write.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// site is one running instance of the sign-in, with the middleware around it.
type site struct {
	*httptest.Server
	service *identity.Service
	db      *store.DB
	clock   *clock
	log     *lockedBuffer
}

type option func(*identity.Config)

func development(c *identity.Config) { c.Development = true }

func oidcAt(is *issuer) option {
	return func(c *identity.Config) {
		c.Providers = append(c.Providers, identity.OIDC("Example", is.URL, is.clientID, is.secret))
	}
}

func googleAt(is *issuer) option {
	return func(c *identity.Config) {
		p := identity.Google(is.clientID, is.secret)
		p.Issuer = is.URL
		c.Providers = append(c.Providers, p)
	}
}

func microsoftAt(is *issuer, tenant string) option {
	return func(c *identity.Config) {
		p := identity.Microsoft(tenant, is.clientID, is.secret)
		p.Issuer = is.URL
		c.Providers = append(c.Providers, p)
	}
}

// newSite starts an instance over a database of its own.
func newSite(t *testing.T, options ...option) *site {
	t.Helper()
	clk := newClock()
	return newSiteOver(t, storetest.New(t, clk.of), clk, "", options...)
}

// newSiteOver starts an instance over a database that others may share; publicURL
// empty means its own address.
func newSiteOver(t *testing.T, db *store.DB, clk *clock, publicURL string, options ...option) *site {
	t.Helper()
	s := &site{db: db, clock: clk, log: &lockedBuffer{}}
	s.Server = httptest.NewUnstartedServer(nil)
	if publicURL == "" {
		publicURL = "http://" + s.Listener.Addr().String()
	}
	public, err := url.Parse(publicURL)
	if err != nil {
		t.Fatal(err)
	}
	cfg := identity.Config{PublicURL: public}
	for _, o := range options {
		o(&cfg)
	}
	box, err := vault.NewBox([]byte("fixture secret of the tests, long enough"), "cookies")
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(httpx.Redact(slog.NewJSONHandler(s.log, nil)))
	s.service = identity.New(cfg, identity.Deps{Store: db, Box: box, Clock: clk.Now, Log: log})
	s.Config.Handler, err = httpx.Stack(httpx.Options{Log: log, PublicURL: public, Authenticate: s.service.Authenticate}, s.routes())
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

func (s *site) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /auth/{provider}/login", httpx.JSON(s.service.Login))
	mux.Handle("GET /auth/{provider}/callback", httpx.JSON(s.service.Callback))
	mux.Handle("GET /whoami", httpx.JSON(func(w http.ResponseWriter, r *http.Request) error {
		a, err := httpx.RequireActor(r.Context())
		if err != nil {
			return err
		}
		u, err := s.service.User(r.Context(), a)
		if err != nil {
			return err
		}
		writeJSON(w, map[string]string{"id": string(u.ID), "role": string(u.Role), "name": u.Name, "email": u.Email, "session": string(a.Session)})
		return nil
	}))
	mux.Handle("POST /logout", httpx.JSON(func(w http.ResponseWriter, r *http.Request) error {
		return s.service.Logout(r.Context(), w, httpx.ActorFrom(r.Context()))
	}))
	mux.Handle("POST /bring", httpx.JSON(func(w http.ResponseWriter, r *http.Request) error {
		if secret := r.FormValue("invitation"); secret != "" {
			_, err := s.service.BringInvitation(w, r, secret)
			return err
		}
		return s.service.BringSetupCode(w, r, r.FormValue("code"))
	}))
	if dev := identity.NewDevelopment(s.service); dev != nil {
		mux.Handle("POST /dev", httpx.JSON(func(w http.ResponseWriter, r *http.Request) error {
			_, err := dev.SignIn(w, r, r.FormValue("email"), r.FormValue("name"))
			return err
		}))
	}
	mux.Handle("/", httpx.JSON(func(w http.ResponseWriter, r *http.Request) error {
		_, err := io.WriteString(w, "page "+r.URL.RequestURI())
		return err
	}))
	return mux
}

// browser keeps cookies and follows redirects, as a person's does.
type browser struct {
	*http.Client
	t *testing.T
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{Client: &http.Client{Jar: jar, Timeout: 20 * time.Second}, t: t}
}

// stopAt makes the browser not follow redirects to a path, so that a test can
// look at them.
func (b *browser) stopAt(path string) {
	b.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == path || path == "*" {
			return http.ErrUseLastResponse
		}
		return nil
	}
}

// page is an answer that was read.
type page struct {
	*http.Response
	body string
}

func (p page) problem(t *testing.T) httpx.Problem {
	t.Helper()
	var out httpx.Problem
	if err := json.Unmarshal([]byte(p.body), &out); err != nil {
		t.Fatalf("status %d is no problem: %s", p.StatusCode, p.body)
	}
	return out
}

func (b *browser) get(address string) page {
	b.t.Helper()
	res, err := b.Client.Get(address)
	return b.read(res, err)
}

func (b *browser) post(address string, form url.Values) page {
	b.t.Helper()
	res, err := b.Client.PostForm(address, form)
	return b.read(res, err)
}

func (b *browser) read(res *http.Response, err error) page {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return page{res, string(body)}
}

// who returns who is signed in, and an empty id where nobody is.
func (b *browser) who(s *site) (who struct{ ID, Role, Name, Email, Session string }) {
	b.t.Helper()
	p := b.get(s.URL + "/whoami")
	if p.StatusCode == http.StatusUnauthorized {
		return who
	}
	if err := json.Unmarshal([]byte(p.body), &who); err != nil {
		b.t.Fatal(err)
	}
	return who
}

// cookies returns what the browser would send.
func (b *browser) cookies(s *site) []*http.Cookie {
	u, _ := url.Parse(s.URL)
	return b.Jar.Cookies(u)
}

// callbackOf begins a sign-in and returns the callback that the provider
// sends the browser to, without following it.
func (b *browser) callbackOf(s *site, provider string) string {
	b.t.Helper()
	b.stopAt("/auth/" + provider + "/callback")
	defer func() { b.CheckRedirect = nil }()
	p := b.get(s.URL + "/auth/" + provider + "/login?return_to=/projects")
	if p.StatusCode != http.StatusFound {
		b.t.Fatalf("login: %d %s", p.StatusCode, p.body)
	}
	return p.Header.Get("Location")
}

// admin returns an actor that may do everything, made straight in the store.
func (s *site) admin(t *testing.T) ba.Actor {
	t.Helper()
	u := ba.User{ID: ba.NewID[ba.UserID](), Role: ba.RoleAdmin, Name: "Root", CreatedAt: s.clock.Now()}
	if err := s.db.CreateUser(t.Context(), u, ba.Identity{Provider: "oidc", Issuer: "elsewhere", Subject: string(u.ID)}); err != nil {
		t.Fatal(err)
	}
	return ba.Actor{User: u.ID, Role: u.Role, Session: "none", Access: ba.AccessWrite}
}

func contains(t *testing.T, s, part string) {
	t.Helper()
	if !strings.Contains(s, part) {
		t.Errorf("%q is not in: %s", part, s)
	}
}
