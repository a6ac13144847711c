package wiretest

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// Play is a server that answers with recorded responses, one after the other;
// the last answers all further requests. It is an http.Handler.
type Play struct {
	Responses []Response
	Fragment  int  // bytes that are sent at once; zero is event by event
	Cut       int  // bytes of the last response after which it breaks off; negative is never
	Clean     bool // it breaks off like a normal end
	Timed     bool // pace, delays and silence are kept; else silence is a cut

	mu       sync.Mutex
	requests []Request
	left     chan struct{} // closed when a client has left a silent response
	gone     bool          // it is closed
}

// Request is what a client sent.
type Request struct {
	Target string // method and path with query
	Header http.Header
	Body   []byte
}

// NewPlay returns a server for a recording, uncut and event by event.
func NewPlay(t testing.TB, r Recording) *Play {
	t.Helper()
	return &Play{Responses: r.Responses(t), Cut: -1}
}

// Requests returns what was asked so far.
func (p *Play) Requests() []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Request(nil), p.requests...)
}

// Left returns a channel that is closed when a client has left a silent response.
func (p *Play) Left() chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.left == nil {
		p.left = make(chan struct{})
	}
	return p.left
}

// ServeHTTP implements http.Handler.
func (p *Play) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client went away
	}
	res, cut := p.next(Request{r.Method + " " + r.URL.RequestURI(), r.Header.Clone(), body})
	if p.Timed {
		wait(r, res.HeaderDelay)
	}
	for name, values := range res.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(res.Status)
	send := res.Body
	if cut {
		send = send[:p.Cut]
	}
	if !p.write(w, r, send, res.Pace) {
		return
	}
	switch {
	case cut && !p.Clean, res.End == "abort", res.End == "hang" && !p.Timed && !cut:
		panic(http.ErrAbortHandler)
	case res.End == "hang" && !cut:
		<-r.Context().Done()
		p.leave()
	}
}

func (p *Play) leave() {
	left := p.Left()
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.gone {
		p.gone = true
		close(left)
	}
}

func (p *Play) next(r Request) (res Response, cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := min(len(p.requests), len(p.Responses)-1)
	p.requests = append(p.requests, r)
	res = p.Responses[n]
	return res, p.Cut >= 0 && p.Cut < len(res.Body) && n == len(p.Responses)-1
}

// write sends the body in fragments and flushes each.
func (p *Play) write(w http.ResponseWriter, r *http.Request, body []byte, pace time.Duration) bool {
	flush := http.NewResponseController(w)
	for _, piece := range p.pieces(body) {
		if _, err := w.Write(piece); err != nil || flush.Flush() != nil {
			return false
		}
		if p.Timed && !wait(r, pace) {
			return false
		}
	}
	return true
}

func (p *Play) pieces(body []byte) [][]byte {
	var out [][]byte
	if p.Fragment > 0 {
		for len(body) > p.Fragment {
			out, body = append(out, body[:p.Fragment]), body[p.Fragment:]
		}
		return append(out, body)
	}
	last := 0
	for _, end := range Boundaries(body) {
		out, last = append(out, body[last:end]), end
	}
	return append(out, body[last:])
}

func wait(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	select {
	case <-time.After(d):
		return true
	case <-r.Context().Done():
		return false
	}
}

// Loopback serves h on a free port of 127.0.0.1 and returns the base URL.
func Loopback(t testing.TB, h http.Handler) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// Memory serves h over connections in memory, for a bubble of testing/synctest,
// where all time is of the test. The client reaches it under any name; close
// ends both.
func Memory(h http.Handler) (client *http.Client, closeAll func()) {
	conns := make(chan net.Conn)
	done := make(chan struct{})
	srv := &http.Server{Handler: h}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = srv.Serve(&pipes{conns, done}) // always the error of being closed
	}()
	transport := &http.Transport{DialContext: dialer(conns, done)}
	return &http.Client{Transport: transport}, func() {
		transport.CloseIdleConnections()
		close(done)
		_ = srv.Close()
		<-served
	}
}

// Bytes is a transport that answers every request with one body, of which each
// read gives at most Most bytes; zero is all there is.
type Bytes struct {
	Status int // zero is 200
	Header http.Header
	Body   []byte
	Most   int
	Err    error // in place of the end of the body
}

// RoundTrip implements http.RoundTripper.
func (b Bytes) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body) // memory; it cannot fail
		r.Body.Close()
	}
	status := b.Status
	if status == 0 {
		status = http.StatusOK
	}
	header := b.Header
	if header == nil {
		header = http.Header{"Content-Type": {"text/event-stream"}}
	}
	return &http.Response{StatusCode: status, Header: header, Request: r, ProtoMajor: 1, ProtoMinor: 1,
		Body: io.NopCloser(&slices{bytes.NewReader(b.Body), b.Most, b.Err})}, nil
}

type slices struct {
	src  *bytes.Reader
	most int
	err  error
}

func (s *slices) Read(p []byte) (int, error) {
	if s.most > 0 && len(p) > s.most {
		p = p[:s.most]
	}
	n, err := s.src.Read(p)
	if err == io.EOF && s.err != nil {
		err = s.err
	}
	return n, err
}
