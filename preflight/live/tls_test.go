package live

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"
)

func TestEachFaultOfACertificateIsToldApart(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	now := time.Now()
	cases := map[string]struct {
		leaf  leaf
		state State
		part  string
		also  string // another id that must fail
	}{
		"valid":                   {leaf{names: []string{"app.lab.test"}}, Pass, "valid", ""},
		"valid by wildcard":       {leaf{names: []string{"*.lab.test"}}, Pass, "valid", ""},
		"six days, fresh":         {leaf{names: []string{"app.lab.test"}, from: now.Add(-2 * day), to: now.Add(4 * day)}, Pass, "valid", ""},
		"expired":                 {leaf{names: []string{"app.lab.test"}, from: now.Add(-90 * day), to: now.Add(-2 * day)}, Fail, "expired on", ""},
		"expired an hour ago":     {leaf{names: []string{"app.lab.test"}, from: now.Add(-90 * day), to: now.Add(-time.Hour)}, Fail, "expired on", ""},
		"not yet valid":           {leaf{names: []string{"app.lab.test"}, from: now.Add(day), to: now.Add(90 * day)}, Fail, "valid only from", ""},
		"expires soon":            {leaf{names: []string{"app.lab.test"}, from: now.Add(-80 * day), to: now.Add(9 * day)}, Warn, "renewal is overdue", ""},
		"wrong host":              {leaf{names: []string{"other.lab.test"}}, Fail, "is for other names: other.lab.test", ""},
		"wildcard one level up":   {leaf{names: []string{"*.test"}}, Fail, "is for other names", ""},
		"platform's own":          {leaf{names: []string{"*.up.railway.app"}}, Fail, "hosting platform's own", "TLS-05"},
		"Render's own":            {leaf{names: []string{"*.onrender.com"}}, Fail, "hosting platform's own", "TLS-05"},
		"self-signed":             {leaf{names: []string{"app.lab.test"}, selfSigned: true}, Fail, "signed by itself", ""},
		"self-signed and expired": {leaf{names: []string{"app.lab.test"}, selfSigned: true, from: now.Add(-9 * day), to: now.Add(-day)}, Fail, "expired on", ""},
		"incomplete chain":        {leaf{names: []string{"app.lab.test"}, alone: true}, Fail, "intermediate certificate of Lab (Lab R1) is not sent", ""},
		"unknown authority":       {leaf{names: []string{"app.lab.test"}, stranger: true}, Fail, "issued by Office (Proxy CA)", ""},
		"weak key":                {leaf{names: []string{"app.lab.test"}, weak: true}, Fail, "only 1024 bits", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.serveTLS("app.lab.test", newApp(""), l.ca.issue(c.leaf))
			r := l.run(l.options("https://app.lab.test", ""))
			expect(t, r, "TLS-01", c.state, c.part)
			if c.also != "" {
				expect(t, r, c.also, Fail, "platform")
			} else {
				expect(t, r, "TLS-05", Pass, "")
			}
			expect(t, r, "HLT-05", Pass, "") // the other checks go on
		})
	}
}

func TestOldProtocolsAreFoundOnRealServers(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	s := &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}, Certificates: []tls.Certificate{l.ca.issue(leaf{names: []string{"old.lab.test"}})}}
	ln, err := tls.Listen("tcp", "127.0.0.1:0", s)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: newApp(""), ErrorLog: quiet()}
	done := make(chan struct{})
	go func() { _ = server.Serve(ln); close(done) }()
	t.Cleanup(func() { server.Close(); <-done })
	l.put("old.lab.test", 443, ln.Addr().String())
	expect(t, l.run(l.options("https://old.lab.test", "")), "TLS-01", Fail, "TLS 1.1 at best")
}

func TestPlainHTTPIsJudgedByWhereItLeads(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		plain func(l *lab)
		state State
		part  string
	}{
		"redirect": {func(l *lab) {
			l.plain("app.lab.test", redirect(301, "https://app.lab.test/"))
		}, Pass, "redirected to https"},
		"redirect by 308 through www": {func(l *lab) {
			l.site("www.lab.test", newApp(""))
			l.plain("app.lab.test", redirect(308, "https://app.lab.test/"))
		}, Pass, "redirected to https"},
		"refused":         {func(l *lab) {}, Pass, "not served"},
		"closed with 426": {func(l *lab) { l.plain("app.lab.test", status(426)) }, Pass, "serves nothing"},
		"same page":       {func(l *lab) { l.plain("app.lab.test", newApp("")) }, Fail, "answers the page itself"},
		"circle":          {func(l *lab) { l.plain("app.lab.test", redirect(301, "http://app.lab.test/")) }, Fail, "circle"},
		"plain elsewhere": {func(l *lab) { l.plain("app.lab.test", redirect(302, "http://www.app.lab.test/")) }, Fail, "plain http"},
		"other host":      {func(l *lab) { l.plain("app.lab.test", redirect(302, "https://elsewhere.test/")) }, Warn, "another host"},
		"broken location": {func(l *lab) { l.plain("app.lab.test", redirect(301, "http://%zz")) }, Fail, "nowhere"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.serveTLS("app.lab.test", newApp(""), l.ca.issue(leaf{names: []string{"app.lab.test"}}))
			c.plain(l)
			expect(t, l.run(l.options("app.lab.test", "")), "TLS-02", c.state, c.part)
		})
	}
}

func redirect(status int, to string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(status)
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func TestRealProxiesRedirectAndSendHSTS(t *testing.T) {
	t.Parallel()
	t.Run("nginx in order", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		up := l.backend(newApp(""))
		l.nginx("app.lab.test", "location / { proxy_pass http://"+up+"; }", "return 301 https://$host$request_uri;")
		r := l.run(l.options("https://app.lab.test", ""))
		expect(t, r, "TLS-02", Pass, "")
		expect(t, r, "TLS-03", Pass, "")
		expect(t, r, "TLS-01", Pass, "")
	})
	t.Run("nginx serves both, no HSTS", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		l.nginx("app.lab.test", `default_type text/plain; return 200 "hello";`, `default_type text/plain; return 200 "hello";`)
		r := l.run(l.options("https://app.lab.test", ""))
		expect(t, r, "TLS-02", Fail, "answers the page itself")
		expect(t, r, "TLS-03", Warn, "no Strict-Transport-Security")
	})
	t.Run("HAProxy redirects in a circle", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		up := l.backend(redirect(301, "http://app.lab.test/"))
		l.haproxy("app.lab.test", "  http-request redirect scheme https code 301 unless { ssl_fc }", "  server s "+up)
		expect(t, l.run(l.options("https://app.lab.test", "")), "TLS-02", Fail, "circle")
	})
	t.Run("Caddy in order", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		l.caddy("app.lab.test", " header Strict-Transport-Security max-age=31536000\n respond \"hello\"", " redir https://app.lab.test{uri} 308")
		r := l.run(l.options("https://app.lab.test", ""))
		expect(t, r, "TLS-02", Pass, "")
		expect(t, r, "TLS-03", Pass, "")
	})
}

func TestHSTSIsReadAsBrowsersReadIt(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		values []string
		state  State
	}{
		{"app.lab.test", nil, Warn}, {"app.lab.test", []string{"max-age=0"}, Warn}, {"app.lab.test", []string{"includeSubDomains"}, Warn}, {"app.lab.test", []string{"max-age=60"}, Warn}, {"app.lab.test", []string{"max-age=abc"}, Warn},
		{"app.lab.test", []string{"max-age=300"}, Info}, {"app.lab.test", []string{"max-age=63072000; includeSubDomains; preload"}, Info},
		{"app.lab.test", []string{"max-age=31536000"}, Pass}, {"app.lab.test", []string{`Max-Age="31536000" ; includeSubDomains`}, Pass}, {"x.up.railway.app", nil, Pass}, {"x.fly.dev", nil, Pass},
	}
	for _, c := range cases {
		if o := judgeHSTS(c.name, c.values); o.State != c.state {
			t.Errorf("%s %q: %v (%s), want %v", c.name, c.values, o.State, o.Title, c.state)
		}
	}
}

func TestAddressesThatDoNotAnswerAreNamed(t *testing.T) {
	t.Parallel()
	t.Run("one of two refuses", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		l.site("app.lab.test", newApp(""))
		stale := l.address("app.lab.test")
		r := l.run(l.options("https://app.lab.test", ""))
		expect(t, r, "TLS-04", Fail, stale.String())
		expect(t, r, "HLT-05", Pass, "")
	})
	t.Run("both answer", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		l.site("app.lab.test", newApp(""))
		expect(t, l.run(l.options("https://app.lab.test", "")), "TLS-04", Pass, "")
	})
	t.Run("no name", func(t *testing.T) {
		t.Parallel()
		r := newLab(t)
		expect(t, r.run(r.options("https://nowhere.lab.test", "")), "TLS-04", NotDetermined, "does not resolve")
	})
	t.Run("nobody listens", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		l.address("app.lab.test")
		expect(t, l.run(l.options("https://app.lab.test", "")), "TLS-04", NotDetermined, "no address")
	})
}

// raw serves bytes as they are, for servers that break the rules.
func (l *lab) raw(name string, port uint16, serve func(net.Conn)) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		l.t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go func() { // ends when its connection does, at the latest with the test's client
				defer conn.Close()
				_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
				serve(conn)
			}()
		}
	}()
	l.t.Cleanup(func() { ln.Close(); <-done })
	l.put(name, port, ln.Addr().String())
}

func TestHostsThatMisbehaveGiveOneClearLineAndNoFinding(t *testing.T) {
	t.Parallel()
	readRequest := func(c net.Conn) { buf := make([]byte, 4096); _, _ = c.Read(buf) }
	cases := map[string]struct {
		serve func(net.Conn)
		part  string
	}{
		"closes early":  {func(c net.Conn) { readRequest(c) }, "closed the connection"},
		"never answers": {func(c net.Conn) { readRequest(c); time.Sleep(5 * time.Second) }, "did not answer in time"},
		"endless headers": {func(c net.Conn) {
			readRequest(c)
			fmt.Fprint(c, "HTTP/1.1 200 OK\r\n")
			for i := 0; i < 1_000_000; i++ {
				if _, err := fmt.Fprintf(c, "X-Fill-%d: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", i); err != nil {
					return
				}
			}
		}, "endless response headers"},
		"not HTTP": {func(c net.Conn) { readRequest(c); fmt.Fprint(c, "SSH-2.0-OpenSSH_9.2\r\n") }, "does not answer in HTTP"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			l.raw("app.lab.test", 80, c.serve)
			o := l.options("http://app.lab.test", "")
			o.RequestTimeout = 700 * time.Millisecond
			r := l.run(o)
			expect(t, r, "HLT-05", NotDetermined, c.part)
			for _, out := range r.Outcomes {
				if out.State == Warn && out.ID != "TLS-02" || out.State == Fail {
					t.Errorf("a finding on a host that gave no answer: %s %s", out.ID, out.Title)
				}
			}
		})
	}
	t.Run("endless body", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		l.site("app.lab.test", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			block := make([]byte, 64<<10)
			for range 1000 {
				if _, err := w.Write(block); err != nil {
					return
				}
			}
		}))
		o := l.options("https://app.lab.test", "")
		o.Total = 15 * time.Second
		start := time.Now()
		expect(t, l.run(o), "TLS-01", Pass, "")
		if time.Since(start) > 30*time.Second {
			t.Error("the time limit does not hold")
		}
	})
	t.Run("redirects for ever", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		l.site("app.lab.test", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
		}))
		r := l.run(l.options("https://app.lab.test", ""))
		if r.Requests > 300 {
			t.Errorf("%d requests", r.Requests)
		}
		expect(t, r, "TLS-01", Pass, "")
	})
	t.Run("TLS on a port without it", func(t *testing.T) {
		t.Parallel()
		l := newLab(t)
		l.put("app.lab.test", 443, l.backend(newApp("")))
		expect(t, l.run(l.options("https://app.lab.test", "")), "TLS-01", NotDetermined, "speaks no TLS")
	})
}
