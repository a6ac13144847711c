package wire_test

import (
	"bytes"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire/wiretest"
)

func TestWhatComesBackIsBounded(t *testing.T) {
	t.Run("an error body", func(t *testing.T) {
		base := wiretest.Loopback(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			for range 1 << 20 {
				if _, err := w.Write(bytes.Repeat([]byte("x"), 1<<10)); err != nil {
					return
				}
			}
		}))
		f := wantFault(t, wiretest.Collect(t, t.Context(), newClient(t, base, nil), llm.Request{}), llm.ErrRequest)
		if len(f.Msg) > 400 {
			t.Errorf("%d bytes of it were kept", len(f.Msg))
		}
	})
	for name, body := range map[string][]byte{
		"an event": append([]byte("data: "), bytes.Repeat([]byte("x"), 5<<20)...),
		"an answer": bytes.Repeat(append(append([]byte("data: "), bytes.Repeat([]byte("x"), 1<<20)...),
			"\n\n"...), 17),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newClient(t, "http://provider.test", &http.Client{Transport: wiretest.Bytes{Body: body}})
				wantFault(t, wiretest.Collect(t, t.Context(), p, llm.Request{}), llm.ErrProtocol)
			})
		})
	}
}

func TestWhatIsNoEventStreamIsNoAnswer(t *testing.T) {
	for name, test := range map[string]struct {
		kind, body string
		want       llm.ErrorKind
	}{
		"a page":            {"text/html; charset=utf-8", "<html>Sign in to the network</html>", llm.ErrProtocol},
		"a JSON answer":     {"application/json", `{"text":"all at once"}`, llm.ErrProtocol},
		"a JSON array":      {"application/json", `[{"text":"5"}]`, llm.ErrProtocol},
		"nothing":           {"text/event-stream", "", llm.ErrCut},
		"JSON lines":        {"application/x-ndjson", "{\"a\":1}", llm.ErrProtocol},
		"random bytes":      {"text/event-stream", "\x00\xff\x17 :\r\r\n\x1b[2Jdata", llm.ErrCut},
		"comments only":     {"text/event-stream", ": hello\n\n: hello\n\n", llm.ErrCut},
		"an object, broken": {"text/event-stream", "{\"a\":", llm.ErrCut},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := wiretest.Bytes{Header: http.Header{"Content-Type": {test.kind}}, Body: []byte(test.body)}
				p := newClient(t, "http://provider.test", &http.Client{Transport: b})
				wantFault(t, wiretest.Collect(t, t.Context(), p, llm.Request{}), test.want)
			})
		})
	}
}
