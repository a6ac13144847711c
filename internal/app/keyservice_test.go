package app

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/config"
)

// transit is a loopback service with Vault's answer for one key; it can be away.
func transit(t *testing.T) (address string, away *atomic.Bool, asked *atomic.Int32) {
	t.Helper()
	away, asked = new(atomic.Bool), new(atomic.Int32)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		switch {
		case away.Load():
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = w.Write([]byte(`{"errors": ["Vault is sealed"]}`))
		case r.URL.Path != "/v1/transit/keys/ba":
			w.WriteHeader(http.StatusNotFound)
		default:
			_, _ = w.Write([]byte(`{"data": {"type": "aes256-gcm96", "latest_version": 1}}`))
		}
	}))
	t.Cleanup(s.Close)
	return "vault+" + s.URL + "/transit/keys/ba", away, asked
}

func TestAKeyServiceThatIsAwayIsSaidWithSinceWhenAndWhatGoesOn(t *testing.T) {
	address, away, asked := transit(t)
	c := &config.Config{MasterKeyURL: address, VaultToken: "fixture-token"}
	w, err := newKeyWatch(c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	w.clock = func() time.Time { return now }
	says := func(what, want string) {
		t.Helper()
		detail, err := w.say(t.Context())
		if err != nil || !strings.Contains(detail, want) {
			t.Errorf("%s: %q, %v", what, detail, err)
		}
		if strings.Contains(detail, "127.0.0.1") || strings.Contains(detail, "fixture-token") {
			t.Errorf("%s: everybody can read this: %q", what, detail)
		}
	}
	says("at first", "answers")
	away.Store(true)
	now = now.Add(serviceFresh - time.Second)
	says("before it is asked again", "answers")
	if n := asked.Load(); n != 1 {
		t.Errorf("it was asked %d times within %v", n, serviceFresh)
	}
	now = now.Add(time.Second)
	says("away", "does not serve since 29 November 09:00 (UTC)")
	now = now.Add(time.Hour)
	says("an hour later", "since 29 November 09:00 (UTC). Data keys that this instance has opened stay in its memory")
	if err := AskKeyService(t.Context(), c); err == nil || !strings.Contains(err.Error(), "sealed") {
		t.Errorf("the operator hears %v", err)
	}
	away.Store(false)
	now = now.Add(serviceAgain)
	says("back", "answers")
	if err := AskKeyService(t.Context(), c); err != nil {
		t.Error(err)
	}
}

func TestAKeyInAVariableNeedsNoKeyService(t *testing.T) {
	c := &config.Config{MasterKey: strings.Repeat("0123456789abcdef", 4)}
	if w, err := newKeyWatch(c, slog.New(slog.DiscardHandler)); w != nil || err != nil {
		t.Errorf("%v, %v", w, err)
	}
	if err := AskKeyService(t.Context(), c); err != nil {
		t.Error(err)
	}
}
