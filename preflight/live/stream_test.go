package live

import (
	"io"
	"net/http"
	"testing"
	"time"
)

func TestStreamsAreMeasuredThroughRealProxies(t *testing.T) {
	t.Parallel()
	handler := func(header map[string]string) http.Handler {
		a := newApp("")
		a.mux.HandleFunc("GET /health/stream", ticks(header, 10, tick))
		return a
	}
	const toHTTPS = "return 301 https://$host$request_uri;"
	cases := map[string]struct {
		serve func(l *lab)
		state State
		part  string
	}{
		"direct": {func(l *lab) { l.site("app.lab.test", handler(friendly)) }, Pass, ""},
		"nginx with its defaults": {func(l *lab) {
			l.nginx("app.lab.test", "location / { proxy_pass http://"+l.backend(handler(nil))+"; }", toHTTPS)
		}, Fail, "held back"},
		"nginx, asked not to": {func(l *lab) {
			l.nginx("app.lab.test", "location / { proxy_pass http://"+l.backend(handler(friendly))+"; }", toHTTPS)
		}, Pass, ""},
		"nginx, buffering off": {func(l *lab) {
			l.nginx("app.lab.test", "location / { proxy_pass http://"+l.backend(handler(nil))+"; proxy_buffering off; }", toHTTPS)
		}, Pass, ""},
		"nginx gzips and buffers": {func(l *lab) {
			l.nginx("app.lab.test", "gzip on; gzip_types text/event-stream; gzip_proxied any; location / { proxy_pass http://"+l.backend(handler(nil))+"; }", toHTTPS)
		}, Fail, "compressed"},
		"nginx gzips in time": {func(l *lab) {
			l.nginx("app.lab.test", "gzip on; gzip_types text/event-stream; gzip_proxied any; gzip_min_length 1; location / { proxy_pass http://"+l.backend(handler(friendly))+"; }", toHTTPS)
		}, Info, "compressed"},
		"HAProxy": {func(l *lab) {
			l.haproxy("app.lab.test", "  http-request redirect scheme https unless { ssl_fc }", "  option http-no-delay\n  server s "+l.backend(handler(friendly)))
		}, Pass, ""},
		"HAProxy compresses": {func(l *lab) {
			l.haproxy("app.lab.test", "  http-request redirect scheme https unless { ssl_fc }", "  compression algo gzip\n  compression type text/event-stream\n  server s "+l.backend(handler(nil)))
		}, Fail, "held back"},
		"Caddy": {func(l *lab) {
			l.caddy("app.lab.test", " reverse_proxy "+l.backend(handler(nil)), " redir https://app.lab.test{uri} 308")
		}, Pass, ""},
		"cut by nginx's timeout": {func(l *lab) {
			a := newApp("")
			a.mux.HandleFunc("GET /health/stream", ticks(friendly, 3, 1500*time.Millisecond))
			l.nginx("app.lab.test", "location / { proxy_pass http://"+l.backend(a)+"; proxy_read_timeout 1s; }", toHTTPS)
		}, Fail, "cut before its end"},
		"compressing middleware": {func(l *lab) {
			a := newApp("")
			a.mux.HandleFunc("GET /health/stream", func(w http.ResponseWriter, r *http.Request) { heldBack(w, 10, tick) })
			l.site("app.lab.test", a)
		}, Fail, "held back"},
		"too short": {func(l *lab) {
			a := newApp("")
			a.mux.HandleFunc("GET /health/stream", ticks(friendly, 2, time.Millisecond))
			l.site("app.lab.test", a)
		}, NotDetermined, "too short"},
		"none": {func(l *lab) { l.site("app.lab.test", newApp("")) }, NotDetermined, "not checked"},
		"page for every path": {func(l *lab) {
			l.site("app.lab.test", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				_, _ = io.WriteString(w, "<html><body><script src=a.js></script></body></html>")
			}))
		}, NotDetermined, "not checked"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			c.serve(l)
			expect(t, l.run(l.options("https://app.lab.test", "")), "SSE-07", c.state, c.part)
		})
	}
}

// heldBack collects everything and sends it at the end, as a middleware that
// compresses the whole answer does.
func heldBack(w http.ResponseWriter, n int, pause time.Duration) {
	w.Header().Set("Content-Type", "text/event-stream")
	var all []byte
	for i := range n {
		all = append(all, []byte("data: {\"sent_at\":\""+time.Now().UTC().Format(time.RFC3339Nano)+"\"}\n\n")...)
		if i < n-1 {
			time.Sleep(pause) // the server's own pace, not a synchronisation of the test
		}
	}
	_, _ = w.Write(all)
}

func TestArrivalsAreJudgedWithoutTheServersClock(t *testing.T) {
	t.Parallel()
	ms := time.Millisecond
	at := func(list ...int) (s Stream) {
		for _, v := range list {
			s.Arrivals = append(s.Arrivals, Arrival{After: time.Duration(v) * ms, Bytes: 50})
		}
		return s
	}
	base := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	sent := func(s Stream, gap int) Stream {
		for i := range s.Arrivals {
			s.Arrivals[i].Sent = base.Add(time.Duration(i*gap) * ms)
		}
		return s
	}
	cut := at(100, 300, 500)
	cut.Ended = io.ErrUnexpectedEOF
	cases := map[string]struct {
		stream Stream
		want   StreamVerdict
	}{
		"flows":                    {at(100, 400, 700, 1000, 1300, 1600), InTime},
		"all after a wait":         {at(4000, 4001, 4002, 4003, 4004, 4010), Buffered},
		"short answer":             {at(100, 101, 102, 103, 104), TooShort},
		"few events":               {at(4000, 4001), TooShort},
		"cut":                      {cut, CutOff},
		"sent apart, came so":      {sent(at(50, 250, 450, 650, 850, 1050, 1250), 200), InTime},
		"sent apart, came at once": {sent(at(1400, 1401, 1402, 1403, 1404, 1405, 1406), 200), Buffered},
		"in bursts":                {sent(at(600, 601, 602, 1200, 1201, 1202, 1800, 1801, 1802), 200), Buffered},
		"lag of HAProxy":           {sent(at(250, 450, 650, 850, 1050, 1250, 1450), 200), InTime},
		"some very late":           {sent(at(50, 250, 450, 1650, 1850, 2250, 2450), 200), Late},
	}
	for name, c := range cases {
		if got := c.stream.Judge(); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestAStreamOfAnotherOriginNeedsCORS(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		header map[string]string
		wrap   bool
		state  State
	}{
		"covered":         {friendly, true, Pass},
		"its own header":  {map[string]string{"Access-Control-Allow-Origin": front}, false, Pass},
		"hand-written":    {friendly, false, Fail},
		"for another one": {map[string]string{"Access-Control-Allow-Origin": "http://localhost:3000"}, false, Fail},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(front)
			stream := ticks(c.header, 8, tick)
			var h http.Handler = a
			if c.wrap {
				a.mux.HandleFunc("GET /health/stream", stream)
			} else {
				h = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if r.URL.Path == "/health/stream" {
						stream(w, r)
						return
					}
					a.ServeHTTP(w, r)
				})
			}
			l := pair(t, h)
			expect(t, l.run(l.options(front, back)), "CORS-10", c.state, "")
		})
	}
}
