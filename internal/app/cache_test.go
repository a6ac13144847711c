package app

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/api"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

// cached is a workspace behind a cache that somebody has put there without a
// thought: it keeps every answer that does not forbid it, by the address alone.
type cached struct {
	*site
	url string

	mu   sync.Mutex
	seen map[string]int // requests that came through, by method and address
}

func newCached(t *testing.T) *cached {
	t.Helper()
	nginx := testenv.Program(t, "nginx", "/usr/sbin")
	c := &cached{site: newSite(t), seen: map[string]int{}}
	origin := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		c.seen[r.Method+" "+r.URL.RequestURI()]++
		c.mu.Unlock()
		c.server.Handler.ServeHTTP(w, r)
	}))
	t.Cleanup(origin.Close)
	t.Cleanup(c.endStreams) // before the origin waits for them
	dir := t.TempDir()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	conf := fmt.Sprintf("daemon off;\npid %[1]s/pid;\nevents {}\nhttp {\n  access_log off;\n  client_body_temp_path %[1]s/body;\n  proxy_temp_path %[1]s/proxy;\n  fastcgi_temp_path %[1]s/f;\n  uwsgi_temp_path %[1]s/u;\n  scgi_temp_path %[1]s/s;\n"+
		"  proxy_cache_path %[1]s/cache keys_zone=all:1m;\n  server {\n    listen %[2]s;\n    location / {\n      proxy_pass %[3]s;\n      proxy_cache all;\n      proxy_cache_key $request_uri;\n      proxy_cache_methods GET HEAD POST;\n      proxy_cache_valid any 10m;\n      add_header X-Cache $upstream_cache_status always;\n    }\n  }\n}\n", dir, address, origin.URL)
	if os.Getuid() == 0 {
		conf = "user root;\n" + conf // the directories are ours
	}
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(nginx, "-p", dir, "-c", file, "-e", filepath.Join(dir, "error.log"))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt) // nginx ends its workers
		_ = cmd.Wait()
	})
	c.url = "http://" + address
	for end := time.Now().Add(15 * time.Second); ; time.Sleep(20 * time.Millisecond) { // nobody tells when nginx listens
		if conn, err := net.Dial("tcp", address); err == nil {
			_ = conn.Close()
			return c
		}
		if time.Now().After(end) {
			t.Fatal("nginx does not listen")
		}
	}
}

// answer is what came through the cache.
type answer struct {
	status  int
	headers http.Header
	body    string
	came    int // how often the origin was asked for this
}

// ask sends a request as somebody through the cache. Of a stream, the first
// bytes are read.
func (c *cached) ask(who someone, method, path string, in body) answer {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, strings.NewReader(in.content))
	if err != nil {
		c.t.Fatal(err)
	}
	if in.kind != "" {
		r.Header.Set("Content-Type", in.kind)
	}
	if who.cookie != nil {
		r.AddCookie(who.cookie)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Timeout: 20 * time.Second}
	res, err := client.Do(r)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	var text []byte
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		text = make([]byte, 64)
		n, _ := res.Body.Read(text) // what has begun is enough
		text = text[:n]
	} else if text, err = io.ReadAll(res.Body); err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return answer{res.StatusCode, res.Header, string(text), c.seen[method+" "+path]}
}

// shared are the routes whose answers are the same for everybody, and may be
// kept for a time.
var sharedWithAll = map[string]bool{"/api/docs": true, "/api/openapi.json": true, "/api/docs.css": true}

// Each route of both tables is asked through the cache by its owner, by
// somebody else and by nobody, with success and with an error.
func TestACacheInFrontKeepsNothingOfAnybody(t *testing.T) {
	c := newCached(t)
	v := c.scene()
	missing := v
	missing.paths = map[string]string{}
	for name := range v.paths {
		missing.paths[name] = "0198f000-0000-7000-8000-00000000dead"
	}
	asked := 0
	hold := func(who someone, method, path string, in body) answer {
		c.mu.Lock()
		came := c.seen[method+" "+path]
		c.mu.Unlock()
		a := c.ask(who, method, path, in)
		asked++
		if a.came != came+1 || a.headers.Get("X-Cache") == "HIT" {
			t.Errorf("%s %s as %s came out of the cache (%s)", method, path, who.name, a.headers.Get("X-Cache"))
		}
		if control := a.headers.Get("Cache-Control"); !strings.HasPrefix(control, "private, no-store") {
			t.Errorf("%s %s as %s may be kept: %d, Cache-Control: %q", method, path, who.name, a.status, control)
		}
		return a
	}
	for _, rt := range c.everyRoute(t) {
		path := v.path(rt.path)
		if strings.HasPrefix(rt.path, "/health/stream") || sharedWithAll[rt.path] {
			continue
		}
		if path == "/api/events" {
			path += "?threads=" + v.paths["threads"]
		}
		if rt.method == http.MethodGet {
			first := hold(v.owner, rt.method, path, body{})
			for _, who := range []someone{v.stranger, {name: "nobody"}} {
				other := hold(who, rt.method, path, body{})
				if rt.closed && first.status == 200 && other.body == first.body && len(first.body) > 0 {
					t.Errorf("%s: %s got what the owner got", path, who.name)
				}
			}
		}
		hold(v.owner, rt.method, missing.path(rt.path), rt.in) // errors, and changes of what is not there
	}
	if asked < 300 {
		t.Errorf("only %d requests", asked)
	}
	t.Logf("%d requests, of which the cache kept none", asked)
}

// routeOf is a line of either table.
type routeOf struct {
	method, path string
	closed       bool // only some may see it
	in           body
}

func (c *cached) everyRoute(t *testing.T) []routeOf {
	t.Helper()
	var all []routeOf
	for _, rt := range api.Routes() {
		all = append(all, routeOf{rt.Method, rt.Path, rt.Authority != api.Open, bodies[rt.ID]})
	}
	for _, rt := range c.pageRoutes(t) {
		method, path, _ := strings.Cut(rt.Pattern, " ")
		in := formBody(anyForm)
		if strings.HasSuffix(path, "/documents") || strings.HasSuffix(path, "/versions") {
			in = fileBody()
		}
		if method == http.MethodGet {
			in = body{}
		}
		all = append(all, routeOf{method, path, pages[rt.Pattern] != api.Open, in})
	}
	return all
}

var assetAddress = regexp.MustCompile(`/static/[^"']+`)

func TestACacheInFrontKeepsTheAssets(t *testing.T) {
	c := newCached(t)
	page := c.ask(someone{}, "GET", "/login", body{})
	all := assetAddress.FindAllString(page.body, -1)
	if len(all) < 2 {
		t.Fatalf("the page names %v", all)
	}
	for _, path := range all {
		first, second := c.ask(someone{}, "GET", path, body{}), c.ask(someone{}, "GET", path, body{})
		if second.headers.Get("X-Cache") != "HIT" || second.came != 1 || second.body != first.body {
			t.Errorf("%s: %s, the origin was asked %d times", path, second.headers.Get("X-Cache"), second.came)
		}
		if control := second.headers.Get("Cache-Control"); control != "public, max-age=31536000, immutable" {
			t.Errorf("%s: Cache-Control: %s", path, control)
		}
		if len(second.headers.Values("Set-Cookie")) > 0 {
			t.Errorf("%s sets a cookie", path)
		}
	}
	gone := strings.Replace(all[0], "/static/", "/static/0", 1)
	c.ask(someone{}, "GET", gone, body{})
	if again := c.ask(someone{}, "GET", gone, body{}); again.status != 404 || again.came != 2 {
		t.Errorf("that an asset is missing was kept: %d, asked %d times", again.status, again.came)
	}
}

// Redirects that set a cookie, and what answers them, are for one browser.
func TestACacheInFrontKeepsNoSignIn(t *testing.T) {
	c := newCached(t)
	for _, name := range []string{"ana", "ben"} {
		a := c.ask(someone{}, "POST", "/login", formBody("email="+name+"%40example.com&name="+name))
		if a.status != http.StatusSeeOther || len(a.headers.Values("Set-Cookie")) == 0 || a.headers.Get("X-Cache") == "HIT" {
			t.Fatalf("%s: %d %v", name, a.status, a.headers)
		}
		cookie, err := http.ParseSetCookie(a.headers.Get("Set-Cookie"))
		if err != nil {
			t.Fatal(err)
		}
		if me := c.ask(someone{cookie: cookie}, "GET", "/api/me", body{}); !strings.Contains(me.body, name+"@example.com") {
			t.Errorf("%s is told: %s", name, me.body)
		}
	}
}
