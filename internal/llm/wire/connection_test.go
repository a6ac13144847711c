package wire_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire/wiretest"
)

func TestCancellingClosesTheConnectionAtOnce(t *testing.T) {
	gone := make(chan struct{})
	base := wiretest.Loopback(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		say(w, "begun")
		<-r.Context().Done()
		close(gone)
	}))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	for _, err := range newClient(t, base, nil).Stream(ctx, llm.Request{}) {
		last = err
		cancel()
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("ended with %v", last)
	}
	select {
	case <-gone:
	case <-time.After(20 * time.Second):
		t.Error("the server did not notice")
	}
}

func TestAReaderThatLeavesClosesTheConnection(t *testing.T) {
	gone := make(chan struct{})
	base := wiretest.Loopback(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		say(w, "begun")
		<-r.Context().Done()
		close(gone)
	}))
	for range newClient(t, base, nil).Stream(t.Context(), llm.Request{}) {
		break
	}
	select {
	case <-gone:
	case <-time.After(20 * time.Second):
		t.Error("the server did not notice")
	}
}

func TestNoRedirectIsFollowedWithTheKey(t *testing.T) {
	var stolen []string
	thief := wiretest.Loopback(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		stolen = append(stolen, r.URL.Path)
	}))
	for _, status := range []int{301, 302, 303, 307, 308} {
		base := wiretest.Loopback(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", thief+"/steal")
			w.WriteHeader(status)
		}))
		wantFault(t, wiretest.Collect(t, t.Context(), newClient(t, base, nil), llm.Request{}), llm.ErrRequest)
	}
	if len(stolen) > 0 {
		t.Errorf("the other host was asked for %v", stolen)
	}
}

func TestConnectionsAreUsedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, closeAll := wiretest.Memory(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			say(w, "a")
			say(w, "end")
			pause(r, 100*time.Millisecond) // the end of the body comes later than that of the answer
		}))
		defer closeAll()
		transport := client.Transport.(*http.Transport)
		dials, dial := 0, transport.DialContext
		transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			dials++
			return dial(ctx, network, address)
		}
		p := newClient(t, "http://provider.test", client)
		for range 5 {
			wiretest.Collect(t, t.Context(), p, llm.Request{})
		}
		if dials != 1 {
			t.Errorf("%d connections for five answers one after the other", dials)
		}
	})
}

func TestHTTP2StreamsAndIsCutLikeAnyOther(t *testing.T) {
	cut := false
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("the protocol is %s", r.Proto)
		}
		say(w, "a")
		if cut {
			panic(http.ErrAbortHandler)
		}
		say(w, "end")
	}))
	s.EnableHTTP2 = true
	s.StartTLS()
	defer s.Close()
	p := newClient(t, s.URL, s.Client())
	if o := wiretest.Collect(t, t.Context(), p, llm.Request{}); o.Stop == nil || o.Text != "a" {
		t.Errorf("whole: %q, %v", o.Text, o.Err)
	}
	cut = true
	wantFault(t, wiretest.Collect(t, t.Context(), p, llm.Request{}), llm.ErrCut)
}

func TestAServerWithoutATrustedCertificateGetsNoKey(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("asked with %v", r.Header)
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // of the handshakes that fail
	s.StartTLS()
	defer s.Close()
	p := newClient(t, s.URL, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	wantFault(t, wiretest.Collect(t, ctx, p, llm.Request{}), llm.ErrNetwork)
}

func TestABaseURLMustBeAnAddress(t *testing.T) {
	for base, ok := range map[string]bool{
		"https://api.example.com": true, "https://gateway.example.com/anthropic/": true,
		"http://127.0.0.1:11434/v1": true, "http://ollama:11434": true,
		"": false, "api.example.com": false, "localhost:11434": false, "ftp://x": false, "https://": false,
		"https://user:" + "pass@example.com": false, "https://example.com/?key=x": false, "https://example.com/#x": false,
	} {
		_, err := wire.New(wire.Config{BaseURL: base, Key: "fixture"})
		if (err == nil) != ok {
			t.Errorf("%q: %v", base, err)
		}
	}
	if _, err := wire.New(wire.Config{BaseURL: "https://api.example.com", Key: "two\nlines"}); err == nil || strings.Contains(err.Error(), "two") {
		t.Errorf("a key of two lines: %v", err)
	}
}
