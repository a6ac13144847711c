package httpx

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
)

func TestNoSecretReachesTheLog(t *testing.T) {
	const canary = "Canary0123456789abcdefABCDEF"
	secrets := []string{
		"ba_" + canary, "sk-" + "ant-" + canary, "AI" + "za" + canary, "GOC" + "SPX-" + canary, "Bearer " + canary,
		"ey" + "J" + canary + "." + canary + "." + canary, "postgres://user:" + canary + "@db/x",
		"https://x/cb?code=" + canary + "&state=" + canary, "-----BEGIN " + "PRIVATE KEY-----\n" + canary,
	}
	var out bytes.Buffer
	log := slog.New(Redact(slog.NewJSONHandler(&out, nil)))
	for _, s := range secrets {
		log.Info("message "+s, "text", s, "error", errors.New("failed with "+s), "list", []string{s}, slog.Group("g", "inner", s))
		log.With("fixed", s).WithGroup("w").Info("x", "struct", struct{ A string }{s})
	}
	for _, key := range []string{"password", "client_secret", "API_KEY", "Authorization", "cookie", "session_token", "setup_code", "code_verifier", "master_key"} {
		log.Info("x", key, canary)
		log.With(key, canary).Info("x")
		log.Info("x", slog.Any(key, []byte(canary)))
	}
	if s := out.String(); strings.Contains(s, canary) {
		at := strings.Index(s, canary)
		t.Errorf("a secret is in the log: %s", s[max(0, at-120):min(len(s), at+60)])
	}
}

func TestTheLogStaysReadable(t *testing.T) {
	var out bytes.Buffer
	slog.New(Redact(slog.NewJSONHandler(&out, nil))).Info("request", "route", "/api/tokens/{id}", "input_tokens", 12, "code", "not_found", "token_id", "0190", "status", 404)
	var got map[string]any
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"route": "/api/tokens/{id}", "input_tokens": "12", "code": "not_found", "token_id": "0190", "status": "404"} {
		if fmt.Sprint(got[key]) != want {
			t.Errorf("%s is %v, want %s", key, got[key], want)
		}
	}
}

// Everything that a client can send is planted as a canary in one request.
func TestTheAccessLogHoldsNothingThatTheClientSent(t *testing.T) {
	const canary = "CANARYcanary"
	fail := func(_ http.ResponseWriter, r *http.Request) error {
		return &ba.Error{Kind: ba.Invalid, Msg: "Not valid: " + canary, Fields: []ba.Field{{Location: "body", Message: canary}}, Err: errors.New(canary)}
	}
	s := newSite(t, Options{}, map[string]http.Handler{"/items/{id}": JSON(fail), "GET /ok/{id}": JSON(ok)})
	for _, path := range []string{"/items/" + canary, "/ok/" + canary, "/absent/" + canary} {
		r := httptest.NewRequest("GET", path+"?q="+canary, strings.NewReader(canary))
		for _, h := range []string{"Authorization", "Cookie", "User-Agent", "Referer", "X-Request-ID", "X-Forwarded-For", "Last-Event-ID"} {
			r.Header.Set(h, canary)
		}
		s.do(r)
	}
	r := httptest.NewRequest(canary, "/items/1", nil)
	s.do(r)
	if strings.Contains(s.log.String(), canary) {
		t.Errorf("the log holds what the client sent:\n%s", s.log)
	}
	if n := strings.Count(s.log.String(), `"msg":"request"`); n != 4 {
		t.Errorf("%d lines for 4 requests", n)
	}
}

func TestAFaultOfOursIsLoggedWithItsCause(t *testing.T) {
	s := newSite(t, Options{}, map[string]http.Handler{"GET /x": JSON(func(http.ResponseWriter, *http.Request) error {
		return fmt.Errorf("list projects: %w", ba.Wrap(ba.Unavailable, "Try again.", errors.New("disk is full")))
	})})
	s.do(httptest.NewRequest("GET", "/x", nil))
	if log := s.log.String(); !strings.Contains(log, `"level":"ERROR"`) || !strings.Contains(log, "disk is full") {
		t.Error(log)
	}
}
