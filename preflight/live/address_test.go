package live

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

func TestPrivateAddressesAreTold(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "::1", "fe80::1%eth0", "fc00::1", "fd12::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::", "ff02::1", "::127.0.0.1"} {
		if !Private(netip.MustParseAddr(s)) {
			t.Errorf("%s counts as public", s)
		}
	}
	for _, s := range []string{"1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:4700::1111", "172.32.0.1", "100.128.0.1", "::ffff:1.1.1.1"} {
		if Private(netip.MustParseAddr(s)) {
			t.Errorf("%s counts as private", s)
		}
	}
}

func TestNoPrivateAddressIsDialled(t *testing.T) {
	t.Parallel()
	var reached atomic.Int32
	inside := func(w http.ResponseWriter, _ *http.Request) { reached.Add(1) }
	t.Run("by its name", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		l.plain("inside.lab.test", http.HandlerFunc(inside))
		o := l.options("http://inside.lab.test", "")
		o.AllowPrivate = false
		r := l.run(o)
		expect(t, r, "HLT-05", NotDetermined, "--allow-private")
	})
	t.Run("by its number, with the system's own dialler", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		at := l.backend(http.HandlerFunc(inside))
		r := l.run(Options{Site: "http://" + at, RequestTimeout: 2 * time.Second})
		expect(t, r, "HLT-05", NotDetermined, "--allow-private")
	})
	t.Run("when the name changes its answer", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		at := netip.MustParseAddrPort(l.backend(http.HandlerFunc(inside)))
		var asked atomic.Int32
		n := Network{Lookup: func(context.Context, string) ([]netip.Addr, error) {
			if asked.Add(1) == 1 {
				return []netip.Addr{netip.MustParseAddr("93.184.216.34")}, nil
			}
			return []netip.Addr{at.Addr()}, nil
		}, Dial: func(_ context.Context, to netip.AddrPort) (net.Conn, error) {
			if Private(to.Addr()) {
				t.Error("a private address was dialled")
			}
			return nil, errors.New("no route")
		}}
		p := newProber(Options{Network: n})
		for range 3 {
			if _, err := p.do(context.Background(), ask{url: "http://rebind.test/"}); err == nil {
				t.Error("answered")
			}
		}
	})
	t.Run("by a redirect", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		target := l.backend(http.HandlerFunc(inside))
		l.site("app.lab.test", redirect(302, "http://"+target+"/latest/meta-data"))
		l.run(l.options("https://app.lab.test", ""))
	})
	t.Cleanup(func() {
		if n := reached.Load(); n != 0 {
			t.Errorf("a private server was reached %d times", n)
		}
	})
}

func TestAddressesThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", "ftp://x.test", "https://", "http://%zz", "https://user:pw@x.test", "javascript:alert(1)"} {
		if _, err := Run(context.Background(), Options{Site: raw}); ba.KindOf(err) != ba.Invalid || err == nil {
			t.Errorf("%q: %v", raw, err)
		}
	}
}

func TestTheRequestLimitHolds(t *testing.T) {
	t.Parallel()
	var count atomic.Int32
	l := newLab(t)
	l.serveTLS("app.lab.test", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count.Add(1)
		if r.Method != http.MethodGet && r.Method != http.MethodOptions && r.Method != http.MethodHead {
			t.Errorf("%s was sent", r.Method)
		}
		if !strings.Contains(r.UserAgent(), "preflight") {
			t.Errorf("the requests do not say who they are: %q", r.UserAgent())
		}
		newApp("").ServeHTTP(w, r)
	}), l.ca.issue(leaf{names: []string{"app.lab.test"}}))
	o := l.options("https://app.lab.test", "")
	o.MaxRequests = 12
	r := l.run(o)
	if count.Load() > 12 || r.Requests > 12 {
		t.Errorf("%d requests, %d counted", count.Load(), r.Requests)
	}
	for _, id := range IDs() {
		r.worst(t, id) // every id has a state
	}
}

func TestHTTP2AndHTTP1AreBothSpoken(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.site("app.lab.test", newApp(""))
	p := newProber(l.options("https://app.lab.test", ""))
	defer p.close()
	a, err := p.do(context.Background(), ask{url: "https://app.lab.test/health"})
	if err != nil || a.Proto != "HTTP/2.0" {
		t.Errorf("%v %v", a, err)
	}
	l.plain("old.lab.test", newApp(""))
	if a, err := p.do(context.Background(), ask{url: "http://old.lab.test/health"}); err != nil || a.Proto != "HTTP/1.1" {
		t.Errorf("%v %v", a, err)
	}
}

func TestTextOfAHostIsPrintedAsData(t *testing.T) {
	t.Parallel()
	got := clean("a\x1b[31mred\nline\u202eback\u0085", 50)
	if strings.ContainsAny(got, "\x1b\n\u202e\u0085") {
		t.Errorf("%q", got)
	}
	if got := clean(strings.Repeat("ü", 100), 33); len(got) > 40 || strings.ContainsRune(got, '\ufffd') {
		t.Errorf("%q", got)
	}
}
