package chat

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/llm/wire/wiretest"
)

// fault is one thing that goes wrong.
type fault struct {
	name     string
	provider string // the ID of the client that meets it
	serve    http.Handler
	refuse   bool // nobody listens
}

// faults returns everything that can go wrong with a provider: each of its
// recordings that is no good answer, and the faults of the network.
func (m maker) faults(t *testing.T) []fault {
	t.Helper()
	var all []fault
	for _, r := range wiretest.Recordings(t, m.prefixes...) {
		if r.Kind != "" || faultless(r) || r.ID == "deepseek/balance" || strings.Contains(r.ID, "/native-") { // never asked for
			continue
		}
		play := wiretest.NewPlay(t, r)
		play.Timed = true
		all = append(all, fault{name: r.ID, provider: m.id(t, r.ID), serve: play})
	}
	for _, f := range m.network(wiretest.Named(t, m.whole).Responses(t)[0]) {
		f.provider = m.id(t, m.whole)
		all = append(all, f)
	}
	return all
}

func (m maker) id(t *testing.T, recording string) string {
	t.Helper()
	p, err := m.create(recording, nil)
	ok(t, err)
	return p.ID()
}

// faultless reports whether a recording is an answer that is complete, or asks
// for tools.
func faultless(r wiretest.Recording) bool {
	switch r.Expect.Stop {
	case "end_turn", "tool_use", "STOP", "stop", "tool_calls":
		return r.Expect.Ends() && r.Expect.Refusal == ""
	}
	return false
}

// network returns what a network, or a server that is not well, makes of a
// good answer.
func (m maker) network(good wiretest.Response) []fault {
	ends := wiretest.Boundaries(good.Body)
	middle := ends[(len(ends)-1)/2]
	split := func(at int, between string) http.Handler { // something stands in the middle of the answer
		return answering(good, good.Body[:at], []byte(between), good.Body[at:])
	}
	return []fault{
		{name: "connection refused", refuse: true},
		{name: "reset before the response", serve: broken(func(net.Conn) {})},
		{name: "reset within the headers", serve: broken(func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: text/ev") })},
		{name: "reset at byte 0", serve: brokenOff(good, 0)},
		{name: "reset at byte 40", serve: brokenOff(good, 40)},
		{name: "reset after half of the events", serve: brokenOff(good, middle)},
		{name: "reset within an event", serve: brokenOff(good, middle+30)},
		{name: "reset before the last event", serve: brokenOff(good, ends[len(ends)-2])},
		{name: "slow loris: a header line every 20 s", serve: broken(drip("HTTP/1.1 200 OK\r\n", "X-Wait: yes\r\n", 20*time.Second))},
		{name: "slow loris: a byte a minute, and no event", serve: broken(drip("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: ", "x", time.Minute))},
		{name: "ten bytes a second, and the whole answer", serve: slowly(good, 100*time.Millisecond)},
		{name: "10 minutes of silence with pings", serve: pinging(good, middle, m.ping, 10*time.Minute)},
		{name: "an hour of silence with pings", serve: pinging(good, middle, m.ping, time.Hour)},
		{name: "10 minutes of silence without", serve: pinging(good, middle, "", 10*time.Minute)},
		{name: "invalid JSON first", serve: split(0, "data: {\"choices\": [{\"delta\"\n\n")},
		{name: "invalid JSON in the middle", serve: split(middle, "data: {\"choices\": [{\"delta\"\n\n")},
	}
}

// open returns a client whose every request meets the fault that is played.
func (s *stage) open() (*http.Client, func()) {
	h, closeAll := wiretest.Memory(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then does a server notice that its client has gone
		s.now().serve.ServeHTTP(w, r)
	}))
	transport := h.Transport.(*http.Transport)
	dial := transport.DialContext
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		s.mu.Lock()
		refuse := s.fault.refuse
		s.mu.Unlock()
		if refuse {
			s.now()
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
		}
		return dial(ctx, network, address)
	}
	return h, closeAll
}

// broken takes the connection over, does something with it and closes it.
func broken(do func(net.Conn)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		c, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err) // a connection in memory can be taken over
		}
		defer c.Close()
		do(c)
	})
}

// drip begins, and goes on with a piece at a time until the other side leaves.
func drip(begin, piece string, every time.Duration) func(net.Conn) {
	return func(c net.Conn) {
		left := make(chan struct{})
		go func() {
			defer close(left)
			_, _ = io.Copy(io.Discard, c) // ends when the client has gone
		}()
		for text := begin; ; text = piece {
			if _, err := io.WriteString(c, text); err != nil {
				return
			}
			select {
			case <-time.After(every):
			case <-left:
				return
			}
		}
	}
}

// answering sends the pieces of a good response.
func answering(good wiretest.Response, pieces ...[]byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for name, values := range good.Header {
			w.Header()[name] = values
		}
		w.WriteHeader(good.Status)
		for _, p := range pieces {
			if _, err := w.Write(p); err != nil || http.NewResponseController(w).Flush() != nil {
				return
			}
		}
	})
}

// brokenOff breaks a good response off after so many bytes.
func brokenOff(good wiretest.Response, at int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answering(good, good.Body[:at]).ServeHTTP(w, r)
		panic(http.ErrAbortHandler)
	})
}

// slowly sends a good response byte by byte.
func slowly(good wiretest.Response, every time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answering(good).ServeHTTP(w, r)
		for _, b := range good.Body {
			if !sendAfter(w, r, every, []byte{b}) {
				return
			}
		}
	})
}

// pinging sends a part of a good response, pings for so long, and the rest.
func pinging(good wiretest.Response, at int, ping string, quiet time.Duration) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answering(good, good.Body[:at]).ServeHTTP(w, r)
		for range int(quiet / (15 * time.Second)) {
			if !sendAfter(w, r, 15*time.Second, []byte(ping)) {
				return
			}
		}
		sendAfter(w, r, 0, good.Body[at:])
	})
}

// sendAfter waits, sends and flushes. It returns false where the client has left.
func sendAfter(w http.ResponseWriter, r *http.Request, wait time.Duration, b []byte) bool {
	select {
	case <-time.After(wait):
	case <-r.Context().Done():
		return false
	}
	if len(b) == 0 {
		return true
	}
	_, err := w.Write(b)
	return err == nil && http.NewResponseController(w).Flush() == nil
}
