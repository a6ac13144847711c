package wire_test

import (
	"context"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire/wiretest"
	"github.com/ba-assistant/ba-assistant/internal/sse"
)

// plain is the simplest format: each event is a piece of text, "end" is the end.
type plain struct{ wire.Meter }

func (p *plain) Event(e sse.Event) ([]llm.Delta, error) {
	switch e.Data {
	case "ping":
		return nil, nil
	case "count":
		return []llm.Delta{{Kind: llm.DeltaUsage, Usage: ba.Usage{InputTokens: 100, OutputTokens: 1}}}, nil
	case "end":
		return []llm.Delta{{Kind: llm.DeltaStop}}, nil
	}
	return []llm.Delta{{Kind: llm.DeltaText, Text: e.Data}}, p.Add(len(e.Data))
}

func (p *plain) Ended() bool { return false }

func (p *plain) End() ([]llm.Delta, error) { return nil, nil }

func (p *plain) ID() string { return "" }

var limits = wire.Limits{Connect: 10 * time.Second, Headers: time.Minute, Silence: 2 * time.Minute, Progress: 11 * time.Minute}

// canary is a key that must appear nowhere.
var canary = "sk-" + strings.Repeat("canary", 5) + "-end"

// provider makes an llm.Provider of a client.
type provider struct {
	*wire.Client
	decode func() wire.Decoder
}

func (p provider) ID() string { return p.Provider }

func (p provider) Stream(ctx context.Context, req llm.Request) iter.Seq2[llm.Delta, error] {
	return p.Client.Stream(ctx, wire.Call{Path: "/answer", Body: []byte("{}"), Request: req, Decoder: p.decode})
}

func newClient(t testing.TB, base string, h *http.Client) provider {
	t.Helper()
	c, err := wire.New(wire.Config{Provider: "plain", BaseURL: base, Key: wire.Key(canary), Limits: limits, HTTP: h,
		KeyIn: "Authorization", Scheme: "Bearer ",
		Spread: func() float64 { return 0.5 },
		Fault: func(status int, body []byte) llm.Error {
			return llm.Error{Kind: wire.KindOfStatus(status), Msg: string(body)}
		}})
	if err != nil {
		t.Fatal(err)
	}
	return provider{c, func() wire.Decoder { return new(plain) }}
}

// inBubble runs a server and a client in time of the test.
func inBubble(t *testing.T, h http.HandlerFunc, f func(t *testing.T, p provider)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		client, closeAll := wiretest.Memory(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // only then does a server notice that its client has gone
			h(w, r)
		}))
		defer closeAll()
		f(t, newClient(t, "http://provider.test", client))
	})
}

// say sends one event of a stream.
func say(w http.ResponseWriter, data string) {
	w.Header().Set("Content-Type", "text/event-stream")
	fmt.Fprintf(w, "data: %s\n\n", data)
	_ = http.NewResponseController(w).Flush() // where it fails, the client has gone
}

// pause waits in the server until d has passed or the client has gone.
func pause(r *http.Request, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-r.Context().Done():
		return false
	}
}

func wantFault(t *testing.T, o wiretest.Outcome, kind llm.ErrorKind) *llm.Error {
	t.Helper()
	f := o.Fault()
	if f == nil || f.Kind != kind {
		t.Fatalf("ended with %v and %v, want an error of kind %d", o.Stop, o.Err, kind)
	}
	return f
}
