package e2e

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// publicHost is the name under which people reach the instances of a test.
const publicHost = "ba.example.com"

// cluster is two production instances on one PostgreSQL behind a proxy that
// sends each request to the next of them.
type cluster struct {
	public    string // https address
	address   string // where the proxy really listens
	instances []*instance

	mu     sync.Mutex
	next   int
	routed []string // path and instance, in order
}

// startCluster starts the proxy first, since its address is the public one.
func startCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{}
	proxy := httptest.NewTLSServer(http.HandlerFunc(c.forward))
	t.Cleanup(proxy.Close)
	c.address = proxy.Listener.Addr().String()
	_, port, err := net.SplitHostPort(c.address)
	if err != nil {
		t.Fatal(err)
	}
	c.public = "https://" + publicHost + ":" + port
	issuer := startProvider(t, c.public+"/auth/oidc/callback")
	vars := production(c.public, issuer, postgres.url(t))
	c.instances = []*instance{start(t, vars...), start(t, vars...)}
	return c
}

// production is a whole configuration; its secrets are made for the tests.
func production(public, issuer, database string) []string {
	return []string{
		"ENVIRONMENT=production", "LISTEN_ADDR=127.0.0.1", "PUBLIC_URL=" + public, "DATABASE_URL=" + database,
		"SECRET_KEY=" + strings.Repeat("fedcba9876543210", 4), "MASTER_KEY=" + strings.Repeat("0123456789abcdef", 4),
		"OIDC_ISSUER=" + issuer, "OIDC_CLIENT_ID=ba-test", "OIDC_CLIENT_SECRET=fixture-of-the-tests", "OIDC_NAME=Example",
		"TRUSTED_PROXIES=127.0.0.1",
	}
}

func (c *cluster) forward(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	n := c.next % len(c.instances)
	c.next++
	c.routed = append(c.routed, r.URL.Path+" "+strconv.Itoa(n))
	target, err := url.Parse(c.instances[n].url)
	c.mu.Unlock()
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	proxy := &httputil.ReverseProxy{FlushInterval: -1, Rewrite: func(p *httputil.ProxyRequest) {
		p.SetURL(target)
		p.SetXForwarded()
	}}
	proxy.ServeHTTP(w, r)
}

// instanceOf returns which instance got a request for a path last.
func (c *cluster) instanceOf(path string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := len(c.routed) - 1; i >= 0; i-- {
		if at, n, _ := strings.Cut(c.routed[i], " "); at == path {
			return n
		}
	}
	return "none"
}

// visitor returns somebody whose requests for the public name go to the proxy.
func (c *cluster) visitor() *person {
	jar, _ := cookiejar.New(nil)
	dial := func(ctx context.Context, network, addr string) (net.Conn, error) {
		if strings.HasPrefix(addr, publicHost+":") {
			addr = c.address
		}
		var d net.Dialer
		return d.DialContext(ctx, network, addr)
	}
	return &person{base: c.public, http: &http.Client{Jar: jar, Timeout: 30 * time.Second, Transport: &http.Transport{
		DialContext: dial, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, //nolint:gosec // the test's own certificate
	}}}
}

// startProvider starts npm's oidc-provider and returns its issuer.
func startProvider(t testing.TB, redirects ...string) string {
	t.Helper()
	node := program(t, "node")
	if _, err := os.Stat(filepath.Join("node_modules", "oidc-provider")); err != nil {
		missing(t, "oidc-provider is not installed: run npm ci in e2e")
	}
	cmd := exec.Command(node, append([]string{"op.mjs"}, redirects...)...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close() // it ends with its standard input
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if line := lines.Text(); strings.HasPrefix(line, "http://") {
			go func() { _, _ = io.Copy(io.Discard, out) }() // ends with the process
			return line
		}
	}
	t.Fatal("the provider did not start")
	return ""
}

// fetch gets a page, or sends a form where there is one, and returns where it
// led and what stood there.
func (p *person) fetch(t testing.TB, address string, form url.Values) (at *url.URL, status int, body string) {
	t.Helper()
	var res *http.Response
	var err error
	if form == nil {
		res, err = p.http.Get(address)
	} else {
		res, err = p.http.PostForm(address, form)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.Request.URL, res.StatusCode, string(text)
}

var formAction = regexp.MustCompile(`action="([^"]+)"`)

// signInWithProvider goes through the provider's pages for sign-in and consent
// and returns where the person landed.
func (p *person) signInWithProvider(t testing.TB, name, returnTo string) (at *url.URL, status int, body string) {
	t.Helper()
	_, _, page := p.fetch(t, p.base+"/auth/oidc/login?return_to="+url.QueryEscape(returnTo), nil)
	for _, step := range []url.Values{{"prompt": {"login"}, "login": {name}, "password": {"any"}}, {"prompt": {"consent"}}} {
		action := formAction.FindStringSubmatch(page)
		if action == nil {
			t.Fatalf("no page of the provider: %s", page)
		}
		at, status, page = p.fetch(t, action[1], step)
		if at.Host != "" && strings.HasPrefix(at.String(), p.base) {
			break
		}
	}
	return at, status, page
}

var printedCode = regexp.MustCompile(`Setup code\s+([A-Z2-7-]{20,})`)

// setupCode returns the code that was printed last: the start of a second
// instance ends the code of the first.
func (c *cluster) setupCode(t testing.TB) string {
	t.Helper()
	m := printedCode.FindStringSubmatch(c.instances[len(c.instances)-1].stdout.String())
	if m == nil {
		t.Fatal("no setup code was printed")
	}
	return m[1]
}

func TestTwoInstancesShareSignInsAndSessions(t *testing.T) {
	t.Parallel()
	c := startCluster(t)

	stranger := c.visitor()
	if _, status, body := stranger.signInWithProvider(t, "mallory", "/"); status != http.StatusForbidden || !strings.Contains(body, "isn't invited") && !strings.Contains(body, "isn&#39;t invited") {
		t.Errorf("somebody whom nobody invited: %d %s", status, body)
	}
	if err := stranger.call(t.Context(), "POST", "/auth/dev", map[string]string{"email": "a@example.com", "name": "A"}, nil); !hasStatus(err, http.StatusNotFound) {
		t.Errorf("the development sign-in in production: %v", err)
	}

	admin := c.visitor()
	if at, status, body := admin.fetch(t, c.public+"/setup", url.Values{"code": {c.setupCode(t)}}); status != http.StatusOK || at.Path != "/login" {
		t.Fatalf("the setup code led to %s: %d %s", at, status, body)
	}
	at, status, body := admin.signInWithProvider(t, "ana", "/projects")
	if at.Path != "/projects" || status != http.StatusOK {
		t.Fatalf("landed on %s: %d %s", at, status, body)
	}
	if began, ended := c.instanceOf("/auth/oidc/login"), c.instanceOf("/auth/oidc/callback"); began == ended || ended == "none" {
		t.Errorf("sign-in began on instance %s and ended on %s; it should take both", began, ended)
	}
	var me struct {
		Role string `json:"role"`
	}
	for range 4 { // both instances know the session
		admin.must(t, "GET", "/api/me", nil, &me)
	}
	if me.Role != "admin" {
		t.Errorf("the one with the setup code is %s", me.Role)
	}
	revoking(t, c, admin)
}

// revoking ends a session on one instance while it has a stream on each.
func revoking(t *testing.T, c *cluster, admin *person) {
	t.Helper()
	second := c.visitor()
	if at, status, body := second.signInWithProvider(t, "ana", "/"); status != http.StatusOK {
		t.Fatalf("landed on %s: %d %s", at, status, body)
	}
	thread := admin.thread(t, admin.project(t, "Shared by two sessions"))
	var sessions list[struct {
		ID      string `json:"id"`
		Current bool   `json:"current"`
	}]
	second.must(t, "GET", "/api/sessions", nil, &sessions)
	var ends []<-chan error
	for range c.instances { // the proxy takes the instances in turn
		ends = append(ends, second.openStream(t, "/api/threads/"+thread+"/chat"))
	}
	for _, s := range sessions.Items {
		if s.Current {
			admin.must(t, "DELETE", "/api/sessions/"+s.ID, nil, nil)
		}
	}
	began, limit := time.Now(), time.After(5*time.Second)
	for _, end := range ends {
		select {
		case <-end:
			t.Logf("a stream ended %s after its session", time.Since(began).Round(time.Millisecond))
		case <-limit:
			t.Error("a stream of a revoked session is open after 5 s")
		}
	}
	if err := second.call(t.Context(), "GET", "/api/me", nil, nil); !hasStatus(err, http.StatusUnauthorized) {
		t.Errorf("a revoked session: %v", err)
	}
}

func hasStatus(err error, status int) bool {
	f, ok := err.(*failure) //nolint:errorlint // call returns it unwrapped
	return ok && f.Status == status
}

// openStream opens a stream and returns what its end will be told by.
func (p *person) openStream(t testing.TB, path string) <-chan error {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, "GET", p.base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	client := *p.http
	client.Timeout = 0 // a stream lasts
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		defer res.Body.Close()
		_, err := io.Copy(io.Discard, res.Body)
		ended <- err
	}()
	return ended
}
