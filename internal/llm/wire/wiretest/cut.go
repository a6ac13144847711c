package wiretest

import (
	"errors"
	"io"
	"net/http"
	"reflect"
	"testing"
	"testing/synctest"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

// errReset is what a connection that was reset gives.
var errReset = errors.New("connection reset by peer")

// fragments plays a recording over a real connection in pieces of 1 byte up to
// whole, and in memory with reads of as many.
func (s Suite) fragments(t *testing.T, r Recording) {
	if s.again(r) {
		s.fragmentsInMemory(t, r)
		return // over a real connection its retries would take real time
	}
	var first *Outcome
	for _, n := range []int{1, 2, 3, 7, 61, 1024, 1 << 20, 0} {
		play := NewPlay(t, r)
		play.Fragment = n
		h := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		o := Collect(t, t.Context(), s.New(t, r.ID, Loopback(t, play), h), Question())
		if first == nil {
			first = &o
			if !r.Expect.IdleTimeout { // silence is a cut here
				s.judge(t, r, o)
			}
		}
		if diff := sameOutcome(*first, o); diff != "" {
			t.Errorf("fragments of %d bytes differ: %s", n, diff)
		}
	}
	s.fragmentsInMemory(t, r)
}

func (s Suite) fragmentsInMemory(t *testing.T, r Recording) {
	res := r.Responses(t)[0]
	whole := s.inMemory(t, r, Bytes{Body: res.Body, Header: res.Header})
	for _, n := range []int{1, 2, 3, 5, 17} {
		if diff := sameOutcome(whole, s.inMemory(t, r, Bytes{Body: res.Body, Header: res.Header, Most: n})); diff != "" {
			t.Errorf("reads of %d bytes differ: %s", n, diff)
		}
	}
}

func (s Suite) inMemory(t *testing.T, r Recording, b Bytes) (o Outcome) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o = Collect(t, t.Context(), s.New(t, r.ID, "http://provider.test", &http.Client{Transport: b}), Question())
	})
	return o
}

// cuts breaks the connection of a server at every event boundary, as an abort
// and as a normal end. What is tried again costs the test's time.
func (s Suite) cuts(t *testing.T, r Recording) {
	res := r.Responses(t)[0]
	whole := s.inMemory(t, r, Bytes{Body: res.Body, Header: res.Header})
	for _, at := range append([]int{0}, Boundaries(res.Body)...) {
		for _, clean := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				play := NewPlay(t, r)
				play.Cut, play.Clean = at, clean
				h, closeAll := Memory(play)
				defer closeAll()
				o := Collect(t, t.Context(), s.New(t, r.ID, "http://provider.test", h), Question())
				s.judgeCut(t, res.Body[:at], whole, o)
			})
		}
	}
}

func (s Suite) judgeCut(t *testing.T, sent []byte, whole, o Outcome) {
	t.Helper()
	if !prefix(o, whole) {
		t.Errorf("cut after %d bytes, it shows %q, which is no beginning of %q", len(sent), o.Text, whole.Text)
	}
	switch {
	case s.Ended(events(sent)):
		if !reflect.DeepEqual(o.Stop, whole.Stop) || o.Text != whole.Text {
			t.Errorf("cut after its end, at %d bytes, it stops with %+v and %v, want %+v", len(sent), o.Stop, o.Err, whole.Stop)
		}
		return
	case s.Ended(events(append(sent[:len(sent):len(sent)], '\n'))):
		return // only a line feed is missing: it may count as the end or not
	case o.Stop != nil:
		t.Errorf("cut after %d bytes, it was called complete: %+v", len(sent), *o.Stop)
	}
	if f := o.Fault(); f == nil || f.Kind != llm.ErrCut && whole.Fault() == nil {
		t.Errorf("cut after %d bytes: %v, want ErrCut", len(sent), o.Err)
	}
}

// events returns the whole events at the beginning of a body.
func events(body []byte) []byte {
	all := Boundaries(body)
	if len(all) == 0 {
		return nil
	}
	return body[:all[len(all)-1]]
}

// bytes cuts a body in memory after every seventh byte of it, or in a soak after
// each.
func (s Suite) bytes(t *testing.T, r Recording) {
	res := r.Responses(t)[0]
	whole := s.inMemory(t, r, Bytes{Body: res.Body, Header: res.Header})
	step := 7
	if testenv.Soak() {
		step = 1
	}
	synctest.Test(t, func(t *testing.T) {
		for at := 0; at < len(res.Body); at += step {
			b := Bytes{Body: res.Body[:at], Header: res.Header, Err: io.ErrUnexpectedEOF}
			if at%2 == 0 {
				b.Err = errReset
			}
			p := s.New(t, r.ID, "http://provider.test", &http.Client{Transport: b})
			s.judgeCut(t, b.Body, whole, Collect(t, t.Context(), p, Question()))
		}
	})
}
