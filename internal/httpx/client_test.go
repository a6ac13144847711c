package httpx

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"testing"
)

var edgeOfATest = &Edge{Header: "X-Forwarded-For", FromRight: 2, Peers: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}

func TestWhatThePlatformSaysOfAClientCountsFromThePlatformOnly(t *testing.T) {
	var seen string
	show := JSON(func(_ http.ResponseWriter, r *http.Request) error { seen = ClientAddr(r.Context()); return nil })
	for _, c := range []struct {
		name, peer, header string
		more               []netip.Prefix
		want               string
	}{
		{"behind the platform", "10.1.1.1:9", "198.51.100.7, 172.68.1.1", nil, "198.51.100.7"},
		{"with an invention further left", "10.1.1.1:9", "1.1.1.1, 198.51.100.7, 172.68.1.1", nil, "198.51.100.7"},
		{"too few entries", "10.1.1.1:9", "172.68.1.1", nil, "10.1.1.1"},
		{"no address", "10.1.1.1:9", "unknown, 172.68.1.1", nil, "10.1.1.1"},
		{"from elsewhere", "203.0.113.9:9", "198.51.100.7, 172.68.1.1", nil, "203.0.113.9"},
		{"a declared proxy comes first", "10.1.1.1:9", "198.51.100.7, 172.68.1.1", []netip.Prefix{netip.MustParsePrefix("10.1.1.1/32")}, "172.68.1.1"},
	} {
		s := newSite(t, Options{Edge: edgeOfATest, TrustedProxies: c.more}, map[string]http.Handler{"GET /": show})
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		r.Header.Set("X-Forwarded-For", c.header)
		if s.do(r); seen != c.want {
			t.Errorf("%s: %s, want %s", c.name, seen, c.want)
		}
	}
}

func TestCallersBehindAPlatformAreCountedEachAndAllTogether(t *testing.T) {
	limiter, err := NewLimiter(1, 2)
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, Options{Edge: edgeOfATest}, map[string]http.Handler{"POST /door": JSON(Limited(limiter, ok))})
	knock := func(client string) int {
		r := httptest.NewRequest("POST", "/door", nil)
		r.RemoteAddr = "10.1.1.1:9"
		r.Header.Set("X-Forwarded-For", client+", 172.68.1.1")
		return s.do(r).StatusCode
	}
	if a, b, c := knock("198.51.100.7"), knock("198.51.100.7"), knock("198.51.100.7"); a != 200 || b != 200 || c != 429 {
		t.Errorf("one caller: %d %d %d", a, b, c)
	}
	if got := knock("198.51.100.8"); got != 200 {
		t.Errorf("another caller pays for the first: %d", got)
	}
	inventive, let := 0, 0
	for ; inventive < 100; inventive++ {
		if knock(fmt.Sprintf("192.0.2.%d", inventive)) == 200 {
			let++
		}
	}
	if let > 2*claimsTogether || let < claimsTogether {
		t.Errorf("somebody who invents addresses got in %d times of %d, want at most %d", let, inventive, 2*claimsTogether)
	}
}

func TestAnIPv6NetworkCountsAsOneAddress(t *testing.T) {
	limiter, err := NewLimiter(1, 2)
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, Options{}, map[string]http.Handler{"POST /door": JSON(Limited(limiter, ok))})
	knock := func(client string) int {
		r := httptest.NewRequest("POST", "/door", nil)
		r.RemoteAddr = client
		return s.do(r).StatusCode
	}
	if a, b, c := knock("[2001:db8::1]:1"), knock("[2001:db8::2]:1"), knock("[2001:db8::3:0:0:1]:1"); a != 200 || b != 200 || c != 429 {
		t.Errorf("three addresses of one network: %d %d %d", a, b, c)
	}
	if got := knock("[2001:db8:0:1::1]:1"); got != 200 {
		t.Errorf("another network: %d", got)
	}
}

func TestWhatAKnownProxyTookOverPlainHTTPGoesNoFurther(t *testing.T) {
	public, _ := url.Parse("https://ba.example")
	reached := false
	s := newSite(t, Options{PublicURL: public, TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}, map[string]http.Handler{
		"/": JSON(func(http.ResponseWriter, *http.Request) error { reached = true; return nil }),
	})
	for _, c := range []struct {
		name, method, path, peer, proto, authorization string
		status                                         int
		location                                       string
	}{
		{"a page", "GET", "/projects?q=a%20b", "10.0.0.1:1", "http", "", 301, "https://ba.example/projects?q=a%20b"},
		{"what looks like another host", "GET", "//evil.example/x", "10.0.0.1:1", "HTTP", "", 301, "https://ba.example//evil.example/x"},
		{"a form", "POST", "/login", "10.0.0.1:1", "http", "", 403, ""},
		{"a token", "GET", "/api/me", "10.0.0.1:1", "http", "Bearer x", 403, ""},
		{"two proxies, the outer with https", "GET", "/", "10.0.0.1:1", "https, http", "", 200, ""},
		{"health", "GET", "/health", "10.0.0.1:1", "http", "", 200, ""},
		{"a proxy that says nothing", "GET", "/", "10.0.0.1:1", "", "", 200, ""},
		{"a stranger who says http", "GET", "/", "203.0.113.9:1", "http", "", 200, ""},
	} {
		reached = false
		r := httptest.NewRequest(c.method, "http://other.example"+c.path, nil)
		r.RemoteAddr = c.peer
		r.Host = "evil.example"
		for name, value := range map[string]string{"X-Forwarded-Proto": c.proto, "X-Forwarded-Host": "evil.example", "Authorization": c.authorization} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		res := s.do(r)
		if res.StatusCode != c.status || res.Header.Get("Location") != c.location || reached != (c.status == 200) {
			t.Errorf("%s: %d to %q, reached %v", c.name, res.StatusCode, res.Header.Get("Location"), reached)
		}
	}
}
