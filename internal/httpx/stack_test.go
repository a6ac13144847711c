package httpx

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
)

// site is a stack over a router, with the log that it writes.
type site struct {
	handler http.Handler
	log     *bytes.Buffer
}

func newSite(t *testing.T, o Options, routes map[string]http.Handler) *site {
	t.Helper()
	s := &site{log: &bytes.Buffer{}}
	o.Log = slog.New(Redact(slog.NewJSONHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	mux := http.NewServeMux()
	for pattern, h := range routes {
		mux.Handle(pattern, h)
	}
	if _, taken := routes["/"]; !taken {
		mux.Handle("/", JSON(NotFound))
	}
	h, err := Stack(o, mux)
	if err != nil {
		t.Fatal(err)
	}
	s.handler = h
	return s
}

func (s *site) do(r *http.Request) *http.Response {
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w.Result()
}

func problemOf(t *testing.T, res *http.Response) Problem {
	t.Helper()
	if ct := res.Header.Get("Content-Type"); ct != "application/problem+json" {
		t.Fatalf("content type %q, want a problem", ct)
	}
	var p Problem
	if err := json.NewDecoder(res.Body).Decode(&p); err != nil {
		t.Fatal(err)
	}
	return p
}

func ok(w http.ResponseWriter, _ *http.Request) error {
	_, err := io.WriteString(w, "ok")
	return err
}

func TestTheOrderOfTheMiddlewareIsTheStatedOne(t *testing.T) {
	all, err := layers(Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, l := range all {
		names = append(names, l.name)
	}
	want := []string{"identify", "log", "recover", "secure", "cors", "https", "origin", "body", "authenticate", "limit"}
	if !slices.Equal(names, want) {
		t.Errorf("layers are %v, want %v", names, want)
	}
}

// The order is observable: each case is one that another order gets wrong.
func TestTheOrderOfTheMiddlewareHolds(t *testing.T) {
	const front = "https://front.example"
	public, _ := url.Parse("https://ba.example")
	limiter, err := NewLimiter(1, 2)
	if err != nil {
		t.Fatal(err)
	}
	lookups := 0
	s := newSite(t, Options{
		PublicURL: public, Origins: []string{front}, Limiter: limiter,
		Authenticate: func(_ http.ResponseWriter, r *http.Request) (ba.Actor, error) {
			lookups++
			if user := r.Header.Get("Authorization"); user != "" {
				return ba.Actor{User: ba.UserID(user)}, nil
			}
			return ba.Actor{}, nil
		},
	}, map[string]http.Handler{
		"POST /boom":     JSON(func(http.ResponseWriter, *http.Request) error { panic("boom") }),
		"POST /read":     JSON(func(_ http.ResponseWriter, r *http.Request) error { _, err := io.ReadAll(r.Body); return err }),
		"GET /static/x":  JSON(ok),
		"GET /health":    JSON(ok),
		"GET /who":       JSON(ok),
		"DELETE /thing/": JSON(ok),
	})

	t.Run("a panic is logged, with headers and request id on the answer", func(t *testing.T) {
		res := s.do(httptest.NewRequest("POST", "/boom", nil))
		if p := problemOf(t, res); p.Status != 500 || p.RequestID == "" || p.RequestID != res.Header.Get("X-Request-ID") {
			t.Errorf("problem %+v", p)
		}
		if res.Header.Get("Content-Security-Policy") == "" {
			t.Error("an answer after a panic has no security headers")
		}
		if log := s.log.String(); !strings.Contains(log, `"route":"/boom"`) || !strings.Contains(log, "panic of type string") || strings.Contains(log, `"error":"boom`) {
			t.Errorf("log: %s", log)
		}
	})
	t.Run("a refusal for a front end elsewhere can be read by it", func(t *testing.T) {
		r := httptest.NewRequest("POST", "/boom", nil)
		r.Header.Set("Origin", front)
		if res := s.do(r); res.StatusCode != 500 || res.Header.Get("Access-Control-Allow-Origin") != front {
			t.Errorf("status %d, allow-origin %q", res.StatusCode, res.Header.Get("Access-Control-Allow-Origin"))
		}
	})
	t.Run("a foreign site is refused before credentials are looked up", func(t *testing.T) {
		lookups = 0
		r := httptest.NewRequest("DELETE", "/thing/1", nil)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.Header.Set("Origin", "https://evil.example")
		res := s.do(r)
		if p := problemOf(t, res); p.Status != 403 || p.Code != "cross_origin" || lookups != 0 {
			t.Errorf("problem %+v after %d look-ups", p, lookups)
		}
	})
	t.Run("assets and health are answered without credentials and without limit", func(t *testing.T) {
		lookups = 0
		for range 10 {
			for _, path := range []string{"/static/x", "/health"} {
				if res := s.do(httptest.NewRequest("GET", path, nil)); res.StatusCode != 200 {
					t.Fatalf("%s: %d", path, res.StatusCode)
				}
			}
		}
		if lookups != 0 {
			t.Errorf("%d look-ups", lookups)
		}
	})
	t.Run("the limit counts users, not the address that they share", func(t *testing.T) {
		for _, user := range []string{"a", "b", "c"} {
			r := httptest.NewRequest("GET", "/who", nil)
			r.Header.Set("Authorization", user)
			if res := s.do(r); res.StatusCode != 200 {
				t.Errorf("user %s: %d", user, res.StatusCode)
			}
		}
		r := httptest.NewRequest("GET", "/who", nil)
		r.Header.Set("Authorization", "a")
		s.do(r)
		res := s.do(r)
		if p := problemOf(t, res); p.Status != 429 || p.RetryAfter < 1 || res.Header.Get("Retry-After") == "" {
			t.Errorf("third request of one user: %+v", p)
		}
	})
}

func TestStrangersAreCountedByAddressAndUsersAreNot(t *testing.T) {
	limiter, err := NewLimiter(1, 2)
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, Options{AddressLimiter: limiter, Authenticate: func(_ http.ResponseWriter, r *http.Request) (ba.Actor, error) {
		return ba.Actor{User: ba.UserID(r.Header.Get("Authorization"))}, nil
	}}, map[string]http.Handler{"GET /who": JSON(ok)})
	ask := func(user string) int {
		r := httptest.NewRequest("GET", "/who", nil)
		r.Header.Set("Authorization", user)
		return s.do(r).StatusCode
	}
	for range 5 {
		if status := ask("ana"); status != 200 {
			t.Fatalf("a user: %d", status)
		}
	}
	if first, second, third := ask(""), ask(""), ask(""); first != 200 || second != 200 || third != 429 {
		t.Errorf("strangers: %d %d %d, want the third to be refused", first, second, third)
	}
}

func TestABodyOverItsLimitIsRefusedWithTheLimit(t *testing.T) {
	read := func(w http.ResponseWriter, r *http.Request) error {
		_, err := io.Copy(io.Discard, r.Body)
		return err
	}
	s := newSite(t, Options{MaxBody: 2048}, map[string]http.Handler{
		"POST /small": JSON(read),
		"POST /large": JSON(func(w http.ResponseWriter, r *http.Request) error {
			AllowBody(w, r, 1<<20)
			return read(w, r)
		}),
	})
	big := strings.Repeat("x", 4096)
	if p := problemOf(t, s.do(httptest.NewRequest("POST", "/small", strings.NewReader(big)))); p.Status != 413 || !strings.Contains(p.Detail, "2 kB") {
		t.Errorf("problem %+v", p)
	}
	if res := s.do(httptest.NewRequest("POST", "/large", strings.NewReader(big))); res.StatusCode != 200 {
		t.Errorf("a route that allows more answered %d", res.StatusCode)
	}
}

func TestEveryResponseHasTheSecurityHeaders(t *testing.T) {
	public, _ := url.Parse("https://ba.example")
	s := newSite(t, Options{PublicURL: public}, map[string]http.Handler{"GET /x": JSON(ok)})
	for _, path := range []string{"/x", "/absent"} {
		h := s.do(httptest.NewRequest("GET", path, nil)).Header
		for name, want := range map[string]string{
			"Content-Security-Policy":   "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types ba-html",
			"X-Content-Type-Options":    "nosniff",
			"Referrer-Policy":           "same-origin",
			"Cache-Control":             "private, no-store",
			"Strict-Transport-Security": "max-age=63072000; includeSubDomains",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		if h.Get("X-Request-ID") == "" || h.Get("Permissions-Policy") == "" {
			t.Errorf("%s: headers %v", path, h)
		}
	}
	plain := newSite(t, Options{}, nil)
	if h := plain.do(httptest.NewRequest("GET", "/", nil)).Header; h.Get("Strict-Transport-Security") != "" {
		t.Error("HSTS is sent without an https address")
	}
}

func TestOnlyListedOriginsMayCallFromElsewhere(t *testing.T) {
	s := newSite(t, Options{Origins: []string{"https://front.example"}}, map[string]http.Handler{
		"POST /x": JSON(ok),
		"GET /sse": JSON(func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Content-Type", "text/event-stream")
			return nil
		}),
	})
	ask := func(method, path, origin string, header ...string) *http.Response {
		r := httptest.NewRequest(method, path, nil)
		r.Header.Set("Origin", origin)
		for i := 0; i+1 < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		return s.do(r)
	}
	res := ask("OPTIONS", "/x", "https://front.example", "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization")
	if res.StatusCode != 204 || res.Header.Get("Access-Control-Allow-Credentials") != "true" || !strings.Contains(res.Header.Get("Access-Control-Allow-Headers"), "Authorization") {
		t.Errorf("preflight: %d %v", res.StatusCode, res.Header)
	}
	if res := ask("GET", "/sse", "https://front.example"); res.Header.Get("Access-Control-Allow-Origin") != "https://front.example" {
		t.Error("an event stream lacks the CORS headers")
	}
	if res := ask("POST", "/x", "https://front.example", "Sec-Fetch-Site", "cross-site"); res.StatusCode != 200 {
		t.Errorf("a listed origin got %d", res.StatusCode)
	}
	for _, origin := range []string{"https://front.example.evil.example", "http://front.example", "https://FRONT.example", "null", "https://sub.front.example"} {
		res := ask("OPTIONS", "/x", origin, "Access-Control-Request-Method", "POST")
		if res.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s may read answers", origin)
		}
		if res := ask("POST", "/x", origin, "Sec-Fetch-Site", "cross-site"); res.StatusCode != 403 {
			t.Errorf("a POST from %s got %d", origin, res.StatusCode)
		}
	}
	if res := s.do(httptest.NewRequest("POST", "/x", nil)); res.StatusCode != 200 {
		t.Errorf("a program without Origin got %d", res.StatusCode)
	}
}

func TestAnOriginWithAPathStopsTheStart(t *testing.T) {
	if _, err := Stack(Options{Origins: []string{"https://front.example/app"}}, http.NewServeMux()); err == nil {
		t.Error("an origin with a path was taken")
	}
}

func TestForwardedHeadersCountOnlyFromTrustedProxies(t *testing.T) {
	var seen, id string
	s := newSite(t, Options{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}}, map[string]http.Handler{
		"GET /": JSON(func(_ http.ResponseWriter, r *http.Request) error {
			seen, id = ClientAddr(r.Context()), RequestID(r.Context())
			return nil
		}),
	})
	for _, c := range []struct{ peer, forwarded, want string }{
		{"203.0.113.9:1", "198.51.100.7", "203.0.113.9"},
		{"10.1.2.3:1", "198.51.100.7", "198.51.100.7"},
		{"10.1.2.3:1", "1.1.1.1, 198.51.100.7, 10.9.9.9", "198.51.100.7"},
		{"10.1.2.3:1", "nonsense, 10.9.9.9", "10.9.9.9"},
		{"10.1.2.3:1", "", "10.1.2.3"},
		{"[fd00::1]:1", "2001:db8::5", "2001:db8::5"},
		{"[::ffff:10.1.2.3]:1", "198.51.100.7", "198.51.100.7"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		r.Header.Set("X-Forwarded-For", c.forwarded)
		r.Header.Set("X-Request-ID", "from-outside-1")
		s.do(r)
		if seen != c.want {
			t.Errorf("peer %s, forwarded %q: client is %s, want %s", c.peer, c.forwarded, seen, c.want)
		}
		if trusted := !strings.HasPrefix(c.peer, "203."); (id == "from-outside-1") != trusted {
			t.Errorf("peer %s: request id %s", c.peer, id)
		}
	}
}

func TestAnErrorAfterTheFirstByteCutsTheConnection(t *testing.T) {
	s := newSite(t, Options{}, map[string]http.Handler{
		"GET /half": JSON(func(w http.ResponseWriter, _ *http.Request) error {
			_, _ = io.WriteString(w, "half")
			return errors.New("the rest is unreadable")
		}),
	})
	srv := httptest.NewServer(s.handler)
	defer srv.Close()
	res, err := http.Get(srv.URL + "/half")
	if err == nil {
		_, err = io.ReadAll(res.Body)
		res.Body.Close()
	}
	if err == nil {
		t.Error("the client took half of an answer for the whole")
	}
}

func TestAnErrorIsAPageForPeopleAndAProblemForPrograms(t *testing.T) {
	render := func(w http.ResponseWriter, _ *http.Request, p Problem) {
		ProblemHeaders(w.Header(), p)
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(p.Status)
		_, _ = io.WriteString(w, "<h1>"+p.Title+"</h1>")
	}
	gone := func(http.ResponseWriter, *http.Request) error { return ba.E(ba.NotFound, "Gone.") }
	s := newSite(t, Options{ErrorPage: render}, map[string]http.Handler{"/": Either(render, gone), "GET /page": Page(render, gone)})
	browser := httptest.NewRequest("GET", "/x", nil)
	browser.Header.Set("Accept", "text/html,*/*")
	if res := s.do(browser); res.StatusCode != 404 || res.Header.Get("Content-Type") != "text/html" {
		t.Errorf("browser: %d %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
	program := httptest.NewRequest("GET", "/x", nil)
	if p := problemOf(t, s.do(program)); p.Code != "not_found" || p.Detail != "Gone." {
		t.Errorf("program: %+v", p)
	}
	if res := s.do(httptest.NewRequest("GET", "/page", nil)); res.Header.Get("Content-Type") != "text/html" {
		t.Error("a page's error is no page")
	}
}

func TestEveryKindOfErrorHasAStatusAndATitle(t *testing.T) {
	for kind := ba.Internal; kind <= ba.Canceled; kind++ {
		p := ProblemOf(ba.E(kind, "Sentence."), "id")
		if p.Status < 400 || p.Title == "" || p.Code != kind.String() || p.Detail != "Sentence." {
			t.Errorf("%v: %+v", kind, p)
		}
		if kind != ba.Internal && p.Status == 500 {
			t.Errorf("%v has no status of its own", kind)
		}
	}
	p := ProblemOf(errors.New("dial tcp 10.0.0.1: refused"), "id")
	if p.Status != 500 || strings.Contains(p.Detail, "10.0.0.1") {
		t.Errorf("an inner error is shown: %+v", p)
	}
}
