package live

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func FuzzPage(f *testing.F) {
	f.Add([]byte(shell))
	f.Add([]byte(`<script src="a`))
	f.Add([]byte("<base href=//x><link rel=preload as=font href=y>"))
	f.Fuzz(func(t *testing.T, body []byte) {
		p := parsePage(body)
		if len(p.inline) > len(body)+maxInline {
			t.Fatal("more text than there was")
		}
	})
}

func FuzzRequest(f *testing.F) {
	f.Add(authURL(nil))
	f.Add("https://accounts.google.com/?redirect_uri=http://localhost:8000&client_id=")
	f.Fuzz(func(t *testing.T, raw string) {
		u, err := url.Parse(raw)
		if err != nil {
			return
		}
		for _, fault := range JudgeRequest(u, []string{"app.lab.test"}) {
			if fault.Text == "" || fault.Level < Info || fault.Level > Fail {
				t.Fatalf("%+v", fault)
			}
		}
	})
}

func FuzzRemoteJSON(f *testing.F) {
	f.Add([]byte(`{"openapi":"3.1.0","paths":{"/a":{"get":{}}}}`))
	f.Add([]byte(`[{"login_url":"/auth/google/login"}]`))
	f.Add([]byte(`{"checks":[{"name":"db","ok":false}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		parseOpenAPI(body)
		for _, p := range parseProviders(body) {
			if !strings.HasPrefix(p, "/") {
				t.Fatalf("a sign-in route on another host: %q", p)
			}
		}
		for _, s := range troubled(body) {
			if strings.ContainsAny(s, "\n\x1b") {
				t.Fatalf("%q", s)
			}
		}
		disclosed(body)
		sendTime(body)
		field(body, "a.0.b")
	})
}

func FuzzStream(f *testing.F) {
	f.Add([]byte("data: {\"sent_at\":\"2026-11-24T10:00:00Z\"}\n\ndata: x\n\n"))
	f.Add([]byte(": comment\n\nevent: a\ndata\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		var s Stream
		s.read(bytes.NewReader(body), time.Now())
		s.Judge()
	})
}

func FuzzHeaders(f *testing.F) {
	f.Add("max-age=31536000; includeSubDomains", "session=a; Secure")
	f.Add("max-age=\"", "__Host-x=; SameSite=None")
	f.Fuzz(func(t *testing.T, hsts, cookie string) {
		judgeHSTS("app.lab.test", []string{hsts})
		h := http.Header{"Set-Cookie": {cookie}, "Access-Control-Allow-Origin": {hsts}, "Access-Control-Allow-Headers": {cookie}}
		for _, c := range (&http.Response{Header: h}).Cookies() {
			judgeCookie(c, &url.URL{Scheme: "https", Host: "app.lab.test"})
		}
		corsFault(&answer{Status: 200, Header: h}, "https://app.lab.test", "POST", true)
	})
}

func FuzzCertificate(f *testing.F) {
	a := sharedAuthority()
	f.Add(a.issue(leaf{names: []string{"app.lab.test"}}).Certificate[0])
	f.Add(a.issue(leaf{names: []string{"app.lab.test"}, selfSigned: true}).Certificate[0])
	f.Fuzz(func(t *testing.T, der []byte) {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return
		}
		got, err := Inspect(tls.ConnectionState{PeerCertificates: []*x509.Certificate{c}, Version: tls.VersionTLS13}, "app.lab.test", time.Now(), a.pool())
		if err != nil || len(got.Chain) != 1 {
			t.Fatal(got, err)
		}
	})
}
