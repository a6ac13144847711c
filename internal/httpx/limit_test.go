package httpx

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

func TestALimiterAllowsABurstAndThenItsRate(t *testing.T) {
	l, err := NewLimiter(600, 5) // ten a second
	if err != nil {
		t.Fatal(err)
	}
	begun, allowed, refused := time.Now(), 0, error(nil)
	for range 1000 {
		if err := l.Allow(t.Context(), "ana"); err == nil {
			allowed++
		} else {
			refused = err
		}
	}
	most := 5 + int(time.Since(begun).Seconds()*10) + 1
	if allowed < 5 || allowed > most {
		t.Errorf("%d of 1000 at once were allowed, want 5 to %d", allowed, most)
	}
	p := ProblemOf(refused, "")
	if p.Status != 429 || p.RetryAfter != 1 {
		t.Errorf("refused as %+v", p)
	}
	if err := l.Allow(t.Context(), "bob"); err != nil {
		t.Errorf("another key is refused too: %v", err)
	}
	for _, bad := range [][2]int{{0, 1}, {1, 0}, {-1, 5}} {
		if _, err := NewLimiter(bad[0], bad[1]); err == nil {
			t.Errorf("%d a minute with a burst of %d was taken", bad[0], bad[1])
		}
	}
}

func TestALimiterForgetsTheKeysUnusedLongest(t *testing.T) {
	l, err := NewLimiter(1, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i := range maxLimiterKeys + 10 {
		if err := l.Allow(t.Context(), fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Allow(t.Context(), "0"); err != nil {
		t.Error("the oldest key is still counted: memory has no bound")
	}
	if err := l.Allow(t.Context(), fmt.Sprint(maxLimiterKeys+9)); ba.KindOf(err) != ba.RateLimited {
		t.Errorf("the newest key is not counted: %v", err)
	}
}

func TestARouteCountsTheAddressesThatCallIt(t *testing.T) {
	l, err := NewLimiter(1, 2)
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, Options{}, map[string]http.Handler{"POST /login": JSON(Limited(l, ok))})
	call := func(addr string) int {
		r := httptest.NewRequest("POST", "/login", nil)
		r.RemoteAddr = addr + ":1234"
		return s.do(r).StatusCode
	}
	got := []int{call("192.0.2.1"), call("192.0.2.1"), call("192.0.2.1"), call("192.0.2.2")}
	if fmt.Sprint(got) != "[200 200 429 200]" {
		t.Errorf("statuses %v", got)
	}
}

// A body without a length is limited like one with it.
func TestTheLimitOfABodyHoldsForUploadsAndChunks(t *testing.T) {
	s := newSite(t, Options{MaxBody: 1 << 10}, map[string]http.Handler{
		"POST /small": JSON(func(_ http.ResponseWriter, r *http.Request) error { _, err := io.ReadAll(r.Body); return err }),
		"POST /upload": JSON(func(w http.ResponseWriter, r *http.Request) error {
			AllowBody(w, r, 1<<20)
			_, err := io.Copy(io.Discard, r.Body)
			return err
		}),
	})
	for path, sizes := range map[string][3]int{"/small": {1 << 10, 1<<10 + 1, 1}, "/upload": {1 << 20, 1<<20 + 1, 1024}} {
		for i, want := range []int{200, 413} {
			for _, chunked := range []bool{false, true} {
				var body io.Reader = bytes.NewReader(make([]byte, sizes[i]))
				if chunked {
					body = io.MultiReader(body)
				}
				res := s.do(httptest.NewRequest("POST", path, body))
				if res.StatusCode != want {
					t.Errorf("%s with %d bytes, chunked %v: %d, want %d", path, sizes[i], chunked, res.StatusCode, want)
				} else if want == 413 {
					if p := problemOf(t, res); !strings.Contains(p.Detail, SizeText(int64(sizes[0]))) {
						t.Errorf("%s: the limit is not said: %q", path, p.Detail)
					}
				}
			}
		}
	}
}

// The check is Go's http.CrossOriginProtection; what counts is who is trusted.
func TestOnlyOurOwnPagesChangeAnything(t *testing.T) {
	public, _ := url.Parse("https://ba.example")
	s := newSite(t, Options{PublicURL: public, Origins: []string{"https://front.example"}}, map[string]http.Handler{"/x": JSON(ok)})
	for _, c := range []struct {
		what, method, origin, site string
		want                       int
	}{
		{"a program", "POST", "", "", 200},
		{"our own page", "POST", "https://ba.example", "same-origin", 200},
		{"our own page behind a proxy that hides its name", "POST", "https://ba.example", "", 200},
		{"an address typed by a person", "POST", "", "none", 200},
		{"the listed front end", "DELETE", "https://front.example", "cross-site", 200},
		{"a page elsewhere reads", "GET", "https://evil.example", "cross-site", 200},
		{"a page elsewhere asks for the head", "HEAD", "https://evil.example", "cross-site", 200},
		{"a page elsewhere", "POST", "https://evil.example", "cross-site", 403},
		{"a sister domain", "POST", "https://other.ba.example", "same-site", 403},
		{"an old browser elsewhere", "POST", "https://evil.example", "", 403},
		{"a sandboxed page", "POST", "null", "cross-site", 403},
		{"our name over http", "POST", "http://ba.example", "cross-site", 403},
		{"a page elsewhere patches", "PATCH", "https://evil.example", "cross-site", 403},
		{"a page elsewhere deletes", "DELETE", "https://evil.example", "cross-site", 403},
	} {
		r := httptest.NewRequest(c.method, "http://10.0.0.7:8080/x", nil) // the address inside
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		if c.site != "" {
			r.Header.Set("Sec-Fetch-Site", c.site)
		}
		if res := s.do(r); res.StatusCode != c.want {
			t.Errorf("%s: %d, want %d", c.what, res.StatusCode, c.want)
		}
	}
}

func TestAnAnswerCanBeStreamedThroughTheWholeStack(t *testing.T) {
	s := newSite(t, Options{}, map[string]http.Handler{"GET /x": JSON(func(w http.ResponseWriter, r *http.Request) error {
		control := http.NewResponseController(w)
		if _, err := io.WriteString(w, "now"); err != nil {
			return err
		}
		if err := control.Flush(); err != nil {
			return err
		}
		<-r.Context().Done()
		return nil
	})})
	server := httptest.NewServer(s.handler)
	defer server.Close()
	res, err := http.Get(server.URL + "/x")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b := make([]byte, 3)
	if _, err := io.ReadFull(res.Body, b); err != nil || string(b) != "now" {
		t.Errorf("%q, %v", b, err)
	}
}
